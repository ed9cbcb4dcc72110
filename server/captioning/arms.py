# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers that describe how the left arm is held and moves; metres, degrees, seconds.

Posture is a median over time and extent a range between percentiles, so that single frames do not matter.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from .body import POINT_INDEX, Body, angle, length
from .rhythm import axis_shares, circling, jolt, main_movement
from .signals import (
    Array,
    correlation,
    ends,
    extent,
    lasting,
    level,
    mean_speed,
    median,
    rate,
    runs,
    smoothed,
    spread,
    turning_points,
)
from .touches import touches

_SHOOTS: Final = 1.2  # m/s at which the hand goes away from its shoulder in a punch
_WAVE: Final = 0.055  # metres that the fingers of a waving hand go to and fro at least
_HIGH: Final = -0.08  # metres against the shoulder: waving is done above, lower down it would be swinging


def thrusts(body: Body) -> float:
    """Return how often the left hand shoots out from near the shoulder, forward or sideways, as in a punch."""
    hand = body.at("left_wrist") - body.at("left_shoulder")
    reach = length(hand)
    before_after = 7  # frames: a thrust lasts under half a second
    count = 0
    for start, end in runs(rate(reach, body.fps, 5) > _SHOOTS):
        begin = max(0, start - before_after)
        bent = begin + int(np.argmin(reach[begin:end]))
        out = start + int(np.argmax(reach[start : end + before_after]))
        way = hand[out] - hand[bent]
        level_way = way[2] > -0.05 and np.hypot(way[0], way[2]) > abs(way[1])
        count += bool(reach[out] - reach[bent] > 0.18 and level_way and hand[out, 2] > 0.05 and hand[out, 1] > -0.35)
    return float(count)


def _swings(curve: Array) -> tuple[int, float]:
    """Return how many times a curve turns back as a wave does, and its typical swing from one turn to the next."""
    turns = turning_points(curve, _WAVE)
    return len(turns), median(np.abs(np.diff(curve[turns]))) if len(turns) > 1 else 0.0


def _waves(body: Body, height: Array) -> tuple[float, float, float]:
    """Return how many times the fingers of a raised hand turn back, for what share of the clip, and how fast (m/s).

    Measured against the shoulders, so that a guard held by a body that bobs and twists does not wave; and only where
    the hand goes to the side or to the front more than up and down, as it does in a blow.
    """
    across = body.at("left_shoulder") - body.at("right_shoulder")
    wide = np.maximum(np.hypot(across[:, 0], across[:, 2]), 1e-6)
    # the tips are as far beyond the palm as the palm is beyond the wrist: some wave with the hand alone
    tips = 2.0 * body.at("left_palm") - body.at("left_wrist") - body.at("left_shoulder")
    sideways = (tips[:, 0] * across[:, 0] + tips[:, 2] * across[:, 2]) / wide
    forward = (tips[:, 2] * across[:, 0] - tips[:, 0] * across[:, 2]) / wide
    count, frames, way = 0, 0, 0.0
    for start, end in runs(lasting(height, _HIGH, _HIGH - 0.04)):
        turns, swing = max((_swings(curve[start:end]) for curve in (sideways, forward)), key=math.prod)
        if turns >= 3 and swing > 0.6 * _swings(tips[start:end, 1])[1]:
            count += turns
            frames += end - start
            way += turns * swing
    return float(count), frames / body.frames, way * body.fps / max(frames, int(body.fps))


def _swing(body: Body, hand: Array) -> float:
    """Return how well the arm swings in time with the steps, 1 at most: against its own leg, as usual, or in any phase."""
    legs = body.at("left_ankle")[:, 2] - body.at("right_ankle")[:, 2]
    steps = len(turning_points(legs, 0.10))
    if steps < 2 or steps < 0.8 * body.seconds or hand[:, 2].std() < 0.02 or median(hand[:, 1]) > 0.0:
        return 0.0
    return math.hypot(correlation(hand[:, 2], legs), correlation(hand[:, 2], rate(legs, body.fps)))


def _pair(body: Body, relative: Array) -> float:
    """Return how alike both hands move, seen in a mirror; -1 where one goes when the other comes."""
    other = (body.at("right_wrist") - body.at("spine3")) * np.array([-1.0, 1.0, 1.0])
    # slow drifts are posture, not rhythm
    frames = int(body.fps * 1.5)
    a, b = (smoothed(hand, 5) - smoothed(hand, frames) if body.frames > frames else hand for hand in (relative, other))
    return correlation(a, b)


def arm_measures(body: Body) -> dict[str, float]:
    """Measure the left arm."""
    shoulder, elbow, wrist = (body.at(f"left_{name}") for name in ("shoulder", "elbow", "wrist"))
    hand, relative = wrist - shoulder, wrist - body.at("spine3")
    rough = body.rough[:, POINT_INDEX["left_wrist"]] - body.rough[:, POINT_INDEX["spine3"]]
    height = hand[:, 1]
    begin, end = ends(height)
    peak = level(height, 95)
    main = main_movement(relative)
    shares = axis_shares(relative, body.fps)
    shots = thrusts(body)
    waves, wave_share, wave_speed = _waves(body, height)
    return {
        "hold": median(height),
        "peak": peak,
        "rise": peak - begin,
        "fall": peak - end,
        "drop": begin - end,
        "vertical": spread(height),
        "reach": median(hand[:, 2]),
        "spread": median(relative[:, 0]),
        "elbow": median(angle(elbow - shoulder, wrist - elbow)),
        "size": float(np.linalg.norm([extent(relative[:, axis], rough[:, axis]) for axis in range(3)])),
        "tempo": mean_speed(relative, rough, body.fps),
        "waves": waves,
        "wave_share": wave_share,
        "wave_speed": wave_speed,
        "with_legs": _swing(body, hand),
        "thrusts": shots,
        "thrust_rate": shots / max(body.seconds, 1.0),
        "sideways": shares[0],
        "up_down": shares[1],
        "forward_back": shares[2],
        "around": circling(relative),
        "turns": float(len(turning_points(main, max(0.06, 0.3 * spread(main, 3))))),
        "jolt": jolt(relative, rough, body.fps),
        "pair": _pair(body, relative),
    } | touches(body)
