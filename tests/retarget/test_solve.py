# SPDX-License-Identifier: GPL-3.0-or-later
"""Retargeting against posing bone by bone: directions, twist, place, scale, odd skeletons, and the way back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from oracle import TO_BLENDER, angle, joints_at_rest, posed, rest_bone, rest_of_joints
from sample_motions import walk
from smoogpt_ext.blender_smoogpt.errors import UserError
from smoogpt_ext.blender_smoogpt.retarget.plan import make_plan, spread
from smoogpt_ext.blender_smoogpt.retarget.rest import RestBone
from smoogpt_ext.blender_smoogpt.retarget.reverse import motion_of
from smoogpt_ext.blender_smoogpt.retarget.solve import Place, present_place, solve
from smoogpt_ext.blender_smoogpt.rig.conventions import BY_KEY
from smoogpt_ext.blender_smoogpt.rig.mapping import Mapping
from smoogpt_ext.blender_smoogpt.rig.matching import match
from smoogpt_ext.server.motion.motion import Motion
from smoogpt_ext.server.motion.rotations import matrix_from_quat, quat_from_axis_angle, yaw_of
from smoogpt_ext.server.motion.skeleton import JOINT_INDEX, JOINTS, PARENTS

MOTION = walk(40)
FRAMES = range(0, 40, 7)
LIMBS = [
    (JOINTS[PARENTS[at]], name) for at, name in enumerate(JOINTS) if name.endswith(("elbow", "wrist", "knee", "ankle"))
]
SPINE = [("spine1", "spine2"), ("spine2", "spine3"), ("spine3", "neck"), ("neck", "head")]


def smpl(rest: dict[str, RestBone]) -> Mapping:
    return match({name: bone.parent for name, bone in rest.items()}, "rig")


def worst_direction(rest: dict[str, RestBone], mapping: Mapping, motion: Motion = MOTION) -> float:
    """Return the largest angle in degrees between a posed limb or spine bone and the motion's."""
    plan = make_plan(rest, mapping)
    channels = solve(plan, motion)
    points = motion.positions().astype(float)
    worst = 0.0
    for frame in FRAMES:
        poses = posed(rest, channels, plan.root, frame)
        for start, end in LIMBS + SPINE:
            wanted = TO_BLENDER @ (points[frame, JOINT_INDEX[end]] - points[frame, JOINT_INDEX[start]])
            worst = max(worst, angle(poses[end][:3, 3] - poses[start][:3, 3], wanted))
    return worst


@pytest.mark.parametrize(("arms_down", "elbow_bend"), [(0, 0), (45, 0), (30, 25), (80, 10)])
@pytest.mark.parametrize("scale", [1.0, 100.0])
def test_limbs_point_where_the_motion_points(arms_down: float, elbow_bend: float, scale: float) -> None:
    rest = rest_of_joints(joints_at_rest(scale, arms_down, elbow_bend), np.random.default_rng(3))
    assert worst_direction(rest, smpl(rest)) < 0.01


def test_an_a_pose_without_its_alignment_would_be_far_off() -> None:
    """The check itself can fail: the same rig read as if it stood in T-pose."""
    rest = rest_of_joints(joints_at_rest(arms_down=45), np.random.default_rng(3))
    plan = make_plan(rest, smpl(rest))
    identity = np.array([1.0, 0.0, 0.0, 0.0])
    channels = solve(replace(plan, driven=tuple(replace(bone, align=identity) for bone in plan.driven)), MOTION)
    poses = posed(rest, channels, plan.root, 0)
    points = MOTION.positions()[0].astype(float)
    wanted = TO_BLENDER @ (points[JOINT_INDEX["left_elbow"]] - points[JOINT_INDEX["left_shoulder"]])
    assert angle(poses["left_elbow"][:3, 3] - poses["left_shoulder"][:3, 3], wanted) > 30


def test_forearms_bent_in_rest_keep_their_hinge() -> None:
    """An elbow that is bent about a hinge in rest straightens about that hinge: the forearm is not twisted."""
    flat = rest_of_joints(joints_at_rest(arms_down=40), np.random.default_rng(1))
    bent = rest_of_joints(joints_at_rest(arms_down=40, elbow_bend=30), np.random.default_rng(1))
    still = Motion(MOTION.root_positions[:1], np.eye(4, dtype=np.float32)[:1][None].repeat(22, axis=1))
    turned = []
    for rest in (flat, bent):
        plan = make_plan(rest, smpl(rest))
        pose = posed(rest, solve(plan, still), plan.root, 0)["left_elbow"][:3, :3]
        turned.append(pose @ rest["left_elbow"].matrix[:3, :3].T)
    up = np.array([0.0, 0.0, 1.0])
    lowered = np.array([np.sin(np.radians(40)), 0.0, np.cos(np.radians(40))])
    # what is the top of the lowered forearm is the top of the raised one, bent or not
    for turn in turned:
        assert angle(turn @ lowered, up) < 1.0


