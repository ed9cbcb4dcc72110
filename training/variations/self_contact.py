# SPDX-License-Identifier: GPL-3.0-or-later
"""Hands and forearms stay out of trunk, head, thighs and the other forearm: simple solids, and a push out of them.

The trunk is a stack of ellipses along the line from pelvis to neck, the head a ball, thighs and the other forearm are
capsules. Sizes are those of an adult of 1.72 m, the skeleton's, after Dreyfuss, "The Measure of Man and Woman" (1993).
"""

from __future__ import annotations

from typing import Final

import numpy as np

from server.motion.motion import Motion
from server.motion.rotations import (
    Array,
    normalized,
    quat_inv,
    quat_rotate,
)

from .arm_ik import bent_arm
from .curves import envelope, smoothed
from .torso import PALM, Torso

# height up the line from pelvis to neck, half width, depth before and behind that line (metres)
_TRUNK: Final = np.array(
    (
        (-0.14, 0.145, 0.085, 0.105),
        (0.00, 0.155, 0.095, 0.110),
        (0.12, 0.130, 0.095, 0.085),
        (0.28, 0.140, 0.110, 0.095),
        (0.38, 0.135, 0.095, 0.095),
        (0.46, 0.070, 0.055, 0.060),
    )
)
_SKULL: Final = np.array([0.0, 0.10, 0.02])  # seen from the head joint
_SKULL_RADIUS: Final = 0.110
_NECK_RADIUS: Final = 0.055
_THIGH_RADIUS: Final = 0.070
_ARM_RADIUS: Final = 0.030
# along forearm and hand: from the elbow (0) to the wrist (1), then metres beyond the wrist; and how thick the arm is there
_POINTS: Final = ((0.0, 0.0, 0.035), (0.5, 0.0, 0.035), (1.0, 0.0, 0.025), (1.0, PALM, 0.015), (1.0, 0.15, 0.008))
_ROUNDS: Final = 4
_EASE: Final = 6  # frames over which a push comes and goes
_MOST: Final = 0.25  # metres that a hand is pushed at the most


def _arm_points(torso: Torso) -> Array:
    """Return points (T, P, 3) along the left forearm and hand."""
    elbow, wrist = torso.at("left_elbow"), torso.at("left_wrist")
    along = quat_rotate(torso.turn("left_wrist"), np.array([[1.0, 0.0, 0.0]]))
    return np.stack([elbow + share * (wrist - elbow) + beyond * along for share, beyond, _ in _POINTS], axis=1)


def _from_capsule(points: Array, start: Array, end: Array, radius: Array | float) -> Array:
    """Return the shortest ways (T, P, 3) out of a capsule from ``start`` to ``end`` (T, 3); zero outside."""
    along = (end - start)[:, None]
    share = np.sum((points - start[:, None]) * along, axis=-1, keepdims=True)
    share = np.clip(share / np.maximum(np.sum(along * along, axis=-1, keepdims=True), 1e-9), 0, 1)
    away = points - start[:, None] - share * along
    distance = np.linalg.norm(away, axis=-1, keepdims=True)
    return np.asarray(normalized(away) * np.maximum(np.asarray(radius)[..., None] - distance, 0))


def _from_trunk(torso: Torso, points: Array, thick: Array) -> Array:
    """Return ways (T, P, 3) out of the trunk, square to the line from pelvis to neck; zero outside."""
    turn = torso.trunk[:, None]
    place = quat_rotate(quat_inv(turn), points - torso.at("pelvis")[:, None])
    x, up, z = place[..., 0], place[..., 1], place[..., 2]
    heights = _TRUNK[:, 0]
    wide = np.interp(up, heights, _TRUNK[:, 1]) + thick
    deep = np.where(z > 0, np.interp(up, heights, _TRUNK[:, 2]), np.interp(up, heights, _TRUNK[:, 3])) + thick
    inside = (up > heights[0]) & (up < heights[-1])
    share = np.hypot(x / wide, z / deep)
    slope = np.stack((x / wide**2, np.zeros_like(x), z / deep**2), axis=-1) / np.maximum(share, 1e-6)[..., None]
    steep = np.linalg.norm(slope, axis=-1)
    depth = np.where(inside, np.maximum(1 - share, 0) / np.maximum(steep, 1e-6), 0.0)
    return quat_rotate(turn, normalized(slope) * depth[..., None])


def _ways_out(torso: Torso, *, other_arm: bool) -> Array:
    """Return for each point of the left arm (T, P, 3) the way out of the solid that it is deepest in."""
    points = _arm_points(torso)
    thick = np.array([row[2] for row in _POINTS])
    skull = torso.at("head") + quat_rotate(torso.turn("head"), _SKULL[None])
    ways = [
        _from_trunk(torso, points, thick),
        _from_capsule(points, skull, skull, _SKULL_RADIUS + thick),
        _from_capsule(points, torso.at("neck"), torso.at("head"), _NECK_RADIUS + thick),
        *(
            _from_capsule(points, torso.at(f"{side}_hip"), torso.at(f"{side}_knee"), _THIGH_RADIUS + thick)
            for side in ("left", "right")
        ),
    ]
    if other_arm:
        hand = torso.at("right_wrist") + quat_rotate(torso.turn("right_wrist"), np.array([[-2 * PALM, 0.0, 0.0]]))
        ways.append(_from_capsule(points, torso.at("right_elbow"), torso.at("right_wrist"), _ARM_RADIUS + thick))
        ways.append(_from_capsule(points, torso.at("right_wrist"), hand, _ARM_RADIUS / 2 + thick))
    stacked = np.stack(ways)
    deepest = np.argmax(np.linalg.norm(stacked, axis=-1), axis=0)
    return np.asarray(np.take_along_axis(stacked, deepest[None, ..., None], axis=0)[0])


def depths(motion: Motion) -> Array:
    """Return how deep the left and the right forearm and hand are in the own body (T, 2), in metres; 0 outside."""
    found = []
    for torso in (Torso(motion), Torso(motion.mirrored())):
        ways = _ways_out(torso, other_arm=False)[:, 1:]  # the elbow's joint may rest against the ribs
        found.append(np.linalg.norm(ways, axis=-1).max(axis=1))
    return np.stack(found, axis=1)


def _steady(ways: Array) -> Array:
    """Return a push (T, 3) that comes and goes smoothly and is nowhere smaller than what is asked."""
    size = np.linalg.norm(ways, axis=-1)
    return normalized(smoothed(ways, 2 * _EASE)) * np.minimum(envelope(size, _EASE), _MOST)[:, None]


def pushed_out(torso: Torso, *, other_arm: bool = False) -> Torso:
    """Return the clip with the left arm out of the body: the hand shifted, the elbow swung out; the hand's turn is kept.

    Args:
        torso: a clip.
        other_arm: whether it also stays clear of the right forearm and hand.
    """
    for _ in range(_ROUNDS):
        ways = _ways_out(torso, other_arm=other_arm)
        size = np.linalg.norm(ways, axis=-1)
        if size.max() < 2e-3:
            break
        hand = ways[:, 1:]
        deepest = np.argmax(size[:, 1:], axis=1)
        push = np.take_along_axis(hand, deepest[:, None, None], axis=1)[:, 0]
        # a point half way along the forearm moves half as far as the wrist does
        push = push * np.where(deepest == 0, 1.5, 1.0)[:, None]
        torso = bent_arm(torso, torso.at("left_wrist") + _steady(push), torso.at("left_elbow") + _steady(ways[:, 0]))
    return torso
