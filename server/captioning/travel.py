# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers that describe where the body as a whole goes; metres, degrees, seconds. What has a side is positive to the left."""

from __future__ import annotations

import numpy as np

from .body import POINT_INDEX, Body, unwrapped
from .signals import Array, ends, extent, level, median, rate, smoothed, turning_points

_WEAVE = 20.0  # degrees that the course turns back at least


def _weaving(body: Body) -> float:
    """Return how often the course over the ground turns from one side to the other."""
    slow = int(body.fps)
    if body.frames < 2 * slow:
        return 0.0
    # a second takes away the sway of the hips with the steps
    velocity = smoothed(rate(body.points[:, 0], body.fps)[:, [0, 2]], slow)
    moving = np.hypot(velocity[:, 0], velocity[:, 1]) > 0.25
    if moving.mean() < 0.6:
        return 0.0
    course = np.degrees(unwrapped(np.arctan2(velocity[moving, 0], velocity[moving, 1])))
    return float(len(turning_points(course, _WEAVE)))


def _hips(points: Array) -> tuple[Array, Array]:
    """Return how far the line between the hips rolls and swings round (T,) in degrees, in the heading frame."""
    line = points[:, POINT_INDEX["left_hip"]] - points[:, POINT_INDEX["right_hip"]]
    return np.degrees(np.arctan2(line[:, 1], line[:, 0])), np.degrees(np.arctan2(-line[:, 2], line[:, 0]))


def root_measures(body: Body) -> dict[str, float]:
    """Measure the root."""
    velocity = body.velocity
    speed = np.hypot(velocity[:, 0], velocity[:, 1])
    begin, end = ends(speed)
    height = body.at("pelvis")[:, 1]
    low, high = ends(height)
    (roll, swing), (rough_roll, rough_swing) = (_hips(points) for points in (body.local, body.rough))
    tilt = body.at("waist") - body.at("pelvis")
    slow = int(body.fps)
    drift = smoothed(height, slow) if body.frames > slow else np.full_like(height, height.mean())
    mean = velocity.mean(axis=0)
    path = body.points[:, 0][:, [0, 2]]
    away = np.hypot(*(path - path[0]).T)
    return {
        "left": float(mean[0]),
        "ahead": float(mean[1]),
        "speed": float(np.hypot(*mean)),
        "pace": float(speed.mean()),
        "begin": begin,
        "end": end,
        "top": level(speed, 90),
        "turn": float(np.degrees(body.yaw[-1] - body.yaw[0])),
        "bounce": extent(height - drift, body.rough[:, 0, 1] - drift, 3),
        "leap": level(height, 97) - median(height),
        "height": median(height),
        "sway": extent(roll, rough_roll) + 0.5 * extent(swing, rough_swing),
        "tilt": median(np.degrees(np.arctan2(tilt[:, 2], tilt[:, 1]))),
        "weaving": _weaving(body),
        "farthest": float(away.max()),
        "left_over": float(away[-1]),
        "change": high - low,
        "dip": min(low, high) - level(height, 4),
    }
