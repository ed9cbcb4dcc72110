# SPDX-License-Identifier: GPL-3.0-or-later
"""What an animator may choose: what carries the character, heading, bent paths, kept feet, fewer keys. As evaluated."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

bpy = pytest.importorskip("bpy")

import evaluated
import rigs
from mathutils import Matrix, Quaternion
from sample_motions import walk
from smoogpt_ext.blender_smoogpt.actions.apply import apply_motion, options_of
from smoogpt_ext.blender_smoogpt.actions.read import read_motion
from smoogpt_ext.blender_smoogpt.actions.versions import curves_of
from smoogpt_ext.blender_smoogpt.errors import UserError
from smoogpt_ext.blender_smoogpt.retarget.options import Options, RootMode
from smoogpt_ext.server.motion.contacts import clean_feet, contacts
from smoogpt_ext.server.motion.motion import Motion
from smoogpt_ext.server.motion.rotations import yaw_of

MOTION = walk(40, turn=0.8)


@pytest.fixture(autouse=True, scope="module")
def _registered() -> Iterator[None]:
    with rigs.registered():
        yield


@pytest.fixture(autouse=True)
def _empty_scene() -> Iterator[None]:
    rigs.empty_scene()
    bpy.context.scene.render.fps = 30
    yield


def on_root(**make: float) -> bpy.types.Object:
    """Return a Mixamo character whose hips hang on a bone on the ground."""
    armature = rigs.mixamo(**make)
    bpy.ops.object.mode_set(mode="EDIT")
    root = armature.data.edit_bones.new("mixamorig:Root")
    root.head, root.tail, root.roll = (0.1, 0.05, 0.0), (0.1, 0.45, 0.1), 0.4
    armature.data.edit_bones["mixamorig:Hips"].parent = root
    bpy.ops.object.mode_set(mode="OBJECT")
    return armature


def world_points(armature: bpy.types.Object, frames: range) -> np.ndarray:
    """Return the evaluated heads of a few bones in the world (T, B, 3)."""
    names = ["mixamorig:Hips", "mixamorig:Head", "mixamorig:LeftHand", "mixamorig:RightFoot"]
    rows = []
    for frame in frames:
        bpy.context.scene.frame_set(frame)
        seen = armature.evaluated_get(bpy.context.evaluated_depsgraph_get())
        rows.append([tuple(seen.matrix_world @ seen.pose.bones[name].head) for name in names])
    return np.array(rows)


def keyed(armature: bpy.types.Object, path: str) -> list[float]:
    """Return how far each curve of a property goes."""
    return [
        float(np.ptp([key.co.y for key in curve.keyframe_points]))
        for curve in curves_of(armature)
        if curve.data_path == path
    ]


@pytest.mark.parametrize("mode", [RootMode.ROOT_BONE, RootMode.OBJECT])
def test_whatever_carries_the_character_it_is_seen_to_move_alike(mode: RootMode) -> None:
    armature = on_root(arms_down=30)
    armature.location, armature.rotation_euler = (1.0, 2.0, 0.0), (0.0, 0.0, 0.7)
    armature.scale = (1.5, 1.5, 1.5)
    frames = range(1, 41, 6)
    apply_motion(bpy.context, armature, MOTION, "Walk", 1)
    by_hips = world_points(armature, frames)
    assert np.ptp(by_hips[:, 0, :2], axis=0).max() > 1.0
    bpy.context.scene.frame_set(1)
    apply_motion(bpy.context, armature, MOTION, "Walk", 1, Options(root_mode=mode))
    assert np.abs(world_points(armature, frames) - by_hips).max() < 0.002
    hips = keyed(armature, 'pose.bones["mixamorig:Hips"].location')
    carrier = keyed(armature, "location" if mode is RootMode.OBJECT else 'pose.bones["mixamorig:Root"].location')
    assert max(hips) < 0.2
    assert max(carrier) > 0.8


def test_rigify_is_carried_by_its_root_and_goes_on_from_there() -> None:
    armature = rigs.rigify_human()
    bpy.context.scene.render.fps = 30
    options = Options(root_mode=RootMode.ROOT_BONE, keep_feet=False, keep_hands=False)
    apply_motion(bpy.context, armature, MOTION, "First", 1, options)
    assert max(keyed(armature, 'pose.bones["root"].location')) > 0.8
    mapping = {f"DEF-{name}": name for name in ("spine", "hand.L", "foot.R")}
    seen = evaluated.heads(bpy.context, armature, list(mapping), range(1, 41, 13))
    other = rigs.rigify_human()
    bpy.context.scene.render.fps = 30
    apply_motion(bpy.context, other, MOTION, "First", 1, Options(keep_feet=False, keep_hands=False))
    assert np.abs(evaluated.heads(bpy.context, other, list(mapping), range(1, 41, 13)) - seen).max() < 0.002


def test_the_next_take_goes_on_where_the_root_bone_has_gone() -> None:
    armature = on_root()
    options = Options(root_mode=RootMode.ROOT_BONE)
    apply_motion(bpy.context, armature, MOTION, "First", 1, options)
    bpy.context.scene.frame_set(40)
    end = read_motion(bpy.context, armature, 40, 40)
    apply_motion(bpy.context, armature, MOTION, "Second", 40, options)
    start = read_motion(bpy.context, armature, 40, 40)
    assert np.linalg.norm(end.root_positions[0, [0, 2]]) > 0.5
    assert np.allclose(start.root_positions[0, [0, 2]], end.root_positions[0, [0, 2]], atol=0.02)


def test_without_a_bone_above_the_hips_the_choice_is_refused_and_nothing_changes() -> None:
    armature = rigs.mixamo()
    with pytest.raises(UserError, match="no bone above its hips.*Choose Hips or Object"):
        apply_motion(bpy.context, armature, MOTION, "Walk", 1, Options(root_mode=RootMode.ROOT_BONE))
    assert len(bpy.data.actions) == 0


def test_in_place_stays_in_place() -> None:
    armature = rigs.mixamo()
    apply_motion(bpy.context, armature, MOTION, "Walk", 1, Options(root_mode=RootMode.IN_PLACE))
    hips = world_points(armature, range(1, 41, 3))[:, 0]
    assert np.ptp(hips[:, :2], axis=0).max() < 0.1
    assert np.ptp(hips[:, 2]) > 0.02


def test_heading_and_bent_path() -> None:
    armature = rigs.mixamo()
    apply_motion(bpy.context, armature, walk(60), "Walk", 1, Options(heading=np.pi / 2))
    hips = world_points(armature, range(1, 61, 59))[:, 0]
    assert hips[1, 0] - hips[0, 0] > 1.0  # the character's left
    assert abs(hips[1, 1] - hips[0, 1]) < 0.2
    rigs.empty_scene()
    armature = rigs.mixamo()
    apply_motion(bpy.context, armature, walk(60), "Walk", 1, Options(path_turn=np.pi / 2))
    back = read_motion(bpy.context, armature)
    turned = yaw_of(back.rotations[[0, -1], 0].astype(float))
    before = yaw_of(walk(60).rotations[[0, -1], 0].astype(float))
    assert (turned[1] - turned[0]) - (before[1] - before[0]) == pytest.approx(np.pi / 2, abs=0.05)


def _slide(armature: bpy.types.Object, planted: np.ndarray) -> float:
    names = ["mixamorig:LeftToeBase", "mixamorig:RightToeBase"]
    toes = evaluated.heads(bpy.context, armature, names, range(1, len(planted) + 1))[..., :2]
    speed = np.linalg.norm(np.diff(toes, axis=0), axis=-1) * 30
    return float(speed[planted[1:] & planted[:-1]].mean())


def test_kept_feet_stand_still_as_evaluated() -> None:
    raw = walk(80)
    swing = np.sin(np.arange(80) / 30.0 * 2.0 * np.pi)
    flags = np.stack([swing > -0.2, swing > -0.2, swing < 0.2, swing < 0.2], axis=-1)
    motion: Motion = clean_feet(raw, flags).canonical()
    planted = contacts(motion)[:, [1, 3]]
    assert planted.mean() > 0.2
    armature = rigs.mixamo(odd_rolls=True)
    apply_motion(bpy.context, armature, motion, "Walk", 1, Options(keep_feet=False, keep_hands=False))
    slides = _slide(armature, planted)
    bpy.context.scene.frame_set(1)
    armature.animation_data_clear()
    for bone in armature.pose.bones:
        bone.matrix_basis.identity()
    apply_motion(bpy.context, armature, motion, "Walk", 1)
    assert _slide(armature, planted) < min(0.01, slides)


@pytest.mark.parametrize("mode", ["QUATERNION", "YXZ"])
def test_thinned_keys_stay_within_the_error_and_are_fewer(mode: str) -> None:
    armature = rigs.mixamo(arms_down=45, odd_rolls=True)
    for bone in armature.pose.bones:
        bone.rotation_mode = mode
    frames = range(1, 61)
    motion = walk(60)

    def poses() -> np.ndarray:
        return np.stack(
            [
                [np.array(seen.pose.bones[name].matrix_basis.to_quaternion()) for name in names]
                for seen in _evaluated(armature, frames)
            ]
        )

    apply_motion(bpy.context, armature, motion, "Full", 1)
    names = [bone.name for bone in armature.pose.bones]
    full, keys = poses(), sum(len(curve.keyframe_points) for curve in curves_of(armature))
    bpy.context.scene.frame_set(1)
    apply_motion(bpy.context, armature, motion, "Thin", 1, Options(thin_error=1.0))
    thin, fewer = poses(), sum(len(curve.keyframe_points) for curve in curves_of(armature))
    off = 2 * np.degrees(np.arccos(np.clip(np.abs(np.sum(full * thin, axis=-1)), 0, 1)))
    assert fewer < 0.6 * keys
    assert off.max() < 1.05


def _evaluated(armature: bpy.types.Object, frames: range) -> Iterator[bpy.types.Object]:
    for frame in frames:
        bpy.context.scene.frame_set(frame)
        yield armature.evaluated_get(bpy.context.evaluated_depsgraph_get())


def test_the_panels_choices_are_followed() -> None:
    armature = rigs.mixamo()
    rig = armature.smoogpt_rig
    assert options_of(armature) == Options()
    rig.root_mode, rig.heading, rig.keep_feet = "IN_PLACE", 0.5, False
    assert options_of(armature) == Options(RootMode.IN_PLACE, heading=0.5, keep_feet=False)
    apply_motion(bpy.context, armature, MOTION, "Walk", 1)
    assert np.ptp(world_points(armature, range(1, 41, 3))[:, 0, :2], axis=0).max() < 0.1


def test_a_rig_without_known_names_is_animated_by_its_shape() -> None:
    armature = rigs.mixamo(arms_down=40, odd_rolls=True)
    for number, bone in enumerate(list(armature.data.bones)):
        bone.name = f"xx{number:02d}"
    apply_motion(bpy.context, armature, MOTION, "Walk", 1, Options(keep_feet=False, keep_hands=False))
    assert armature.smoogpt_rig.convention == "structure"
    back = read_motion(bpy.context, armature)
    limbs = [4, 5, 16, 17, 18, 19]  # knees, upper arms, forearms
    assert np.abs(np.sum(back.rotations[:, limbs] * MOTION.rotations[:, limbs], axis=-1)).min() > 1 - 1e-3


def test_a_pose_that_is_said_to_be_the_t_pose_is_followed() -> None:
    """Straight arms that rest with the palms to the front: only the animator can know."""
    armature = rigs.mixamo(arms_down=45)
    bones = armature.pose.bones
    for side, sign in (("Left", 1.0), ("Right", -1.0)):
        arm = bones[f"mixamorig:{side}Arm"]
        raised = Matrix.Rotation(-np.radians(45) * sign, 4, "Y") @ arm.bone.matrix_local
        arm.matrix = Matrix.Translation(arm.head) @ raised.to_3x3().to_4x4()
        bpy.context.view_layer.update()
        forearm = bones[f"mixamorig:{side}ForeArm"]
        forearm.rotation_quaternion = Quaternion((0, 1, 0), 0.8)
        bpy.context.view_layer.update()
    t_pose = {name: np.array(bones[name].matrix.to_3x3()) for name in ("mixamorig:LeftForeArm", "mixamorig:LeftHand")}
    bpy.context.view_layer.objects.active = armature
    assert bpy.ops.smoogpt.capture_t_pose() == {"FINISHED"}
    still = Motion(
        MOTION.root_positions[:2], np.eye(4, dtype=np.float32)[:1][None].repeat(22, axis=1).repeat(2, axis=0)
    )
    apply_motion(bpy.context, armature, still, "Still", 1, Options(keep_feet=False, keep_hands=False))
    bpy.context.scene.frame_set(2)
    seen = armature.evaluated_get(bpy.context.evaluated_depsgraph_get()).pose.bones
    for name, wanted in t_pose.items():
        assert np.allclose(np.array(seen[name].matrix.to_3x3()), wanted, atol=1e-4)
    assert bpy.ops.smoogpt.forget_t_pose() == {"FINISHED"}
    bpy.context.scene.frame_set(1)
    apply_motion(bpy.context, armature, still, "Still", 1, Options(keep_feet=False, keep_hands=False))
    bpy.context.scene.frame_set(2)
    seen = armature.evaluated_get(bpy.context.evaluated_depsgraph_get()).pose.bones
    assert not np.allclose(
        np.array(seen["mixamorig:LeftForeArm"].matrix.to_3x3()), t_pose["mixamorig:LeftForeArm"], atol=0.1
    )
