# SPDX-License-Identifier: GPL-3.0-or-later
"""The way over the ground: bent to another heading, and carried by the hips, by the bone above them or by the object."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from ...server.motion.motion import Motion
from ...server.motion.rotations import Array, continuous, quat_inv, quat_mul, quat_rotate, yaw_of, yaw_quat
from .axes import conjugated
from .plan import Plan
from .solve import Place, Posed, rest_place

_SMOOTHING: Final = 0.25  # seconds; steps stay on the hips, the way goes to what carries them


@dataclass(frozen=True)
class Travel:
    """A way over the ground in motion axes and the rig's unit.

    Attributes:
        heading: (T, 4) turn about the vertical away from the rest pose's heading.
        ground: (T, 3) where the middle of the hips is, on the ground.
        origin: (3,) where it is in the rest pose.
    """

    heading: Array
    ground: Array
    origin: Array

    def applied(self, points: Array) -> Array:
        """Take points (T, 3) or (3,) along."""
        return self.ground + quat_rotate(self.heading, points - self.origin)

    def removed(self, points: Array) -> Array:
        """Take points (T, 3) back to where they are without the travel."""
        return self.origin + quat_rotate(quat_inv(self.heading), points - self.ground)


def bent(motion: Motion, turn: float) -> Motion:
    """Return a motion whose path turns further, evenly along its way, by ``turn`` radians to the left in the end.

    A motion that goes nowhere turns evenly in time.
    """
    if turn == 0.0 or motion.frames < 2:
        return motion
    step = np.diff(motion.root_positions, axis=0)
    length = np.linalg.norm(step[:, [0, 2]], axis=-1)
    if length.sum() < 0.1:
        length = np.ones_like(length)
    share = np.concatenate(([0.0], np.cumsum(length))) / length.sum()
    turns = yaw_quat(turn * share).astype(np.float32)
    root = motion.root_positions.copy()
    middle = yaw_quat(turn * (share[1:] + share[:-1]) / 2).astype(np.float32)
    root[1:] = root[0] + np.cumsum(quat_rotate(middle, step), axis=0)
    rotations = motion.rotations.copy()
    rotations[:, 0] = quat_mul(turns, rotations[:, 0])
    return replace(motion, root_positions=root, rotations=rotations)


def _smoothed(values: Array, fps: float) -> Array:
    """Return (T, n) values averaged over a Hann window that is narrower near the ends, where it keeps the value."""
    count = len(values)
    widest = max(1, round(_SMOOTHING * fps))
    out = np.empty_like(values)
    for at in range(count):
        radius = min(widest, at, count - 1 - at)
        kernel = np.hanning(2 * radius + 3)[1:-1]
        out[at] = kernel @ values[at - radius : at + radius + 1] / kernel.sum()
    return out


def travel_of(plan: Plan, posed: Posed, middle: Array, fps: float) -> Travel:
    """Return the way of a posed character, without the steps that its hips make.

    Args:
        plan: the rig.
        posed: its poses.
        middle: (T, 3) between its hip joints.
        fps: frames a second.
    """
    yaw = np.unwrap(yaw_of(posed.turns[:, plan.pelvis]))
    way = _smoothed(np.column_stack((middle[:, 0], middle[:, 2], yaw)), fps)
    ground = np.column_stack((way[:, 0], np.zeros(len(way)), way[:, 1]))
    at_rest: Place = rest_place(plan)
    return Travel(yaw_quat(way[:, 2]), ground, np.array([at_rest.ground[0], 0.0, at_rest.ground[1]]))


def without(plan: Plan, posed: Posed, travel: Travel) -> Posed:
    """Return the pose as it is seen by what carries the travel."""
    turns = quat_mul(quat_inv(travel.heading)[:, None], posed.turns)
    return Posed(turns, travel.removed(plan.root_head + posed.shift) - plan.root_head)


def in_place(posed: Posed, travel: Travel) -> Posed:
    """Return the pose without the way, but with its turns and steps; it stays where it begins."""
    return Posed(posed.turns, posed.shift - (travel.ground - travel.ground[0]))


def ground_channels(plan: Plan, travel: Travel) -> tuple[Array, Array]:
    """Return location (T, 3) and rotation (T, 4) channels of the bone that carries everything.

    Raises:
        ValueError: if there is no such bone.
    """
    if plan.ground is None:
        raise ValueError("the rig has no bone above its hips")
    rotation = continuous(conjugated(plan.ground.into_bone, travel.heading))
    shift = travel.applied(plan.ground.head) - plan.ground.head
    return shift @ plan.ground.location_frame.T, rotation
