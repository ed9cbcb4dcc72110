# SPDX-License-Identifier: GPL-3.0-or-later
"""Mapping bones by name: every convention, prefixes, order, and rigs that are no humanoids."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from smoogpt_ext.blender_smoogpt.errors import UserError
from smoogpt_ext.blender_smoogpt.rig.conventions import BY_KEY, CONVENTIONS
from smoogpt_ext.blender_smoogpt.rig.mapping import REQUIRED, Convention
from smoogpt_ext.blender_smoogpt.rig.matching import bare_name, match, match_convention
from smoogpt_ext.server.motion.skeleton import JOINTS

_ABOVE = {
    "collar": "",
    "shoulder": "collar",
    "elbow": "shoulder",
    "wrist": "elbow",
    "knee": "hip",
    "ankle": "knee",
    "foot": "ankle",
}


def rig_of(convention: Convention, prefix: str = "") -> dict[str, str | None]:
    """Return bone to parent for a rig with a convention's names and a body's hierarchy."""
    chain = [convention.bones["pelvis"], *convention.spine, *convention.neck, convention.bones["head"]]
    parents: dict[str, str | None] = {chain[0]: None}
    parents |= {low: high for high, low in pairwise(chain)}
    for joint, bone in convention.bones.items():
        side, _, kind = joint.partition("_")
        if kind == "hip":
            parents[bone] = chain[0]
        elif kind:
            above = _ABOVE[kind]
            parents[bone] = convention.bones[f"{side}_{above}"] if above else convention.spine[-1]
    for name in convention.signature:
        parents.setdefault(name, chain[0])
    return {prefix + bone: prefix + above if above else None for bone, above in parents.items()}


@pytest.mark.parametrize("convention", CONVENTIONS, ids=lambda convention: convention.key)
def test_every_convention_is_recognised_whatever_the_order_of_the_bones(convention: Convention) -> None:
    bones = list(rig_of(convention).items())
    random.Random(7).shuffle(bones)
    mapping = match(dict(bones), "rig")
    assert mapping.convention == convention.key
    assert mapping.bones == convention.bones
    assert mapping.spine == convention.spine
    assert mapping.neck == convention.neck
    assert mapping.missing == ()


@pytest.mark.parametrize("convention", CONVENTIONS, ids=lambda convention: convention.key)
def test_conventions_name_every_joint_once(convention: Convention) -> None:
    bones = [*convention.bones.values(), *convention.spine, *convention.neck]
    assert len({bare_name(bone) for bone in bones}) == len(bones)
    assert set(REQUIRED) <= set(convention.bones) <= set(JOINTS)
    assert convention.spine


@pytest.mark.parametrize("prefix", ["", "mixamorig:", "mixamorig1:", "mixamorig12:", "scene:hero:"])
def test_mixamo_with_any_prefix(prefix: str) -> None:
    mapping = match(rig_of(BY_KEY["mixamo"], prefix), "rig")
    assert mapping.convention == "mixamo"
    assert mapping.bones["left_elbow"] == prefix + "LeftForeArm"
    assert mapping.spine[0] == prefix + "Spine"


def test_left_and_right_are_never_swapped() -> None:
    for convention in CONVENTIONS:
        mapping = match(rig_of(convention), "rig")
        for joint in REQUIRED:
            if joint.startswith("left_"):
                other = joint.replace("left", "right")
                assert mapping.bones[joint] == convention.bones[joint] != mapping.bones[other]


def test_extra_bones_do_not_disturb() -> None:
    parents = rig_of(BY_KEY["mixamo"], "mixamorig:")
    for extra in ("mixamorig:LeftArmTwist", "tail.001", "Prop", "mixamorig:LeftHandThumb1", "HeadTop_End"):
        parents[extra] = "mixamorig:Hips"
    assert match(parents, "rig").bones["left_shoulder"] == "mixamorig:LeftArm"


def test_optional_bones_may_be_missing_and_are_told() -> None:
    parents = rig_of(BY_KEY["mixamo"])
    for bone in ("LeftToeBase", "RightToeBase", "Spine1", "Neck"):
        above = parents.pop(bone)
        parents = {name: above if parent == bone else parent for name, parent in parents.items()}
    mapping = match(parents, "rig")
    assert mapping.missing == ("left_foot", "right_foot")
    assert mapping.spine == ("Spine", "Spine2")
    assert mapping.neck == ()


def test_a_missing_required_bone_is_named() -> None:
    parents = rig_of(BY_KEY["smpl"])
    del parents["left_wrist"]
    with pytest.raises(UserError, match=r"'Bob' looks like SMPL.*missing: left hand\."):
        match(parents, "Bob")


def test_a_forearm_that_hangs_elsewhere_does_not_count() -> None:
    parents = rig_of(BY_KEY["mixamo"])
    parents["LeftForeArm"] = "Head"
    with pytest.raises(UserError, match="left forearm"):
        match(parents, "rig")


def test_a_rig_that_is_no_humanoid_is_refused_and_told_why() -> None:
    with pytest.raises(UserError) as refused:
        match({"Bone": None, "Bone.001": "Bone", "tail": "Bone"}, "Snake")
    message = refused.value.message
    assert "Snake" in message and "missing: hips, head, left upper arm" in message
    assert "Mixamo" in message and "Rigify" in message


def test_a_signature_is_needed_where_there_is_one() -> None:
    parents = rig_of(BY_KEY["rigify"])
    del parents["thigh_parent.L"]
    assert match_convention(BY_KEY["rigify"], parents).lacking


def test_what_a_slim_rig_lacks_is_left_out_of_its_extras() -> None:
    parents = rig_of(BY_KEY["rigify"])
    parents |= {"ORG-spine": None, "ORG-upper_arm.L": None}
    extras = match(parents, "rig").extras
    assert extras.joints_at == {"torso": "ORG-spine", "spine_fk": "ORG-spine"}
    assert extras.read_from["upper_arm_fk.L"] == "ORG-upper_arm.L"
    assert "upper_arm_fk.R" not in extras.read_from
