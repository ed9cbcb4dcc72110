# SPDX-License-Identifier: GPL-3.0-or-later
"""An edit of the upper body as data: a name, and a function that makes it of a clip or declines."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from server.motion.motion import Motion

from .edit import Varied
from .limits import limited
from .self_contact import depths, pushed_out
from .torso import ARM, SIDES, Side, Torso, arm_of

Dice = np.random.Generator
Claims = Mapping[tuple[str, str], Collection[str]]
"""(part, slot name) to values of which the captioner should find one."""
_SHORTEST: Final = 30  # frames: of less, nothing can be said that an edit would change
_INSIDE: Final = 0.015  # metres that a hand may be deeper in the body than it was


@dataclass(frozen=True)
class Change:
    """What an edit has made.

    Attributes:
        motion: the edited clip.
        claims: what the captioner should find in it.
        parts: the parts that are meant to be changed.
    """

    motion: Motion
    claims: Claims
    parts: frozenset[str]


Make = Callable[[Torso, Dice], Change | None]


@dataclass
class UpperEdit:
    """An `Edit` of arms, backbone or head.

    Attributes:
        name: unique among all edits.
        make: what does it; gets the clip and the dice.
    """

    name: str
    make: Make

    def __call__(self, motion: Motion, dice: Dice) -> Varied | None:
        """Return an edited clip.

        None where the edit makes no sense, where all that it claims was so before, or where no way was found to keep
        the hands out of the body.
        """
        if motion.frames < _SHORTEST:
            return None
        torso = Torso(motion)
        change = self.make(torso, dice)
        if change is None or (depths(change.motion) - depths(motion)).max() > _INSIDE:
            return None
        fresh = {
            key: frozenset(values) for key, values in change.claims.items() if torso.said.get(key, "") not in values
        }
        return Varied(change.motion, fresh, change.parts) if fresh else None


def drawn_sides(dice: Dice, both: float = 0.5) -> tuple[Side, ...]:
    """Return which arms are edited: both with a probability, else one of the two."""
    return SIDES if dice.random() < both else (SIDES[int(dice.integers(2))],)


def on_sides(torso: Torso, sides: Sequence[Side], edit: Callable[[Torso], Torso]) -> Torso:
    """Return the clip after an edit of the left arm, made on each of the sides."""
    return each_side(torso, sides, lambda arm, _: edit(arm))


def each_side(torso: Torso, sides: Sequence[Side], edit: Callable[[Torso, Side], Torso]) -> Torso:
    """Return the clip after an edit of the left arm on each of the sides, told which side it is that looks left."""
    if "left" in sides:
        torso = edit(torso, "left")
    if "right" in sides:
        torso = edit(torso.mirrored(), "right").mirrored()
    return torso


def natural(torso: Torso, *, other_arm: bool = False, joints: Sequence[int] = ARM) -> Torso:
    """Return the clip with the left arm within its limits and out of the body.

    Args:
        torso: the clip.
        other_arm: whether it also stays clear of the right arm.
        joints: those of `ARM` that are kept within their limits.
    """
    return _limited(pushed_out(_limited(torso, joints), other_arm=other_arm), joints)


def _limited(torso: Torso, joints: Sequence[int]) -> Torso:
    return torso.with_arm(limited(torso.motion, joints).rotations[:, ARM])


def of_arms(sides: Sequence[Side], **slots: Sequence[str] | str) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return claims that hold for each of the arms: slot to a value or several."""
    return {
        (arm_of(side), slot): (values,) if isinstance(values, str) else tuple(values)
        for side in sides
        for slot, values in slots.items()
    }


def arms_changed(torso: Torso, sides: Sequence[Side], claims: Claims) -> Change:
    """Return the result of an edit of one arm or both."""
    return Change(torso.motion, claims, frozenset(arm_of(side) for side in sides))
