# SPDX-License-Identifier: GPL-3.0-or-later
"""Bodies for the rigs of all families: where every bone lies in rest poses of all kinds, with the truth beside.

Bones stand in Blender's axes (+X the character's left, -Y ahead, +Z up), metres. For every bone of the body the turn
from T-pose into the rest pose is known, which is what retargeting has to find out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from family_builder import Family, FamilyBone

TO_BLENDER: Final = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]])
_SIDES: Final = ("left", "right")


@dataclass(frozen=True)
class Rest:
    """A rest pose, in degrees.

    Attributes:
        arms_down: of the arms below the horizontal.
        arms_ahead: of the arms towards the front.
        arms_twisted: of the whole arm about itself, palm to the front.
        elbows, knees: how far they are bent.
        legs_apart: of each leg from the vertical.
    """

    arms_down: float = 0.0
    arms_ahead: float = 0.0
    arms_twisted: float = 0.0
    elbows: float = 0.0
    knees: float = 0.0
    legs_apart: float = 0.0


T_POSE: Final = Rest()
RESTS: Final = {
    "T-pose": T_POSE,
    "A-pose": Rest(arms_down=45, arms_ahead=5, elbows=10, legs_apart=4),
    "A-pose, straight arms": Rest(arms_down=40, arms_ahead=10),
    "relaxed": Rest(arms_down=65, arms_twisted=25, elbows=18, knees=14, legs_apart=3),
    "arms down": Rest(arms_down=80, elbows=12),
    "bent": Rest(arms_down=35, arms_ahead=15, elbows=30, knees=25, legs_apart=6),
}


@dataclass(frozen=True)
class Shape:
    """Proportions, as shares of an adult's."""

    legs: float = 1.0
    arms: float = 1.0
    shoulders: float = 1.0
    trunk: float = 1.0


SHAPES: Final = {
    "adult": Shape(),
    "long-legged": Shape(legs=1.25, arms=1.1),
    "child": Shape(legs=0.75, arms=0.8, shoulders=0.85, trunk=0.9),
    "broad": Shape(legs=0.95, arms=1.05, shoulders=1.3, trunk=1.1),
}


@dataclass
class Body:
    """Bones at rest.

    Attributes:
        heads, tails: bone to point (3,).
        turns: role to the rotation (3, 3), in Blender's axes, from T-pose into this rest pose.
    """

    heads: dict[str, np.ndarray] = field(default_factory=dict)
    tails: dict[str, np.ndarray] = field(default_factory=dict)
    turns: dict[str, np.ndarray] = field(default_factory=dict)


def _about(axis: int, degrees: float) -> np.ndarray:
    angle = np.radians(degrees)
    turn = np.eye(3)
    i, j = [(1, 2), (2, 0), (0, 1)][axis]
    turn[i, i] = turn[j, j] = np.cos(angle)
    turn[i, j], turn[j, i] = -np.sin(angle), np.sin(angle)
    return turn


def _limb_turns(rest: Rest) -> dict[str, np.ndarray]:
    """Return role to rotation in motion axes (x left, y up, z ahead)."""
    turns = {}
    for side, sign in (("left", 1.0), ("right", -1.0)):
        arm = _about(1, -rest.arms_ahead * sign) @ _about(2, -rest.arms_down * sign)
        arm = arm @ _about(0, -rest.arms_twisted)
        forearm = arm @ _about(1, -rest.elbows * sign)
        thigh = _about(2, rest.legs_apart * sign) @ _about(0, -rest.knees / 2)
        shin = thigh @ _about(0, rest.knees)
        turns |= {f"{side}_shoulder": arm, f"{side}_elbow": forearm, f"{side}_wrist": forearm}
        turns |= {f"{side}_hip": thigh, f"{side}_knee": shin}
    return turns


