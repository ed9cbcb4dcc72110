# SPDX-License-Identifier: GPL-3.0-or-later
"""Map a rig by its shape alone: two legs that reach the ground, two arms above them, and what joins them."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as Table
from typing import Final, TypeAlias

import numpy as np

from ....server.motion.rotations import Array
from ...errors import UserError
from ..mapping import LIMB_JOINTS, OPTIONAL, Mapping
from .limbs import arm_joints, leg_joints, toes_of
from .skeleton import BonePoints, Skeleton

KEY: Final = "structure"
LABEL: Final = "Found by shape"
_ON_GROUND: Final = 0.12  # of the height: how near to the lowest point a leg ends
_UPRIGHT: Final = 0.6  # of the way from hips to chest that has to go up
_HEAD_WITHIN: Final = 0.42  # of the trunk's length: the skull's joint lies no higher above the base of the neck
_HEAD_AT: Final = 0.22  # and usually there
_LEAST_LIMB: Final = 0.12  # of the height


def _refused(rig_name: str, missing: str) -> UserError:
    return UserError(
        f"'{rig_name}' is not known by its bone names and its shape shows no {missing}. "
        "Select a humanoid character, or pick its bones in the Rig panel."
    )


class _Shape:
    """A rig whose parts are found one after the other."""

    def __init__(self, skeleton: Skeleton, rig_name: str) -> None:
        self.skeleton, self.rig_name = skeleton, rig_name
        self.bones: dict[str, str] = {}

    def _ways(self) -> list[tuple[list[str], list[str]]]:
        """Return both sides' longest ways of every branching, the longest first."""
        ways = [(self.skeleton.longest_way(a), self.skeleton.longest_way(b)) for a, b in self.skeleton.branches()]
        least = _LEAST_LIMB * self.skeleton.size
        long = [pair for pair in ways if len(pair[0]) > 2 and self.skeleton.length(pair[0]) > least]
        return sorted(long, key=lambda pair: -self.skeleton.length(pair[0]))

    def legs(self) -> tuple[list[str], list[str]]:
        """Return the ways of the two legs: the longest that end on the ground."""
        skeleton = self.skeleton
        ground = min(float(bone.head[skeleton.up]) for bone in skeleton.bones.values())
        near = ground + _ON_GROUND * skeleton.size
        standing = [pair for pair in self._ways() if skeleton.height(pair[0][-1]) < near]
        standing = [pair for pair in standing if skeleton.height(pair[0][0]) > near + 0.1 * skeleton.size]
        if not standing:
            raise _refused(self.rig_name, "two legs")
        return standing[0]

    def arms(self, legs: tuple[list[str], list[str]]) -> tuple[list[str], list[str]]:
        """Return the ways of the two arms: the longest that leave the body above the legs."""
        skeleton = self.skeleton
        hip = max(skeleton.height(name) for name in legs[0][:2])
        least = hip + 0.1 * skeleton.size
        for pair in self._ways():
            if pair[0][0] != legs[0][0] and skeleton.height(pair[0][0]) > least:
                return pair
        raise _refused(self.rig_name, "two arms")

    def trunk(self, legs: list[str], arms: list[str]) -> list[str]:
        """Return the bones from the hips up to where the arms leave."""
        skeleton = self.skeleton
        above_arm, above_leg = skeleton.above(arms[0]), skeleton.above(legs[0])
        shared = [name for name in above_arm if name in above_leg]
        if not shared:
            raise _refused(self.rig_name, "hips that carry both legs and chest")
        way = above_arm[: above_arm.index(shared[0]) + 1][::-1]
        rise = skeleton.bones[way[-1]].head - skeleton.bones[way[0]].head
        if len(way) < 2 or rise[skeleton.up] < _UPRIGHT * float(np.linalg.norm(rise)):
            raise _refused(self.rig_name, "upright spine between legs and arms")
        return way

    def upper(self, chest: str) -> list[str]:
        """Return the bones above the chest, along the middle and as high as it goes."""
        skeleton = self.skeleton
        chain: list[str] = []
        current = chest
        while True:
            ahead = [child for child in skeleton.children[current] if child not in skeleton.partner]
            ahead = [child for child in ahead if skeleton.height(child) >= skeleton.height(current)]
            if not ahead:
                break
            current = max(ahead, key=skeleton.highest)
            chain.append(current)
        if not chain:
            raise _refused(self.rig_name, "head above the chest")
        return chain

    def head(self, chain: list[str], base: float, trunk: float) -> int:
        """Return which of the bones above the chest is the head: the one nearest to where the skull sits on the neck.

        Args:
            chain: as `upper` returns it.
            base: height of the base of the neck.
            trunk: height from hips to there.
        """
        above = [(self.skeleton.height(name) - base) / trunk for name in chain]
        within = [at for at, share in enumerate(above) if share <= _HEAD_WITHIN] or [0]
        return min(within, key=lambda at: abs(above[at] - _HEAD_AT))


