# SPDX-License-Identifier: GPL-3.0-or-later
"""Where curves change for good: the best cuts of a time series into stretches of constant level."""

from __future__ import annotations

import numpy as np

from .signals import Array


def _scatter(curves: Array) -> Array:
    """Return (n + 1, n + 1) sums of squared deviations from the mean of steps i to j (excluded), for i < j."""
    count, features = curves.shape
    sums, squares = (np.concatenate((np.zeros((1, features)), np.cumsum(x, axis=0))) for x in (curves, curves**2))
    length = np.maximum(np.arange(count + 1)[None] - np.arange(count + 1)[:, None], 1)
    total = np.zeros((count + 1, count + 1))
    for feature in range(features):
        s, q = sums[:, feature], squares[:, feature]
        total += q[None] - q[:, None] - (s[None] - s[:, None]) ** 2 / length
    return total


def _best(scatter: Array, penalty: float, least: int) -> list[int]:
    """Return the cuts that make scatter plus penalties smallest, by dynamic programming over the end of the last stretch."""
    count = len(scatter) - 1
    cost = np.full(count + 1, np.inf)
    cost[0] = -penalty
    before = np.zeros(count + 1, dtype=np.int64)
    for end in range(least, count + 1):
        starts = cost[: end - least + 1] + scatter[: end - least + 1, end] + penalty
        before[end] = int(np.argmin(starts))
        cost[end] = starts[before[end]]
    cuts, at = [], int(before[count])
    while at > 0:
        cuts.append(at)
        at = int(before[at])
    return cuts[::-1]


def cuts_of(middle: Array, left: Array, right: Array, penalty: float, least: int, most: int) -> list[int]:
    """Return the steps at which new stretches begin, by optimal partitioning (Jackson and others, 2005).

    Every curve is taken as constant within a stretch; a cut must save more squared deviation than the penalty. Left and
    right are told apart only by the order in which two numbers are added, so that mirrored curves give the same cuts.

    Args:
        middle: (n, a) curves, in units of what would count as a change.
        left: (n, b) curves of the left side.
        right: (n, b) the same of the right side.
        penalty: what a cut costs; raised until there are few enough.
        least: steps that a stretch lasts at least.
        most: number of stretches at most.
    """
    if len(middle) < 2 * least or most < 2:
        return []
    scatter = _scatter(middle) + (_scatter(left) + _scatter(right))
    cuts = _best(scatter, penalty, least)
    while len(cuts) >= most:
        penalty *= 1.25
        cuts = _best(scatter, penalty, least)
    return cuts
