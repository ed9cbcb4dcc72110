# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks of one arm, and of both hands together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from .body import Array, Body, Check, Sided, always, angle, averaged, ends, extent, length, mostly, other, turnings

_UP, _AHEAD, _LEFT = (0.0, 1.0, 0.0), (0.0, 0.0, 1.0), (1.0, 0.0, 0.0)


def _above(b: Body, side: str, point: str) -> Array:
    return b.height(f"{side}_wrist") - b.height(point)


def _over_shoulder(b: Body, side: str) -> Array:
    return _above(b, side, f"{side}_shoulder")


def _out(b: Body, side: str) -> Array:
    return b.out(f"{side}_wrist", f"{side}_shoulder", side)


def _past_middle(b: Body, side: str) -> Array:
    return -b.out(f"{side}_wrist", "spine3", side)


def _front(b: Body, side: str) -> Array:
    return b.ahead(f"{side}_wrist", "spine3")


def _behind(b: Body, side: str) -> Array:
    """Return how far (T,) a wrist is behind the lower back."""
    return b.ahead("spine1", f"{side}_wrist")


def _arm(b: Body, side: str) -> Array:
    return b.at(f"{side}_wrist") - b.at(f"{side}_shoulder")


def _bend(b: Body, side: str) -> Array:
    """Return the elbow's angle (T,) in degrees, 0 when straight."""
    upper = b.at(f"{side}_elbow") - b.at(f"{side}_shoulder")
    return angle(upper, b.at(f"{side}_wrist") - b.at(f"{side}_elbow"))


def _side_axis(side: str) -> tuple[float, float, float]:
    return (1.0 if side == "left" else -1.0, 0.0, 0.0)


def _path(b: Body, side: str) -> Array:
    """Return where the wrist is (T, 3), seen from the chest."""
    return averaged(b.at(f"{side}_wrist") - b.at("spine3"), 3)


def _near(b: Body, side: str, point: str, up: float = 0.0, ahead: float = 0.0) -> Array:
    return length(b.at(f"{side}_wrist") - b.at(point) - [0.0, up, ahead])


def _to_line(b: Body, side: str, start: str, end: str) -> Array:
    """Return the distance (T,) from a wrist to the line between two points."""
    along = b.at(end) - b.at(start)
    away = b.at(f"{side}_wrist") - b.at(start)
    part = np.clip((along * away).sum(-1) / np.maximum((along * along).sum(-1), 1e-9), 0.0, 1.0)
    return length(away - part[:, None] * along)


def _on_hip(b: Body, side: str) -> bool:
    near = _near(b, side, f"{side}_hip", up=0.12) < 0.2
    return mostly(near & (_bend(b, side) > 50) & (b.out(f"{side}_elbow", f"{side}_shoulder", side) > 0.08))


def _still(b: Body, side: str) -> bool:
    return extent(_path(b, side)) < 0.15


def _rise(b: Body, side: str) -> float:
    begin, end = ends(_over_shoulder(b, side))
    return end - begin


def _up_and_down(b: Body, side: str) -> bool:
    height = _over_shoulder(b, side)
    return float(np.percentile(height, 95)) - max(ends(height)) > 0.25


def _swings(b: Body, side: str) -> bool:
    return turnings(_path(b, side)[:, 2], 0.12) >= 2


def _waves(b: Body, side: str) -> bool:
    high = _path(b, side)[_over_shoulder(b, side) > -0.15]
    return len(high) > 5 and max(turnings(high[:, axis], 0.06) for axis in range(3)) >= 3


def _circles(b: Body, side: str) -> bool:
    """Tell whether the wrist goes round at least one and a half times, seen along one of the axes."""
    path = _path(b, side) - np.median(_path(b, side), axis=0)
    for first, second in ((0, 1), (1, 2), (0, 2)):
        flat = path[:, [first, second]]
        across = sorted((extent(flat[:, 0]), extent(flat[:, 1])))
        if across[0] > max(0.12, 0.4 * across[1]):
            way = np.unwrap(np.arctan2(flat[:, 1], flat[:, 0]))
            if abs(way[-1] - way[0]) > 3 * np.pi:
                return True
    return False


