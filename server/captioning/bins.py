# SPDX-License-Identifier: GPL-3.0-or-later
"""From measures to values: the edges between the values of each slot, and rules where one number does not decide.

The edges lie between the quantiles of the recorded training clips, rounded, so that every value is used.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from typing import Final

from ..parts.phrases import ARM, BACKBONE, LEG, ROOT, Table
from .measures import Measures

Edges = Mapping[str, tuple[float, ...]]

_HEIGHT: Final = (-0.49, -0.44, -0.34, -0.20, -0.05, 0.10, 0.27)  # hand above the shoulder, metres
ARM_EDGES: Final[Edges] = {
    "hold": _HEIGHT,
    "peak": _HEIGHT,
    "reach": (-0.03, 0.08, 0.20),
    "spread": (0.08, 0.24, 0.31, 0.45),
    "elbow": (18.0, 35.0, 65.0, 100.0),
    "size": (0.06, 0.25, 0.55, 0.90),
    "tempo": (0.08, 0.35, 0.80, 1.60),
}
LEG_EDGES: Final[Edges] = {
    "stride": (0.08, 0.35, 0.52, 0.68),
    "cadence": (0.3, 1.4, 1.9, 2.6),
    "knee": (10.0, 22.0, 34.0, 55.0),
    "fold": (2.0, 12.0, 28.0, 45.0),
    "lift": (0.012, 0.035, 0.07, 0.18),
    "toes": (-2.0, 8.0, 20.0),
    "width": (0.02, 0.075, 0.13, 0.20),
}
BACKBONE_EDGES: Final[Edges] = {
    "pitch": (-5.0, 3.0, 9.0, 20.0),
    "curve": (-3.0, 4.0, 12.0),
    "lean": (-3.0, 3.0),
    "sway": (1.8, 4.5, 9.0),
    "twist": (3.0, 10.0, 28.0),
    "head": (-18.0, -4.0, 9.0),
    "head_turn": (-8.0, 8.0),
    "head_motion": (12.0, 24.0, 45.0),
}
ROOT_EDGES: Final[Edges] = {
    "speed": (0.06, 0.35, 0.80, 1.30, 2.20, 3.30),
    "turn": (-135.0, -35.0, -8.0, 8.0, 35.0, 135.0),
    "bounce": (0.01, 0.035, 0.075),
    "height": (0.45, 0.78, 0.90, 0.935),
    "sway": (2.0, 7.0, 13.0),
    "tilt": (-4.0, 3.0, 12.0),
}
_SIDED: Final = frozenset(("lean", "head_turn", "turn"))  # measured positive to the left, listed left first


def _binned(measures: Measures, edges: Edges, table: Table) -> dict[str, str]:
    values: dict[str, str] = {}
    for slot, limits in edges.items():
        number = -measures[slot] if slot in _SIDED else measures[slot]
        values[slot] = tuple(table[slot])[bisect_right(limits, number)]
    return values


def arm_action(m: Measures) -> str:
    """Return what an arm does."""
    if m["size"] < 0.07:
        return "still"
    if m["with_legs"] > 0.5:
        return "swings"
    if m["wave_count"] >= 3 and m["waves"] > 0.6:
        return "waves"
    if m["rise"] > 0.35 and m["fall"] > 0.35:
        return "raises_lowers"
    if m["thrust"] > 3.5 and m["extent"] > 0.15:
        return "thrusts"
    if m["rise"] > 0.2 and m["fall"] > 0.2:
        return "raises_lowers"
    if m["drop"] < -0.2:
        return "raises"
    return "lowers" if m["drop"] > 0.2 else "moves"


def leg_action(m: Measures) -> str:
    """Return what a leg does."""
    if m["swing_up"] > 0.5:
        return "kicks"
    if m["travel"] < 0.12 and m["speed"] < 0.12:
        return "stands"
    if m["flight"] > 0.15 and m["root_speed"] > 1.3:
        return "runs"
    if m["cadence"] > 0.4 or m["root_speed"] > 0.35:
        return "walks" if m["root_speed"] > 0.25 else "steps"
    return "shifts"


def backbone_bend(m: Measures) -> str:
    """Return how the trunk bends over the clip."""
    if m["rise"] > 18 and m["fall"] > 18:
        return "bows"
    if m["change"] > 14:
        return "bends"
    if m["change"] < -12:
        return "straightens"
    return "rocks" if m["range"] > 7 else "steady"


def root_direction(m: Measures) -> str:
    """Return where the body goes, seen from itself."""
    if m["speed"] < 0.10:
        return "in_place"
    if abs(m["ahead"]) >= abs(m["left"]):
        return "forward" if m["ahead"] > 0 else "backward"
    return "left" if m["left"] > 0 else "right"


def root_pace(m: Measures) -> str:
    """Return whether the speed changes over the clip."""
    if m["top"] < 0.3:
        return "steady"
    starts, stops = m["begin"] < 0.4 * m["top"], m["end"] < 0.4 * m["top"]
    return {(True, True): "both", (True, False): "starts", (False, True): "stops"}.get((starts, stops), "steady")


def arm_values(measures: Measures) -> dict[str, str]:
    """Return slot to value of an arm."""
    return {"action": arm_action(measures)} | _binned(measures, ARM_EDGES, ARM)


def leg_values(measures: Measures) -> dict[str, str]:
    """Return slot to value of a leg."""
    return {"action": leg_action(measures)} | _binned(measures, LEG_EDGES, LEG)


def backbone_values(measures: Measures) -> dict[str, str]:
    """Return slot to value of the backbone."""
    return {"bend": backbone_bend(measures)} | _binned(measures, BACKBONE_EDGES, BACKBONE)


def root_values(measures: Measures) -> dict[str, str]:
    """Return slot to value of the root."""
    values = {"direction": root_direction(measures), "pace": root_pace(measures)} | _binned(measures, ROOT_EDGES, ROOT)
    if measures["leap"] > 0.2:
        values["bounce"] = "leaps"
    return values
