# SPDX-License-Identifier: GPL-3.0-or-later
"""Which bones of an arm or leg are its joints: the choice whose proportions are most like a body's.

Bones between the joints (twist bones, split upper arms) and beyond them (fingers, end bones) make many choices; each is
scored by how far, in standard deviations, its proportions lie from those of people and of the usual characters.
"""

from __future__ import annotations

from itertools import combinations
from typing import Final

import numpy as np

from .skeleton import Skeleton

_MOST: Final = 12  # bones of a way that are looked at; fingers have ended long before
_FINGERS: Final = 3
# natural logarithms of ratios and their standard deviations; lengths by the height of the rig
_FOREARM_TO_UPPER: Final = (np.log(0.92), 0.18)
_ARM: Final = (np.log(0.31), 0.35)
_SHOULDER_WIDTH: Final = (np.log(0.105), 0.35)
_SHIN_TO_THIGH: Final = (np.log(1.0), 0.18)
_LEG: Final = (np.log(0.47), 0.25)
_ANKLE: Final = (np.log(0.055), 0.6)
_BRANCHING: Final = 6.0  # what a hand with fingers counts for


def _away(value: float, expected: tuple[float, float]) -> float:
    """Return the squared distance of a ratio's logarithm from what is expected."""
    return float(((np.log(max(value, 1e-6)) - expected[0]) / expected[1]) ** 2)


def _reach(skeleton: Skeleton, a: str, b: str) -> float:
    return float(np.linalg.norm(skeleton.bones[b].head - skeleton.bones[a].head))


def _spreads(skeleton: Skeleton, name: str) -> bool:
    """Tell whether a bone carries several chains, as a hand does."""
    return sum(bool(skeleton.children.get(child)) for child in skeleton.children.get(name, [])) >= _FINGERS


def arm_joints(skeleton: Skeleton, way: list[str]) -> tuple[str, str, str] | None:
    """Return upper arm, forearm and hand among the bones of an arm, from the body outwards; None if it is too short."""
    best, least = None, np.inf
    for upper, lower, hand in combinations(way[:_MOST], 3):
        first, second = _reach(skeleton, upper, lower), _reach(skeleton, lower, hand)
        beside = abs(float(skeleton.bones[upper].head[skeleton.side]) - skeleton.middle)
        cost = _away(second / max(first, 1e-9), _FOREARM_TO_UPPER) + _away((first + second) / skeleton.size, _ARM)
        cost += _away(beside / skeleton.size, _SHOULDER_WIDTH)
        cost -= _BRANCHING * _spreads(skeleton, hand)
        cost += _BRANCHING * any(_spreads(skeleton, name) for name in way[: way.index(hand)] if name != way[0])
        if cost < least:
            best, least = (upper, lower, hand), cost
    return best


def leg_joints(skeleton: Skeleton, way: list[str]) -> tuple[str, str, str] | None:
    """Return thigh, shin and foot among the bones of a leg, from the body downwards; None if it is too short."""
    best, least = None, np.inf
    ground = skeleton.lowest(way[0])
    for thigh, shin, foot in combinations(way[:_MOST], 3):
        first, second = _reach(skeleton, thigh, shin), _reach(skeleton, shin, foot)
        cost = _away(second / max(first, 1e-9), _SHIN_TO_THIGH) + _away((first + second) / skeleton.size, _LEG)
        cost += _away((skeleton.height(foot) - ground) / skeleton.size, _ANKLE)
        if cost < least:
            best, least = (thigh, shin, foot), cost
    return best


def toes_of(skeleton: Skeleton, way: list[str], foot: str) -> str | None:
    """Return the bone of the toes, or None where each toe has its own or there is none."""
    ahead = [child for child in skeleton.children.get(foot, []) if skeleton.children.get(child)]
    at = way.index(foot) + 1
    return way[at] if at < len(way) and len(ahead) < _FINGERS else None