def _thrusts(b: Body, side: str) -> bool:
    """Tell whether the hand shoots away from the shoulder by 15 cm or more, faster than 1.5 m/s."""
    reach = averaged(length(_arm(b, side)), 3)
    return extent(reach) > 0.15 and bool(np.gradient(reach).max() * b.motion.fps > 1.5)


def _pace(b: Body, side: str) -> float:
    return float(b.speed(_path(b, side)).mean())


def _extent_of(b: Body, side: str) -> float:
    return extent(_path(b, side))


SIDED: Final[Mapping[str, Sided]] = {
    "{side} wrist above the head": lambda b, s: mostly(_above(b, s, "head") > 0.08),
    "{side} wrist at some time above the head": lambda b, s: b.once(_above(b, s, "head") > 0.08),
    "{side} wrist at head height": lambda b, s: mostly(np.abs(_above(b, s, "head")) < 0.17),
    "{side} wrist above the shoulder": lambda b, s: mostly(_over_shoulder(b, s) > 0.03),
    "{side} wrist at shoulder height": lambda b, s: mostly(np.abs(_over_shoulder(b, s)) < 0.15),
    "{side} wrist at chest height": lambda b, s: mostly(np.abs(_over_shoulder(b, s) + 0.2) < 0.17),
    "{side} wrist at waist height": lambda b, s: mostly(np.abs(_above(b, s, "pelvis") - 0.12) < 0.15),
    "{side} wrist at hip height": lambda b, s: mostly(np.abs(_above(b, s, "pelvis")) < 0.15),
    "{side} wrist below the hips": lambda b, s: mostly(_above(b, s, "pelvis") < 0.0),
    "{side} wrist never above the waist": lambda b, s: always(_above(b, s, "spine1") < 0.05),
    "{side} wrist in front of the chest": lambda b, s: mostly(_front(b, s) > 0.15),
    "{side} wrist far in front of the chest": lambda b, s: mostly(_front(b, s) > 0.32),
    "{side} wrist behind the back": lambda b, s: mostly(_behind(b, s) > 0.06),
    "{side} wrist out to the side": lambda b, s: mostly(_out(b, s) > 0.18),
    "{side} wrist far out to the side": lambda b, s: mostly(_out(b, s) > 0.36),
    "{side} wrist close to the side": lambda b, s: mostly((np.abs(_out(b, s)) < 0.14) & (_over_shoulder(b, s) < 0)),
    "{side} wrist across the middle": lambda b, s: mostly(_past_middle(b, s) > 0.0),
    "{side} arm straight out to the side": lambda b, s: mostly(angle(_arm(b, s), _side_axis(s)) < 32),
    "{side} arm straight out to the front": lambda b, s: mostly(angle(_arm(b, s), _AHEAD) < 35),
    "{side} arm straight up": lambda b, s: mostly(angle(_arm(b, s), _UP) < 35),
    "{side} arm hangs down": lambda b, s: mostly(angle(-_arm(b, s), _UP) < 28),
    "{side} arm never hangs down": lambda b, s: always(angle(-_arm(b, s), _UP) > 28),
    "{side} elbow straight": lambda b, s: mostly(_bend(b, s) < 28),
    "{side} elbow bent": lambda b, s: mostly(_bend(b, s) > 40),
    "{side} elbow squarely bent": lambda b, s: mostly(np.abs(_bend(b, s) - 90) < 28),
    "{side} elbow folded": lambda b, s: mostly(_bend(b, s) > 100),
    "{side} elbow out to the side": lambda b, s: mostly(b.out(f"{s}_elbow", f"{s}_shoulder", s) > 0.12),
    "{side} elbow behind the back": lambda b, s: mostly(b.ahead("spine3", f"{s}_elbow") > 0.1),
    "{side} hand on the hip": _on_hip,
    "{side} hand on the head": lambda b, s: mostly(_near(b, s, "head", up=0.1) < 0.27),
    "{side} hand near the face": lambda b, s: mostly(_near(b, s, "nose") < 0.25),
    "{side} hand on the chest": lambda b, s: mostly(_near(b, s, "spine3", ahead=0.12) < 0.21),
    "{side} hand on the belly": lambda b, s: mostly(_near(b, s, "spine1", ahead=0.12) < 0.21),
    "{side} hand on the thigh": lambda b, s: mostly(_to_line(b, s, f"{s}_hip", f"{s}_knee") < 0.16),
    "{side} hand on the other arm": lambda b, s: mostly(
        _to_line(b, s, f"{other(s)}_elbow", f"{other(s)}_wrist") < 0.18
    ),
    "{side} arm still": _still,
    "{side} arm moves": lambda b, s: _extent_of(b, s) > 0.25,
    "{side} arm moves far": lambda b, s: _extent_of(b, s) > 0.6,
    "{side} arm moves fast": lambda b, s: _pace(b, s) > 0.9,
    "{side} arm moves slowly": lambda b, s: _extent_of(b, s) > 0.15 and _pace(b, s) < 0.4,
    "{side} arm swings back and forth": _swings,
    "{side} arm swings far": lambda b, s: _swings(b, s) and extent(_path(b, s)[:, 2]) > 0.45,
    "{side} arm hardly swings": lambda b, s: extent(_path(b, s)[:, 2]) < 0.18,
    "{side} wrist rises": lambda b, s: _rise(b, s) > 0.22,
    "{side} wrist sinks": lambda b, s: _rise(b, s) < -0.22,
    "{side} wrist goes up and comes down": _up_and_down,
    "{side} wrist goes up and down again and again": lambda b, s: turnings(_path(b, s)[:, 1], 0.15) >= 3,
    "{side} wrist goes from side to side": lambda b, s: turnings(_path(b, s)[:, 0], 0.12) >= 3,
    "{side} hand waves": _waves,
    "{side} hand circles": _circles,
    "{side} hand thrusts out": _thrusts,
    "{side} wrist higher than the other": lambda b, s: mostly(_above(b, s, f"{other(s)}_wrist") > 0.15),
    "{side} arm moves more than the other": lambda b, s: _extent_of(b, s) > 1.5 * _extent_of(b, other(s)) + 0.05,
}


