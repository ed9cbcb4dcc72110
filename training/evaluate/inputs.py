# SPDX-License-Identifier: GPL-3.0-or-later
"""What the ruler's networks read: joint positions and the root's path, nothing that a tokenizer or trainer could change.

Positions and not rotations, because a network that reads rotations recognises the recording (a constant tilt of a
collar) and not the manner; see docs/decisions.md.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from server.motion.motion import Motion
from server.motion.skeleton import FPS, JOINT_COUNT, JOINT_INDEX, MIRROR

Floats = npt.NDArray[np.float32]

INPUT_SIZE: Final = 3 * JOINT_COUNT + 3
WINDOW: Final = 120
"""Frames that are looked at: the middle of longer clips; shorter ones are held at their last frame."""

_MIRRORED: Final = np.array([-1, 1, 1], dtype=np.float32)
_MIRRORED_PATH: Final = np.array([-1, -1, 1], dtype=np.float32)


def heading(positions: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
    """Return the heading (T,) in radians, unwrapped, 0 along +Z: where the line from right to left hip looks to."""
    across = positions[:, JOINT_INDEX["left_hip"]] - positions[:, JOINT_INDEX["right_hip"]]
    return np.unwrap(np.arctan2(-across[:, 2], across[:, 0]).astype(np.float64))


def turned(vectors: npt.NDArray[np.floating], yaw: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
    """Return vectors (T, ..., 3) seen from a heading (T,): left, up, ahead."""
    shape = (len(yaw),) + (1,) * (vectors.ndim - 2)
    c, s = np.cos(yaw).reshape(shape), np.sin(yaw).reshape(shape)
    x, y, z = vectors[..., 0], vectors[..., 1], vectors[..., 2]
    return np.stack((c * x - s * z, y, s * x + c * z), axis=-1)


def network_inputs(motion: Motion) -> Floats:
    """Return (T, 69) at 30 frames a second: joints in the heading frame (m), turn (rad/s), speed left and ahead (m/s)."""
    positions = motion.resampled(FPS).canonical().positions()
    yaw = heading(positions)
    ground = positions[:, :1] * np.array([1, 0, 1], dtype=np.float32)
    local = turned(positions - ground, yaw)
    if len(positions) > 1:
        velocity = turned(np.gradient(positions[:, 0], axis=0) * FPS, yaw)[:, [0, 2]]
        rate = np.gradient(yaw) * FPS
    else:
        velocity, rate = np.zeros((1, 2)), np.zeros(1)
    columns = (local.reshape(len(local), -1), rate[:, None], velocity)
    return np.concatenate(columns, axis=1).astype(np.float32)


def mirrored_inputs(values: Floats) -> Floats:
    """Return the inputs (T, 69) of the mirrored motion."""
    joints = values[:, :-3].reshape(len(values), JOINT_COUNT, 3)[:, list(MIRROR)] * _MIRRORED
    return np.concatenate((joints.reshape(len(values), -1), values[:, -3:] * _MIRRORED_PATH), axis=1)


def window(values: Floats, first: int | None = None) -> Floats:
    """Return `WINDOW` frames from ``first`` on, by default from the middle; a short clip is held at its last frame."""
    start = max(0, (len(values) - WINDOW) // 2) if first is None else first
    return values[np.minimum(np.arange(start, start + WINDOW), len(values) - 1)]
