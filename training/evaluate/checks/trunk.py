# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks of the backbone and the head."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from .body import Array, Body, Check, Sided, averaged, ends, extent, length, turnings


def _pitch_of(vector: Array) -> Array:
    """Return how far (T,) an upward vector tips forward, in degrees."""
    return np.degrees(np.arctan2(vector[:, 2], vector[:, 1]))


def _pitch(b: Body) -> Array:
    return averaged(_pitch_of(b.at("neck") - b.at("pelvis")), 5)


def _lean(b: Body) -> Array:
    """Return how far (T,) the trunk leans to the left, in degrees."""
    trunk = b.at("neck") - b.at("pelvis")
    return averaged(np.degrees(np.arctan2(trunk[:, 0], np.hypot(trunk[:, 1], trunk[:, 2]))), 5)


def _round(b: Body) -> float:
    """Return how much further the upper back tips forward than the lower one, in degrees."""
    upper, lower = b.at("neck") - b.at("spine2"), b.at("spine2") - b.at("pelvis")
    return float(np.median(_pitch_of(upper) - _pitch_of(lower)))


def _level_angle(vector: Array) -> Array:
    """Return how far (T,) a vector to the left is turned to the left, in radians."""
    return np.unwrap(np.arctan2(-vector[:, 2], vector[:, 0]))


def _turn(b: Body) -> Array:
    """Return how far (T,) the shoulders are turned to the left of the hips, in degrees."""
    shoulders = _level_angle(b.at("left_shoulder") - b.at("right_shoulder"))
    return np.degrees(shoulders - _level_angle(b.at("left_hip") - b.at("right_hip")))


def _face(b: Body) -> Array:
    return b.at("nose") - b.at("head")


def _nod(b: Body) -> Array:
    """Return how far (T,) the face looks up, in degrees."""
    face = _face(b)
    return averaged(np.degrees(np.arctan2(face[:, 1], np.hypot(face[:, 0], face[:, 2]))), 3)


def _look(b: Body) -> Array:
    """Return how far (T,) the face looks to the left of the heading, in degrees."""
    face = _face(b)
    return averaged(np.degrees(np.arctan2(face[:, 0], face[:, 2])), 3)


def _tilt(b: Body) -> Array:
    """Return how far (T,) the head is tilted to the left, in degrees: the left ear low."""
    ear = b.at("left_ear") - b.at("head")
    return np.asarray(-np.degrees(np.arcsin(np.clip(ear[:, 1] / np.maximum(length(ear), 1e-9), -1, 1))))


def _sign(side: str) -> float:
    return 1.0 if side == "left" else -1.0


def _median(values: Array) -> float:
    return float(np.median(values))


def _bows(b: Body) -> bool:
    pitch = _pitch(b)
    return float(np.percentile(pitch, 95)) - max(ends(pitch)) > 15


def _folding(b: Body) -> float:
    begin, end = ends(_pitch(b))
    return end - begin


def _tremor(b: Body) -> float:
    """Return how often a second chest, head or hands turn back, by 3 mm or more, seen from the pelvis."""
    points = [b.at(name) - b.at("pelvis") for name in ("spine3", "head", "left_wrist", "right_wrist")]
    return max(turnings(point[:, axis], 0.003) for point in points for axis in range(3)) / b.motion.seconds


SIDED: Final[Mapping[str, Sided]] = {
    "trunk leans to the {side}": lambda b, s: _median(_lean(b)) * _sign(s) > 4,
    "shoulders turned to the {side}": lambda b, s: _median(_turn(b)) * _sign(s) > 12,
    "{side} shoulder higher than the other": lambda b, s: (
        _median(b.height("left_shoulder") - b.height("right_shoulder")) * _sign(s) > 0.035
    ),
    "head turned to the {side}": lambda b, s: _median(_look(b)) * _sign(s) > 12,
    "head at some time turned to the {side}": lambda b, s: b.once(_look(b) * _sign(s) > 25),
    "head tilted to the {side}": lambda b, s: _median(_tilt(b)) * _sign(s) > 7,
}
CHECKS: Final[Mapping[str, Check]] = {
    "trunk upright": lambda b: abs(_median(_pitch(b))) < 8,
    "trunk bent forward": lambda b: _median(_pitch(b)) > 12,
    "trunk bent far forward": lambda b: _median(_pitch(b)) > 25,
    "trunk at some time bent far forward": lambda b: b.once(_pitch(b) > 30),
    "trunk leans back": lambda b: _median(_pitch(b)) < -4,
    "trunk not leaning to a side": lambda b: abs(_median(_lean(b))) < 4,
    "trunk bows and rises": _bows,
    "trunk bends down": lambda b: _folding(b) > 12,
    "trunk straightens up": lambda b: _folding(b) < -12,
    "trunk rocks back and forth": lambda b: turnings(_pitch(b), 4.0) >= 3,
    "trunk sways from side to side": lambda b: extent(_lean(b)) > 7,
    "trunk keeps still": lambda b: extent(_pitch(b)) < 6 and extent(_lean(b)) < 6,
    "trunk twists": lambda b: extent(_turn(b)) > 20,
    "trunk does not twist": lambda b: extent(_turn(b)) < 9,
    "back rounded": lambda b: _round(b) > 9,
    "back hollow": lambda b: _round(b) < -4,
    "body trembles": lambda b: _tremor(b) > 8.0,
    "head level": lambda b: abs(_median(_nod(b))) < 12,
    "head lowered": lambda b: _median(_nod(b)) < -12,
    "head hung": lambda b: _median(_nod(b)) < -24,
    "head lifted": lambda b: _median(_nod(b)) > 9,
    "head keeps still": lambda b: extent(_look(b)) < 10 and extent(_nod(b)) < 10,
    "head moves": lambda b: extent(_look(b)) + extent(_nod(b)) > 35,
    "head nods": lambda b: turnings(_nod(b), 7.0) >= 3,
    "head shakes": lambda b: turnings(_look(b), 12.0) >= 3,
    "face looks ahead": lambda b: abs(_median(_look(b))) < 10,
}
