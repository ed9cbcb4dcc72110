# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers that describe how the left leg is held and moves; metres, degrees, seconds."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from .body import POINT_INDEX, Body, angle
from .signals import Array, Flags, lasting, level, mean_speed, median, runs, smoothed, spread, turning_points


def _stance_share(step: Array, going: float) -> float:
    """Return this foot's part of both feet's time on the ground; a half for an even gait.

    While one foot stands the other swings past it. So the times are told by how long this foot takes back and forth
    against the other one, without the ends of the way, where both feet stand and noise would tell the sign.

    Args:
        step: (T,) this foot ahead of the other in metres, or in sidesteps beside it.
        going: speed of the body on the same axis; below 0 feet swing backward.
    """
    turns = turning_points(step, 0.15)
    back: list[float] = []
    forth: list[float] = []
    for start, end in pairwise(turns):
        low, high = sorted((step[start], step[end]))
        stroke = step[start : end + 1]
        inside = (stroke > low + 0.1 * (high - low)) & (stroke < high - 0.1 * (high - low))
        (forth if step[end] > step[start] else back).append(float(inside.sum()))
    if not back or not forth:
        return 0.5
    standing, swinging = float(np.mean(back)), float(np.mean(forth))
    share = standing / max(standing + swinging, 1.0)
    return share if going > -0.1 else 1.0 - share


def _cadence(step: Array, seconds: float, fps: float) -> float:
    """Return steps a second: from the first turning back to the last, so that it matters not where the clip is cut."""
    turns = turning_points(step, 0.10)
    if len(turns) < 3:
        return len(turns) / max(seconds, 0.5)
    return (len(turns) - 1) * fps / (turns[-1] - turns[0])


def _lift(clearance: Array, planted: Flags) -> float:
    """Return how high a foot comes while it is not planted, in metres; 0 for one that always is."""
    if all(end - start < 3 for start, end in runs(~planted)):
        return 0.0
    ground = median(clearance[planted]) if planted.any() else 0.0
    return max(level(clearance, 95) - ground, 0.02)


def leg_measures(body: Body) -> dict[str, float]:
    """Measure the left leg."""
    hip, knee, ankle, toe = (body.at(f"left_{name}") for name in ("hip", "knee", "ankle", "foot"))
    bend = angle(knee - hip, ankle - knee)
    own, other = body.carries("left"), body.carries("right")
    clearance = body.clearance("left")
    foot = toe - ankle
    pitch = np.degrees(np.arctan2(-foot[:, 1], np.hypot(foot[:, 0], foot[:, 2])))
    apart = ankle - body.at("right_ankle")
    axis = 2 if spread(apart[:, 2]) >= spread(apart[:, 0]) else 0  # the latter in sidesteps
    step, going = apart[:, axis], float(body.velocity[:, axis // 2].mean())
    up = ankle[:, 1] + ankle[:, 2] * 0.5  # high in a kick, whether it goes forward or upward
    off = lasting(clearance, 0.08, 0.05)
    world = body.points[:, POINT_INDEX["left_ankle"]]
    return {
        "travel": float(np.hypot(spread(world[:, 0], 2), spread(world[:, 2], 2))),
        "root_speed": float(
            np.hypot(*smoothed(body.velocity, int(body.fps)).T).mean()
        ),  # bobbing on the spot cancels out
        "flight": float((~own & ~other).mean()),
        "swing_up": level(up, 99),
        "usual_up": median(up),
        "stride": max(spread(ankle[:, 2]), spread(ankle[:, 0])),
        "cadence": _cadence(step, body.seconds, body.fps),
        "knee": median(bend),
        "fold": level(bend, 95) - median(bend),
        "lift": _lift(clearance, own),
        "toes": median(np.degrees(np.arctan2(foot[:, 0], foot[:, 2]))),
        "width": median(ankle[:, 0]),
        "speed": mean_speed(world, body.raw[:, POINT_INDEX["left_ankle"]], body.fps),
        "off": float(off.mean()),
        "other_on": float((body.clearance("right") < 0.06).mean()),
        "knee_up": median((knee - hip)[off, 1]) if off.any() else -1.0,
        "hips": median(hip[:, 1]),
        "pitch": median(pitch[own]) if own.sum() > 4 else 25.0,
        "stance": _stance_share(step, going),
        "place": median(ankle[:, 2]),
    }
