# SPDX-License-Identifier: GPL-3.0-or-later
"""Motions made by formula, for tests that need none that was recorded: every joint moves, so that errors show."""

from __future__ import annotations

import numpy as np
from smoogpt_ext.server.motion.contacts import clean_feet
from smoogpt_ext.server.motion.motion import Motion
from smoogpt_ext.server.motion.rotations import quat_from_axis_angle, quat_mul
from smoogpt_ext.server.motion.skeleton import JOINT_COUNT, JOINT_INDEX

_X, _Y, _Z = np.eye(3)


def walk(frames: int = 60, fps: float = 30.0, turn: float = 0.0) -> Motion:
    """Return steps forward with swinging, bending arms, a bent back and a turning head.

    Args:
        frames: length.
        fps: frames a second.
        turn: radians about the vertical from the first frame to the last.
    """
    phase = np.arange(frames) / fps * 2.0 * np.pi
    rotations = np.zeros((frames, JOINT_COUNT, 4))
    rotations[..., 0] = 1.0

    def rotate(joint: str, axis: np.ndarray, degrees: np.ndarray | float) -> None:
        at = JOINT_INDEX[joint]
        angle = np.broadcast_to(np.radians(degrees), (frames,))
        rotations[:, at] = quat_mul(rotations[:, at], quat_from_axis_angle(axis, angle))

    swing = np.sin(phase)
    rotate("pelvis", _Y, 8.0 * swing + np.degrees(np.linspace(0.0, turn, frames)))
    rotate("pelvis", _X, 5.0)
    for side, sign in (("left", 1.0), ("right", -1.0)):
        rotate(f"{side}_hip", _X, -30.0 * sign * swing)
        rotate(f"{side}_knee", _X, 25.0 + 25.0 * sign * np.cos(phase))
        rotate(f"{side}_ankle", _X, -10.0 + 15.0 * sign * swing)
        rotate(f"{side}_foot", _X, -5.0 - 5.0 * sign * swing)
        rotate(f"{side}_collar", _Z, 6.0 * swing)
        rotate(f"{side}_shoulder", _Z, -65.0 * sign)
        rotate(f"{side}_shoulder", _Y, 35.0 * swing)
        rotate(f"{side}_shoulder", _X, 20.0 * sign * swing)
        rotate(f"{side}_elbow", _Y, -sign * (45.0 + 30.0 * sign * swing))
        rotate(f"{side}_wrist", _Z, 15.0 * swing)
    for joint, degrees in (("spine1", 4.0), ("spine2", 6.0), ("spine3", 8.0), ("neck", -5.0)):
        rotate(joint, _X, degrees + 2.0 * swing)
    rotate("spine2", _Y, -10.0 * swing)
    rotate("head", _Y, 25.0 * swing)
    root = np.stack((0.02 * swing, 0.93 + 0.03 * np.cos(2 * phase), 0.9 * np.arange(frames) / fps), axis=-1)
    return Motion(root.astype(np.float32), rotations.astype(np.float32), fps).canonical()


def stepping(frames: int = 120, turn: float = 0.8) -> Motion:
    """Return the walk with feet that stand in turn, still and on the ground, as `contacts` finds them."""
    swing = np.sin(np.arange(frames) / 30.0 * 2.0 * np.pi)
    planted = np.stack([swing > -0.3, swing > -0.3, swing < 0.3, swing < 0.3], axis=-1)
    return clean_feet(walk(frames, turn=turn), planted).canonical()