def _crossed(b: Body) -> bool:
    front = (_front(b, "left") > 0) & (_front(b, "right") > 0)
    return mostly(front & (_past_middle(b, "left") > -0.03) & (_past_middle(b, "right") > -0.03))


def _hands_behind(b: Body) -> bool:
    behind = (_behind(b, "left") > 0.05) & (_behind(b, "right") > 0.05)
    return mostly(behind & (b.apart("left_wrist", "right_wrist") < 0.35))


def _together(b: Body) -> float:
    """Return how alike both hands go (-1 to 1), along the direction in which they go most; 0 where one keeps still."""
    paths = [_path(b, side) for side in ("left", "right")]
    if min(extent(path) for path in paths) < 0.15:
        return 0.0
    axis = int(np.argmax(paths[0].std(0)[1:] + paths[1].std(0)[1:])) + 1
    return float(np.corrcoef(paths[0][:, axis], paths[1][:, axis])[0, 1])


CHECKS: Final[Mapping[str, Check]] = {
    "hands together": lambda b: mostly(b.apart("left_wrist", "right_wrist") < 0.2),
    "hands far apart": lambda b: mostly(b.apart("left_wrist", "right_wrist") > 0.85),
    "hands level": lambda b: mostly(np.abs(b.height("left_wrist") - b.height("right_wrist")) < 0.1),
    "hands at some time together": lambda b: b.once(b.apart("left_wrist", "right_wrist") < 0.2),
    "arms crossed": _crossed,
    "hands together behind the back": _hands_behind,
    "arms move together": lambda b: _together(b) > 0.4,
    "arms move in turn": lambda b: _together(b) < -0.4,
}
