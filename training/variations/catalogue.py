# SPDX-License-Identifier: GPL-3.0-or-later
"""All edits, how often each is drawn, and clips varied by several of them at once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

import numpy as np

from server.motion.motion import Motion

from .edit import Edit, Varied
from .lower import LOWER
from .upper import UPPER

EDITS: Final[tuple[Edit, ...]] = (*UPPER, *LOWER)
"""Every edit, each under its own name."""
VARIED_PER_CLIP: Final = 3
"""How many varied clips training makes of each plain one, at the coverage that ``python -m training.variations`` reports."""
_COUNTS: Final = (0.35, 0.4, 0.25)  # how often one, two and three edits are stacked
_LOWER_SHARE: Final = 0.6  # how often an edit is one of legs and root
_LOWER_PARTS: Final = frozenset(("right_leg", "left_leg", "root"))
_TRIES: Final = 10  # edits that may decline before a clip is left as it is

# how often an edit is drawn against the others of its half of the body; 1 where nothing is said. What is said of few
# recordings, or can be done to few, is drawn more often, so that every value is found in a hundredth of the minutes
_WEIGHTS: Final = {
    "hold_knee_up": 6.0,
    "hold_foot_off": 4.5,
    "sidestep": 5.0,
    "step_diagonally": 7.5,
    "set_foot": 2.2,
    "sprint": 9.0,
    "go_down": 6.0,
    "come_up": 4.5,
    "dip": 2.0,
    "squat": 1.5,
    "sit_on_chair": 1.6,
    "sit_on_floor": 1.5,
    "kneel": 1.5,
    "leap": 1.4,
    "kick": 1.4,
    "creep": 1.3,
    "change_pace": 2.6,
    "drag_feet": 1.5,
    "stretch_knees": 1.4,
    "turn_toes": 0.6,
    "tilt_hips": 0.7,
    "veer": 0.6,
    "narrow_stance": 0.6,
    "hands_on_thighs": 26.0,
    "sit_with_hands_on_thighs": 2.0,
    "hand_on_chest": 2.0,
    "hand_behind_back": 2.5,
    "hands_behind_back": 2.5,
    "arms_lower": 1.6,
    "arms_circle": 1.8,
    "backbone_bends_down": 1.6,
}


def _chances(edits: Sequence[Edit]) -> list[float]:
    weights = [_WEIGHTS.get(edit.name, 1.0) for edit in edits]
    return [weight / sum(weights) for weight in weights]


_HALVES: Final = tuple((edits, _chances(edits)) for edits in (LOWER, UPPER))


def _drawn(
    motion: Motion, dice: np.random.Generator, half: tuple[Sequence[Edit], Sequence[float]], taken: frozenset[str]
) -> Varied | None:
    """Return the clip after one edit of a half of the body that leaves the parts ``taken`` alone."""
    edits, chances = half
    for _ in range(_TRIES):
        result = edits[int(dice.choice(len(edits), p=chances))](motion, dice)
        if result is not None and not result.parts & taken:
            return result
    return None


def vary(motion: Motion, dice: np.random.Generator, count: int | None = None, first: Collection[str] = ()) -> Varied:
    """Return a clip changed by edits of different parts, one after the other.

    Args:
        motion: canonical, 30 frames a second.
        dice: decides on the edits and in them.
        count: how many edits, one to three; drawn by default.
        first: names of edits of which one begins; all by default.

    Returns:
        The clip with what all its edits expect. Fewer edits where too many decline; the clip itself where all do.
    """
    wanted = int(dice.choice(len(_COUNTS), p=_COUNTS)) + 1 if count is None else count
    varied = Varied(motion, {}, frozenset())
    lower_left = True
    for number in range(wanted):
        half = _HALVES[0 if lower_left and dice.random() < _LOWER_SHARE else 1]
        if first and number == 0:
            chosen = tuple(edit for edit in EDITS if edit.name in first)
            half = (chosen, [1 / len(chosen)] * len(chosen))
        result = _drawn(varied.motion, dice, half, varied.parts)
        if result is not None:
            # legs and root are changed together by nearly every edit of theirs: one is enough
            lower_left = lower_left and not result.parts & _LOWER_PARTS
            varied = Varied(result.motion, {**varied.expected, **result.expected}, varied.parts | result.parts)
    return varied
