# SPDX-License-Identifier: GPL-3.0-or-later
"""Locked parts: they come out as they were in the take that they were locked in, feet and path included."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from .motion.contacts import clean_feet
from .motion.features import PART_SLICES, contact_features, motion_from_features
from .motion.motion import Motion
from .motion.rotations import slerp
from .motion.skeleton import PART_JOINTS, PARTS

Features = npt.NDArray[np.float32]

_FADE: Final = 8  # frames
_LEGS: Final = ("left_leg", "right_leg")


def with_locked(values: Features, before: Features, locks: Sequence[str]) -> Features:
    """Return features (T, 140) whose locked parts are those of an earlier take (S, 140), as far as that take goes.

    Where the earlier take is shorter, its last frames fade into the new ones.
    """
    weight = _weight(len(values), len(before))[:, None]
    mixed = values.copy()
    for part in locks:
        columns = PART_SLICES[PARTS.index(part)]
        mixed[: len(weight), columns] = (
            weight * before[: len(weight), columns] + (1 - weight) * values[: len(weight), columns]
        )
    return mixed


def cleaned_beside(values: Features, before: Features, locks: Sequence[str]) -> Motion:
    """Return the motion of features (T, 140) with its feet cleaned, locked parts as they are in the cleaned earlier take.

    What keeps a new foot still moves the path, and with the path the other foot; so a locked path is taken over first, and
    a locked leg last.

    Args:
        values: the result of `with_locked`.
        before: features (S, 140) of the earlier take.
        locks: names of parts.
    """
    motion, planted = motion_from_features(values), contact_features(values) > 0.5
    earlier = clean_feet(motion_from_features(before), contact_features(before) > 0.5)
    same_path = "root" in locks and len(before) >= len(values)
    if same_path:
        motion = Motion(earlier.root_positions[: motion.frames], motion.rotations, motion.fps)
    made = clean_feet(motion, planted, steady=not same_path)
    weight = _weight(made.frames, earlier.frames)
    turns = made.rotations.copy()
    for part in set(locks).intersection(_LEGS):
        joints = list(PART_JOINTS[part])
        new, old = (some[: len(weight), joints].astype(np.float64) for some in (made.rotations, earlier.rotations))
        turns[: len(weight), joints] = slerp(new, old, weight[:, None])
    return Motion(made.root_positions, turns, made.fps)


def _weight(frames: int, earlier: int) -> npt.NDArray[np.float32]:
    """Return how much an earlier take counts in the frames that both have."""
    shared = min(frames, earlier)
    weight = np.ones(shared, dtype=np.float32)
    if shared < frames:
        fade = min(shared, _FADE)
        weight[shared - fade :] = np.linspace(1, 0, fade + 2)[1:-1]
    return weight
