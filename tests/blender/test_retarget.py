# SPDX-License-Identifier: GPL-3.0-or-later
"""Motions onto characters in Blender: what the depsgraph shows, not what the formula says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

bpy = pytest.importorskip("bpy")

import evaluated
import rigs
from sample_motions import walk
from smoogpt_ext.blender_smoogpt.actions.apply import apply_motion
from smoogpt_ext.blender_smoogpt.actions.read import read_motion
from smoogpt_ext.blender_smoogpt.actions.versions import curves_of, is_layered
from smoogpt_ext.blender_smoogpt.errors import UserError
from smoogpt_ext.blender_smoogpt.retarget.options import Options
from smoogpt_ext.blender_smoogpt.rig.detect import detect
from smoogpt_ext.blender_smoogpt.rig.properties import mapping_of
from smoogpt_ext.server.motion.bvh import write_motion
from smoogpt_ext.server.motion.rotations import quat_inv, quat_mul, yaw_of

MOTION = walk(40, turn=0.8)
FRAMES = (0, 13, 26, 39)
GENERATED = "GENERATED"
AS_IT_IS = Options(keep_feet=False, keep_hands=False)
"""Every joint as the motion has it; kept feet bend the legs of rigs of other proportions."""


@pytest.fixture(autouse=True, scope="module")
def _registered() -> Iterator[None]:
    with rigs.registered():
        yield


@pytest.fixture(autouse=True)
def _empty_scene() -> Iterator[None]:
    rigs.empty_scene()
    yield


def joints_22(folder: Path) -> bpy.types.Object:
    """Import our own skeleton from a BVH file, as another tool would."""
    write_motion(walk(2), folder / "joints.bvh")
    bpy.ops.import_anim.bvh(filepath=str(folder / "joints.bvh"), global_scale=0.01)
    armature = bpy.context.object
    armature.animation_data_clear()
    for bone in armature.pose.bones:
        bone.matrix_basis.identity()
        bone.location, bone.rotation_quaternion, bone.rotation_euler = (0, 0, 0), (1, 0, 0, 0), (0, 0, 0)
    return armature


def crooked_mixamo() -> bpy.types.Object:
    """A-pose, bent elbows, every bone rolled differently, centimetres, object scaled, moved and turned."""
    armature = rigs.mixamo("mixamorig3:", arms_down=45, elbow_bend=25, odd_rolls=True, scale=100)
    armature.scale = (0.01, 0.01, 0.01)
    armature.location = (2.0, -1.0, 0.5)
    armature.rotation_euler = (0.0, 0.0, 1.2)
    return armature


MAKERS: dict[str, Callable[[Path], bpy.types.Object]] = {
    "22 joints": joints_22,
    "mixamo T": lambda _: rigs.mixamo(),
    "mixamo A": lambda _: crooked_mixamo(),
    "mixamo without prefix": lambda _: rigs.mixamo("", arms_down=20),
    "rigify meta-rig": lambda _: rigs.rigify_metarig(),
    "rigify": lambda _: rigs.rigify_human(),
}


@pytest.mark.parametrize("name", MAKERS)
def test_limbs_point_where_the_motion_points_and_it_reads_back(name: str, tmp_path: Path) -> None:
    armature = MAKERS[name](tmp_path)
    bpy.context.scene.render.fps = 30
    mapping = detect(armature)
    assert mapping.missing == ()
    action = apply_motion(bpy.context, armature, MOTION, "Walk", 11, AS_IT_IS)
    errors = evaluated.direction_errors(bpy.context, armature, mapping, MOTION, 11, FRAMES)
    assert set(errors) >= set(evaluated.LIMBS)
    assert max(max(values) for values in errors.values()) < 0.1
    assert tuple(action.frame_range) == (11, 50)
    back = read_motion(bpy.context, armature)
    assert back.frames == MOTION.frames
    assert np.abs(np.sum(back.rotations * MOTION.rotations, axis=-1)).min() > 1 - 1e-4
    moved = (back.root_positions - MOTION.root_positions)[:, [0, 2]]
    assert np.ptp(moved, axis=0).max() < 0.005


def test_rigify_feet_stand_on_the_ground_and_controls_are_switched() -> None:
    armature = rigs.rigify_human()
    bpy.context.scene.render.fps = 30
    armature.pose.bones["hips"].location = (0.2, 0.1, 0.0)
    armature.pose.bones["chest"].rotation_quaternion = (0.9, 0.3, 0.0, 0.0)
    apply_motion(bpy.context, armature, MOTION, "Walk", 1)
    bpy.context.scene.frame_set(20)
    heights = evaluated.heads(bpy.context, armature, ["DEF-toe.L", "DEF-toe.R"], range(1, 31, 2))[..., 2]
    assert heights.min() == pytest.approx(armature.data.bones["DEF-toe.L"].head_local.z, abs=0.02)
    for limb in ("upper_arm_parent.L", "upper_arm_parent.R", "thigh_parent.L", "thigh_parent.R"):
        assert armature.pose.bones[limb]["IK_FK"] == 1.0
    assert armature.pose.bones["torso"]["head_follow"] == 1.0
    assert armature.pose.bones["hips"].location.length == 0.0
    assert armature.pose.bones["chest"].rotation_quaternion.angle == pytest.approx(0.0, abs=1e-5)


def test_only_mapped_bones_are_keyed_and_keys_are_tagged() -> None:
    armature = rigs.mixamo()
    action = apply_motion(bpy.context, armature, MOTION, "Walk", 1)
    mapped = {bone for _, bone in mapping_of(armature).rows()}
    curves = list(curves_of(armature))
    assert {curve.data_path.split('"')[1] for curve in curves} == mapped
    assert {key.type for curve in curves for key in curve.keyframe_points} == {GENERATED}
    assert len([curve for curve in curves if curve.data_path.endswith("location")]) == 3
    assert armature.animation_data.action == action
    assert action.use_frame_range and action.name == "Walk"
    if is_layered():
        assert armature.animation_data.action_slot is not None
        assert armature.animation_data.action_slot.target_id_type == "OBJECT"


def test_motion_is_brought_to_the_frame_rate_of_the_scene() -> None:
    armature = rigs.mixamo()
    bpy.context.scene.render.fps = 24
    action = apply_motion(bpy.context, armature, MOTION, "Walk", 5)
    assert tuple(action.frame_range) == (5, 5 + round(40 * 24 / 30) - 1)
    back = read_motion(bpy.context, armature)
    assert back.fps == 24
    travelled = back.root_positions[-1, 2] - back.root_positions[0, 2]
    assert travelled == pytest.approx(MOTION.resampled(24).root_positions[-1, 2], abs=0.02)


def test_the_action_before_is_kept_as_it_was() -> None:
    armature = rigs.mixamo()
    before = apply_motion(bpy.context, armature, MOTION, "Mine", 1)
    curve = next(iter(curves_of(armature)))
    curve.keyframe_points[3].type = "KEYFRAME"
    curve.keyframe_points[3].co.y = 7.25
    values = [tuple(key.co) for key in curve.keyframe_points]
    before.use_fake_user = False
    track = armature.animation_data.nla_tracks.new()
    track.strips.new("Other", 1, before)
    after = apply_motion(bpy.context, armature, walk(20), "Mine", 1)
    assert after != before and armature.animation_data.action == after
    assert before.use_fake_user
    assert [tuple(key.co) for key in curve.keyframe_points] == values
    assert curve.keyframe_points[3].type == "KEYFRAME"
    assert [strip.action for strip in track.strips] == [before]


@pytest.mark.parametrize("mode", ["XYZ", "ZXY", "YZX", "AXIS_ANGLE"])
def test_rotation_modes_are_kept_without_jumps(mode: str) -> None:
    armature = rigs.mixamo(arms_down=45, odd_rolls=True)
    bpy.context.scene.render.fps = 30
    for bone in armature.pose.bones:
        bone.rotation_mode = mode
    apply_motion(bpy.context, armature, MOTION, "Walk", 1, AS_IT_IS)
    assert {bone.rotation_mode for bone in armature.pose.bones} == {mode}
    errors = evaluated.direction_errors(bpy.context, armature, detect(armature), MOTION, 1, FRAMES)
    assert max(max(values) for values in errors.values()) < 0.1
    for curve in curves_of(armature):
        if mode == "AXIS_ANGLE" and curve.array_index > 0:
            continue  # an axis may swing round quickly while the angle is small
        values = np.array([key.co.y for key in curve.keyframe_points])
        assert np.abs(np.diff(values)).max() < 1.0, curve.data_path


def test_locked_channels_get_no_keys() -> None:
    armature = rigs.mixamo()
    hips, head = armature.pose.bones["mixamorig:Hips"], armature.pose.bones["mixamorig:Head"]
    hips.lock_location = (False, False, True)
    head.lock_rotation = (True, False, True)
    apply_motion(bpy.context, armature, MOTION, "Walk", 1)
    keyed = {
        (curve.data_path.split('"')[1], curve.data_path.rsplit(".", 1)[1], curve.array_index)
        for curve in curves_of(armature)
    }
    assert ("mixamorig:Hips", "location", 2) not in keyed
    assert ("mixamorig:Hips", "location", 1) in keyed
    assert {index for bone, name, index in keyed if bone == "mixamorig:Head"} == {0, 2}


def test_the_motion_goes_on_where_the_last_one_ended() -> None:
    armature = rigs.rigify_human()
    bpy.context.scene.render.fps = 30
    apply_motion(bpy.context, armature, MOTION, "First", 1)
    end = read_motion(bpy.context, armature, 40, 40)
    apply_motion(bpy.context, armature, MOTION, "Second", 40)
    start = read_motion(bpy.context, armature, 40, 40)
    assert np.linalg.norm(end.root_positions[-1, [0, 2]]) > 0.5
    assert np.allclose(start.root_positions[0, [0, 2]], end.root_positions[-1, [0, 2]], atol=0.02)
    turned = quat_mul(quat_inv(end.rotations[-1, 0]), start.rotations[0, 0])
    assert float(yaw_of(turned.astype(float))) == pytest.approx(0.0, abs=0.05)
    apply_motion(bpy.context, armature, MOTION, "Third", 40)
    again = read_motion(bpy.context, armature, 40, 40)
    assert np.allclose(again.root_positions, start.root_positions, atol=1e-3)


def test_a_posed_root_carries_the_motion() -> None:
    armature = rigs.rigify_human()
    armature.pose.bones["root"].location = (3.0, 0.0, 0.0)
    apply_motion(bpy.context, armature, MOTION, "Walk", 1)
    hips = evaluated.heads(bpy.context, armature, ["DEF-spine"], range(1, 2))[0, 0]
    assert hips[0] == pytest.approx(3.0, abs=0.05)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: None, "No armature is selected"),
        (lambda: bpy.data.objects.new("Cube", bpy.data.meshes.new("Cube")), "'Cube' is not an armature"),
        (
            lambda: rigs.snake(),
            (
                r"'Snake' is not known by its bone names and its shape shows no left and right half"
                r".*Missing by name: hips, head, left upper arm"
            ),
        ),
    ],
)
def test_what_is_no_humanoid_is_refused_and_left_alone(
    make: Callable[[], bpy.types.Object | None], message: str
) -> None:
    thing = make()
    with pytest.raises(UserError, match=message):
        apply_motion(bpy.context, thing, MOTION, "Walk", 1)
    assert len(bpy.data.actions) == 0
    assert thing is None or thing.animation_data is None


def test_a_linked_character_is_refused_with_what_to_do(tmp_path: Path) -> None:
    bpy.data.libraries.write(str(tmp_path / "hero.blend"), {rigs.mixamo()})
    rigs.empty_scene()
    with bpy.data.libraries.load(str(tmp_path / "hero.blend"), link=True) as (_, wanted):
        wanted.objects = ["Mixamo"]
    with pytest.raises(UserError, match="Make a library override"):
        apply_motion(bpy.context, wanted.objects[0], MOTION, "Walk", 1)


def test_a_character_shown_in_rest_position_is_shown_posed() -> None:
    armature = rigs.mixamo()
    armature.data.pose_position = "REST"
    apply_motion(bpy.context, armature, MOTION, "Walk", 1)
    assert armature.data.pose_position == "POSE"


def test_a_character_without_animation_cannot_be_read() -> None:
    with pytest.raises(UserError, match="has no animation"):
        read_motion(bpy.context, rigs.mixamo())


def test_the_mapping_is_stored_with_the_character_and_followed() -> None:
    armature = rigs.mixamo()
    mapping = mapping_of(armature)
    rows = armature.smoogpt_rig.rows
    assert armature.smoogpt_rig.convention == "mixamo"
    assert dict(mapping.rows()) == {row.name: row.bone for row in rows if row.bone}
    rows["left_wrist"].bone = "mixamorig:LeftHandIndex1"
    assert mapping_of(armature).bones["left_wrist"] == "mixamorig:LeftHandIndex1"
    armature.data.bones["mixamorig:Head"].name = "mixamorig:head"
    with pytest.raises(UserError, match=r"name a bone that is gone: head \('mixamorig:Head'\).*Detect Bones"):
        mapping_of(armature)
    assert rows["left_wrist"].bone == "mixamorig:LeftHandIndex1"
