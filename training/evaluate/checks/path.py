# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks of the root: where the body goes, how fast, how high."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from .body import Array, Body, Check, Sided, averaged, ends, extent, turnings


def _mean_velocity(b: Body) -> tuple[float, float]:
    """Return the mean speed to the left and ahead, in the body's own heading (m/s)."""
    left, ahead = b.velocity.mean(axis=0)
    return float(left), float(ahead)


def _speed(b: Body) -> float:
    return float(np.linalg.norm(b.velocity, axis=-1).mean())


def _ground(b: Body) -> Array:
    """Return the way over the ground (T, 2), from the start."""
    return b.world[:, 0][:, [0, 2]] - b.world[0, 0, [0, 2]]


def _furthest(b: Body) -> float:
    return float(np.linalg.norm(_ground(b), axis=-1).max())


def _turned(b: Body) -> float:
    """Return how far the body turns to the left over the clip, in degrees."""
    return float(np.degrees(b.yaw[-1] - b.yaw[0]))


def _sign(side: str) -> float:
    return 1.0 if side == "left" else -1.0


def _height(b: Body) -> float:
    return float(np.median(b.height("pelvis")))


def _bounce(b: Body) -> float:
    height = b.height("pelvis")
    return extent(height - averaged(height, round(b.motion.fps * 0.8)))


def _change(b: Body) -> float:
    begin, end = ends(b.height("pelvis"))
    return end - begin


def _dips(b: Body) -> bool:
    height = b.height("pelvis")
    return min(ends(height)) - float(np.percentile(height, 5)) > 0.12


def _sideways(b: Body, side: str) -> bool:
    left, ahead = _mean_velocity(b)
    return left * _sign(side) > 0.12 and abs(left) > abs(ahead)


def _diagonal(b: Body, side: str, way: float) -> bool:
    left, ahead = _mean_velocity(b)
    return left * _sign(side) > 0.1 and ahead * way > 0.1 and 0.35 < abs(left / ahead) < 2.8


def _circles(b: Body, side: str) -> bool:
    return _turned(b) * _sign(side) > 200 and _speed(b) * b.motion.seconds > 1.5


def _weaves(b: Body) -> bool:
    """Tell whether the way swings from side to side of the line between its ends."""
    way = _ground(b)
    line = way[-1] / max(float(np.linalg.norm(way[-1])), 1e-6)
    side = averaged(way @ np.array([-line[1], line[0]]), round(b.motion.fps * 0.8))
    return _furthest(b) > 0.8 and turnings(side, 0.12) >= 2


def _returns(b: Body) -> bool:
    return _furthest(b) > 0.6 and float(np.linalg.norm(_ground(b)[-1])) < 0.4 * _furthest(b)


def _pace(b: Body) -> tuple[float, float, float]:
    """Return the speed at the beginning, at the end and at the top (m/s)."""
    speed = np.asarray(np.linalg.norm(b.velocity, axis=-1))
    begin, end = ends(speed)
    return begin, end, float(np.percentile(speed, 90))


def _hips_rock(b: Body) -> float:
    """Return how far one hip rises over the other (m)."""
    return extent(b.height("left_hip") - b.height("right_hip"))


SIDED: Final[Mapping[str, Sided]] = {
    "goes to the {side}": _sideways,
    "goes ahead and to the {side}": lambda b, s: _diagonal(b, s, 1.0),
    "goes back and to the {side}": lambda b, s: _diagonal(b, s, -1.0),
    "turns to the {side}": lambda b, s: _turned(b) * _sign(s) > 25,
    "turns round to the {side}": lambda b, s: _turned(b) * _sign(s) > 120,
    "circles to the {side}": _circles,
}
CHECKS: Final[Mapping[str, Check]] = {
    "goes forward": lambda b: _mean_velocity(b)[1] > max(0.15, abs(_mean_velocity(b)[0])),
    "goes backward": lambda b: -_mean_velocity(b)[1] > max(0.12, abs(_mean_velocity(b)[0])),
    "stays in place": lambda b: _furthest(b) < 0.45,
    "does not turn": lambda b: abs(_turned(b)) < 20,
    "creeps": lambda b: 0.08 < _speed(b) < 0.45,
    "goes slowly": lambda b: 0.1 < _speed(b) < 0.85,
    "goes at a walk": lambda b: 0.7 < _speed(b) < 1.6,
    "goes fast": lambda b: _speed(b) > 1.5,
    "runs": lambda b: _speed(b) > 2.2,
    "sprints": lambda b: _speed(b) > 3.2,
    "starts from a stand": lambda b: _pace(b)[0] < 0.45 * _pace(b)[2] and _pace(b)[2] > 0.3,
    "comes to a stop": lambda b: _pace(b)[1] < 0.45 * _pace(b)[2] and _pace(b)[2] > 0.3,
    "keeps its speed": lambda b: min(_pace(b)[:2]) > 0.6 * _pace(b)[2] and _pace(b)[2] > 0.3,
    "weaves": _weaves,
    "comes back": _returns,
    "hips at standing height": lambda b: _height(b) > 0.86,
    "hips high": lambda b: _height(b) > 0.935,
    "hips lowered": lambda b: _height(b) < 0.86,
    "hips low": lambda b: _height(b) < 0.76,
    "hips near the floor": lambda b: _height(b) < 0.48,
    "hips sink": lambda b: _change(b) < -0.12,
    "hips rise": lambda b: _change(b) > 0.12,
    "hips dip and come up": _dips,
    "bounces": lambda b: _bounce(b) > 0.06,
    "hardly bounces": lambda b: _bounce(b) < 0.03,
    "leaps": lambda b: float(np.percentile(b.height("pelvis"), 97)) - _height(b) > 0.12,
    "hips rock": lambda b: _hips_rock(b) > 0.035,
    "hips keep level": lambda b: _hips_rock(b) < 0.02,
}
