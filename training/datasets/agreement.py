# SPDX-License-Identifier: GPL-3.0-or-later
"""How well a converted clip agrees with its source: directions of the limbs, and how much planted feet slide."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from server.motion.motion import Motion
from server.motion.rotations import Array, normalized
from server.motion.skeleton import JOINT_INDEX
from server.motion.source import Source

BONES: Final[tuple[tuple[str, str, str], ...]] = (
    ("thigh", "left_hip", "left_knee"),
    ("thigh", "right_hip", "right_knee"),
    ("shin", "left_knee", "left_ankle"),
    ("shin", "right_knee", "right_ankle"),
    ("upper_arm", "left_shoulder", "left_elbow"),
    ("upper_arm", "right_shoulder", "right_elbow"),
    ("forearm", "left_elbow", "left_wrist"),
    ("forearm", "right_elbow", "right_wrist"),
    ("spine", "spine1", "neck"),
)
"""Compared bones: what they are called, and the joints at their ends. The spine counts as one from end to end."""
_LOW: Final = 0.025  # m: an ankle this close to its lowest place belongs to a planted foot ...
_CALM: Final = 0.15  # m/s: ... if it does not rise or fall faster than this
_SMALL: Final = 1e-6  # source bones shorter than this have no direction


def direction_errors(source: Source, motion: Motion, mapping: Mapping[str, str]) -> Array:
    """Return the angle (T, 9) in degrees between our bones and the source's; NaN where the source has no such bone.

    Args:
        source: the clip as it was.
        motion: the same frames as `Calibration.posed` gives them, neither resampled nor turned.
        mapping: our joint name to the source's.
    """
    ours = motion.positions().astype(np.float64)
    errors = np.full((motion.frames, len(BONES)), np.nan)
    for column, (_, start, end) in enumerate(BONES):
        if start not in mapping or end not in mapping:
            continue
        a, b = (source.place(mapping[name]) for name in (start, end))
        there = np.linalg.norm(b - a, axis=-1) > _SMALL
        mine = normalized(ours[:, JOINT_INDEX[end]] - ours[:, JOINT_INDEX[start]])
        cosine = np.clip(np.sum(mine * normalized(b - a), axis=-1), -1, 1)
        errors[there, column] = np.degrees(np.arccos(cosine))[there]
    return errors


def ankle_slides(source: Source, motion: Motion, mapping: Mapping[str, str], scale: float) -> tuple[Array, Array]:
    """Return the ground speeds (N,) in m/s of planted ankles in the source, and in the motion at the same moments.

    Planted is judged on the source alone: within 2.5 cm of the ankle's lowest place and hardly rising or falling.
    Speed along the ground is no part of the test, so that sliding cannot hide itself.
    """
    theirs, mine = [], []
    if motion.frames < 3:
        return np.zeros(0), np.zeros(0)
    ours = motion.positions().astype(np.float64)
    for name in ("left_ankle", "right_ankle"):
        place = source.place(mapping[name]) * scale
        speed = np.gradient(place, axis=0) * source.fps
        speed_here = np.gradient(ours[:, JOINT_INDEX[name]], axis=0) * motion.fps
        down = (place[:, 1] - np.percentile(place[:, 1], 2) < _LOW) & (np.abs(speed[:, 1]) < _CALM)
        theirs.append(np.linalg.norm(speed[down][:, [0, 2]], axis=-1))
        mine.append(np.linalg.norm(speed_here[down][:, [0, 2]], axis=-1))
    return np.concatenate(theirs), np.concatenate(mine)
