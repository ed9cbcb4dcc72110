# SPDX-License-Identifier: GPL-3.0-or-later
"""Skeletons that nobody has described: names, units, axes and joints of other programs, and what is missing in them."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from families import FAMILIES
from family_builder import Family
from foreign_files import MIXAMO, Exporter, known_walk

from server.errors import SmooError
from server.motion.bvh import motion_from_bvh
from server.motion.bvh_file import read_bvh
from server.motion.foreign import body_of
from server.motion.humanoid import human_joints
from server.motion.joint_words import said_by
from server.motion.motion import Motion
from server.motion.rotations import quat_from_axis_angle, quat_mul
from server.motion.skeleton import JOINT_INDEX, JOINTS, OFFSETS
from server.motion.source import Source

WALK = known_walk()


def apart(a: Motion, b: Motion, joints: tuple[str, ...] = JOINTS) -> float:
    """Return the largest distance in metres between joints of two motions put to the same place."""
    places = [motion.canonical().positions()[:, [JOINT_INDEX[name] for name in joints]] for motion in (a, b)]
    return float(np.linalg.norm(places[0] - places[1], axis=-1).max())


def angle(a: Motion, b: Motion) -> float:
    """Return the largest angle in degrees between local rotations, but for the pelvis' own heading."""
    a, b = a.canonical(), b.canonical()
    cosine = np.abs(np.sum(a.rotations.astype(float) * b.rotations, axis=-1)).clip(0, 1)
    return float(np.degrees(2 * np.arccos(cosine)).max())


@pytest.mark.parametrize("unit", [1.0, 10.0, 100.0, 1000.0, 39.37, 3.28, 17.8], ids=str)
def test_units_do_not_matter(tmp_path: Path, unit: float) -> None:
    path = Exporter(MIXAMO, unit).write(tmp_path / "a.bvh", WALK)
    motion = motion_from_bvh(path)
    assert motion.fps == 30.0
    assert apart(motion, WALK) < 0.01
    assert angle(motion, WALK) < 6.0


def test_the_unit_is_told(tmp_path: Path) -> None:
    for unit, word in ((1.0, "metres"), (100.0, "centimetres"), (1000.0, "millimetres"), (39.37, "inches")):
        bvh = read_bvh(Exporter(MIXAMO, unit).write(tmp_path / "a.bvh", WALK))
        assert body_of([bvh.source()], bvh.rest()).unit == word


@pytest.mark.parametrize("order", ["ZXY", "XYZ", "YXZ"])
@pytest.mark.parametrize("z_up", [False, True], ids=["y_up", "z_up"])
def test_axes_are_found_out(tmp_path: Path, z_up: bool, order: str) -> None:
    path = Exporter(MIXAMO, z_up=z_up, order=order).write(tmp_path / "a.bvh", WALK.moved(0.7, (3.0, 0.0, 1.0)))
    bvh = read_bvh(path)
    assert body_of([bvh.source()], bvh.rest()).up == ("+Z" if z_up else "+Y")
    assert apart(motion_from_bvh(path), WALK) < 0.01


def test_z_up_is_seen_in_a_clip_on_the_spot_at_the_origin(tmp_path: Path) -> None:
    still = Motion(np.repeat(WALK.root_positions[:1], 60, axis=0), WALK.rotations)
    path = Exporter(MIXAMO, z_up=True, origin=(0.0, 0.0, 0.0)).write(tmp_path / "a.bvh", still)
    assert apart(motion_from_bvh(path), still) < 0.01


def test_who_lies_is_not_stood_up(tmp_path: Path) -> None:
    """Somebody on the back along Z is upright along Z, and Y is up all the same."""
    back = quat_from_axis_angle(np.array([1.0, 0.0, 0.0]), -np.pi / 2)
    rotations = WALK.rotations.copy()
    rotations[:, 0] = quat_mul(back, rotations[:, 0])
    lying = Motion(np.tile(np.float32([0.0, 0.12, 0.0]), (60, 1)), rotations)
    bvh = read_bvh(Exporter(MIXAMO).write(tmp_path / "a.bvh", lying))
    assert body_of([bvh.source()], bvh.rest()).up == "+Y"


