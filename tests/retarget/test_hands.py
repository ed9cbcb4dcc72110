# SPDX-License-Identifier: GPL-3.0-or-later
"""Hands that touch on the source touch on rigs with longer arms or broader shoulders."""

from __future__ import annotations

import numpy as np
import pytest
from oracle import TO_BLENDER, rest_of_joints
from smoogpt_ext.blender_smoogpt.retarget.hands import keep_hands
from smoogpt_ext.blender_smoogpt.retarget.plan import Plan, make_plan
from smoogpt_ext.blender_smoogpt.retarget.solve import Posed, end_of, pose
from smoogpt_ext.blender_smoogpt.rig.matching import match
from smoogpt_ext.server.motion.motion import Motion
from smoogpt_ext.server.motion.rotations import quat_from_axis_angle, quat_mul, quat_rotate
from smoogpt_ext.server.motion.skeleton import JOINT_INDEX, JOINTS, OFFSETS, PARENTS

_X, _Y, _Z = np.eye(3)


def clap(frames: int = 40) -> Motion:
    """Return arms that go from the sides to the front until the hands meet, and back."""
    rotations = np.zeros((frames, 22, 4))
    rotations[..., 0] = 1.0
    closing = np.sin(np.linspace(0.0, np.pi, frames))
    for side, sign in (("left", 1.0), ("right", -1.0)):
        lowered = quat_from_axis_angle(_Z, np.full(frames, -0.6 * sign))
        ahead = quat_from_axis_angle(_Y, -1.1 * sign * closing)
        rotations[:, JOINT_INDEX[f"{side}_shoulder"]] = quat_mul(ahead, lowered)
        rotations[:, JOINT_INDEX[f"{side}_elbow"]] = quat_from_axis_angle(_Y, -1.5 * sign * closing)
    root = np.tile(np.array([[0.0, 0.95, 0.0]]), (frames, 1))
    return Motion(root.astype(np.float32), rotations.astype(np.float32))


def rig(shoulders: float, arms: float) -> Plan:
    offsets = OFFSETS.astype(float).copy()
    for side in ("left", "right"):
        offsets[JOINT_INDEX[f"{side}_shoulder"]] *= shoulders
        for joint in ("elbow", "wrist"):
            offsets[JOINT_INDEX[f"{side}_{joint}"]] *= arms
    points = np.zeros((len(JOINTS), 3))
    for joint, parent in enumerate(PARENTS):
        if parent >= 0:
            points[joint] = points[parent] + offsets[joint]
    points[:, 1] -= points[:, 1].min()
    named = {name: TO_BLENDER @ point for name, point in zip(JOINTS, points, strict=True)}
    rest = rest_of_joints(named, np.random.default_rng(3))
    return make_plan(rest, match({name: bone.parent for name, bone in rest.items()}, "rig"))


def wrists(plan: Plan, posed: Posed) -> np.ndarray:
    """Return both wrists (T, 2, 3)."""
    ends = []
    for arm in plan.arms:
        elbow = end_of(plan, arm.shoulder, posed) + quat_rotate(posed.turns[:, arm.upper], arm.elbow)
        ends.append(elbow + quat_rotate(posed.turns[:, arm.lower], arm.wrist))
    return np.stack(ends, axis=1)


def apart(points: np.ndarray) -> np.ndarray:
    return np.asarray(np.linalg.norm(points[:, 0] - points[:, 1], axis=-1))


@pytest.mark.parametrize(("shoulders", "arms"), [(1.6, 1.0), (1.0, 0.8), (0.7, 1.2), (1.5, 0.9)])
def test_hands_meet_where_they_meet_on_the_source(shoulders: float, arms: float) -> None:
    motion = clap()
    points = motion.positions()
    real = apart(points[:, [JOINT_INDEX["left_wrist"], JOINT_INDEX["right_wrist"]]])
    assert real.min() < 0.16
    plan = rig(shoulders, arms)
    raw = pose(plan, motion)
    kept = keep_hands(plan, raw, points)
    touching = real < 0.16
    off = np.abs(apart(wrists(plan, kept)) - real * arms)[touching]
    assert off.max() < 0.01
    assert np.abs(apart(wrists(plan, raw)) - real * arms)[touching].max() > 0.05  # the check itself can fail
    far = real > 0.28
    assert np.allclose(wrists(plan, kept)[far], wrists(plan, raw)[far], atol=1e-6)
    jump = np.abs(np.diff(wrists(plan, kept), n=2, axis=0)).max()
    assert jump < np.abs(np.diff(wrists(plan, raw), n=2, axis=0)).max() + 0.02


def test_arms_that_touch_nothing_stay_as_they_are() -> None:
    still = clap().sliced(0, 2)
    plan = rig(1.6, 0.8)
    posed = pose(plan, still)
    assert keep_hands(plan, posed, still.positions()) is posed


def test_a_hand_at_the_head_stays_there() -> None:
    motion = clap(2)
    rotations = motion.rotations.copy()
    rotations[:, JOINT_INDEX["left_shoulder"]] = quat_from_axis_angle(_Z, 0.9)
    rotations[:, JOINT_INDEX["left_elbow"]] = quat_from_axis_angle(_Z, 2.1)
    saluting = Motion(motion.root_positions, rotations)
    points = saluting.positions().astype(float)
    from_head = points[:, JOINT_INDEX["left_wrist"]] - points[:, JOINT_INDEX["head"]]
    assert np.linalg.norm(from_head, axis=-1).max() < 0.24
    plan = rig(1.5, 1.0)
    kept = keep_hands(plan, pose(plan, saluting), points)
    seen = wrists(plan, kept)[:, 0] - end_of(plan, plan.head, kept)
    assert np.allclose(seen, from_head, atol=0.01)
