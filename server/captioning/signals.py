# SPDX-License-Identifier: GPL-3.0-or-later
"""Curves over time: smoothing, ranges, turning points and hysteresis.

Everything here is exact under a change of sign: what is computed of ``-x`` is the negative, to the last bit, of what is
computed of ``x``. The mirrored motion therefore gets the mirrored caption.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.floating]
Flags = npt.NDArray[np.bool_]

WINDOW = 11
"""Frames of the filter for positions: a 3 Hz wave keeps two thirds of its size, white noise less than half."""


def _extended(values: Array, frames: int) -> Array:
    """Return the curve with ``frames`` more at both ends, along the lines that fit its ends best.

    Lines keep the speed at the ends, where a repeated value would stop it, and average the noise of single frames.
    """
    count = min(len(values), frames + 1)
    at = np.arange(count, dtype=np.float64) - (count - 1) / 2
    square = float((at**2).sum()) or 1.0
    shape = (-1,) + (1,) * (values.ndim - 1)
    outside = (np.arange(1, frames + 1, dtype=np.float64) + (count - 1) / 2).reshape(shape)

    def line(end: Array) -> Array:
        slope = (end * at.reshape(shape)).sum(axis=0) / square
        return np.asarray(end.mean(axis=0) + slope * outside)

    before = line(values[:count][::-1])[::-1]
    return np.concatenate((before, values, line(values[-count:])))


def _filtered(values: Array, kernel: Array) -> Array:
    """Return the weighted sum of each frame's neighbours along the first axis."""
    half = len(kernel) // 2
    padded = _extended(np.asarray(values, dtype=np.float64), half)
    result = np.zeros_like(padded[: len(values)])
    for at, weight in enumerate(kernel.tolist()):
        result += weight * padded[at : at + len(values)]
    return result


def _slope(window: int) -> Array:
    """Return the weights (window,) that give the slope of the line that fits a window best."""
    at = np.arange(window, dtype=np.float64) - window // 2
    return np.asarray(at / float((at**2).sum()))


def _parabola(window: int) -> Array:
    """Return the weights (window,) that give the middle value of the parabola that fits a window best."""
    at = np.arange(window, dtype=np.float64) - window // 2
    return np.asarray(np.linalg.pinv(np.vander(at, 3, increasing=True))[0])


# what is left of white noise, by its standard deviation: after `polished`, after `rate` of that, and after `rate` again
STILL_THERE: Final = float(np.linalg.norm(_parabola(WINDOW)))
HURRIED: Final = float(np.linalg.norm(np.convolve(_parabola(WINDOW), _slope(7))))
HURRIED_TWICE: Final = float(np.linalg.norm(np.convolve(np.convolve(_parabola(WINDOW), _slope(7)), _slope(7))))


def polished(values: Array, window: int = WINDOW) -> Array:
    """Return (T, ...) values without the noise of single frames: local parabolas (Savitzky and Golay, 1964).

    Args:
        values: curves along the first axis.
        window: odd number of frames.
    """
    return _filtered(values, _parabola(window))


def rate(values: Array, fps: float, window: int = 7) -> Array:
    """Return the derivative (T, ...) in units a second: the slope of a line through ``window`` frames."""
    return _filtered(values, _slope(window) * fps)


