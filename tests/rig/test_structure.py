# SPDX-License-Identifier: GPL-3.0-or-later
"""Rigs without names: their bones are found by symmetry, hierarchy and proportions, and never on the wrong side."""

from __future__ import annotations

import random
from collections.abc import Callable

import numpy as np
import pytest
from bodies import RESTS, SHAPES, Rest, Shape, build
from families import FAMILIES
from family_builder import Family
from smoogpt_ext.blender_smoogpt.errors import UserError
from smoogpt_ext.blender_smoogpt.rig.mapping import REQUIRED, Mapping
from smoogpt_ext.blender_smoogpt.rig.structure.shape import map_by_shape
from smoogpt_ext.blender_smoogpt.rig.structure.skeleton import BonePoints

ASKED = 0.90
_Y_UP = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, -1.0, 0.0]])
_BACKWARDS = np.diag([-1.0, -1.0, 1.0])


def nameless(
    family: Family, rest: Rest, shape: Shape, turn: np.ndarray | None = None, scale: float = 1.0
) -> tuple[dict[str, BonePoints], dict[str, str]]:
    """Return the bones under meaningless names, shuffled, and role to such a name."""
    body = build(family, rest, shape)
    axes = np.eye(3) if turn is None else turn
    bones = list(family.bones)
    random.Random(family.key).shuffle(bones)
    names = {bone.name: f"joint{at}" for at, bone in enumerate(bones)}
    points = {
        names[bone.name]: BonePoints(
            names[bone.parent] if bone.parent else None,
            axes @ body.heads[bone.name] * scale,
            axes @ body.tails[bone.name] * scale,
        )
        for bone in bones
    }
    return points, {role: names[bone] for role, bone in family.roles().items()}


def carries_both(points: dict[str, BonePoints], bone: str, roles: dict[str, str]) -> bool:
    """Tell whether a bone carries thighs and chest, as hips do: some families have several such bones."""

    def above(name: str | None) -> list[str]:
        chain = []
        while name is not None:
            chain.append(name)
            name = points[name].parent
        return chain

    return all(bone in above(roles[role]) for role in ("left_hip", "right_hip", "left_shoulder"))


def right_joints(points: dict[str, BonePoints], mapping: Mapping, roles: dict[str, str]) -> int:
    """Return how many of the 15 required joints have the right bone."""
    right = sum(mapping.bones[joint] == roles[joint] for joint in REQUIRED if joint != "pelvis")
    right += carries_both(points, mapping.bones["pelvis"], roles)
    spine = {bone for role, bone in roles.items() if role.startswith("spine.")}
    return right + bool(spine & set(mapping.spine))


def swapped(mapping: Mapping, roles: dict[str, str]) -> list[str]:
    """Return the joints that have a bone of the other side."""
    sides = {bone: role.split("_")[0] for role, bone in roles.items() if role.startswith(("left_", "right_"))}
    return [joint for joint, bone in mapping.bones.items() if sides.get(bone, joint.split("_")[0]) not in joint]


@pytest.mark.parametrize(
    ("turn", "scale"), [(None, 1.0), (_Y_UP, 100.0), (_BACKWARDS, 0.01)], ids=["z up", "y up", "looking to +Y"]
)
def test_nine_in_ten_bones_are_found_without_names(turn: np.ndarray | None, scale: float) -> None:
    right = total = 0
    for family in FAMILIES.values():
        for rest in RESTS.values():
            for shape in SHAPES.values():
                points, roles = nameless(family, rest, shape, turn, scale)
                mapping = map_by_shape(points, family.key)
                right += right_joints(points, mapping, roles)
                total += len(REQUIRED) + 1
                assert not swapped(mapping, roles), (family.key, rest)
    assert right / total >= ASKED, f"{right / total:.3f}"


def test_the_check_of_sides_can_fail() -> None:
    points, roles = nameless(FAMILIES["mixamo"], RESTS["T-pose"], SHAPES["adult"])
    mapping = map_by_shape(points, "rig")
    mirrored = {
        role.replace("left", "x").replace("right", "left").replace("x", "right"): b for role, b in roles.items()
    }
    assert swapped(mapping, mirrored)


def _chain(count: int, step: tuple[float, float, float]) -> dict[str, BonePoints]:
    at = [np.array(step) * number for number in range(count + 1)]
    return {f"b{n}": BonePoints(f"b{n - 1}" if n else None, at[n], at[n + 1]) for n in range(count)}


def _quadruped() -> dict[str, BonePoints]:
    """Build a dog: a level spine, four legs on the ground, a head and a tail."""
    points = {
        "hips": BonePoints(None, np.array([0.0, 0.4, 0.6]), np.array([0.0, 0.2, 0.6])),
        "chest": BonePoints("hips", np.array([0.0, -0.3, 0.62]), np.array([0.0, -0.4, 0.65])),
        "neck": BonePoints("chest", np.array([0.0, -0.4, 0.65]), np.array([0.0, -0.5, 0.8])),
        "head": BonePoints("neck", np.array([0.0, -0.5, 0.8]), np.array([0.0, -0.7, 0.8])),
    }
    for sign in (1, -1):
        for name, parent, y in (("hind", "hips", 0.4), ("fore", "chest", -0.3)):
            before = parent
            for number, height in enumerate((0.55, 0.3, 0.06)):
                bone = f"{name}{number}{sign}"
                head = np.array([0.1 * sign, y, height])
                points[bone] = BonePoints(before, head, head - [0.0, 0.02, min(height, 0.2)])
                before = bone
    return points


def _chair() -> dict[str, BonePoints]:
    points = {"seat": BonePoints(None, np.array([0.0, 0.0, 0.45]), np.array([0.0, 0.0, 0.5]))}
    for x in (0.2, -0.2):
        for y in (0.2, -0.2):
            points[f"leg{x}{y}"] = BonePoints("seat", np.array([x, y, 0.45]), np.array([x, y, 0.0]))
    return points


def _without_arms() -> dict[str, BonePoints]:
    points, roles = nameless(FAMILIES["smpl"], RESTS["T-pose"], SHAPES["adult"])
    gone = {roles["left_collar"], roles["right_collar"]}
    while more := {name for name, bone in points.items() if bone.parent in gone} - gone:
        gone |= more
    return {name: bone for name, bone in points.items() if name not in gone}


@pytest.mark.parametrize(
    ("made", "missing"),
    [
        (lambda: _chain(6, (0.0, 0.2, 0.0)), "left and right half"),
        (_quadruped, "two arms|two legs|upright spine"),
        (_chair, "two legs"),
        (_without_arms, "two arms"),
        (dict, "left and right half"),
    ],
    ids=["snake", "dog", "chair", "no arms", "no bones"],
)
def test_what_is_no_humanoid_is_refused(made: Callable[[], dict[str, BonePoints]], missing: str) -> None:
    with pytest.raises(UserError, match=missing):
        map_by_shape(made(), "Thing")