LESS = {
    "no_toes": ("left_foot", "right_foot"),
    "one_spine": ("spine2", "spine3"),
    "no_neck": ("neck",),
    "no_collars": ("left_collar", "right_collar"),
    "neck_and_no_head": ("head",),
    "the_least": ("left_foot", "right_foot", "spine2", "spine3", "neck", "left_collar", "right_collar"),
}


@pytest.mark.parametrize("case", LESS)
def test_joints_that_a_body_can_do_without(tmp_path: Path, case: str) -> None:
    names = {ours: theirs for ours, theirs in MIXAMO.items() if ours not in LESS[case]}
    motion = motion_from_bvh(Exporter(names).write(tmp_path / "a.bvh", WALK))
    limbs = tuple(f"{side}_{joint}" for side in ("left", "right") for joint in ("hip", "knee", "ankle"))
    assert apart(motion, WALK, limbs) < 0.02
    hands = motion.canonical().positions()[:, JOINT_INDEX["left_wrist"]]
    wanted = WALK.canonical().positions()[:, JOINT_INDEX["left_wrist"]]
    # without joints of the trunk its bend is elsewhere, and the arms with it
    assert np.linalg.norm(hands - wanted, axis=-1).max() < 0.15


def test_forearms_without_hands(tmp_path: Path) -> None:
    names = {ours: theirs for ours, theirs in MIXAMO.items() if not ours.endswith("wrist")}
    motion = motion_from_bvh(Exporter(names).write(tmp_path / "a.bvh", WALK))
    assert apart(motion, WALK, ("left_elbow", "right_elbow", "left_wrist", "right_wrist")) < 0.02


MISSING = {
    "left hand": ("left_elbow", "left_wrist"),
    "right upper arm": ("right_shoulder", "right_elbow", "right_wrist"),
    "left shin": ("left_knee", "left_ankle", "left_foot"),
    "right thigh": ("right_hip", "right_knee", "right_ankle", "right_foot"),
    "neck or head": ("neck", "head"),
}


@pytest.mark.parametrize("bone", MISSING)
def test_missing_limbs_are_refused_by_name(tmp_path: Path, bone: str) -> None:
    names = {ours: theirs for ours, theirs in MIXAMO.items() if ours not in MISSING[bone]}
    path = Exporter(names, tips=False).write(tmp_path / "half.bvh", WALK)
    with pytest.raises(SmooError, match=bone) as caught:
        motion_from_bvh(path)
    assert caught.value.code == "bad_bvh"
    assert "half.bvh" in caught.value.message
    assert "Choose a file of a humanoid" in caught.value.message


def test_a_quadruped_or_a_prop_is_no_person(tmp_path: Path) -> None:
    path = Exporter({"pelvis": "root", "spine1": "blade", "spine2": "tip"}).write(tmp_path / "sword.bvh", WALK)
    with pytest.raises(SmooError, match="no arms and legs"):
        motion_from_bvh(path)


def test_bones_without_length_are_named(tmp_path: Path) -> None:
    path = Exporter(MIXAMO, rest={"left_knee": (0.0, 0.0, 0.0)}).write(tmp_path / "a.bvh", WALK)
    with pytest.raises(SmooError, match=r"left thigh has no length.*mixamorig:LeftUpLeg.*mixamorig:LeftLeg"):
        motion_from_bvh(path)


def test_helper_joints_without_length_do_no_harm(tmp_path: Path) -> None:
    path = Exporter(MIXAMO, rest={"spine1": (0.0, 0.0, 0.0), "left_collar": (0.0, 0.0, 0.0)}).write(
        tmp_path / "a.bvh", WALK
    )
    limbs = tuple(f"{side}_{joint}" for side in ("left", "right") for joint in ("hip", "knee", "ankle"))
    assert apart(motion_from_bvh(path), WALK, limbs) < 0.02


def test_uneven_sides_are_refused(tmp_path: Path) -> None:
    path = Exporter(MIXAMO, rest={"right_ankle": (0.0, -1.9, 0.0)}).write(tmp_path / "a.bvh", WALK)
    with pytest.raises(SmooError, match=r"shin is \d\.\d times as long on one side"):
        motion_from_bvh(path)


