# SPDX-License-Identifier: GPL-3.0-or-later
"""Shapes over time that edits are made of: ramps, bumps, smoothing and envelopes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.floating]
Flags = npt.NDArray[np.bool_]


def eased(share: npt.ArrayLike) -> Array:
    """Return a ramp that starts and ends without a jerk: 0 below 0, 1 above 1, between them ``6x^5 - 15x^4 + 10x^3``."""
    x = np.clip(np.asarray(share, dtype=np.float64), 0.0, 1.0)
    return np.asarray(x * x * x * (x * (6.0 * x - 15.0) + 10.0))


def bump(share: npt.ArrayLike, peak: float = 0.5) -> Array:
    """Return a hill over 0 to 1, 1 high at ``peak``, that rises and falls without a jerk."""
    x = np.asarray(share, dtype=np.float64)
    return np.asarray(np.where(x < peak, eased(x / peak), eased((1.0 - x) / (1.0 - peak))))


def smoothed(values: Array, frames: int) -> Array:
    """Return (T, ...) averaged over a Hann window of about so many frames; the ends go on along their own lines."""
    half = min(max(frames // 2, 0), len(values) - 1)
    if half < 1:
        return np.array(values, dtype=np.float64)
    before = 2 * values[:1] - values[half:0:-1]
    after = 2 * values[-1:] - values[-2 : -half - 2 : -1]
    padded = np.concatenate((before, values, after)).astype(np.float64)
    kernel = np.hanning(2 * half + 3)[1:-1]
    kernel /= kernel.sum()
    flat = padded.reshape(len(padded), -1)
    columns = [np.convolve(flat[:, i], kernel, mode="valid") for i in range(flat.shape[1])]
    return np.stack(columns, axis=1).reshape(values.shape)


def envelope(values: Array, reach: int) -> Array:
    """Return a smooth curve (T,) that is nowhere below ``values``: the greatest within ``reach`` frames, smoothed."""
    padded = np.pad(values, 2 * reach, mode="edge")
    greatest = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1).max(axis=1)
    kernel = np.hanning(2 * reach + 3)[1:-1]
    return np.asarray(np.convolve(greatest, kernel / kernel.sum(), mode="valid"))


def at_least(values: Array, least: Array | float, softness: float) -> Array:
    """Return the greater of two curves with the corner between them rounded over about ``softness``; never below both."""
    gap = np.asarray(values - least)
    return np.asarray(least + 0.5 * (gap + np.sqrt(gap * gap + softness * softness)))


def turned(vectors: Array, yaw: npt.ArrayLike) -> Array:
    """Return ground vectors (..., 2), x and z, turned about the vertical by radians (...): +Z goes towards +X."""
    c, s = np.cos(yaw), np.sin(yaw)
    return np.stack((c * vectors[..., 0] + s * vectors[..., 1], c * vectors[..., 1] - s * vectors[..., 0]), axis=-1)