def test_bones_in_between_and_above_do_not_disturb() -> None:
    points = joints_at_rest(arms_down=30)
    rest = rest_of_joints(points, np.random.default_rng(5))
    rest["world"] = rest_bone(None, np.array([0.3, -0.2, 0.0]), np.array([0.3, 0.8, 0.0]), 0.4)
    rest["pelvis"] = replace(rest["pelvis"], parent="world")
    middle = (points["left_shoulder"] + points["left_elbow"]) / 2
    rest["twist"] = rest_bone("left_shoulder", middle, middle + np.array([0.0, 0.1, 0.3]), 2.0)
    rest["left_elbow"] = replace(rest["left_elbow"], parent="twist")
    assert worst_direction(rest, smpl(rest)) < 0.01


def test_bones_that_do_not_inherit_rotation() -> None:
    rest = rest_of_joints(joints_at_rest(), np.random.default_rng(5))
    plan = make_plan({**rest, "head": replace(rest["head"], inherit_rotation=False)}, smpl(rest))
    channels = solve(plan, MOTION)
    head = TO_BLENDER @ matrix(MOTION, "head", 20) @ TO_BLENDER.T @ rest["head"].rotation
    own = rest["head"].rotation.T @ head
    assert np.allclose(quat_matrix(channels.rotations["head"][20]), own, atol=1e-5)


def matrix(motion: Motion, joint: str, frame: int) -> np.ndarray:
    return quat_matrix(motion.global_rotations()[frame, JOINT_INDEX[joint]].astype(float))


def quat_matrix(q: np.ndarray) -> np.ndarray:
    from smoogpt_ext.server.motion.rotations import matrix_from_quat

    return matrix_from_quat(q)


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 6])
def test_spines_of_any_length_keep_hips_and_chest(count: int) -> None:
    points = joints_at_rest()
    rest = rest_of_joints(points, np.random.default_rng(2))
    for name in ("spine1", "spine2", "spine3"):
        del rest[name]
    low, high = points["spine1"], points["neck"]
    above = "pelvis"
    names = [f"back{at}" for at in range(count)]
    for at, name in enumerate(names):
        head, tail = (low + (high - low) * step / count for step in (at, at + 1))
        rest[name] = rest_bone(above, head, tail, 0.7 * at)
        above = name
    for name in ("neck", "left_collar", "right_collar"):
        rest[name] = replace(rest[name], parent=above)
    convention = BY_KEY["smpl"]
    mapping = Mapping("smpl", "SMPL", convention.bones, tuple(names), convention.neck)
    plan = make_plan(rest, mapping)
    channels = solve(plan, MOTION)
    for frame in FRAMES:
        poses = posed(rest, channels, plan.root, frame)
        chest = poses[names[-1]][:3, :3] @ rest[names[-1]].rotation.T
        if count > 1:
            wanted = TO_BLENDER @ matrix(MOTION, "spine3", frame) @ TO_BLENDER.T
            assert np.allclose(chest, wanted, atol=1e-4)
        wrist = TO_BLENDER @ matrix(MOTION, "left_wrist", frame) @ TO_BLENDER.T
        assert np.allclose(poses["left_wrist"][:3, :3] @ rest["left_wrist"].rotation.T, wrist, atol=1e-4)
    assert [share[2] for share in spread(3)] == [0.0, 0.0, 1.0]


@pytest.mark.parametrize("scale", [0.6, 1.0, 100.0])
def test_hips_travel_by_the_length_of_the_legs(scale: float) -> None:
    rest = rest_of_joints(joints_at_rest(scale), np.random.default_rng(4))
    plan = make_plan(rest, smpl(rest))
    channels = solve(plan, MOTION)
    hips = [posed(rest, channels, plan.root, frame)["pelvis"][:3, 3] for frame in (0, 39)]
    way = (MOTION.root_positions[39] - MOTION.root_positions[0]).astype(float)
    assert np.allclose(hips[1] - hips[0], TO_BLENDER @ way * scale, atol=1e-4 * scale)


def test_feet_stay_on_the_ground_of_longer_legs() -> None:
    rest = rest_of_joints(joints_at_rest(1.5), np.random.default_rng(4))
    plan = make_plan(rest, smpl(rest))
    channels = solve(plan, MOTION)
    ours = MOTION.positions()[:, [JOINT_INDEX["left_foot"], JOINT_INDEX["right_foot"]], 1].min()
    lowest = min(
        posed(rest, channels, plan.root, frame)[foot][2, 3]
        for frame in range(40)
        for foot in ("left_foot", "right_foot")
    )
    assert lowest == pytest.approx(1.5 * float(ours), abs=1e-4)


