# SPDX-License-Identifier: GPL-3.0-or-later
"""Fewer keys within a stated error: the line simplification of Ramer (1972) and Douglas and Peucker (1973).

All channels of a bone are thinned together, so that a rotation keeps its keys on the same frames.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ...server.motion.rotations import Array


def kept_keys(values: Array, tolerance: float, norm: int = 2) -> npt.NDArray[np.intp]:
    """Return the indices of the keys to keep, the first and the last among them.

    Args:
        values: (T, C) channels, one row a frame, between whose keys Blender interpolates linearly.
        tolerance: largest distance of a left-out row from that line; 0 or less keeps every key.
        norm: 2 for the Euclidean distance of the channels, 1 for the sum of their differences.
    """
    count = len(values)
    if tolerance <= 0 or count < 3:
        return np.arange(count)
    keep = np.zeros(count, dtype=bool)
    keep[[0, -1]] = True
    waiting = [(0, count - 1)]
    while waiting:
        low, high = waiting.pop()
        if high - low < 2:
            continue
        share = (np.arange(low + 1, high) - low)[:, None] / (high - low)
        line = values[low] * (1 - share) + values[high] * share
        away = np.linalg.norm(values[low + 1 : high] - line, ord=norm, axis=-1)
        worst = int(np.argmax(away))
        if away[worst] > tolerance:
            middle = low + 1 + worst
            keep[middle] = True
            waiting += [(low, middle), (middle, high)]
    return np.flatnonzero(keep)
