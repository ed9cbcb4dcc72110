# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the feet stand, how deep they sink below it, and when a body hangs in the air."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from .motion import Motion
from .skeleton import FOOT_JOINTS

Array = npt.NDArray[np.floating]

_SOLE: Final = 0.06  # an ankle's height over the toes of a flat foot (m)
_OFF: Final = 0.05  # metres over the floor from which nothing is stood on
_FALLING: Final = -4.0  # m/s^2: a body that falls faster than this is in a jump and not hung up
_WINDOW: Final = 5  # frames over which the pelvis' acceleration is averaged


def soles(motion: Motion) -> Array:
    """Return the lowest point of the feet (T,) over the floor (m), the floor being where the feet stand most."""
    feet = motion.positions()[:, list(FOOT_JOINTS), 1] - np.array([_SOLE, 0.0, _SOLE, 0.0])
    lowest = feet.min(axis=1)
    return np.asarray(lowest - _standing_level(lowest))


def _standing_level(lowest: Array) -> float:
    """Return the height at which the lowest foot is most often: the fullest 2 cm in the lower half of the clip."""
    low = np.sort(lowest)[: max(1, (len(lowest) + 1) // 2)]
    counts = [int(((low >= height) & (low < height + 0.02)).sum()) for height in low]
    start = float(low[int(np.argmax(counts))])
    return float(np.median(low[(low >= start) & (low < start + 0.02)]))


def sinking(motion: Motion) -> float:
    """Return how deep a foot goes below where the feet stand, at worst (m)."""
    return float(max(0.0, -soles(motion).min()))


def floating(motion: Motion) -> float:
    """Return the share of frames in which no foot is near the floor and yet the body does not fall."""
    if motion.frames < 3:
        return 0.0
    height = motion.root_positions[:, 1].astype(np.float64)
    fall = np.gradient(np.gradient(height)) * motion.fps**2
    kernel = np.ones(min(_WINDOW, motion.frames)) / min(_WINDOW, motion.frames)
    return float(((soles(motion) > _OFF) & (np.convolve(fall, kernel, mode="same") > _FALLING)).mean())
