# SPDX-License-Identifier: GPL-3.0-or-later
"""The way over the ground: bent, in place, or carried by something above the hips, always the same seen from outside."""

from __future__ import annotations

import numpy as np
import pytest
from oracle import joints_at_rest, rest_bone, rest_of_joints
from sample_motions import walk
from smoogpt_ext.blender_smoogpt.retarget.plan import Plan, make_plan
from smoogpt_ext.blender_smoogpt.retarget.solve import Place, hip_middle, pose
from smoogpt_ext.blender_smoogpt.retarget.travel import bent, ground_channels, in_place, travel_of, without
from smoogpt_ext.blender_smoogpt.rig.matching import match
from smoogpt_ext.server.motion.motion import Motion
from smoogpt_ext.server.motion.rotations import matrix_from_quat, quat_mul, yaw_of


def rig(*, with_root: bool) -> Plan:
    """Make a rig, with a bone on the ground above the hips or without."""
    rest = rest_of_joints(joints_at_rest(), np.random.default_rng(1))
    if with_root:
        bare = rest["pelvis"]
        rest["root"] = rest_bone(None, np.array([0.1, 0.2, 0.0]), np.array([0.1, 0.7, 0.0]), 0.7)
        rest["pelvis"] = type(bare)("root", bare.matrix, bare.tail)
    return make_plan(rest, match({name: bone.parent for name, bone in rest.items()}, "rig"))


def heading_of_way(motion: Motion, at: int) -> float:
    step = motion.root_positions[at + 1] - motion.root_positions[at]
    return float(np.arctan2(step[0], step[2]))


@pytest.mark.parametrize("turn", [np.pi / 2, -1.0])
def test_a_bent_path_ends_in_the_other_heading_and_is_as_long(turn: float) -> None:
    straight = walk(60)
    curved = bent(straight, turn)
    assert heading_of_way(curved, 57) - heading_of_way(straight, 57) == pytest.approx(turn, abs=0.05)
    assert heading_of_way(curved, 0) == pytest.approx(heading_of_way(straight, 0), abs=0.05)
    lengths = [np.linalg.norm(np.diff(m.root_positions, axis=0), axis=-1).sum() for m in (straight, curved)]
    assert lengths[1] == pytest.approx(lengths[0], rel=1e-5)
    turned = yaw_of(curved.rotations[-1, 0].astype(float)) - yaw_of(straight.rotations[-1, 0].astype(float))
    assert turned == pytest.approx(turn, abs=1e-4)


def test_a_motion_on_the_spot_turns_evenly_in_time() -> None:
    still = walk(31)
    still = Motion(np.repeat(still.root_positions[:1], 31, axis=0), still.rotations, still.fps)
    turned = yaw_of(bent(still, 1.0).rotations[15, 0].astype(float)) - yaw_of(still.rotations[15, 0].astype(float))
    assert turned == pytest.approx(0.5, abs=1e-4)


def test_travel_taken_off_and_put_back_is_the_same_motion() -> None:
    plan = rig(with_root=True)
    place = Place(np.array([0.4, -0.3]), 0.8)
    posed = pose(plan, bent(walk(60), 1.2), place)
    travel = travel_of(plan, posed, hip_middle(plan, posed), 30.0)
    left = without(plan, posed, travel)
    middle = hip_middle(plan, left)
    assert np.abs(middle[:, [0, 2]] - travel.origin[[0, 2]]).max() < 0.15  # the hips stay over their place
    assert np.abs(yaw_of(left.turns[:, plan.pelvis])).max() < 0.4
    again = travel.applied(plan.root_head + left.shift)
    assert np.allclose(again, plan.root_head + posed.shift)
    assert np.allclose(np.abs(np.sum(quat_mul(travel.heading[:, None], left.turns) * posed.turns, axis=-1)), 1.0)


def test_the_root_bone_poses_what_it_carries_as_the_travel_says() -> None:
    plan = rig(with_root=True)
    posed = pose(plan, walk(40, turn=1.0), Place(np.array([1.0, 0.5]), -0.6))
    travel = travel_of(plan, posed, hip_middle(plan, posed), 30.0)
    location, rotation = ground_channels(plan, travel)
    assert plan.ground is not None
    assert plan.ground.bone == "root"
    into = matrix_from_quat(plan.ground.into_bone)
    for frame in (0, 17, 39):
        turn = into.T @ matrix_from_quat(rotation[frame]) @ into
        assert np.allclose(turn, matrix_from_quat(travel.heading[frame]), atol=1e-6)
        head = plan.ground.head + plan.ground.location_frame.T @ location[frame]
        point = np.array([0.3, 0.9, -0.2])  # anything that hangs on the bone
        assert np.allclose(head + turn @ (point - plan.ground.head), travel.applied(point)[frame], atol=1e-6)


def test_without_a_bone_above_the_hips_there_is_none_to_key() -> None:
    plan = rig(with_root=False)
    posed = pose(plan, walk(10))
    with pytest.raises(ValueError, match="no bone above"):
        ground_channels(plan, travel_of(plan, posed, hip_middle(plan, posed), 30.0))


def test_in_place_keeps_steps_and_turns_but_goes_nowhere() -> None:
    plan = rig(with_root=False)
    posed = pose(plan, walk(90, turn=1.0))
    still = in_place(posed, travel_of(plan, posed, hip_middle(plan, posed), 30.0))
    went, stays = (np.ptp(hip_middle(plan, p)[:, [0, 2]], axis=0).max() for p in (posed, still))
    assert went > 1.5
    assert stays < 0.15
    assert np.array_equal(still.turns, posed.turns)
    assert np.allclose(still.shift[:, 1], posed.shift[:, 1])
