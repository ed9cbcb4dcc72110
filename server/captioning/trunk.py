# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers that describe backbone and head; metres, degrees, seconds. What has a side is positive to the left."""

from __future__ import annotations

import numpy as np

from .body import POINT_INDEX, Body, unwrapped
from .signals import Array, ends, extent, level, median, smoothed, turning_points

_TREMBLING = ("head", "spine3", "left_wrist", "right_wrist")


def _wrapped(degrees: Array) -> Array:
    """Return angles between -180 and 180 degrees; the same for both signs."""
    return np.asarray(degrees - 360.0 * np.rint(degrees / 360.0))


def tremor(body: Body) -> tuple[float, float, float]:
    """Return how much of the body's acceleration is trembling, its size in metres, and how far it stands above noise.

    The first is the share of 4 to 9 Hz in the power of accelerations from 0.7 Hz on, noise deducted; the last the power
    of the strongest 1.2 Hz in that band over the noise above 10 Hz: 1 for white noise, which is as strong everywhere.
    All three are medians over head, chest and both hands: a hand that shakes alone does not make a body tremble.
    """
    if body.frames < 30:
        return 0.0, 0.0, 0.0
    shaken = np.diff(body.raw[:, [POINT_INDEX[name] for name in _TREMBLING]], n=2, axis=0)
    window = np.hanning(body.frames)[1:-1, None, None]
    power = (np.abs(np.fft.rfft((shaken - shaken.mean(axis=0)) * window, axis=0)) ** 2).sum(axis=2)
    power /= float((window**2).sum()) * (body.frames - 2) / 2  # adds up to the variance
    frequency = np.fft.rfftfreq(body.frames - 2, 1 / body.fps)
    gain = np.maximum((2 * np.sin(np.pi * frequency / body.fps)) ** 4, 1e-4)[:, None]  # of second differences
    places = power / gain
    noise = np.median(places[frequency > 10], axis=0) / 0.7  # the median of a sum of three squares is below their mean
    signal = np.maximum(places - noise, 0.0)
    band = (frequency >= 4) & (frequency <= 9)
    moving = (frequency >= 0.7) & (frequency <= 9)
    accelerations = signal * gain
    share = accelerations[band].sum(axis=0) / np.maximum(accelerations[moving].sum(axis=0), 1e-12)
    peak = smoothed(places[band], round(1.2 / float(frequency[1]))).max(axis=0)
    above = peak / np.maximum(noise, 1e-12)
    return median(share), median(np.sqrt(signal[band].sum(axis=0))), median(above)


def _to_and_fro(angles: Array, seconds: float, least: float) -> float:
    """Return full cycles a second of a head that goes to and fro by more than ``least`` degrees; 0 for under two."""
    turns = len(turning_points(angles, least))
    return turns / 2 / max(seconds, 1.0) if turns >= 4 else 0.0


def curves_of(points: Array) -> dict[str, Array]:
    """Return angles (T,) in degrees by name, of points (T, 28, 3) in the heading frame."""
    low, middle, neck, head = (points[:, POINT_INDEX[name]] for name in ("pelvis", "spine2", "neck", "head"))
    trunk, upper, lower = neck - low, neck - middle, middle - low
    across = points[:, POINT_INDEX["left_shoulder"]] - points[:, POINT_INDEX["right_shoulder"]]
    hips = points[:, POINT_INDEX["left_hip"]] - points[:, POINT_INDEX["right_hip"]]
    face, crown = points[:, POINT_INDEX["face"]] - head, points[:, POINT_INDEX["crown"]] - head
    radians = {
        "pitch": np.arctan2(trunk[:, 2], trunk[:, 1]),
        "side": np.arctan2(trunk[:, 0], np.hypot(trunk[:, 1], trunk[:, 2])),
        "curve": np.arctan2(upper[:, 2], upper[:, 1]) - np.arctan2(lower[:, 2], lower[:, 1]),
        "twist": np.arctan2(-across[:, 2], across[:, 0]) - np.arctan2(-hips[:, 2], hips[:, 0]),
        "nod": np.arctan2(face[:, 1], np.hypot(face[:, 0], face[:, 2])),
        "look": np.arctan2(face[:, 0], np.hypot(face[:, 1], face[:, 2])),  # steady where the face looks down
        "roll": np.arctan2(crown[:, 0], np.hypot(crown[:, 1], crown[:, 2])),
    }
    return {name: _wrapped(np.degrees(angles)) for name, angles in radians.items()}


def backbone_measures(body: Body) -> dict[str, float]:
    """Measure backbone and head."""
    curves, rough = curves_of(body.local), curves_of(body.rough)
    sizes = {name: extent(curves[name], rough[name]) for name in curves}
    pitch, nod = curves["pitch"], curves["nod"]
    look = unwrapped(np.radians(curves["look"]) + body.yaw) * (
        180.0 / np.pi
    )  # in the world: hips that swing do not count
    begin, end = ends(pitch)
    top = level(pitch, 95)
    share, size, above_noise = tremor(body)
    slow = int(body.fps * 1.5)
    return {
        "pitch": median(pitch),
        "rise": top - begin,
        "fall": top - end,
        "change": end - begin,
        "range": sizes["pitch"],
        "curve": median(curves["curve"]),
        "lean": median(curves["side"]),
        "sway": sizes["side"],
        "twist": sizes["twist"],
        "head": median(nod),
        "head_turn": median(curves["look"]),
        "head_motion": sizes["look"] + sizes["nod"],
        "turned": median(curves["twist"]),
        "tremor_share": share,
        "tremor": size,
        "tremor_above_noise": above_noise,
        "head_tilt": median(curves["roll"]),
        "nods": _to_and_fro(nod - smoothed(nod, slow), body.seconds, 8.0),
        "shakes": _to_and_fro(look - smoothed(look, slow), body.seconds, 12.0),
    }
