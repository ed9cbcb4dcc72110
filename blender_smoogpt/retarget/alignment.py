# SPDX-License-Identifier: GPL-3.0-or-later
"""Rest-pose alignment: for each joint the constant rotation that takes a rig's rest to our T-pose.

It is used as ``posed = motion * alignment * rest`` and never applied to the rig. What is aligned follows what the
motion data mean by zero rotation: limbs and spine by direction, limbs also by the hinge of elbows and knees, feet by heading
only (they stand flat in both rests), the head and the pelvis not at all, collar bones with the chest.
All in motion axes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from ...server.motion.rotations import Array, normalized, quat_between, quat_from_axis_angle, quat_mul, quat_rotate
from ...server.motion.skeleton import JOINT_INDEX, OFFSETS
from .rest import JointPoints

_IDENTITY: Final = np.array([1.0, 0.0, 0.0, 0.0])
_X, _UP, _AHEAD = np.eye(3)
# (upper, middle, end, hinge in our T-pose, least bend and largest twist in degrees at which the rest bend is believed):
# elbows bend about the vertical because palms face down. Knees that are merely not quite straight say little.
_LIMBS: Final = (
    ("left_shoulder", "left_elbow", "left_wrist", -_UP, 8.0, 60.0),
    ("right_shoulder", "right_elbow", "right_wrist", _UP, 8.0, 60.0),
    ("left_hip", "left_knee", "left_ankle", _X, 12.0, 30.0),
    ("right_hip", "right_knee", "right_ankle", _X, 12.0, 30.0),
)
_HAND_IN_LINE: Final = np.cos(np.radians(50.0))
_FLAT: Final = 0.3  # share of a foot's length that has to be level for its heading to be known


def _carried_on(base: Array, direction: Array, target: Array) -> Array:
    """Return ``base`` followed by the shortest turn that brings ``direction`` onto ``target``."""
    if np.linalg.norm(direction) < 1e-9:
        return base
    return quat_mul(quat_between(quat_rotate(base, direction), target), base)


def _limb(
    points: tuple[Array, Array, Array], target: Array, hinge: Array, least_bend: float, largest_twist: float
) -> tuple[Array, Array]:
    """Return the alignments of the upper and the lower half of a limb."""
    upper_dir, lower_dir = normalized(points[1] - points[0]), normalized(points[2] - points[1])
    upper = _carried_on(_IDENTITY, upper_dir, target)
    bend = np.cross(upper_dir, lower_dir)
    if np.linalg.norm(bend) > np.sin(np.radians(least_bend)):
        seen = quat_rotate(upper, normalized(bend))
        twist = np.arctan2(np.cross(seen, hinge) @ target, seen @ hinge)
        if abs(twist) < np.radians(largest_twist):
            upper = quat_mul(quat_from_axis_angle(target, twist), upper)
    return upper, _carried_on(upper, lower_dir, target)


def _chain(points: Sequence[Array], end: Array) -> tuple[Array, ...]:
    """Return the alignments of a chain of spine or neck bones, all upright in our T-pose."""
    ends = [*points[1:], end][: len(points)]  # there may be no neck
    return tuple(_carried_on(_IDENTITY, high - low, _UP) for low, high in zip(points, ends, strict=True))


def _foot_heading(ankle: Array, toe: Array) -> Array:
    direction = toe - ankle
    level = float(np.hypot(direction[0], direction[2]))
    if level < _FLAT * np.linalg.norm(direction):
        return _IDENTITY
    return quat_from_axis_angle(_UP, -np.arctan2(direction[0], direction[2]))


def align(points: JointPoints) -> tuple[dict[str, Array], tuple[Array, ...], tuple[Array, ...]]:
    """Return the alignment quaternions (4,) by joint name, of the spine bones, and of the neck bones."""
    joints = points.joints
    found = dict.fromkeys(joints, _IDENTITY)
    spine = _chain(points.spine, points.neck[0] if points.neck else joints["head"])
    neck = _chain(points.neck, joints["head"])
    for upper, middle, end, hinge, least_bend, largest_twist in _LIMBS:
        target = normalized(OFFSETS[JOINT_INDEX[middle]].astype(float))
        chain = (joints[upper], joints[middle], joints[end])
        found[upper], found[middle] = _limb(chain, target, hinge, least_bend, largest_twist)
    for side in ("left", "right"):
        wrist, elbow, ankle, toes = (f"{side}_{joint}" for joint in ("wrist", "elbow", "ankle", "foot"))
        found[wrist] = found[elbow]
        hand, forearm = points.tips[wrist] - joints[wrist], joints[wrist] - joints[elbow]
        # rigs from other tools have hand bones whose tails point anywhere
        if normalized(hand) @ normalized(forearm) > _HAND_IN_LINE:
            target = normalized(OFFSETS[JOINT_INDEX[wrist]].astype(float))
            found[wrist] = _carried_on(found[elbow], hand, target)
        found[ankle] = _foot_heading(joints[ankle], joints.get(toes, points.tips[ankle]))
        if toes in found:
            found[toes] = found[ankle]
        if f"{side}_collar" in found:
            found[f"{side}_collar"] = spine[-1]
    return found, spine, neck
