# SPDX-License-Identifier: GPL-3.0-or-later
"""The manner of a movement: its axis, whether it circles, and how smoothly it flows."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from .signals import HURRIED_TWICE, Array, noise_of, rate, turning_points


def main_movement(path: Array) -> Array:
    """Return the path (T, 3) along the axis of its greatest extent (T,), the first principal component."""
    centred = path - path.mean(axis=0)
    axis = np.linalg.eigh(centred.T @ centred)[1][:, -1]
    return np.asarray(centred @ axis)


def axis_shares(path: Array, fps: float) -> tuple[float, float, float]:
    """Return the shares of sideways, up-and-down and forward-and-back in a movement (T, 3), by its squared speeds."""
    squares = (rate(path, fps) ** 2).mean(axis=0)
    total = float(squares.sum())
    if total < 1e-9:
        return (0.0, 0.0, 0.0)
    return (float(squares[0]) / total, float(squares[1]) / total, float(squares[2]) / total)


def circling(path: Array) -> float:
    """Return how much a movement (T, 3) goes round: 1 for circles in one sense, 0 for to and fro.

    It is the area swept about the middle against what the same steps would sweep if all of them went round.
    """
    if len(path) < 8:
        return 0.0
    middle = path - (path.max(axis=0) + path.min(axis=0)) / 2
    step = np.gradient(path, axis=0)
    swept = np.cross(middle, step)
    whole = float((np.linalg.norm(middle, axis=1) * np.linalg.norm(step, axis=1)).sum())
    return float(np.linalg.norm(swept.sum(axis=0))) / whole if whole > 1e-9 else 0.0


def jolt(path: Array, rough: Array, fps: float) -> float:
    """Return how suddenly a movement (T, 3) starts and stops: low where it flows, high where it jerks.

    For every stroke from one turning point to the next it is greatest acceleration times duration over greatest speed,
    which has no unit: pi for half a sine and half a circle, 3.1 for the smoothest reach (minimum jerk, Flash and Hogan
    1985), less for quarter turns, more for sudden starts and stops. The median over the strokes; 2 where there is none.
    """
    velocity = rate(path, fps)
    speed = np.sqrt((velocity**2).sum(axis=1))
    squares = (rate(velocity, fps) ** 2).sum(axis=1)
    noise = (HURRIED_TWICE * fps**2) ** 2 * sum(noise_of(rough[:, axis]) ** 2 for axis in range(3))
    cuts = sorted({0, len(path) - 1, *(at for axis in range(3) for at in turning_points(path[:, axis], 0.05))})
    strokes = []
    for start, end in pairwise(cuts):
        if end - start < 5 or np.linalg.norm(path[end] - path[start]) < 0.08:
            continue
        here = speed[start : end + 1]
        moving = here > 0.15 * here.max()
        greatest = max(0.0, float(squares[start : end + 1][moving].max()) - 2.0 * noise) ** 0.5
        strokes.append(greatest * float(moving.sum()) / fps / float(here.max()))
    return float(np.median(strokes)) if strokes else 2.0
