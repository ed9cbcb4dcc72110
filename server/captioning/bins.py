# SPDX-License-Identifier: GPL-3.0-or-later
"""The edges between the values of each slot, and from which number on something is notable.

The edges lie between the quantiles of the recorded training clips, where few clips are, so that every value is used and noise
seldom moves a clip over one.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from typing import Final

from ..parts.phrases import Table

Measures = Mapping[str, float]
Edges = Mapping[str, tuple[float, ...]]

_HEIGHT: Final = (-0.48, -0.43, -0.34, -0.20, -0.05, 0.10, 0.27)  # hand above the shoulder, metres
ARM_EDGES: Final[Edges] = {
    "hold": _HEIGHT,
    "peak": _HEIGHT,
    "reach": (-0.03, 0.05, 0.20),
    "spread": (0.08, 0.21, 0.33, 0.45),
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
    "toes": (-4.0, 10.0, 20.0),
    "width": (0.02, 0.07, 0.15, 0.21),
}
BACKBONE_EDGES: Final[Edges] = {
    "pitch": (-5.0, 3.0, 9.0, 20.0),
    "curve": (-3.0, 4.0, 12.0),
    "lean": (-3.0, 3.0),
    "sway": (1.8, 4.5, 9.0),
    "twist": (3.0, 10.0, 28.0),
    "head": (-18.0, -4.0, 9.0),
    "head_turn": (-10.0, 10.0),
    "head_motion": (12.0, 24.0, 45.0),
}
ROOT_EDGES: Final[Edges] = {
    "speed": (0.08, 0.35, 0.80, 1.30, 2.20, 3.30),
    "turn": (-135.0, -35.0, -8.0, 8.0, 35.0, 135.0),
    "bounce": (0.02, 0.04, 0.075),
    "height": (0.45, 0.78, 0.88, 0.942),
    "sway": (2.0, 7.0, 13.0),
    "tilt": (-4.0, 3.0, 12.0),
}
_SIDED: Final = frozenset(("lean", "head_turn", "turn"))  # measured positive to the left, listed left first

HALTS: Final = ROOT_EDGES["speed"][0]  # m/s up to which the body stays in place
STILL: Final = 0.07  # metres over which a hand moves that keeps still
MOVES: Final = 0.14  # metres over which a hand moves before its way, rhythm, flow and pair are told
MAINLY: Final = 0.7  # share of a movement on one axis (`way`)
ROUND: Final = 0.6  # of what a movement that goes round and round would sweep (`way`)
SMOOTH: Final = 1.25  # of `rhythm.jolt` (`flow`)
JERKY: Final = 3.7
ALIKE: Final = 0.6  # correlation of both hands' movements (`pair`)
MOSTLY: Final = 0.6  # share of the time (`touch`, `held`)
KNEE_UP: Final = -0.12  # metres of the knee against the hip (`held`)
TIPTOE: Final = 45.0  # degrees from the ankle down to the toes; 25 on a flat foot (`sole`)
ON_HEELS: Final = 5.0
UNEVEN: Final = 0.06  # from a half of both feet's time on the ground (`stance`)
IN_FRONT: Final = 0.12  # metres of the ankle ahead of the pelvis (`place`)
BEHIND: Final = -0.20
TURNED: Final = 12.0  # degrees of the shoulders against the hips
TILTED: Final = 12.0  # degrees of the head against the upright
TREMBLING: Final = 0.45  # share of accelerations, see `trunk.tremor`
TREMBLING_SIZE: Final = 0.0015  # metres
TREMBLING_ABOVE_NOISE: Final = 5.0  # times
OFTEN: Final = 0.5  # cycles a second (`head_way`)
WEAVES: Final = 2.0  # times that the course turns back by 20 degrees (`path`)
GONE: Final = 0.6  # metres from the start (`path`)
BACK: Final = 0.35  # share of the greatest distance from the start that is left in the end (`path`)
HIGHER: Final = 0.12  # metres of the hips (`change`)
DIPS: Final = 0.15


def binned(measures: Measures, edges: Edges, table: Table) -> dict[str, str]:
    """Return slot to value of the slots that one number decides."""
    values: dict[str, str] = {}
    for slot, limits in edges.items():
        number = -measures[slot] if slot in _SIDED else measures[slot]
        values[slot] = tuple(table[slot])[bisect_right(limits, number)]
    return values
