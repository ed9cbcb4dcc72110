# SPDX-License-Identifier: GPL-3.0-or-later
"""Rigs that are built in unusual ways: few or many spine bones, missing bones, odd objects, IK; as evaluated."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

bpy = pytest.importorskip("bpy")

import rigs
from bodies import RESTS, SHAPES
from family_builder import Family, family
from family_rigs import family_armature, limb_errors, twist_errors
from sample_motions import walk
from smoogpt_ext.blender_smoogpt.actions.apply import apply_motion
from smoogpt_ext.blender_smoogpt.actions.read import read_motion
from smoogpt_ext.blender_smoogpt.actions.versions import curves_of
from smoogpt_ext.blender_smoogpt.retarget.options import Options
from smoogpt_ext.blender_smoogpt.rig.properties import mapping_of

MOTION = walk(30, turn=0.5)
FRAMES = (0, 14, 29)
AS_IT_IS = Options(keep_feet=False, keep_hands=False)


@pytest.fixture(autouse=True, scope="module")
def _registered() -> Iterator[None]:
    with rigs.registered():
        yield


@pytest.fixture(autouse=True)
def _empty_scene() -> Iterator[None]:
    rigs.empty_scene()
    bpy.context.scene.render.fps = 30
    yield


def body(spine: int = 3, neck: int = 1, *, collars: bool = True, toes: bool = True) -> Family:
    """Build a rig with HumanIK's names."""
    spines = [f"Spine{at or ''}=spine" for at in range(spine)]
    necks = [f"Neck{at or ''}=neck" for at in range(neck)]
    chest = spines[-1].split("=")[0]
    return family(
        "odd",
        "humanik",
        ("Left", "Right"),
        f"""
        {" > ".join(["Reference!root", "Hips=pelvis", *spines, *necks, "Head=head"])}
        {chest} > {"{}Shoulder=collar > " if collars else ""}{{}}Arm=shoulder > {{}}ForeArm=elbow > {{}}Hand=wrist
        Hips > {{}}UpLeg=hip > {{}}Leg=knee > {{}}Foot=ankle{" > {}ToeBase=foot" if toes else ""}
        """,
    )


def check(armature: bpy.types.Object) -> None:
    """Animate and measure."""
    mapping = mapping_of(armature)
    apply_motion(bpy.context, armature, MOTION, "Walk", 1, AS_IT_IS)
    errors = limb_errors(armature, mapping, MOTION, FRAMES)
    assert errors.max() < 0.5
    back = read_motion(bpy.context, armature)
    limbs = [4, 5, 16, 17, 18, 19]
    assert np.abs(np.sum(back.rotations[:, limbs] * MOTION.rotations[:, limbs], axis=-1)).min() > 1 - 2e-3


@pytest.mark.parametrize("spine", [1, 2, 3, 4, 5, 6])
@pytest.mark.parametrize("neck", [0, 1, 2, 3])
def test_any_number_of_spine_and_neck_bones(spine: int, neck: int) -> None:
    armature, _ = family_armature(body(spine, neck), RESTS["A-pose"])
    mapping = mapping_of(armature)
    assert len(mapping.spine) == spine
    assert len(mapping.neck) == neck
    check(armature)
    bpy.context.scene.frame_set(15)
    pose = armature.evaluated_get(bpy.context.evaluated_depsgraph_get()).pose.bones
    # what the spine turns in all is what the motion's spine turns: the head looks where it shall
    turn = np.array(pose["Head"].matrix.to_3x3()) @ np.array(armature.data.bones["Head"].matrix_local.to_3x3()).T
    x, y, z = np.array(MOTION.global_rotations()[14, 15, 1:]) * 2 * MOTION.global_rotations()[14, 15, 0]
    skew = np.array([turn[2, 1] - turn[1, 2], turn[0, 2] - turn[2, 0], turn[1, 0] - turn[0, 1]])
    assert np.allclose(skew, 2 * np.array([x, -z, y]), atol=0.02)


@pytest.mark.parametrize("collars", [True, False])
@pytest.mark.parametrize("toes", [True, False])
def test_without_clavicles_or_toes(collars: bool, toes: bool) -> None:
    armature, _ = family_armature(body(collars=collars, toes=toes), RESTS["bent"])
    assert len(mapping_of(armature).missing) == 2 * (not collars) + 2 * (not toes)
    check(armature)
    apply_motion(bpy.context, armature, MOTION, "Walk", 1)  # feet are kept without toes as well


@pytest.mark.parametrize("unit", [0.01, 1.0, 100.0])
def test_objects_that_are_scaled_turned_and_parented(unit: float) -> None:
    armature, made = family_armature(body(), RESTS["relaxed"], SHAPES["long-legged"], unit)
    parent = bpy.data.objects.new("Rig", None)
    bpy.context.scene.collection.objects.link(parent)
    parent.scale, parent.rotation_euler = (1.0, 1.3, 0.8), (0.3, 0.2, 0.9)
    armature.parent = parent
    armature.rotation_euler = (np.pi / 2, 0.0, 0.0)
    check(armature)
    assert twist_errors(armature, mapping_of(armature), made, MOTION, FRAMES).max() < 10.0
    moved = read_motion(bpy.context, armature).root_positions
    assert np.allclose(np.ptp(moved, axis=0), np.ptp(MOTION.root_positions, axis=0), atol=0.02)


def test_hips_that_are_connected_still_travel() -> None:
    armature, _ = family_armature(body(), RESTS["T-pose"])
    bpy.ops.object.mode_set(mode="EDIT")
    bones = armature.data.edit_bones
    bones["Reference"].head, bones["Reference"].tail = (0.0, 0.0, 0.0), bones["Hips"].head
    bones["Hips"].use_connect = True
    bpy.ops.object.mode_set(mode="OBJECT")
    check(armature)
    moved = read_motion(bpy.context, armature).root_positions
    assert np.allclose(np.ptp(moved, axis=0), np.ptp(MOTION.root_positions, axis=0), atol=0.02)


def test_legs_on_ik_are_switched_to_our_keys() -> None:
    armature, _ = family_armature(body(), RESTS["A-pose"])
    target = bpy.data.objects.new("Foot target", None)
    bpy.context.scene.collection.objects.link(target)
    target.location = (0.3, -0.4, 0.2)
    for side in ("Left", "Right"):
        constraint = armature.pose.bones[f"{side}Leg"].constraints.new("IK")
        constraint.target, constraint.chain_count = target, 2
    other = armature.pose.bones["Head"].constraints.new("COPY_SCALE")
    other.target = target
    check(armature)
    influences = [constraint.influence for bone in armature.pose.bones for constraint in bone.constraints]
    assert sorted(influences) == [0.0, 0.0, 1.0]
    assert sum("constraints" in curve.data_path for curve in curves_of(armature)) == 2


def test_switches_and_constraints_come_back_by_undo() -> None:
    armature = rigs.rigify_human()
    bpy.context.scene.render.fps = 30
    name = armature.name
    arm = armature.pose.bones["upper_arm_parent.L"]
    assert arm["IK_FK"] == 0.0
    bpy.ops.ed.undo_push(message="before")
    apply_motion(bpy.context, armature, MOTION, "Walk", 1)
    assert arm["IK_FK"] == 1.0
    bpy.ops.ed.undo_push(message="after")
    if "FINISHED" not in bpy.ops.ed.undo():
        pytest.skip("no undo without a window")
    armature = bpy.data.objects[name]
    assert armature.pose.bones["upper_arm_parent.L"]["IK_FK"] == 0.0
    assert armature.animation_data is None or armature.animation_data.action is None
