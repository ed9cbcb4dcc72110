# SPDX-License-Identifier: GPL-3.0-or-later
"""Edits of the way through the room: bent, round, weaving, back again, sideways, backward, on the spot.

Clips that step keep their own steps, each footprint moved along as one; clips that stand get steps made for them.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from .courses import Way, course_of
from .curves import Array, bump, eased
from .edit import Varied
from .footing import Draft, carry, shift_feet
from .recipe import Recipe, root, varied
from .stepping import Gait, stepping
from .subject import SIGNS, Subject

Dice = np.random.Generator
_WINDING: Final = np.radians(30.0)  # that a clip turns by itself, beyond which its way is not bent again
_FASTEST_TURN: Final = np.radians(85.0)  # a second
_HANDS: Final = {1.0: "left", -1.0: "right"}


def side_of(dice: Dice) -> float:
    """Return 1 for left or -1 for right."""
    return float(dice.choice((1.0, -1.0)))


def gait_for(speed: float, dice: Dice) -> Gait:
    """Return steps that fit a speed in m/s: the faster, the longer and the quicker."""
    cycle = float(np.clip(1.35 - 0.25 * speed, 0.85, 1.5) * dice.uniform(0.9, 1.1))
    stride = speed * cycle
    return Gait(
        cycle,
        swing=float(np.clip(0.33 + 0.05 * speed, 0.33, 0.42)),
        lift=float(dice.uniform(0.065, 0.1) + 0.02 * stride),
        roll=float(min(0.9, 0.15 + 0.5 * stride)),
        first=int(dice.integers(2)),
    )


def _drafted(subject: Subject, turn: Array, dice: Dice, pace: Array | None = None, aside: float = 0.0) -> Draft | None:
    """Return a draft of a clip along a way: by its own steps where it has any, else by steps made at a walk.

    ``pace`` is a share of the clip's own speed, or of a walk where it stands.
    """
    kept = np.ones(subject.frames) if pace is None else pace
    if subject.travels or subject.runs:
        draft = Draft.of(subject)
        carry(draft, course_of(subject, Way(turn, kept, aside)))
        return draft
    if subject.stands:
        speed = float(dice.uniform(0.5, 1.2))
        return stepping(subject, Way(turn, speed * kept, aside), gait_for(speed, dice))
    return None


def _ramp(subject: Subject, radians: float) -> Array:
    return np.asarray(radians * np.linspace(0, 1, subject.frames))


def _own_turn(subject: Subject) -> float:
    return float(subject.heading[-1] - subject.heading[0])


def _bent(subject: Subject, low: float, high: float, dice: Dice) -> tuple[Array, float] | None:
    """Return turns that make the clip turn by ``low`` to ``high`` degrees in all, and to which hand."""
    hand = side_of(dice)
    least, most = np.radians(low), min(np.radians(high), _FASTEST_TURN * subject.motion.seconds)
    if most <= least:
        return None
    wanted = hand * dice.uniform(least, most)
    return _ramp(subject, wanted - _own_turn(subject)), hand


def _turning(subject: Subject, dice: Dice, low: float, high: float, value: str) -> Varied | None:
    bent = _bent(subject, low, high, dice)
    draft = _drafted(subject, bent[0], dice) if bent else None
    return varied(draft, root(turn=f"{value}{_HANDS[bent[1]]}")) if bent and draft else None


def veer(subject: Subject, dice: Dice) -> Varied | None:
    """Bend the way a little."""
    return _turning(subject, dice, 13, 30, "slight_")


def turn(subject: Subject, dice: Dice) -> Varied | None:
    """Bend the way into a turn."""
    return _turning(subject, dice, 45, 120, "")


def circle(subject: Subject, dice: Dice) -> Varied | None:
    """Go all the way round."""
    return _turning(subject, dice, 155, 400, "around_")


def weave(subject: Subject, dice: Dice) -> Varied | None:
    """Swing from side to side along the way."""
    seconds = subject.motion.seconds
    if seconds < 3.6 or abs(_own_turn(subject)) > _WINDING:
        return None
    count = dice.uniform(1.5, max(1.6, seconds / 2.6))
    size = np.radians(dice.uniform(30, 45))
    phase = dice.uniform(0, 2 * np.pi)
    at = np.arange(subject.frames) / subject.frames
    bends = size * np.sin(2 * np.pi * count * at + phase)
    draft = _drafted(subject, bends - bends[0], dice)
    return varied(draft, root(path="weaving")) if draft else None


def there_and_back(subject: Subject, dice: Dice) -> Varied | None:
    """Walk away, turn round and come back."""
    seconds = subject.motion.seconds
    if seconds < 4.0 or abs(_own_turn(subject)) > _WINDING:
        return None
    hand = side_of(dice)
    at = (np.arange(subject.frames) / subject.fps - 0.5 * seconds) / 1.7 + 0.5
    # on the spot, or nearly so: the way back leads close to the start
    pace = 1.0 - 0.85 * bump(np.clip(1.4 * at - 0.2, 0, 1))
    draft = _drafted(subject, hand * np.pi * eased(at) - _ramp(subject, _own_turn(subject)), dice, pace)
    return varied(draft, root(path="returning", turn=f"around_{_HANDS[hand]}")) if draft else None


def diagonal(subject: Subject, dice: Dice) -> Varied | None:
    """Go ahead and to one side, the body facing ahead."""
    hand = side_of(dice)
    aside = hand * np.radians(dice.uniform(36, 52))
    draft = _drafted(subject, np.zeros(subject.frames), dice, np.full(subject.frames, dice.uniform(0.6, 0.8)), aside)
    if draft is None or subject.runs:
        return None
    _spread(draft, subject, 0.05)
    return varied(draft, root(direction=f"ahead_{_HANDS[hand]}"))


def _spread(draft: Draft, subject: Subject, apart: float) -> None:
    """Set both feet further apart by so many metres each, so that they do not cross where the way leads aside."""
    left = np.stack([np.full(subject.frames, SIGNS[side] * apart) for side in (0, 1)])
    shift_feet(draft, subject.heading, left, np.zeros_like(left))


def _stepped(subject: Subject, dice: Dice, angle: float, speed: float, cycle: float) -> Draft:
    """Return a standing clip that steps at an angle (radians to the left) from where it faces."""
    stride = speed * cycle * abs(np.sin(angle))
    gait = Gait(
        cycle,
        swing=float(dice.uniform(0.36, 0.42)),
        lift=float(dice.uniform(0.07, 0.11)),
        roll=0.12,
        # half a stride lies between the feet where they are furthest apart and nearest
        width=0.07 + 0.27 * stride,
        first=int(dice.integers(2)),
    )
    return stepping(subject, Way(np.zeros(subject.frames), np.full(subject.frames, speed), angle), gait)


def sidestep(subject: Subject, dice: Dice) -> Varied | None:
    """Step to one side."""
    if not subject.stands:
        return None
    hand = side_of(dice)
    angle = hand * np.radians(dice.uniform(76, 104))
    draft = _stepped(subject, dice, angle, float(dice.uniform(0.25, 0.95)), float(dice.uniform(0.8, 1.1)))
    return varied(draft, root(direction=_HANDS[hand]))


def step_diagonally(subject: Subject, dice: Dice) -> Varied | None:
    """Step to one of the four diagonals."""
    if not subject.stands:
        return None
    hand, back = side_of(dice), bool(dice.random() < 0.7)
    angle = np.radians(dice.uniform(124, 146) if back else dice.uniform(34, 56))
    draft = _stepped(subject, dice, hand * angle, float(dice.uniform(0.3, 1.0)), float(dice.uniform(0.85, 1.15)))
    return varied(draft, root(direction=f"{'back' if back else 'ahead'}_{_HANDS[hand]}"))


def step_back(subject: Subject, dice: Dice) -> Varied | None:
    """Back away."""
    if not subject.stands:
        return None
    speed = float(dice.uniform(0.25, 0.8))
    draft = _stepped(subject, dice, np.pi + np.radians(dice.uniform(-12, 12)), speed, float(dice.uniform(0.9, 1.3)))
    return varied(draft, root(direction="backward"))


def step_ahead(subject: Subject, dice: Dice) -> Varied | None:
    """Walk straight on, where the clip stands."""
    if not subject.stands:
        return None
    speed = float(dice.uniform(0.15, 1.25))
    way = Way(np.zeros(subject.frames), np.full(subject.frames, speed))
    return varied(stepping(subject, way, gait_for(speed, dice)), root(direction="forward"))


def turn_on_the_spot(subject: Subject, dice: Dice) -> Varied | None:
    """Turn round in small steps."""
    bent = _bent(subject, 50, 330, dice) if subject.stands else None
    if bent is None:
        return None
    gait = Gait(
        float(dice.uniform(0.7, 1.0)), lift=float(dice.uniform(0.04, 0.08)), roll=0.1, first=int(dice.integers(2))
    )
    draft = stepping(subject, Way(bent[0], np.zeros(subject.frames)), gait)
    values = (f"around_{_HANDS[bent[1]]}", _HANDS[bent[1]])
    return varied(draft, root(direction="in_place", turn=values))


PATHS: Final = (
    Recipe("veer", veer),
    Recipe("turn", turn),
    Recipe("circle", circle),
    Recipe("weave", weave),
    Recipe("there_and_back", there_and_back),
    Recipe("diagonal", diagonal),
    Recipe("sidestep", sidestep),
    Recipe("step_diagonally", step_diagonally),
    Recipe("step_back", step_back),
    Recipe("step_ahead", step_ahead),
    Recipe("turn_on_the_spot", turn_on_the_spot),
)
