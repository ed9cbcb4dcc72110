# SPDX-License-Identifier: GPL-3.0-or-later
"""Hands that touch on the source touch on the rig: each other, or the head, whatever the rig's proportions.

How near a hand is on the source says how much its place counts against the direction of the arm, so nothing starts or
ends abruptly; the arm reaches by two-bone IK.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from ...server.motion.rotations import Array, quat_rotate
from ...server.motion.skeleton import JOINT_INDEX, OFFSETS
from .plan import Arm, Plan
from .solve import Posed, end_of
from .two_bone import AHEAD, Limb, bend

# metres between the joints, on the source: touching, and too far to mean each other
_EACH_OTHER: Final = (0.16, 0.28)
_HEAD: Final = (0.24, 0.36)
_SOURCE_ARM: Final = float(sum(np.linalg.norm(OFFSETS[JOINT_INDEX[joint]]) for joint in ("left_elbow", "left_wrist")))


def _nearness(distance: Array, limits: tuple[float, float]) -> Array:
    """Return (T, 1): 1 at the nearer limit and below, 0 at the further and beyond, smooth between."""
    share = np.clip((limits[1] - distance) / (limits[1] - limits[0]), 0.0, 1.0)
    return np.asarray(share * share * (3 - 2 * share))[:, None]


def _limb(plan: Plan, arm: Arm, posed: Posed) -> Limb:
    shoulder = end_of(plan, arm.shoulder, posed)
    elbow = shoulder + quat_rotate(posed.turns[:, arm.upper], arm.elbow)
    wrist = elbow + quat_rotate(posed.turns[:, arm.lower], arm.wrist)
    return Limb(arm.upper, arm.lower, shoulder, elbow, wrist, bends=AHEAD)


def keep_hands(plan: Plan, posed: Posed, points: Array) -> Posed:
    """Return the pose with touching hands brought together.

    Args:
        plan: the rig.
        posed: as `solve.pose` gives it.
        points: (T, 22, 3) joints of the source in metres, in the same heading as the pose.
    """
    wrists = [points[:, JOINT_INDEX[f"{side}_wrist"]].astype(np.float64) for side in ("left", "right")]
    head = points[:, JOINT_INDEX["head"]].astype(np.float64)
    apart = wrists[0] - wrists[1]
    together = _nearness(np.linalg.norm(apart, axis=-1), _EACH_OTHER)
    at_head = [_nearness(np.linalg.norm(wrist - head, axis=-1), _HEAD) for wrist in wrists]
    if not (together.any() or at_head[0].any() or at_head[1].any()):
        return posed
    limbs = [_limb(plan, arm, posed) for arm in plan.arms]
    size = [float(np.linalg.norm(arm.elbow) + np.linalg.norm(arm.wrist)) / _SOURCE_ARM for arm in plan.arms]
    middle = (limbs[0].end + limbs[1].end) / 2
    skull = end_of(plan, plan.head, posed)
    turns = posed.turns.copy()
    for at, sign in ((0, 0.5), (1, -0.5)):
        limb = limbs[at]
        to_other = middle + apart * sign * size[at] - limb.end
        to_head = skull + (wrists[at] - head) * size[at] - limb.end
        share = together + at_head[at]
        shift = (to_other * together + to_head * at_head[at]) / np.maximum(1.0, share)
        for index, turn in zip((limb.upper, limb.lower), bend(posed.turns, limb, limb.end + shift), strict=True):
            turns[:, index] = np.where(share > 0.0, turn, turns[:, index])
    return Posed(turns, posed.shift)