def test_exchanged_sides_are_refused(tmp_path: Path) -> None:
    """Left and right by name, but mirrored by geometry: what comes out of left-handed tools."""
    mirrored = {joint: tuple(OFFSETS[JOINT_INDEX[joint]] * [-1, 1, 1]) for joint in JOINTS}
    turns = WALK.rotations * np.array([1, 1, -1, -1], dtype=np.float32)
    root = WALK.root_positions * np.array([-1, 1, 1], dtype=np.float32)
    path = Exporter(MIXAMO, rest=mirrored).write(tmp_path / "a.bvh", Motion(root, turns))
    with pytest.raises(SmooError, match="left and right are exchanged"):
        motion_from_bvh(path)


def test_a_t_pose_before_the_clip_is_left_out(tmp_path: Path) -> None:
    path = Exporter(MIXAMO, t_pose_first=True).write(tmp_path / "a.bvh", WALK)
    motion = motion_from_bvh(path)
    assert motion.frames == WALK.frames
    assert apart(motion, WALK) < 0.01


@pytest.mark.parametrize("frames", [1, 2, 3])
def test_a_pose_or_two_can_be_read(tmp_path: Path, frames: int) -> None:
    motion = motion_from_bvh(Exporter(MIXAMO).write(tmp_path / "a.bvh", WALK.sliced(10, 10 + frames)))
    assert motion.frames == frames
    assert apart(motion, WALK.sliced(10, 10 + frames)) < 0.02


def test_ten_minutes(tmp_path: Path) -> None:
    """Thinned on reading, in seconds, not minutes."""

    def repeated(text: str) -> str:
        head, rows = text.split("Frame Time: 0.0166667\n")
        return f"{head.replace('Frames: 120', 'Frames: 36000')}Frame Time: 0.0166667\n{rows * 300}"

    path = Exporter(MIXAMO, edit=repeated).write(tmp_path / "long.bvh", known_walk(120, 60.0))
    motion = motion_from_bvh(path)
    assert (motion.fps, motion.frames) == (30.0, 18000)
    assert apart(motion.sliced(0, 60), known_walk(60)) < 0.02


def standing(family: Family, *, named: bool) -> tuple[Source, list[str]]:
    """Return a family's rig in T-pose, with or without its names, and the bones' names in order."""
    rest = Motion(np.zeros((1, 3)), np.tile([1.0, 0, 0, 0], (1, 22, 1))).positions()[0]
    known = {name: rest[JOINT_INDEX[name]] for name in JOINTS}
    counts = {
        word: sum((bone.role or "").startswith(f"{word}.") for bone in family.bones) for word in ("spine", "neck")
    }
    ends = {"spine": ("pelvis", "neck"), "neck": ("neck", "head")}
    said = dict(zip([bone.name for bone in family.bones], said_by([bone.name for bone in family.bones]), strict=True))
    order, places, todo = [], dict[str, np.ndarray](), list(family.bones)
    while todo:
        bone = next(bone for bone in todo if bone.parent is None or bone.parent in places)
        todo.remove(bone)
        word, _, number = (bone.role or "").partition(".")
        if bone.role in known:
            place = known[bone.role]
        elif number:
            low, high = (known[name] for name in ends[word])
            share = int(number) / (counts[word] + 1) if word == "spine" else (int(number) - 1) / counts[word]
            place = low + (high - low) * share
        else:  # fingers, twist bones, ends: somewhere near, the same on both sides
            seed = [*re.sub(r"[lr左右]|eft|ight", "", bone.name.lower()).encode()]
            step = np.random.default_rng(seed).normal(size=3) * 0.02 * (bone.kind != "root")
            sides = {said[name].side for name in (bone.name, bone.parent) if name}
            step[0] *= -1 if "right" in sides else 1 if "left" in sides else 0
            place = (places[bone.parent] if bone.parent else np.zeros(3)) + step
        places[bone.name] = place
        order.append(bone)
    names = [bone.name for bone in order]
    parents = tuple(names.index(bone.parent) if bone.parent else -1 for bone in order)
    shown = tuple(names) if named else tuple(f"joint{index}" for index in range(len(names)))
    turns = np.tile(np.eye(3), (1, len(names), 1, 1))
    return Source(shown, parents, np.array([places[name] for name in names])[None], turns, 30.0), names