def _joints(rest: Rest, shape: Shape, spine: int, neck: int) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Return role to head, and role to the rotation from T-pose, in motion axes; feet stand on the ground."""
    turns = _limb_turns(rest)
    rise = 0.5 * shape.trunk
    points = {"pelvis": np.array([0.0, 0.0, 0.0]), "head": np.array([0.0, rise + 0.11, 0.01])}
    for at in range(spine):
        points[f"spine.{at + 1}"] = np.array([0.0, 0.07 + (rise - 0.12) * at / max(spine, 1), -0.005 * at])
    for at in range(neck):
        points[f"neck.{at + 1}"] = np.array([0.0, rise + 0.11 * at / neck, -0.01])
    for side, sign in (("left", 1.0), ("right", -1.0)):
        points[f"{side}_collar"] = np.array([0.03 * sign, rise - 0.05, 0.0])
        points[f"{side}_shoulder"] = np.array([0.18 * shape.shoulders * sign, rise - 0.04, -0.01])
        points[f"{side}_hip"] = np.array([0.09 * shape.shoulders * sign, -0.05, 0.0])
        for above, below, step in (
            ("shoulder", "elbow", (0.28 * shape.arms * sign, 0.0, 0.0)),
            ("elbow", "wrist", (0.26 * shape.arms * sign, 0.0, 0.0)),
            ("hip", "knee", (0.0, -0.42 * shape.legs, 0.0)),
            ("knee", "ankle", (0.0, -0.41 * shape.legs, 0.0)),
        ):
            turn = turns[f"{side}_{above}"]
            points[f"{side}_{below}"] = points[f"{side}_{above}"] + turn @ np.array(step)
        points[f"{side}_foot"] = points[f"{side}_ankle"] + np.array([0.01 * sign, -0.065, 0.13])
    lowest = min(points["left_foot"][1], points["right_foot"][1]) - 0.02
    return {role: point - [0.0, lowest, 0.0] for role, point in points.items()}, turns


_ENDS: Final[dict[str, tuple[float, float, float]]] = {
    "wrist": (0.09, 0.0, 0.0),
    "ankle": (0.0, -0.065, 0.13),
    "foot": (0.0, 0.0, 0.06),
    "head": (0.0, 0.2, 0.0),
    "pelvis": (0.0, 0.1, 0.0),
}


def _tip(role: str, turn: np.ndarray) -> np.ndarray:
    side, _, joint = role.partition("_")
    step = np.array(_ENDS.get(joint or role, (0.0, 0.08, 0.0)))
    if side == "right":
        step[0] = -step[0]
    return turn @ step


class _Builder:
    """Places the bones of one family."""

    def __init__(self, family: Family, rest: Rest, shape: Shape) -> None:
        self.family = family
        self.by_name = {bone.name: bone for bone in family.bones}
        roles = {bone.role for bone in family.bones if bone.role}
        spine, neck = (sum(role.startswith(f"{kind}.") for role in roles) for kind in ("spine", "neck"))
        self.points, turns = _joints(rest, shape, spine, neck)
        self.turns = {role: turns.get(role, np.eye(3)) for role in roles}
        self.body = Body()
        self.children: dict[str | None, list[FamilyBone]] = {}
        for bone in family.bones:
            self.children.setdefault(bone.parent, []).append(bone)

    def build(self) -> Body:
        for bone in self.family.bones:
            head = self.points[bone.role] if bone.role else self._extra(bone)
            self.body.heads[bone.name] = head
            self.body.tails[bone.name] = head + [0.0, 0.03, 0.0]
            if bone.role:
                self.body.turns[bone.role] = TO_BLENDER @ self.turns[bone.role] @ TO_BLENDER.T
                self.body.tails[bone.name] = self._tail(bone, head)
            elif bone.parent and bone.kind in ("finger", "twist", "end"):
                along = head - self.body.heads[bone.parent]
                self.body.tails[bone.name] = head + along / max(float(np.linalg.norm(along)), 1e-6) * 0.03
        for points in (self.body.heads, self.body.tails):
            for name, point in points.items():
                points[name] = TO_BLENDER @ point
        return self.body

    def _carried(self, bone: FamilyBone) -> FamilyBone | None:
        """Return the first bone of the body below a bone."""
        waiting = list(self.children.get(bone.name, []))
        while waiting:
            found = waiting.pop(0)
            if found.role:
                return found
            waiting += self.children.get(found.name, [])
        return None

    def _tail(self, bone: FamilyBone, head: np.ndarray) -> np.ndarray:
        following = [child for child in self.children.get(bone.name, []) if child.role and child.role != bone.role]
        central = [c for c in following if c.role and not c.role.startswith(_SIDES)] or following
        role = bone.role or ""
        if central and not role.endswith("head") and not (role == "pelvis" and central[0].role.startswith(_SIDES)):
            return self.points[central[0].role or ""]
        return head + _tip(role, self.turns[role])

    def _extra(self, bone: FamilyBone) -> np.ndarray:
        """Place a bone that is no part of the body."""
        if bone.kind == "root" or bone.parent is None:
            return np.zeros(3)
        above = self.body.heads[bone.parent]
        parent = self.by_name[bone.parent]
        carried = self._carried(bone)
        if carried is not None and carried.role:
            share = 0.5 if parent.kind != "root" else 1.0
            return above + (self.points[carried.role] - above) * share
        twin = bone.name.replace("D", "", 1)
        if twin != bone.name and twin in self.body.heads:  # a second bone on the same joint
            return self.body.heads[twin]
        siblings = [child for child in self.children[bone.parent] if child.kind == bone.kind]
        at = siblings.index(bone)
        return self._placed[bone.kind](self, parent, above, at, len(siblings))

    def _end(self, parent: FamilyBone, above: np.ndarray, _at: int, _of: int) -> np.ndarray:
        return self.body.tails.get(parent.name, above)

    def _twist(self, parent: FamilyBone, above: np.ndarray, at: int, of: int) -> np.ndarray:
        return above + (self.body.tails[parent.name] - above) * (at + 1) / (of + 1)

    def _finger(self, parent: FamilyBone, above: np.ndarray, at: int, of: int) -> np.ndarray:
        if not parent.role:
            return np.asarray(self.body.tails[parent.name])
        side = 1.0 if parent.role.startswith("left") else -1.0
        across = 0.035 - 0.07 * at / max(of - 1, 1)
        step = np.array([(0.03 if at == 0 else 0.09) * side, 0.0, across])
        return np.asarray(above + self.turns[parent.role] @ step)

    def _face(self, _parent: FamilyBone, above: np.ndarray, at: int, of: int) -> np.ndarray:
        side = 0.0 if of % 2 and at == 0 else (0.03 if (at - of % 2) % 2 == 0 else -0.03)
        return np.asarray(above + [side, 0.06, 0.08])

    def _other(self, parent: FamilyBone, above: np.ndarray, at: int, of: int) -> np.ndarray:
        if (parent.role or "").endswith("wrist"):
            return np.asarray(self.body.tails[parent.name])
        side = 0.0 if of == 1 else (0.02 if at % 2 == 0 else -0.02)
        return np.asarray(above + [side, 0.0, -0.03])

    _placed: Final[dict[str, Callable[..., np.ndarray]]] = {
        "end": _end,
        "twist": _twist,
        "finger": _finger,
        "face": _face,
        "other": _other,
    }


def build(family: Family, rest: Rest = T_POSE, shape: Shape = SHAPES["adult"]) -> Body:
    """Return the bones of a family's rig in a rest pose."""
    return _Builder(family, rest, shape).build()
