# SPDX-License-Identifier: GPL-3.0-or-later
"""Arms and legs of a skeleton whose names say nothing: by which chains match in pairs, and by their proportions.

Rest poses of motion capture need not be a body's, so only lengths and the hierarchy are relied on, and of the movement
what all human movement has: the head is above the feet more often than not, and toes point ahead.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations, pairwise
from typing import Final

import numpy as np

from .rotations import Array, normalized
from .source import Source

_MATCH: Final = 0.12  # lengths of two sides agree within that share
_LONG: Final = 0.35  # a limb is at least this share of the longest pair
_MOST: Final = 8  # joints of a chain that are looked at; fingers have ended by then
# natural logarithms of ratios of a body's bones
_SHIN_TO_THIGH: Final = 0.0
_FOREARM_TO_UPPER: Final = float(np.log(0.92))
_ARM_TO_LEG: Final = float(np.log(0.62))
_SPREAD: Final = 0.18
_LEG_SHARE: Final = 0.87  # of the way from hip to toe
_FOOT_DOWN: Final = 0.6  # cosine between foot and shin beyond which it is no foot


def _lengths(source: Source) -> Array:
    """Return the length (J,) of every joint's bone, from its parent to it."""
    parents = np.array([max(parent, 0) for parent in source.parents])
    lengths = np.linalg.norm(source.positions - source.positions[:, parents], axis=-1)
    return np.asarray(np.median(lengths, axis=0))