def test_a_rig_that_looks_another_way_walks_that_way() -> None:
    """A Y-up skeleton looking along +X, as some files come in."""
    points = joints_at_rest()
    turn = np.array([[0.0, -1.0, 0.0], [0.0, 0.0, 1.0], [-1.0, 0.0, 0.0]])
    rest = rest_of_joints({name: turn @ point for name, point in points.items()}, np.random.default_rng(6))
    plan = make_plan(rest, smpl(rest))
    poses = [posed(rest, solve(plan, MOTION), plan.root, frame)["pelvis"][:3, 3] for frame in (0, 39)]
    way = TO_BLENDER @ (MOTION.root_positions[39] - MOTION.root_positions[0]).astype(float)
    assert np.allclose(poses[1] - poses[0], turn @ way, atol=1e-4)


def test_the_motion_starts_where_and_how_the_character_stands() -> None:
    rest = rest_of_joints(joints_at_rest(), np.random.default_rng(6))
    plan = make_plan(rest, smpl(rest))
    first = solve(plan, walk(40, turn=1.0))
    last = {bone: values[-1] for bone, values in first.rotations.items()}
    place = present_place(plan, first.location[-1], last)
    then = solve(plan, MOTION, place)
    start = {bone: values[0] for bone, values in then.rotations.items()}
    again = present_place(plan, then.location[0], start)
    assert np.allclose(again.ground, place.ground, atol=1e-5)
    assert again.heading == pytest.approx(place.heading, abs=1e-4)
    assert abs(place.heading) > 0.5
    assert np.linalg.norm(place.ground) > 0.5


def test_signs_are_continuous_and_start_near_rest() -> None:
    rest = rest_of_joints(joints_at_rest(), np.random.default_rng(8))
    for values in solve(make_plan(rest, smpl(rest)), walk(40, turn=6.0)).rotations.values():
        assert np.sum(values[1:] * values[:-1], axis=-1).min() > 0
        assert values[0, 0] >= 0


def test_a_connected_pelvis_moves_by_the_bone_above() -> None:
    rest = rest_of_joints(joints_at_rest(), np.random.default_rng(9))
    rest["base"] = rest_bone(None, np.zeros(3), rest["pelvis"].head, 0.0)
    rest["pelvis"] = replace(rest["pelvis"], parent="base", connected=True)
    assert make_plan(rest, smpl(rest)).root == "base"
    assert worst_direction(rest, smpl(rest)) < 0.01


@pytest.mark.parametrize("arms_down", [0.0, 50.0])
def test_reading_back_gives_the_same_motion(arms_down: float) -> None:
    rest = rest_of_joints(joints_at_rest(1.3, arms_down, 15.0), np.random.default_rng(11))
    mapping = smpl(rest)
    plan = make_plan(rest, mapping)
    channels = solve(plan, MOTION, Place(np.zeros(2), 0.0))
    frames = [posed(rest, channels, plan.root, frame) for frame in range(MOTION.frames)]
    poses = {name: np.stack([frame[name] for frame in frames]) for name in rest}
    back = motion_of(plan, rest, mapping, poses, MOTION.fps)
    assert np.abs(np.sum(back.rotations * MOTION.rotations, axis=-1)).min() > 1 - 1e-5
    assert np.abs(back.positions() - MOTION.positions()).max() < 0.01
    assert float(yaw_of(back.rotations[0, 0])) == pytest.approx(0.0, abs=1e-3)


def test_a_t_pose_set_by_hand_overrides_the_alignment() -> None:
    """Forearms twisted in rest by an angle that straight arms do not show: the correction takes it out."""
    rest = rest_of_joints(joints_at_rest(arms_down=40), np.random.default_rng(5))
    mapping = smpl(rest)
    plan = make_plan(rest, mapping)
    at = next(index for index, bone in enumerate(plan.driven) if bone.bone == "left_elbow")
    twisted = quat_from_axis_angle(np.array([0.0, 1.0, 0.0]), 0.9)
    corrected = make_plan(rest, replace(mapping, t_pose={"left_elbow": tuple(twisted)}))
    still = Motion(MOTION.root_positions[:1], np.eye(4, dtype=np.float32)[:1][None].repeat(22, axis=1))
    pose_of = posed(rest, solve(corrected, still), corrected.root, 0)["left_elbow"][:3, :3]
    assert np.allclose(pose_of, matrix_from_quat(twisted) @ rest["left_elbow"].rotation, atol=1e-6)
    others = [index for index in range(len(plan.driven)) if index != at]
    assert all(np.array_equal(plan.driven[index].align, corrected.driven[index].align) for index in others)


def test_a_rest_that_is_no_body_is_refused_with_what_to_do() -> None:
    """All limbs along one axis, as motion capture files have them."""
    points = joints_at_rest()
    along = {
        name: np.array([0.1 * (name.startswith("left") - 0.5), 0.0, float(np.linalg.norm(p))])
        for name, p in points.items()
    }
    for side in ("left", "right"):
        for at, joint in enumerate(("hip", "knee", "ankle", "foot")):
            along[f"{side}_{joint}"] = along[f"{side}_hip"] + [0.0, 0.0, 0.4 * at]
    rest = rest_of_joints(along, np.random.default_rng(1))
    with pytest.raises(UserError, match="legs do not point down.*Apply Pose as Rest Pose"):
        make_plan(rest, smpl(rest))
