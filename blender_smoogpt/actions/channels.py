# SPDX-License-Identifier: GPL-3.0-or-later
"""A bone's rotation as its own channels: quaternion, Euler in its order, or axis and angle, whichever it is set to."""

from __future__ import annotations

from typing import Final

import numpy as np

from ...server.motion.rotations import Array, continuous, euler_to_quat, quat_from_axis_angle, quat_to_euler

_PROPERTIES: Final = {"QUATERNION": "rotation_quaternion", "AXIS_ANGLE": "rotation_axis_angle"}
_TURN: Final = 2.0 * np.pi


def rotation_property(mode: str) -> str:
    """Return the name of the property that holds the rotation in a rotation mode."""
    return _PROPERTIES.get(mode, "rotation_euler")


def to_channels(quaternions: Array, mode: str) -> Array:
    """Return channel values (T, 3 or 4), without jumps between frames.

    Args:
        quaternions: (T, 4).
        mode: a ``rotation_mode``; Blender's ``XYZ`` turns about X first, so its axes are intrinsic in reverse order.
    """
    if mode == "QUATERNION":
        return continuous(quaternions)
    if mode == "AXIS_ANGLE":
        return _axis_angle(continuous(quaternions))
    first = quat_to_euler(quaternions, mode[::-1])
    order = ["XYZ".index(letter) for letter in mode[::-1]]
    euler = np.empty_like(first)
    euler[:, order] = _nearest(first)
    return euler


def from_channels(values: Array, mode: str) -> Array:
    """Return quaternions (..., 4) of channel values (..., 3 or 4); the inverse of `to_channels`."""
    if mode == "QUATERNION":
        return np.asarray(values / np.maximum(np.linalg.norm(values, axis=-1, keepdims=True), 1e-12))
    if mode == "AXIS_ANGLE":
        axis = values[..., 1:] / np.maximum(np.linalg.norm(values[..., 1:], axis=-1, keepdims=True), 1e-12)
        return quat_from_axis_angle(axis, values[..., 0])
    order = ["XYZ".index(letter) for letter in mode[::-1]]
    return euler_to_quat(values[..., order], mode[::-1])


def _nearest(angles: Array) -> Array:
    """Choose for each frame, of the two triples of angles for a rotation, the one nearer to the frame before."""
    other = np.stack((angles[:, 0] + np.pi, np.pi - angles[:, 1], angles[:, 2] + np.pi), axis=-1)
    chosen = angles.copy()
    for frame in range(1, len(angles)):
        before = chosen[frame - 1]
        pair = np.stack((angles[frame], other[frame]))
        pair -= _TURN * np.round((pair - before) / _TURN)
        chosen[frame] = pair[np.argmin(np.abs(pair - before).sum(axis=-1))]
    return chosen


def _axis_angle(quaternions: Array) -> Array:
    """Return (T, 4) angle and axis; the axis keeps its direction from frame to frame, the angle may pass zero."""
    length = np.linalg.norm(quaternions[:, 1:], axis=-1)
    axis = np.zeros((len(quaternions), 3))
    axis[:, 1] = 1.0
    turned = length > 1e-6
    axis[turned] = quaternions[turned, 1:] / length[turned, None]
    sign = np.ones(len(axis))
    for frame in range(1, len(axis)):
        if not turned[frame]:
            axis[frame] = axis[frame - 1] * sign[frame - 1]
        elif axis[frame] @ (axis[frame - 1] * sign[frame - 1]) < 0:
            sign[frame] = -1.0
    angle = np.unwrap(2.0 * np.arctan2(length * sign, quaternions[:, 0]), period=2.0 * _TURN)
    return np.concatenate((angle[:, None], axis * sign[:, None]), axis=-1)