class _Chains:
    """The longest chain down from every joint."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.lengths = _lengths(source)
        self.children = source.children()
        self.reach = np.zeros(len(source.names))
        for joint in range(len(source.names) - 1, 0, -1):
            parent = source.parents[joint]
            if parent >= 0:
                self.reach[parent] = max(self.reach[parent], self.reach[joint] + self.lengths[joint])

    def down(self, joint: int) -> list[int]:
        """Return a joint and what follows on the longest way down."""
        chain = [joint]
        while self.children[chain[-1]]:
            chain.append(max(self.children[chain[-1]], key=lambda child: self.reach[child] + self.lengths[child]))
        return chain

    def pairs(self) -> list[tuple[float, int, int]]:
        """Return (length, joint, joint) of children of one joint whose ways down are equally long."""
        found = []
        for children in self.children:
            for a, b in combinations(children, 2):
                one, other = (self.reach[joint] + self.lengths[joint] for joint in (a, b))
                same_number = abs(len(self.down(a)) - len(self.down(b))) <= 1
                if same_number and abs(one - other) <= _MATCH * max(one, other) and self.reach[a] > 0:
                    found.append((float(one + other) / 2, a, b))
        return found

    def three(
        self, chains: list[list[int]], cost: Callable[[list[int], float, float], float]
    ) -> list[list[int]] | None:
        """Return, for both chains of a pair, the joints at the same places between which a limb's two bones lie.

        Args:
            chains: the pair.
            cost: how unlike a limb three joints are, given the lengths of the bones between them.
        """
        best, least = None, np.inf
        for picked in combinations(range(min(len(chains[0]), len(chains[1]), _MOST)), 3):
            total = 0.0
            for chain in chains:
                spans = [sum(self.lengths[chain[at]] for at in range(a + 1, b + 1)) for a, b in pairwise(picked)]
                total += cost([chain[at] for at in picked], *spans) if min(spans) > 0 else np.inf
            if total < least:
                best, least = [[chain[at] for at in picked] for chain in chains], total
        return best


def _left_first(source: Source, legs: list[list[int]], chest: int) -> bool:
    """Tell whether the first of two legs is the left one: left is where up and ahead, crossed, point."""
    hips = source.positions[:, [legs[0][0], legs[1][0]]]
    up = source.positions[:, chest] - hips.mean(axis=1)
    if len(legs[0]) > 3 and len(legs[1]) > 3:
        ahead = sum((source.positions[:, leg[3]] - source.positions[:, leg[2]] for leg in legs), np.zeros(3))
    else:  # knees are ahead of the line from hip to ankle
        ahead = sum(
            (
                source.positions[:, leg[1]] - (source.positions[:, leg[0]] + source.positions[:, leg[2]]) / 2
                for leg in legs
            ),
            np.zeros(3),
        )
    left = normalized(np.cross(up, ahead))
    return float(np.sum(left * normalized(hips[:, 0] - hips[:, 1]), axis=-1).mean()) > 0


def _leg_cost(source: Source, chains: _Chains, whole: float) -> Callable[[list[int], float, float], float]:
    """Return how unlike a leg three joints are: thigh and shin alike, most of the way down, the foot ahead."""

    def cost(joints: list[int], thigh: float, shin: float) -> float:
        ahead = chains.children[joints[2]]
        foot = 0.0
        if ahead:
            toe = source.positions[:, max(ahead, key=lambda child: chains.reach[child] + chains.lengths[child])]
            ankle, knee = source.positions[:, joints[2]], source.positions[:, joints[1]]
            foot = float(np.median(np.sum(normalized(toe - ankle) * normalized(ankle - knee), axis=-1)))
        share = (thigh + shin) / whole
        uneven = (np.log(shin / thigh) - _SHIN_TO_THIGH) / _SPREAD
        return float(uneven**2 + ((_LEG_SHARE - share) / _SPREAD) ** 2 + (max(foot - _FOOT_DOWN, 0.0) / _SPREAD) ** 2)

    return cost


def _arm_cost(leg: float) -> Callable[[list[int], float, float], float]:
    """Return how unlike an arm three joints are: forearm and upper arm in proportion, and both to the legs."""

    def cost(_: list[int], upper: float, lower: float) -> float:
        uneven = (np.log(lower / upper) - _FOREARM_TO_UPPER) / _SPREAD
        return float(uneven**2 + ((np.log((upper + lower) / leg) - _ARM_TO_LEG) / _SPREAD) ** 2)

    return cost


def limbs_by_shape(source: Source) -> dict[str, int] | None:
    """Return the indices of our limb joints, toes included where there are some; None where there are no such limbs."""
    chains = _Chains(source)
    pairs = sorted(chains.pairs(), reverse=True)
    if not pairs:
        return None
    depth = {joint: len(source.above(joint)) for _, joint, _ in pairs}
    long = [pair for pair in pairs if pair[0] > _LONG * pairs[0][0]]
    # hips are where the hierarchy begins, so that legs leave it before arms do
    leg = min(long, key=lambda pair: (depth[pair[1]], -pair[0]))
    higher = [pair for pair in long if depth[pair[1]] > depth[leg[1]] and not set(leg[1:]) & set(source.above(pair[1]))]
    if not higher:
        return None
    arm = min(higher, key=lambda pair: (depth[pair[1]], -pair[0]))
    ways = [chains.down(joint) for joint in leg[1:]]
    legs = chains.three(ways, _leg_cost(source, chains, max(chains.reach[way[0]] for way in ways)))
    if legs is None:
        return None
    for joints, way in zip(legs, ways, strict=True):
        joints.extend(way[way.index(joints[2]) + 1 :][:1])
    first = source.positions[0]
    length = float(
        np.mean([sum(np.linalg.norm(first[b] - first[a]) for a, b in pairwise(joints[:3])) for joints in legs])
    )
    arms = chains.three([chains.down(joint) for joint in arm[1:]], _arm_cost(length))
    if arms is None:
        return None
    if not _left_first(source, legs, source.parents[arm[1]]):
        legs.reverse()
    # the arm on the left is the one on the side of the left leg
    across = source.positions[:, legs[0][0]] - source.positions[:, legs[1][0]]
    apart = source.positions[:, arms[0][0]] - source.positions[:, arms[1][0]]
    if float(np.sum(normalized(across) * normalized(apart), axis=-1).mean()) < 0:
        arms.reverse()
    limbs: dict[str, int] = {}
    for side, below, above in zip(("left", "right"), legs, arms, strict=True):
        limbs |= {f"{side}_{name}": joint for name, joint in zip(("hip", "knee", "ankle", "foot"), below, strict=False)}
        limbs |= {f"{side}_{name}": joint for name, joint in zip(("shoulder", "elbow", "wrist"), above, strict=True)}
    return limbs
