# SPDX-License-Identifier: GPL-3.0-or-later
"""How far human joints turn, so that an edit can neither dislocate a shoulder nor bend a knee forward.

Each joint has a middle position, an ellipse about it that the bone's direction may swing in (four half axes in degrees)
and an interval for the twist about the bone, after Baerlocher and Boulic, "Parametrization and Range of Motion of the
Ball-and-Socket Joint" (2001); in the hinges, knee and elbow, each axis has an interval of its own. Ranges are those of
healthy adults as Norkin and White, "Measurement of Joint Motion" (5th edition, 2016), give them after the American Academy
of Orthopaedic Surgeons, for the vertebrae after White and Panjabi, "Clinical Biomechanics of the Spine" (2nd edition,
1990), added up over those that one joint of the skeleton stands for.

They are widened in two ways: athletes' and dancers' ranges count, and where recordings share a turn among neighbours in
different ways (forearm between elbow and wrist, shoulder between collar and upper arm, back between three joints), each
of them may carry most of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np

from server.motion.motion import Motion
from server.motion.rotations import Array, quat_from_axis_angle, quat_inv, quat_mul
from server.motion.skeleton import JOINT_COUNT, JOINT_INDEX, mirrored_name

_SOFT: Final = 6.0  # degrees before a limit at which a joint begins to give way
_AXES: Final = {"x": 0, "y": 1, "z": 2}
_MIRROR: Final = np.array([1.0, 1.0, -1.0, -1.0])

# joint; bone, first and second axis of swing; middle (degrees about +Y); limits (+first, -first, +second, -second); twist.
# About +X the spine and the knee flex and the hip extends. A left side's row holds for the right side, mirrored.
_ROWS: Final[tuple[tuple[str, str, float, tuple[float, ...], tuple[float, float]], ...]] = (
    ("spine1", "yxz", 0.0, (55, 30, 30, 30), (-35, 35)),
    ("spine2", "yxz", 0.0, (40, 30, 26, 26), (-35, 35)),
    ("spine3", "yxz", 0.0, (35, 30, 26, 26), (-40, 40)),
    ("neck", "yxz", 0.0, (45, 50, 30, 30), (-55, 55)),
    ("head", "yxz", 0.0, (40, 50, 32, 32), (-65, 65)),
    ("left_hip", "yxz", 0.0, (35, 130, 65, 35), (-60, 60)),
    ("left_knee", "yxz", 0.0, (160, 8, 12, 12), (-25, 25)),
    ("left_ankle", "yxz", 0.0, (55, 60, 30, 40), (-50, 50)),
    ("left_foot", "zxy", 0.0, (60, 70, 15, 15), (-25, 25)),
    ("left_collar", "xyz", 0.0, (35, 45, 50, 22), (-40, 40)),
    ("left_shoulder", "xyz", -42.0, (95, 108, 100, 116), (-125, 110)),
    ("left_elbow", "xyz", 0.0, (8, 160, 12, 12), (-105, 95)),
    ("left_wrist", "xyz", 0.0, (60, 60, 85, 85), (-110, 110)),
)

_HINGES: Final = frozenset(JOINT_INDEX[f"{side}_{name}"] for side in ("left", "right") for name in ("knee", "elbow"))


def _middle(degrees: float) -> Array:
    return quat_from_axis_angle(np.array([0.0, 1.0, 0.0]), np.radians(degrees))


def _parts(turns: Array, axes: str, middle: Array) -> tuple[Array, Array, Array]:
    """Return swing about both axes and twist (T,) in degrees of rotations (T, 4), seen from the middle position."""
    bone, first, second = (_AXES[letter] for letter in axes)
    turns = quat_mul(quat_inv(middle), turns)
    turns = np.where(turns[:, :1] < 0, -turns, turns)
    twist = np.zeros_like(turns)
    # a half swing leaves the twist undefined: then there is none
    length = np.maximum(np.hypot(turns[:, 0], turns[:, 1 + bone]), 1e-9)
    twist[:, 0], twist[:, 1 + bone] = np.maximum(turns[:, 0], 1e-9) / length, turns[:, 1 + bone] / length
    swing = quat_mul(turns, quat_inv(twist))
    sine = np.linalg.norm(swing[:, 1:], axis=1)
    scale = np.degrees(2 * np.arctan2(sine, swing[:, 0])) / np.maximum(sine, 1e-12)
    about = np.degrees(2 * np.arctan2(twist[:, 1 + bone], twist[:, 0]))
    return swing[:, 1 + first] * scale, swing[:, 1 + second] * scale, about


def _joined(first: Array, second: Array, about: Array, axes: str, middle: Array) -> Array:
    """Return the rotations (T, 4) that `_parts` would take apart into these degrees (T,)."""
    unit = np.eye(3)
    vector = first[:, None] * unit[_AXES[axes[1]]] + second[:, None] * unit[_AXES[axes[2]]]
    angle = np.linalg.norm(vector, axis=1)
    swing = quat_from_axis_angle(vector / np.maximum(angle, 1e-9)[:, None], np.radians(angle))
    twist = quat_from_axis_angle(unit[_AXES[axes[0]]], np.radians(about))
    return quat_mul(middle, quat_mul(swing, twist))


def _beyond(first: Array, second: Array, limits: tuple[float, ...], *, hinge: bool) -> Array:
    """Return by how many degrees swings (T,) are beyond their limits; for an ellipse in first order."""
    if hinge:
        a = np.maximum(first - limits[0], -first - limits[1])
        return np.asarray(np.maximum(np.maximum(a, np.maximum(second - limits[2], -second - limits[3])), 0))
    a, b = np.where(first > 0, limits[0], limits[1]), np.where(second > 0, limits[2], limits[3])
    share = np.hypot(first / a, second / b)
    slope = np.hypot(first / a**2, second / b**2) / np.maximum(share, 1e-9)
    return np.asarray(np.maximum(share - 1, 0) / np.maximum(slope, 1e-9))


def _between(values: Array, low: float, high: float) -> Array:
    """Return values (T,) that give way softly before the ends of an interval about 0 and never pass them."""
    room = min(_SOFT, (high - low) / 6, 0.9 * high, -0.9 * low)
    limit = np.where(values > 0, high, -low)
    over = np.maximum(np.abs(values) - limit + room, 0)
    return np.asarray(np.sign(values) * (np.minimum(np.abs(values), limit - room) + room * np.tanh(over / room)))


def _swung(first: Array, second: Array, limits: tuple[float, ...], *, hinge: bool) -> tuple[Array, Array]:
    """Return swings (T,) that give way softly before their limits: radially in an ellipse, each by itself in a hinge."""
    if hinge:
        return _between(first, -limits[1], limits[0]), _between(second, -limits[3], limits[2])
    a, b = np.where(first > 0, limits[0], limits[1]), np.where(second > 0, limits[2], limits[3])
    share, angle = np.maximum(np.hypot(first / a, second / b), 1e-9), np.hypot(first, second)
    room = np.minimum(_SOFT * share / np.maximum(angle, 1e-9), 1 / 3)
    scale = (np.minimum(share, 1 - room) + room * np.tanh(np.maximum(share - 1 + room, 0) / room)) / share
    return first * scale, second * scale


def _rows(joints: Iterable[int]) -> list[tuple[int, bool, str, Array, tuple[float, ...], tuple[float, float]]]:
    """Return of each joint that has limits: index, whether it is a right one, and its row."""
    wanted = set(joints)
    return [
        (joint, joint != JOINT_INDEX[name], axes, _middle(degrees), limits, twist)
        for name, axes, degrees, limits, twist in _ROWS
        for joint in sorted({JOINT_INDEX[name], JOINT_INDEX[mirrored_name(name)]})
        if joint in wanted
    ]


def excess(motion: Motion, joints: Iterable[int] = range(JOINT_COUNT)) -> Array:
    """Return by how many degrees each joint is beyond its limits (T, 22): 0 within them; the pelvis has none.

    Args:
        motion: any motion.
        joints: indices of those that are looked at; the others get 0.
    """
    result = np.zeros((motion.frames, JOINT_COUNT))
    for joint, right, axes, middle, limits, (low, high) in _rows(joints):
        turns = motion.rotations[:, joint].astype(np.float64)
        first, second, about = _parts(turns * _MIRROR if right else turns, axes, middle)
        beyond = _beyond(first, second, limits, hinge=joint in _HINGES)
        result[:, joint] = np.maximum(beyond, np.maximum(np.maximum(about - high, low - about), 0))
    return result


def worst_excess(motion: Motion) -> float:
    """Return by how many degrees the joint that is farthest beyond its limits is beyond them; 0 for none."""
    return float(excess(motion).max())


def limited(motion: Motion, joints: Iterable[int] = range(JOINT_COUNT)) -> Motion:
    """Bring joints back within their limits.

    Args:
        motion: any motion.
        joints: indices of those that may be changed.

    Returns:
        The motion with those joints turned back along their swing and twist. Within 6 degrees of a limit (a third of
        the range where that is less) they give way softly, so that no movement stops dead; farther inside nothing moves.
    """
    rotations = motion.rotations.copy()
    for joint, right, axes, middle, limits, (low, high) in _rows(joints):
        turns = rotations[:, joint].astype(np.float64)
        first, second, about = _parts(turns * _MIRROR if right else turns, axes, middle)
        swung = _swung(first, second, limits, hinge=joint in _HINGES)
        bent = _between(about, low, high)
        changed = np.abs(swung[0] - first) + np.abs(swung[1] - second) + np.abs(bent - about) > 1e-6
        if not changed.any():
            continue
        result = _joined(*swung, bent, axes, middle)
        rotations[changed, joint] = (result * _MIRROR if right else result)[changed]
    return Motion(motion.root_positions, rotations, motion.fps)
