# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks of one leg, and of both feet together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from .body import Array, Body, Bools, Check, Sided, always, angle, averaged, extent, mostly, other, turnings

_SOLE: Final = 0.06  # height of an ankle over a flat foot's toes (m)


def _bend(b: Body, side: str) -> Array:
    """Return the knee's angle (T,) in degrees, 0 when straight."""
    thigh = b.at(f"{side}_knee") - b.at(f"{side}_hip")
    return angle(thigh, b.at(f"{side}_ankle") - b.at(f"{side}_knee"))


def _knee_over_hip(b: Body, side: str) -> Array:
    return b.height(f"{side}_knee") - b.height(f"{side}_hip")


def _knee_over_other(b: Body, side: str) -> Array:
    return b.height(f"{side}_knee") - b.height(f"{other(side)}_knee")


def _lifted(b: Body, side: str) -> Bools:
    return np.asarray((b.height(f"{side}_foot") > 0.07) & (b.height(f"{side}_ankle") > _SOLE + 0.07))


def _down(b: Body, side: str) -> Bools:
    return np.asarray((b.height(f"{side}_foot") < 0.05) | (b.height(f"{side}_ankle") < _SOLE + 0.03))


def _clearance(b: Body, side: str) -> float:
    """Return how high the lower of heel and toes comes (m)."""
    lower = np.minimum(b.height(f"{side}_ankle") - _SOLE, b.height(f"{side}_foot"))
    return float(np.percentile(lower, 95))


def _toes_out(b: Body, side: str) -> float:
    """Return how far the toes point outwards (degrees)."""
    toes = b.at(f"{side}_foot") - b.at(f"{side}_ankle")
    return float(np.median(np.degrees(np.arctan2(toes[:, 0], toes[:, 2])))) * (1 if side == "left" else -1)


def _on_toes(b: Body, side: str) -> bool:
    down = b.height(f"{side}_foot") < 0.06
    raised = b.height(f"{side}_ankle") - b.height(f"{side}_foot") > _SOLE + 0.035
    return bool(down.any()) and mostly(raised[down])


def _kicks(b: Body, side: str) -> bool:
    ankle = b.at(f"{side}_ankle")
    return b.once((ankle[:, 1] > 0.4) & (ankle[:, 2] - b.at(f"{side}_hip")[:, 2] > 0.3))


def _standing_share(b: Body, side: str) -> float:
    """Return the share of the time that a foot stands: low and slow over the ground."""
    place = b.world[:, [7 if side == "left" else 8]][:, 0]
    return float((_down(b, side) & (b.speed(place) < 0.5)).mean())


def _lead(b: Body) -> Array:
    """Return how far (T,) the left ankle is ahead of the right one."""
    return averaged(b.ahead("left_ankle", "right_ankle"), 3)


def _steps(b: Body) -> int:
    return turnings(_lead(b), 0.1)


def _stride(b: Body) -> float:
    """Return how far apart the feet come along the way (m)."""
    return float(np.percentile(np.abs(_lead(b)), 95))


def _gap(b: Body) -> Array:
    """Return how far (T,) the left ankle lies to the left of the right one."""
    return (b.at("left_ankle") - b.at("right_ankle"))[:, 0]


def _walked(b: Body, side: str) -> float:
    return extent(b.world[:, 7 if side == "left" else 8])


SIDED: Final[Mapping[str, Sided]] = {
    "{side} knee above the hip": lambda b, s: mostly(_knee_over_hip(b, s) > -0.06),
    "{side} knee at some time above the hip": lambda b, s: b.once(_knee_over_hip(b, s) > -0.06),
    "{side} knee at some time lifted": lambda b, s: b.once(_knee_over_other(b, s) > 0.15),
    "{side} knee higher than the other": lambda b, s: mostly(_knee_over_other(b, s) > 0.1),
    "{side} knee bent": lambda b, s: mostly(_bend(b, s) > 32),
    "{side} knee deeply bent": lambda b, s: mostly(_bend(b, s) > 58),
    "{side} knee at some time deeply bent": lambda b, s: b.once(_bend(b, s) > 70),
    "{side} knee straight": lambda b, s: mostly(_bend(b, s) < 18),
    "{side} knee never bends far": lambda b, s: always(_bend(b, s) < 32),
    "{side} foot off the ground": lambda b, s: mostly(_lifted(b, s)),
    "{side} foot on the ground": lambda b, s: always(_down(b, s)),
    "{side} foot at some time at knee height": lambda b, s: b.once(b.height(f"{s}_ankle") > 0.42),
    "{side} foot at some time at hip height": lambda b, s: b.once(b.height(f"{s}_ankle") > 0.75),
    "{side} leg kicks to the front": _kicks,
    "{side} foot in front of the other": lambda b, s: mostly(b.ahead(f"{s}_ankle", f"{other(s)}_ankle") > 0.12),
    "{side} toes turned out": lambda b, s: _toes_out(b, s) > 17,
    "{side} toes turned in": lambda b, s: _toes_out(b, s) < -2,
    "{side} toes straight ahead": lambda b, s: abs(_toes_out(b, s)) < 10,
    "{side} heel off the ground": _on_toes,
    "{side} foot lifted high": lambda b, s: _clearance(b, s) > 0.16,
    "{side} foot hardly lifted": lambda b, s: _clearance(b, s) < 0.045 and _walked(b, s) > 0.3,
    "{side} foot stays where it is": lambda b, s: _walked(b, s) < 0.12,
    "{side} foot stands longer than the other": lambda b, s: (
        _standing_share(b, s) > 1.2 * _standing_share(b, other(s)) + 0.02
    ),
    "{side} knee bends more than the other": lambda b, s: extent(_bend(b, s)) > 1.3 * extent(_bend(b, other(s))) + 3,
}


def _airborne(b: Body) -> bool:
    up = b.height("pelvis") - np.median(b.height("pelvis"))
    return b.once(_lifted(b, "left") & _lifted(b, "right") & (up > 0.06))


def _cadence(b: Body) -> float:
    return _steps(b) / b.motion.seconds


CHECKS: Final[Mapping[str, Check]] = {
    "takes steps": lambda b: _steps(b) >= 2,
    "takes no steps": lambda b: _steps(b) <= 1 and max(_walked(b, "left"), _walked(b, "right")) < 0.35,
    "short steps": lambda b: _steps(b) >= 2 and _stride(b) < 0.45,
    "long steps": lambda b: _steps(b) >= 2 and _stride(b) > 0.62,
    "quick steps": lambda b: _cadence(b) > 2.3,
    "slow steps": lambda b: _steps(b) >= 2 and _cadence(b) < 1.55,
    "feet wide apart": lambda b: mostly(np.abs(_gap(b)) > 0.3),
    "feet close together": lambda b: mostly(np.abs(_gap(b)) < 0.13),
    "feet cross the middle line": lambda b: b.once(_gap(b) < 0.0),
    "both feet at some time in the air": _airborne,
    "both feet never in the air together": lambda b: not b.once(_lifted(b, "left") & _lifted(b, "right")),
}