def _ahead(skeleton: Skeleton, feet: list[tuple[str, str | None]]) -> Array:
    """Return the level direction (3,) in which the feet point; Blender's front where they tell nothing."""
    total = np.zeros(3)
    for foot, toes in feet:
        tip = skeleton.bones[toes].head if toes else skeleton.bones[foot].tail
        total += tip - skeleton.bones[foot].head
    total[skeleton.up] = total[skeleton.side] = 0.0
    if float(np.linalg.norm(total)) > 0.02 * skeleton.size:
        return total
    front = np.zeros(3)
    axis = 3 - skeleton.up - skeleton.side
    front[axis] = -1.0 if skeleton.up == 2 else 1.0
    return front


def _sides(skeleton: Skeleton, ahead: Array, first: str) -> dict[str, int]:
    """Tell left from right: which of the two halves is which, given a bone of the first.

    The character's left is where up and ahead, crossed, point.
    """
    up = np.eye(3)[skeleton.up]
    left = np.cross(up, ahead)[skeleton.side]
    beside = float(skeleton.bones[first].head[skeleton.side]) - skeleton.middle
    return {"left": 0, "right": 1} if beside * left > 0 else {"left": 1, "right": 0}


Joints: TypeAlias = tuple[str, str, str]


def _both(
    skeleton: Skeleton, ways: tuple[list[str], list[str]], choose: Callable[[Skeleton, list[str]], Joints | None]
) -> tuple[Joints, Joints] | None:
    """Return the joints of both limbs of a pair: the second's are the partners of the first's, where all have one."""
    first = choose(skeleton, ways[0])
    if first is None:
        return None
    a, b, c = (skeleton.partner.get(name) for name in first)
    if a is not None and b is not None and c is not None and {a, b, c} <= set(ways[1]):
        return first, (a, b, c)
    second = choose(skeleton, ways[1])
    return (first, second) if second else None


def map_by_shape(bones: Table[str, BonePoints], rig_name: str) -> Mapping:
    """Return the mapping of a rig by its shape.

    Args:
        bones: all bones at rest; names only tell them apart.
        rig_name: for the message.

    Raises:
        UserError: when it is no upright body with two legs, two arms, a spine and a head; says what is missing.
    """
    skeleton = Skeleton.of(bones)
    if skeleton is None:
        raise _refused(rig_name, "left and right half")
    shape = _Shape(skeleton, rig_name)
    legs = shape.legs()
    arms = shape.arms(legs)
    trunk = shape.trunk(legs[0], arms[0])
    # some rigs hang the arms from the neck, which lies at the height of the shoulders
    from_neck = len(trunk) > 2 and skeleton.height(trunk[-1]) >= skeleton.height(arms[0][0])
    upper = shape.upper(trunk[-1])
    base = skeleton.height(trunk[-1] if from_neck else upper[0])
    head = shape.head(upper, base, base - skeleton.height(trunk[0]))
    neck = upper[:head]
    if from_neck:
        neck.insert(0, trunk.pop())
    leg = _both(skeleton, legs, leg_joints)
    arm = _both(skeleton, arms, arm_joints)
    if leg is None or arm is None:
        raise _refused(rig_name, "elbows and hands" if leg else "knees and feet")
    toes = [toes_of(skeleton, way, joints[2]) for way, joints in zip(legs, leg, strict=True)]
    ahead = _ahead(skeleton, [(joints[2], toe) for joints, toe in zip(leg, toes, strict=True)])
    found = {"pelvis": trunk[0], "head": upper[head]}
    for side, at in _sides(skeleton, ahead, leg[0][1]).items():
        found |= dict(zip((f"{side}_{joint}" for joint in LIMB_JOINTS[3:]), leg[at], strict=True))
        if (toe := toes[at]) is not None:
            found[f"{side}_foot"] = toe
    for side, at in _sides(skeleton, ahead, arm[0][1]).items():
        found |= dict(zip((f"{side}_{joint}" for joint in LIMB_JOINTS[:3]), arm[at], strict=True))
        if (place := arms[at].index(arm[at][0])) > 0:
            found[f"{side}_collar"] = arms[at][place - 1]
    missing = tuple(joint for joint in OPTIONAL if joint not in found)
    return Mapping(KEY, LABEL, found, tuple(trunk[1:]), tuple(neck), missing)
