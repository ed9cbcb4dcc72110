# SPDX-License-Identifier: GPL-3.0-or-later
"""Mapping bones by name: every family and convention, affixes, spelling, order, and rigs that are no humanoids."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import pairwise

import pytest
from families import FAMILIES
from family_builder import KINDS, Family
from smoogpt_ext.blender_smoogpt.errors import UserError
from smoogpt_ext.blender_smoogpt.rig.conventions import BY_KEY, CONVENTIONS
from smoogpt_ext.blender_smoogpt.rig.mapping import REQUIRED, Convention, Mapping, either
from smoogpt_ext.blender_smoogpt.rig.matching import best_match, match, match_convention, refusal
from smoogpt_ext.blender_smoogpt.rig.names import NO_AFFIXES, Affixes, Names, plain
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
_SEEDS = range(4)

Parents = dict[str, str | None]


def first_names(convention: Convention) -> dict[str, str]:
    """Return joint to the first of its names."""
    return {joint: convention.names_of(joint)[0] for joint in convention.bones}


def rig_of(convention: Convention, prefix: str = "") -> Parents:
    """Return bone to parent for a rig with a convention's names and a body's hierarchy."""
    names = first_names(convention)
    chain = [names["pelvis"], *convention.spine, *convention.neck, names["head"]]
    parents: Parents = {chain[0]: None}
    parents |= {low: high for high, low in pairwise(chain)}
    for joint, bone in names.items():
        side, _, kind = joint.partition("_")
        if kind == "hip":
            parents[bone] = chain[0]
        elif kind:
            above = _ABOVE[kind]
            parents[bone] = names[f"{side}_{above}"] if above else convention.spine[-1]
    for name in convention.signature:
        parents.setdefault(name, chain[0])
    return {prefix + bone: prefix + above if above else None for bone, above in parents.items()}


Variation = Callable[[str], str]
SPELLINGS: dict[str, Variation] = {
    "as_it_is": lambda name: name,
    "prefix": lambda name: f"Hero_{name}",
    "namespace": lambda name: f"hero:{name}",
    "namespaces": lambda name: f"scene:hero1:{name}",
    "object": lambda name: f"Armature|{name}",
    "character": lambda name: f"Character1_{name}",
    "suffix": lambda name: f"{name}_jnt",
    "duplicate": lambda name: f"{name}.001",
    "prefix_and_suffix": lambda name: f"rig:{name}_JNT.002",
    "upper": str.upper,
    "lower": str.lower,
    "underscores": lambda name: name.replace(" ", "_").replace(".", "_").replace("-", "_"),
    "hyphens": lambda name: name.replace(" ", "-").replace("_", "-"),
}


def renamed(family: Family, spelling: Variation) -> tuple[Parents, dict[str, str]]:
    """Return the rig and its roles with the bones spelt otherwise."""
    parents = {spelling(bone): spelling(above) if above else None for bone, above in family.parents().items()}
    assert len(parents) == len(family.bones)
    return parents, {role: spelling(bone) for role, bone in family.roles().items()}


def with_extras(parents: Parents) -> Parents:
    """Add twist, end, control and correction bones to every bone, and a tail, props and clothes."""
    more = dict(parents)
    for bone in parents:
        more |= {bone + "Twist": bone, bone + "_end": bone, "IK_" + bone: None, "cor_" + bone + "_x": bone}
    root = next(bone for bone, above in parents.items() if above is None)
    for name in ("tail_01", "tail_02", "sword_L", "sword_R", "hair.001", "skirt_left_2", "Prop", "LeftArmTwist"):
        more.setdefault(name, root)
    return more


def shuffled(parents: Parents, seed: int) -> Parents:
    """Return the same rig with its bones in another order."""
    bones = list(parents.items())
    random.Random(seed).shuffle(bones)
    return dict(bones)


def assert_mapped(mapping: Mapping, family: Family, roles: dict[str, str]) -> None:
    """Check every joint, spine and neck bone; and by itself that no side has a bone of the other one."""
    rows = dict(mapping.rows())
    for role, bone in rows.items():
        if role.startswith(("left", "right")):
            opposite = {
                name for other, name in roles.items() if other.startswith("right" if role[0] == "l" else "left")
            }
            assert bone not in opposite, f"{role} is on the wrong side"
    assert rows == roles
    assert mapping.convention == family.convention


@pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES)
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_family_is_mapped_however_it_is_spelt(family: Family, spelling: str) -> None:
    parents, roles = renamed(family, SPELLINGS[spelling])
    assert_mapped(match(parents, "rig"), family, roles)
    for seed in _SEEDS:
        assert_mapped(match(shuffled(parents, seed), "rig"), family, roles)


@pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES)
@pytest.mark.parametrize("spelling", ["as_it_is", "prefix", "duplicate", "upper"])
def test_extra_bones_of_any_kind_do_not_disturb(family: Family, spelling: str) -> None:
    parents, roles = renamed(family, SPELLINGS[spelling])
    assert_mapped(match(with_extras(parents), "rig"), family, roles)
    assert_mapped(match(shuffled(with_extras(parents), 3), "rig"), family, roles)


def test_families_are_whole() -> None:
    assert {family.convention for family in FAMILIES.values()} == set(BY_KEY) - {"rigify"}
    for family in FAMILIES.values():
        seen: set[str | None] = {None}
        for bone in family.bones:
            assert bone.parent in seen, f"{family.key}: {bone.name} comes before {bone.parent}"
            assert bone.kind in KINDS
            assert (bone.role is not None) == (bone.kind == "body")
            seen.add(bone.name)
        assert {*REQUIRED, "spine.1"} <= set(family.roles())


@pytest.mark.parametrize("convention", CONVENTIONS, ids=lambda convention: convention.key)
def test_every_convention_is_recognised_whatever_the_order_of_the_bones(convention: Convention) -> None:
    found = match_convention(convention, shuffled(rig_of(convention), 7))
    assert found.lacking == ()
    assert not found.misplaced
    assert found.mapping.bones == first_names(convention)
    assert found.mapping.spine == convention.spine
    assert found.mapping.neck == convention.neck
    assert set(found.mapping.missing) <= {"left_foot", "right_foot"}
    assert match(rig_of(convention), "rig").convention == convention.key


@pytest.mark.parametrize("convention", CONVENTIONS, ids=lambda convention: convention.key)
def test_conventions_name_every_joint_once(convention: Convention) -> None:
    joints = [plain(name) for joint in convention.bones for name in convention.names_of(joint)]
    bones = [*joints, *map(plain, convention.spine), *map(plain, convention.neck)]
    assert len(set(bones)) == len(bones)
    assert set(REQUIRED) <= set(convention.bones) <= set(JOINTS)
    assert convention.spine


def test_conventions_have_keys_and_labels_of_their_own() -> None:
    assert len(BY_KEY) == len(CONVENTIONS) == len({convention.label for convention in CONVENTIONS})


@pytest.mark.parametrize("prefix", ["", "mixamorig:", "mixamorig1:", "mixamorig12:", "scene:hero:"])
def test_mixamo_with_any_prefix(prefix: str) -> None:
    mapping = match(rig_of(BY_KEY["mixamo"], prefix), "rig")
    assert mapping.convention == "mixamo"
    assert mapping.bones["left_elbow"] == prefix + "LeftForeArm"
    assert mapping.spine[0] == prefix + "Spine"


def test_names_are_compared_without_case_width_and_separators() -> None:
    assert plain("Bip001 L  UpperArm") == plain("bip001_l.upperarm") == plain("BIP001-L_UPPERARM")
    assert plain("\uff29\uff2b\u30bb\uff9d\uff80\uff70") == plain("ik\u30bb\u30f3\u30bf\u30fc")


def test_a_name_has_to_be_whole() -> None:
    names = Names(["LeftArmTwist", "LeftArm_end", "MyLeftArm"])
    assert names.find("LeftArm", NO_AFFIXES) is None
    assert names.find("LeftArm", Affixes("my")) == "MyLeftArm"


def test_of_names_that_differ_in_case_alone_the_right_one_is_taken() -> None:
    for bones in (["head", "Head"], ["Head", "head"]):
        assert Names(bones).find("Head", NO_AFFIXES) == "Head"
        assert Names(bones).find("head", NO_AFFIXES) == "head"


def test_affixes_are_found_by_voting() -> None:
    names = Names(["hero:LeftArm_jnt", "hero:LeftHand_jnt", "hero:LeftHandIndex_jnt", "prop_LeftHand"])
    assert names.affixes(["LeftArm", "LeftHand", "RightArm"])[:2] == (NO_AFFIXES, Affixes("hero:", "_jnt"))


def test_a_joint_with_several_names_takes_the_first_that_is_there() -> None:
    parents = rig_of(BY_KEY["biped"], "Bip01 ")
    parents = {("Bip01 Head1" if bone == "Bip01 Head" else bone): above for bone, above in parents.items()}
    assert match(parents, "rig").bones["head"] == "Bip01 Head1"
    assert either({"a": "x", "b": "y"}, {"a": "z"}) == {"a": ("x", "z"), "b": ("y",)}


def test_optional_bones_may_be_missing_and_are_told() -> None:
    parents = rig_of(BY_KEY["mixamo"])
    for bone in ("LeftToeBase", "RightToeBase", "Spine1", "Neck"):
        above = parents.pop(bone)
        parents = {name: above if parent == bone else parent for name, parent in parents.items()}
    mapping = match(parents, "rig")
    assert mapping.missing == ("left_foot", "right_foot")
    assert mapping.spine == ("Spine", "Spine2")
    assert mapping.neck == ()


def test_spine_bones_are_ordered_by_the_hierarchy_and_strays_left_out() -> None:
    parents = rig_of(BY_KEY["mixamo"])
    parents |= {"Spine1": "Hips", "Spine": "Spine1", "Spine2": "LeftHand", "Neck": "Spine"}
    parents |= {"LeftShoulder": "Spine", "RightShoulder": "Spine"}
    assert match(parents, "rig").spine == ("Spine1", "Spine")


def test_a_missing_required_bone_is_named() -> None:
    parents = rig_of(BY_KEY["smpl"])
    del parents["left_wrist"]
    with pytest.raises(UserError, match=r"'Bob' looks like SMPL.*missing: left hand\."):
        match(parents, "Bob")


def test_a_forearm_that_hangs_elsewhere_does_not_count() -> None:
    parents = rig_of(BY_KEY["mixamo"])
    parents["LeftForeArm"] = "Head"
    with pytest.raises(UserError, match=r"do not hang where a body has them: left forearm \('LeftForeArm'\)"):
        match(parents, "rig")


def test_a_left_joint_below_a_right_one_does_not_count() -> None:
    parents = rig_of(BY_KEY["mixamo"])
    parents["LeftShoulder"] = "RightHand"
    found = best_match(parents)
    assert {"left_collar", "left_shoulder", "left_wrist"} <= set(found.misplaced)
    assert "left_shoulder" in found.lacking
    assert "left_hip" not in found.misplaced
    assert "left upper arm" in refusal(found, "rig").message


WOLF = {
    "root": None,
    "spine.004": "root",
    "spine.006": "spine.004",
    "spine.011": "spine.006",
    "tail": "root",
    **{f"{bone}.{side}": f"{above}.{side}" if above else "spine.004" for side in "LR" for bone, above in (
        ("thigh", ""), ("shin", "thigh"), ("foot", "shin"), ("front_thigh", ""), ("front_shin", "front_thigh"),
        ("front_foot", "front_shin"), ("ear", ""))},
}  # fmt: skip
CHAIR = {"seat": None, "back": "seat", **{f"leg_{end}_{side}": "seat" for end in ("front", "rear") for side in "LR"}}
ARM = {"LeftShoulder": None, "LeftArm": "LeftShoulder", "LeftForeArm": "LeftArm", "LeftHand": "LeftForeArm"}


@pytest.mark.parametrize(
    "parents",
    [{"Bone": None, "Bone.001": "Bone", "tail": "Bone"}, WOLF, CHAIR, ARM, {"Bone": None}, {}],
    ids=["snake", "wolf", "chair", "arm", "bone", "nothing"],
)
def test_a_rig_that_is_no_humanoid_is_refused_and_told_why(parents: Parents) -> None:
    with pytest.raises(UserError) as refused:
        match(parents, "Snake")
    message = refused.value.message
    assert "Snake" in message and "no humanoid bones" in message and "missing: hips, head" in message
    assert "Mixamo" in message and "Rigify" in message
    assert len(message) < 400


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


def test_extras_are_spelt_as_the_rig_is() -> None:
    extras = match(rig_of(BY_KEY["rigify"], "hero:") | {"hero:ORG-spine": None}, "rig").extras
    assert extras.also == {"hero:spine_fk": "pelvis"}
    assert extras.joints_at["hero:torso"] == "hero:ORG-spine"
    assert extras.switches[0].bone == "hero:upper_arm_parent.L"


def test_controls_are_preferred_to_the_deform_bones_beside_them() -> None:
    parents = rig_of(BY_KEY["rigify"]) | rig_of(BY_KEY["rigify_deform"]) | rig_of(BY_KEY["rigify_metarig"], "ORG-")
    assert match(parents, "rig").convention == "rigify"
    assert match(rig_of(BY_KEY["rigify_metarig"], "DEF-"), "rig").convention == "rigify_deform"