def smoothed(values: Array, frames: int) -> Array:
    """Return a moving average (T, ...) over an odd number of frames, as near to ``frames`` as possible."""
    half = max(0, min(frames, len(values)) // 2)
    padded = _extended(np.asarray(values, dtype=np.float64), half)
    sums = np.cumsum(np.concatenate((np.zeros((1, *values.shape[1:])), padded)), axis=0)
    count = 2 * half + 1
    return np.asarray((sums[count:] - sums[:-count]) / count)


def level(values: Array, percent: float) -> float:
    """Return the value (T,) that ``percent`` of the frames lie below; counted from the nearer end, so that it is exact."""
    ordered = np.sort(values)
    last = len(ordered) - 1
    place = int(last * min(percent, 100.0 - percent) / 100.0 + 0.5)
    return float(ordered[place] if percent <= 50.0 else ordered[last - place])


def spread(values: Array, low: float = 5.0) -> float:
    """Return the range between two percentiles (T,), as many below ``low`` as above its counterpart."""
    ordered = np.sort(values)
    place = int((len(ordered) - 1) * low / 100.0 + 0.5)
    return float(ordered[len(ordered) - 1 - place] - ordered[place])


def noise_of(values: Array) -> float:
    """Return the standard deviation of the noise of single frames in a curve (T,), from its third differences.

    Their median is taken, so that a few sudden movements do not pass for noise.
    """
    if len(values) < 8:
        return 0.0
    squares = np.diff(values, n=3) ** 2
    # 20 is what third differences make of white noise, 0.455 the median of a squared normal variable
    return float(np.sqrt(np.median(squares) / (20.0 * 0.455)))


def extent(values: Array, rough: Array, low: float = 5.0) -> float:
    """Return the range between two percentiles (T,) of a polished curve, less what noise adds to it.

    Args:
        values: the curve, polished.
        rough: the same curve as it was before, which tells the noise.
        low: the lower percentile; the upper one is as far from the other end.
    """
    noise = 3.29 * STILL_THERE * noise_of(rough)
    return float(np.sqrt(max(0.0, spread(values, low) ** 2 - noise**2)))


def mean_speed(path: Array, rough: Array, fps: float) -> float:
    """Return the mean speed of a polished path (T, 3) in units a second, less what noise adds to it."""
    speed = float(np.sqrt((rate(path, fps) ** 2).sum(axis=1)).mean())
    # the mean length of a vector of noise is 0.92 of the root of the sum of its variances
    noise = 0.92 * HURRIED * fps * float(np.sqrt(sum(noise_of(rough[:, axis]) ** 2 for axis in range(3))))
    return float(max(0.0, speed**2 - noise**2) ** 0.5)


def median(values: Array) -> float:
    """Return the median over time."""
    return float(np.median(values))


def ends(values: Array, share: float = 0.12) -> tuple[float, float]:
    """Return the medians of the first and of the last ``share`` of the frames."""
    count = max(1, int(len(values) * share))
    return float(np.median(values[:count])), float(np.median(values[-count:]))


def turning_points(values: Array, least: float) -> list[int]:
    """Return the frames at which a curve (T,) turns back by more than ``least``.

    Only local extremes are walked through, so that long clips take no longer than their movement asks.
    """
    change = np.sign(np.diff(values))
    moving = np.flatnonzero(change)
    if len(moving) == 0:
        return []
    turns = moving[1:][change[moving][1:] != change[moving][:-1]]
    places = [0, *turns.tolist(), len(values) - 1]
    heights = values[places].tolist()
    found: list[int] = []
    low = high = best = direction = 0
    for at, height in enumerate(heights):
        if direction == 0:
            low = at if height < heights[low] else low
            high = at if height > heights[high] else high
            if heights[high] - heights[low] > least:
                direction, best = (1, high) if high > low else (-1, low)
        elif direction * (height - heights[best]) >= 0:
            best = at
        elif abs(height - heights[best]) > least:
            found.append(places[best])
            direction, best = -direction, at
    return found


def lasting(values: Array, on: float, off: float) -> Flags:
    """Return flags (T,) that rise above ``on`` and fall below ``off``; in between they stay as they were."""
    sign = (values > on).astype(np.int8) - (values < off).astype(np.int8)
    settled = sign != 0
    if not settled.any():
        return np.zeros(len(values), dtype=np.bool_)
    last = np.maximum.accumulate(np.where(settled, np.arange(len(values)), -1))
    last[last < 0] = int(np.argmax(settled))
    return np.asarray(sign[last] > 0)


def runs(flags: Flags) -> list[tuple[int, int]]:
    """Return (start, end) of every stretch of True in (T,) flags."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], flags.astype(np.int8), [0]))))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def correlation(a: Array, b: Array) -> float:
    """Return the correlation of two curves (T, ...) about their means; 0 where one of them rests."""
    a, b = a - a.mean(axis=0), b - b.mean(axis=0)
    size = float((a * a).sum()) * float((b * b).sum())
    return float((a * b).sum()) / size**0.5 if size > 1e-12 else 0.0
