# SPDX-License-Identifier: GPL-3.0-or-later
"""Feet that stand on the source stand on rigs of other proportions: no sliding, no sinking, no popping knee."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from oracle import TO_BLENDER, rest_of_joints
from sample_motions import stepping
from smoogpt_ext.blender_smoogpt.retarget.feet import keep_feet
from smoogpt_ext.blender_smoogpt.retarget.plan import Leg, Plan, make_plan
from smoogpt_ext.blender_smoogpt.retarget.solve import Posed, end_of, pose
from smoogpt_ext.blender_smoogpt.rig.matching import match
from smoogpt_ext.server.motion.contacts import contacts
from smoogpt_ext.server.motion.motion import Motion
from smoogpt_ext.server.motion.rotations import normalized, quat_rotate
from smoogpt_ext.server.motion.skeleton import FOOT_JOINTS, JOINT_INDEX, JOINTS, OFFSETS, PARENTS

RATIOS = [(1.0, 1.0), (0.6, 0.6), (1.6, 1.6), (0.8, 1.2), (1.3, 0.8)]


@cache
def source() -> tuple[Motion, np.ndarray]:
    """Return a walk whose feet stand in turn, with its contacts."""
    motion = stepping()
    return motion, contacts(motion)


def rig(thigh: float, shin: float) -> Plan:
    """Make a rig whose legs are longer or shorter by these factors."""
    offsets = OFFSETS.astype(float).copy()
    for side in ("left", "right"):
        offsets[JOINT_INDEX[f"{side}_knee"]] *= thigh
        offsets[JOINT_INDEX[f"{side}_ankle"]] *= shin
    points = np.zeros((len(JOINTS), 3))
    for joint, parent in enumerate(PARENTS):
        if parent >= 0:
            points[joint] = points[parent] + offsets[joint]
    points[:, 1] -= points[:, 1].min()
    named = {name: TO_BLENDER @ point for name, point in zip(JOINTS, points, strict=True)}
    rest = rest_of_joints(named, np.random.default_rng(3))
    return make_plan(rest, match({name: bone.parent for name, bone in rest.items()}, "rig"))


def leg_points(plan: Plan, leg: Leg, posed: Posed) -> tuple[np.ndarray, ...]:
    """Return hip, knee, ankle and ball of a foot (T, 3), bone by bone."""
    hip = end_of(plan, leg.hip, posed)
    knee = hip + quat_rotate(posed.turns[:, leg.thigh], leg.knee)
    ankle = knee + quat_rotate(posed.turns[:, leg.shin], leg.ankle)
    return hip, knee, ankle, ankle + quat_rotate(posed.turns[:, leg.foot], leg.toe)


def slide(points: np.ndarray, planted: np.ndarray, fps: float) -> float:
    """Return the mean ground speed of what feet stand on: the toes (T, 4, 3) where they are down, or else the heel."""
    speed = np.linalg.norm(np.diff(points[..., [0, 2]], axis=0), axis=-1) * fps
    on_toes = planted[:, [1, 3]]
    on_heel = planted[:, [0, 2]] & ~on_toes
    stands = np.stack([on_heel[:, 0], on_toes[:, 0], on_heel[:, 1], on_toes[:, 1]], axis=-1)
    return float(speed[stands[1:] & stands[:-1]].mean())


def feet(plan: Plan, posed: Posed) -> np.ndarray:
    """Return left ankle, left toes, right ankle, right toes (T, 4, 3) in metres of the source."""
    return np.stack([point for leg in plan.legs for point in leg_points(plan, leg, posed)[2:]], axis=1) / plan.scale


@pytest.mark.parametrize(("thigh", "shin"), RATIOS)
def test_standing_feet_slide_no_more_than_on_the_source(thigh: float, shin: float) -> None:
    motion, planted = source()
    assert planted.mean() > 0.3
    plan = rig(thigh, shin)
    real = slide(motion.positions()[:, list(FOOT_JOINTS)], planted, motion.fps)
    kept = slide(feet(plan, keep_feet(plan, pose(plan, motion), planted, motion.fps)), planted, motion.fps)
    assert kept <= 1.1 * real


def test_without_it_they_slide_on_other_proportions() -> None:
    """The check itself can fail."""
    motion, planted = source()
    plan = rig(1.3, 0.8)
    real = slide(motion.positions()[:, list(FOOT_JOINTS)], planted, motion.fps)
    assert slide(feet(plan, pose(plan, motion)), planted, motion.fps) > 1.5 * real


@pytest.mark.parametrize(("thigh", "shin"), RATIOS)
def test_no_foot_sinks_into_the_ground(thigh: float, shin: float) -> None:
    motion, planted = source()
    plan = rig(thigh, shin)
    kept = keep_feet(plan, pose(plan, motion), planted, motion.fps)
    for leg in plan.legs:
        *_, ankle, toe = leg_points(plan, leg, kept)
        assert (ankle[:, 1] - leg.floor[0]).min() > -0.01 * plan.scale
        assert (toe[:, 1] - leg.floor[1]).min() > -0.01 * plan.scale


@pytest.mark.parametrize(("thigh", "shin"), RATIOS)
def test_the_knee_does_not_pop_and_keeps_its_side(thigh: float, shin: float) -> None:
    motion, planted = source()
    plan = rig(thigh, shin)
    raw = pose(plan, motion)
    kept = keep_feet(plan, raw, planted, motion.fps)

    def bend(posed: Posed, leg: Leg) -> np.ndarray:
        hip, knee, ankle, _ = leg_points(plan, leg, posed)
        cosine = np.sum(normalized(knee - hip) * normalized(ankle - knee), axis=-1)
        return np.degrees(np.arccos(np.clip(cosine, -1, 1)))

    for leg in plan.legs:
        before, after = (np.abs(np.diff(bend(posed, leg))).max() for posed in (raw, kept))
        assert after < before + 12.0  # this walk tears its feet off the ground within a frame
        hip, knee, ankle, _ = leg_points(plan, leg, kept)
        assert np.allclose(np.linalg.norm(knee - hip, axis=-1), np.linalg.norm(leg.knee))
        hinge = np.cross(knee - hip, ankle - knee)
        own = np.cross(knee - hip, -quat_rotate(kept.turns[:, plan.pelvis], np.array([0.0, 0.0, 1.0])))
        bent = bend(kept, leg) > 5.0
        assert (np.sum(hinge * own, axis=-1)[bent] > 0).all()


def test_a_single_frame_and_a_motion_without_contacts_stay_as_they_are() -> None:
    motion, planted = source()
    plan = rig(1.0, 1.0)
    one = pose(plan, motion.sliced(0, 1))
    assert keep_feet(plan, one, planted[:1], motion.fps) is one
    posed = pose(plan, motion)
    raised = Posed(posed.turns, posed.shift + [0.0, 0.5, 0.0])
    kept = keep_feet(plan, raised, np.zeros_like(planted), motion.fps)
    assert np.abs(kept.shift - raised.shift).max() < 0.002  # its straightest leg is a little straighter than is allowed
    assert np.abs(np.sum(kept.turns * raised.turns, axis=-1)).min() > np.cos(np.radians(2.0))
