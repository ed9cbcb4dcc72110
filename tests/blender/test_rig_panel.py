# SPDX-License-Identifier: GPL-3.0-or-later
"""The rig and export operators as an animator calls them, and what the sub-panels draw."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import pytest

bpy = pytest.importorskip("bpy")

import rigs
from mathutils import Quaternion
from rig_rows import P, activate, detected, draw, drawn, rows
from sample_motions import walk
from smoogpt_ext.blender_smoogpt.actions.apply import apply_motion
from smoogpt_ext.blender_smoogpt.actions.panel import SMOOGPT_PT_export
from smoogpt_ext.blender_smoogpt.errors import UserError
from smoogpt_ext.blender_smoogpt.rig import operators, panel, properties
from smoogpt_ext.blender_smoogpt.rig.panel import SMOOGPT_PT_rig
from smoogpt_ext.blender_smoogpt.rig.properties import mapping_of


@pytest.fixture(autouse=True, scope="module")
def _registered() -> Iterator[None]:
    with rigs.registered():
        yield


@pytest.fixture(autouse=True)
def _empty_scene() -> Iterator[None]:
    rigs.empty_scene()
    yield


def test_detecting_stores_and_shows_the_mapping() -> None:
    armature = rigs.mixamo()
    assert "Not detected yet" in drawn(SMOOGPT_PT_rig, armature)
    assert bpy.ops.smoogpt.detect_rig() == {"FINISHED"}
    texts = drawn(SMOOGPT_PT_rig, armature)
    assert texts[:2] == ["Mixamo", "22 bones mapped"]
    assert {"Left upper arm", "Spine 2", "Right thigh"} <= set(texts)


def test_missing_bones_are_shown_and_can_be_picked() -> None:
    armature = rigs.mixamo()
    bpy.ops.object.mode_set(mode="EDIT")
    armature.data.edit_bones.remove(armature.data.edit_bones[f"{P}LeftToeBase"])
    bpy.ops.object.mode_set(mode="OBJECT")
    bpy.ops.smoogpt.detect_rig()
    assert "No bone: left toes" in drawn(SMOOGPT_PT_rig, armature)
    assert rows(armature)["left_foot"] == ""
    assert mapping_of(armature).missing == ("left_foot",)


def test_without_an_armature_the_panel_says_so() -> None:
    assert drawn(SMOOGPT_PT_rig, None) == ["Select a character's armature"]
    assert drawn(SMOOGPT_PT_export, None) == ["No Action"]


def test_detecting_reports_what_is_wrong() -> None:
    with pytest.raises(RuntimeError, match="No armature is selected"):
        bpy.ops.smoogpt.detect_rig()
    armature = rigs.snake()
    with pytest.raises(RuntimeError, match="'Snake'"):
        bpy.ops.smoogpt.detect_rig()
    assert not armature.smoogpt_rig.rows


def test_the_panel_has_every_button_and_option() -> None:
    layout = draw(SMOOGPT_PT_rig, detected())
    of_a_row = [button.operator for button in layout.buttons if getattr(button, "role", "") == "left_elbow"]
    assert of_a_row == ["smoogpt.pick_bone", "smoogpt.mirror_bone", "smoogpt.clear_bone"]
    assert "smoogpt.mirror_bone" not in {b.operator for b in layout.buttons if getattr(b, "role", "") == "head"}
    assert [b.kind for b in layout.buttons if hasattr(b, "kind")] == ["spine", "spine", "neck", "neck"]
    assert {"smoogpt.capture_t_pose", "smoogpt.clear_rows"} <= {button.operator for button in layout.buttons}
    assert layout.props == ["root_mode", "heading", "path_turn", "keep_feet", "keep_hands", "thin_error"]
    assert not layout.alerts


def test_the_options_begin_as_described() -> None:
    rig = rigs.mixamo().smoogpt_rig
    assert (rig.root_mode, rig.heading, rig.path_turn, rig.keep_feet, rig.keep_hands, rig.thin_error) == (
        "HIPS",
        0,
        0,
        True,
        True,
        0,
    )
    for mode in ("ROOT_BONE", "OBJECT", "IN_PLACE"):
        rig.root_mode = mode
    rig.path_turn, rig.thin_error = 100, -1
    assert math.isclose(rig.path_turn, 2 * math.pi, abs_tol=1e-6)
    assert rig.thin_error == 0
    for name in ("root_mode", "heading", "path_turn", "keep_feet", "keep_hands", "thin_error"):
        assert len(rig.bl_rna.properties[name].description) > 20


@pytest.mark.parametrize("mode", ["POSE", "EDIT"])
def test_the_active_bone_is_picked(mode: str) -> None:
    armature = detected()
    activate(armature, f"{P}LeftHandIndex1", mode)
    assert bpy.ops.smoogpt.pick_bone(role="left_wrist") == {"FINISHED"}
    draw(SMOOGPT_PT_rig, armature)
    bpy.ops.object.mode_set(mode="OBJECT")
    mapping = mapping_of(armature)
    assert mapping.bones["left_wrist"] == f"{P}LeftHandIndex1"
    assert (mapping.convention, mapping.label) == ("mixamo", "Mixamo")


def test_picking_reports_what_is_wrong() -> None:
    armature = detected()
    before = rows(armature)
    with pytest.raises(RuntimeError, match="No bone of 'Mixamo' is active.*Pose or Edit Mode"):
        bpy.ops.smoogpt.pick_bone(role="head")
    activate(armature, f"{P}Head")
    for role in ("", "tail", "spine", "spine.0", "spine.x", "head.1"):
        with pytest.raises(RuntimeError, match=f"'{role}' is no part of the body"):
            bpy.ops.smoogpt.pick_bone(role=role)
    assert rows(armature) == before


def test_a_row_is_cleared() -> None:
    armature = detected()
    assert bpy.ops.smoogpt.clear_bone(role="left_foot") == {"FINISHED"}
    mapping = mapping_of(armature)
    assert "left_foot" not in mapping.bones
    assert mapping.missing == ("left_foot",)
    assert draw(SMOOGPT_PT_rig, armature).alerts == []


def test_a_required_role_without_a_bone_is_named_and_nothing_is_lost() -> None:
    armature = detected()
    armature.smoogpt_rig.rows["left_wrist"].bone = f"{P}LeftHandIndex1"
    bpy.ops.smoogpt.clear_bone(role="right_knee")
    armature.smoogpt_rig.rows["head"].bone = "Kopf"
    before = rows(armature)
    with pytest.raises(UserError, match=r"no bone: right shin .* gone: head \('Kopf'\).*Rig panel or press Detect"):
        mapping_of(armature)
    with pytest.raises(UserError, match="right shin"):
        apply_motion(bpy.context, armature, walk(5), "Walk", 1)
    assert rows(armature) == before
    assert not bpy.data.actions
    alerts = draw(SMOOGPT_PT_rig, armature).alerts
    assert alerts == ["No bone: right shin", "Head", "head", "Right shin", "right_knee"]
    bpy.ops.smoogpt.detect_rig()
    assert mapping_of(armature).bones["head"] == f"{P}Head"


def test_a_rig_without_a_spine_is_refused() -> None:
    armature = detected()
    for number in (1, 2, 3):
        bpy.ops.smoogpt.clear_bone(role=f"spine.{number}")
    with pytest.raises(UserError, match="no bone: spine"):
        mapping_of(armature)
    assert "No bone: spine" in draw(SMOOGPT_PT_rig, armature).alerts


def test_one_bone_for_two_roles_is_refused_and_both_are_named() -> None:
    armature = detected()
    activate(armature, f"{P}LeftForeArm")
    assert bpy.ops.smoogpt.pick_bone(role="left_wrist") == {"FINISHED"}  # with a warning
    with pytest.raises(UserError, match="'mixamorig:LeftForeArm' stands for left forearm and left hand"):
        mapping_of(armature)


def test_a_row_is_mirrored() -> None:
    armature = detected()
    activate(armature, f"{P}LeftHandIndex1")
    bpy.ops.smoogpt.pick_bone(role="left_wrist")
    assert bpy.ops.smoogpt.mirror_bone(role="left_wrist") == {"FINISHED"}
    assert mapping_of(armature).bones["right_wrist"] == f"{P}RightHandIndex1"


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("arm.L", "arm.R"),
        ("Bip01 L Thigh", "Bip01 R Thigh"),
        ("J_Bip_L_UpperArm", "J_Bip_R_UpperArm"),
        ("lShldrBend", "rShldrBend"),
        ("upperarm_l", "upperarm_r"),
        ("arm_left_01", "arm_right_01"),
        ("CC_Base_L_Upperarm", "CC_Base_R_Upperarm"),
        ("ns:LEFT_ARM", "ns:RIGHT_ARM"),
        ("左腕", "右腕"),
    ],
)
def test_sides_are_told_in_every_spelling(left: str, right: str) -> None:
    armature = rigs.mixamo()
    armature.data.bones[f"{P}LeftArm"].name = left
    armature.data.bones[f"{P}RightArm"].name = right
    bpy.ops.smoogpt.map_by_hand()
    for role, bone, other, expected in (
        ("left_shoulder", left, "right_shoulder", right),
        ("right_shoulder", right, "left_shoulder", left),
    ):
        armature.smoogpt_rig.rows[role].bone = bone
        armature.smoogpt_rig.rows[other].bone = ""
        assert bpy.ops.smoogpt.mirror_bone(role=role) == {"FINISHED"}
        assert rows(armature)[other] == expected


def test_mirroring_reports_what_is_wrong() -> None:
    armature = detected()
    with pytest.raises(RuntimeError, match="The head has no other side"):
        bpy.ops.smoogpt.mirror_bone(role="head")
    armature.smoogpt_rig.rows["left_wrist"].bone = f"{P}Spine"
    with pytest.raises(RuntimeError, match="no bone on the other side of 'mixamorig:Spine'.*Pick the right hand"):
        bpy.ops.smoogpt.mirror_bone(role="left_wrist")
    bpy.ops.smoogpt.clear_bone(role="left_wrist")
    with pytest.raises(RuntimeError, match="No bone stands for the left hand yet"):
        bpy.ops.smoogpt.mirror_bone(role="left_wrist")
    assert rows(armature)["right_wrist"] == f"{P}RightHand"


def test_spine_and_neck_rows_come_and_go() -> None:
    armature = detected()
    assert bpy.ops.smoogpt.add_chain_row(kind="spine") == {"FINISHED"}
    assert bpy.ops.smoogpt.add_chain_row(kind="neck") == {"FINISHED"}
    names = list(rows(armature))
    assert names[:8] == ["pelvis", "spine.1", "spine.2", "spine.3", "spine.4", "neck.1", "neck.2", "head"]
    assert len(mapping_of(armature).spine) == 3  # an empty row says nothing
    armature.smoogpt_rig.rows["neck.2"].bone = f"{P}LeftHandIndex1"
    assert mapping_of(armature).neck == (f"{P}Neck", f"{P}LeftHandIndex1")
    for kind in ("spine", "neck", "neck"):
        assert bpy.ops.smoogpt.remove_chain_row(kind=kind) == {"FINISHED"}
    assert mapping_of(armature).neck == ()
    with pytest.raises(RuntimeError, match="no neck rows to remove"):
        bpy.ops.smoogpt.remove_chain_row(kind="neck")
    assert [name for name in rows(armature) if "." in name] == ["spine.1", "spine.2", "spine.3"]


def test_rows_made_by_hand_are_a_mapping() -> None:
    armature = detected()
    wanted = {role: bone for role, bone in rows(armature).items() if role not in ("spine.2", "spine.3")}
    assert bpy.ops.smoogpt.clear_rows() == {"FINISHED"}
    assert not armature.smoogpt_rig.rows
    assert "Not detected yet" in drawn(SMOOGPT_PT_rig, armature)
    assert bpy.ops.smoogpt.map_by_hand() == {"FINISHED"}
    assert drawn(SMOOGPT_PT_rig, armature)[:2] == ["Your own rows", "0 bones mapped"]
    with pytest.raises(UserError, match="and 7 more"):
        mapping_of(armature)
    for role, bone in wanted.items():
        activate(armature, bone)
        bpy.ops.smoogpt.pick_bone(role=role)
    mapping = mapping_of(armature)
    assert dict(mapping.rows()) == wanted
    assert (mapping.convention, mapping.label) == ("custom", "Your own rows")
    bpy.ops.object.mode_set(mode="OBJECT")
    apply_motion(bpy.context, armature, walk(5), "Walk", 1)


def test_conventions_that_are_not_of_names_have_their_labels() -> None:
    armature = detected()
    armature.smoogpt_rig.convention = "structure"
    assert mapping_of(armature).label == "Found by shape"
    armature.smoogpt_rig.convention = "of a later version"
    assert mapping_of(armature).label == "Your own rows"
    assert mapping_of(armature).extras == properties.Extras()


def test_extras_stay_when_a_row_is_changed_by_hand() -> None:
    armature = rigs.rigify_human()
    before = mapping_of(armature)
    assert mapping_of(armature) == before  # from rows now, not detected
    carried = next(iter(before.extras.also), "")
    if carried:
        armature.smoogpt_rig.rows["left_wrist"].bone = carried
    else:
        armature.smoogpt_rig.rows["left_foot"].bone = ""
    after = mapping_of(armature).extras
    assert after.switches == before.extras.switches
    assert after.deform_only
    assert carried not in after.also


def test_the_present_pose_is_taken_for_the_t_pose() -> None:
    armature = rigs.mixamo(arms_down=45, odd_rolls=True)
    raised = Quaternion((0, 1, 0), math.radians(-45))  # about the armature's y, which points away from the viewer
    bone = armature.pose.bones[f"{P}LeftArm"]
    rest = bone.bone.matrix_local.to_quaternion()
    bone.rotation_quaternion = rest.inverted() @ raised @ rest
    assert bpy.ops.smoogpt.capture_t_pose() == {"FINISHED"}
    turns = {row.name: Quaternion(row.t_pose) for row in armature.smoogpt_rig.rows}
    for role in ("left_shoulder", "left_elbow", "left_wrist"):
        assert turns[role].rotation_difference(raised).angle < 1e-3
    for role in ("right_shoulder", "head", "spine.1"):
        assert turns[role].rotation_difference(Quaternion()).angle < 1e-3
    layout = draw(SMOOGPT_PT_rig, armature)
    assert "smoogpt.forget_t_pose" in {button.operator for button in layout.buttons}
    assert bpy.ops.smoogpt.detect_rig() == {"FINISHED"}
    assert any(armature.smoogpt_rig.rows["left_elbow"].t_pose)  # the same bone: still so
    armature.smoogpt_rig.rows["left_wrist"].bone = f"{P}LeftHandIndex1"
    assert not any(armature.smoogpt_rig.rows["left_wrist"].t_pose)  # measured on another bone
    assert bpy.ops.smoogpt.forget_t_pose() == {"FINISHED"}
    assert not any(any(row.t_pose) for row in armature.smoogpt_rig.rows)


def test_the_t_pose_needs_a_pose_and_a_mapping() -> None:
    armature = detected()
    bpy.ops.smoogpt.clear_bone(role="head")
    with pytest.raises(RuntimeError, match="no bone: head"):
        bpy.ops.smoogpt.capture_t_pose()
    armature.data.pose_position = "REST"
    with pytest.raises(RuntimeError, match="is shown in its rest position"):
        bpy.ops.smoogpt.capture_t_pose()
    bpy.ops.object.mode_set(mode="EDIT")
    with pytest.raises(RuntimeError, match="no pose in Edit Mode"):
        bpy.ops.smoogpt.capture_t_pose()


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("pick_bone", {"role": "head"}),
        ("clear_bone", {"role": "head"}),
        ("mirror_bone", {"role": "left_elbow"}),
        ("add_chain_row", {"kind": "spine"}),
        ("remove_chain_row", {"kind": "spine"}),
        ("map_by_hand", {}),
        ("clear_rows", {}),
        ("capture_t_pose", {}),
        ("forget_t_pose", {}),
        ("save_rig_preset", {"name": "Hero"}),
        ("load_rig_preset", {"name": "Hero"}),
    ],
)
def test_every_operator_wants_an_armature(name: str, settings: dict[str, str]) -> None:
    with pytest.raises(RuntimeError, match="No armature is selected"):
        getattr(bpy.ops.smoogpt, name)(**settings)
    undoable = "UNDO" in getattr(bpy.types, f"SMOOGPT_OT_{name}").bl_options
    assert undoable is not (name == "save_rig_preset")


def test_the_mapping_is_undone() -> None:
    armature = detected()
    armature.smoogpt_rig.rows["head"].t_pose = (1, 0, 0, 0)
    bpy.ops.ed.undo_push(message="before")
    before = rows(armature)
    bpy.ops.smoogpt.clear_rows()
    bpy.ops.ed.undo_push(message="after")
    if "FINISHED" not in bpy.ops.ed.undo():
        pytest.skip("no undo without a window")
    armature = bpy.data.objects["Mixamo"]
    assert rows(armature) == before
    assert tuple(armature.smoogpt_rig.rows["head"].t_pose) == (1, 0, 0, 0)


def test_rows_are_saved_with_the_file(tmp_path: Path) -> None:
    armature = detected()
    armature.smoogpt_rig.rows["head"].t_pose = (1, 0, 0, 0)
    armature.smoogpt_rig.root_mode = "IN_PLACE"
    before = rows(armature)
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "hero.blend"), copy=True)
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "hero.blend"))
    again = bpy.data.objects["Mixamo"]
    assert rows(again) == before
    assert tuple(again.smoogpt_rig.rows["head"].t_pose) == (1, 0, 0, 0)
    assert again.smoogpt_rig.root_mode == "IN_PLACE"


def test_registering_twice_leaves_nothing_behind() -> None:
    if not properties.SMOOGPT_PG_rig.is_registered:
        pytest.skip("the installed extension runs; its own tests disable and enable it")
    from smoogpt_ext.blender_smoogpt.prompts import panel as main_panel

    modules = (properties, operators)
    parents = () if hasattr(bpy.types, "SMOOGPT_PT_main") else (main_panel,)
    armature = detected()
    before = rows(armature)
    for _ in range(2):
        for module in (*parents, panel):
            module.register()
        for module in reversed((*modules, *parents, panel)):
            module.unregister()
        assert not hasattr(bpy.types.Object, "smoogpt_rig")
        assert not hasattr(bpy.types, "SMOOGPT_OT_pick_bone")
        assert not hasattr(bpy.types, "SMOOGPT_MT_rig_presets")
        for module in modules:
            module.register()
    assert rows(bpy.data.objects["Mixamo"]) == before