_LIMBS = tuple(
    f"{side}_{name}" for side in ("left", "right") for name in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
)
# bones of theirs that are as good: control rigs have another thigh in line, ASF a wrist before the hand
_AS_GOOD = {("auto_rig_pro", "left_hip"): "c_thigh_b.l", ("auto_rig_pro", "right_hip"): "c_thigh_b.r"}
_AS_GOOD |= {("cmu_asf", "left_wrist"): "lwrist", ("cmu_asf", "right_wrist"): "rwrist"}


@pytest.mark.parametrize("key", FAMILIES)
def test_every_known_family_by_name(key: str) -> None:
    family = FAMILIES[key]
    source, names = standing(family, named=True)
    found, roles = human_joints(source), family.roles()
    for joint in _LIMBS:
        assert found[joint] in (roles[joint], _AS_GOOD.get((key, joint))), joint
    spine = [bone for role, bone in roles.items() if role.startswith("spine.")]
    assert (found["spine1"], found["spine3"]) == (spine[0], spine[-1])
    assert found["neck"] == roles.get("neck.1", roles["head"])
    # the pelvis is whatever carries both thighs, and nothing below them
    above = {names[at] for at in source.above(names.index(found["left_hip"]))}
    assert found["pelvis"] in above


@pytest.mark.parametrize(
    "key", ["mixamo", "unreal4", "cmu", "biovision", "xsens", "smpl", "unity", "soma", "vroid", "renderpeople"]
)
def test_families_without_their_names(key: str) -> None:
    source, names = standing(FAMILIES[key], named=False)
    real = dict(zip(source.names, names, strict=True))
    found, roles = human_joints(source), FAMILIES[key].roles()
    assert {joint: real[found[joint]] for joint in _LIMBS} == {joint: roles[joint] for joint in _LIMBS}


def test_joints_with_one_name_for_all(tmp_path: Path) -> None:
    """Duplicate names are told apart, and shape says which is which."""
    path = Exporter(dict.fromkeys(JOINTS, "joint")).write(tmp_path / "a.bvh", WALK)
    bvh = read_bvh(path)
    assert len(set(bvh.names)) == 22
    assert bvh.names[:3] == ("joint", "joint#2", "joint#3")
    limbs = tuple(
        f"{side}_{joint}" for side in ("left", "right") for joint in ("hip", "knee", "ankle", "elbow", "wrist")
    )
    assert apart(motion_from_bvh(path), WALK, limbs) < 0.02


def test_sides_come_from_the_joints_above(tmp_path: Path) -> None:
    names = MIXAMO | {"left_knee": "Shin", "right_knee": "Shin", "left_wrist": "Hand", "right_wrist": "Hand"}
    assert apart(motion_from_bvh(Exporter(names).write(tmp_path / "a.bvh", WALK)), WALK) < 0.01


def test_our_own_names_with_another_rest_are_foreign(tmp_path: Path) -> None:
    """A SMPL body has our names and arms that droop: its zero rotations are not ours."""
    droop = {"left_elbow": (0.25, -0.09, 0.0), "right_elbow": (-0.25, -0.09, 0.0)}
    path = Exporter(rest=droop).write(tmp_path / "a.bvh", WALK)
    motion = motion_from_bvh(path)
    bvh = read_bvh(path)
    theirs = bvh.source()
    bone = theirs.place("left_elbow") - theirs.place("left_shoulder")
    ours = motion.positions()[:, JOINT_INDEX["left_elbow"]] - motion.positions()[:, JOINT_INDEX["left_shoulder"]]
    cosine = np.sum(bone * ours, axis=-1) / np.linalg.norm(bone, axis=-1) / np.linalg.norm(ours, axis=-1)
    assert np.degrees(np.arccos(cosine.clip(-1, 1))).max() < 0.5
