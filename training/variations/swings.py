# SPDX-License-Identifier: GPL-3.0-or-later
"""Edits of how feet go through the air from step to step: high, low, dragged, kicked up behind, thrown forward, stiff."""

from __future__ import annotations

from typing import Final

import numpy as np

from .curves import Array, at_least, eased, envelope, smoothed
from .edit import Varied
from .footing import SHIN, THIGH, Draft, heel_rise, in_step, pitch_foot, swing_shape
from .pelvis import ahead_of, left_of, roll_pelvis
from .recipe import Recipe, leg, legs, meant, varied
from .subject import BOTH_LEGS, LOWER, SIDES, SIGNS, Subject

Dice = np.random.Generator


def _sides(dice: Dice, both: float) -> tuple[int, ...]:
    """Return both sides with a probability, else one of them."""
    return (0, 1) if dice.random() < both else (int(dice.integers(2)),)


def _parts(sides: tuple[int, ...]) -> frozenset[str]:
    return frozenset(f"{SIDES[side]}_leg" for side in sides)


def _steps(subject: Subject) -> bool:
    return subject.walks or subject.runs


def knees_high(subject: Subject, dice: Dice) -> Varied | None:
    """Lift the knees high at every step."""
    if not _steps(subject):
        return None
    draft = Draft.of(subject)
    up, ahead, droop = dice.uniform(0.2, 0.34), dice.uniform(0.0, 0.1), np.radians(dice.uniform(5, 25))
    sides = _sides(dice, 0.8)
    for side in sides:
        shape = swing_shape(draft.planted[side], 0.5)
        draft.ankles[side][:, 1] += up * shape
        draft.ankles[side] += ahead_of(subject.heading) * (ahead * shape)[:, None]
        pitch_foot(draft, side, droop * shape)
    return varied(draft, _of(sides, lift="very_high"), _parts(sides)) if in_step(subject, draft) else None


def _of(sides: tuple[int, ...], **slots: str | tuple[str, ...]) -> dict[tuple[str, str], frozenset[str]]:
    return {key: values for side in sides for key, values in leg(side, **slots).items()}


def _clearance(draft: Draft, side: int) -> Array:
    """Return the height (T,) of a foot's lowest point above standing feet."""
    low = np.minimum(draft.ankles[side][:, 1] - 0.06, draft.toes(side)[:, 1])
    planted = draft.planted[side]
    return np.asarray(low - (np.median(low[planted]) if planted.any() else draft.ground))


def _cleared(subject: Subject, sides: tuple[int, ...], wanted: float) -> Draft:
    """Return a draft whose swinging feet rise to a height: raised by a hill, or their own rise flattened at the top."""
    draft = Draft.of(subject)
    for side in sides:
        height = _clearance(draft, side)
        now = max(float(np.percentile(height, 95)), 0.02)
        if wanted > now:
            change = (wanted - now) * swing_shape(draft.planted[side], 0.5)
        else:
            above = np.maximum(height, 0.0) / wanted
            # nearly the height itself while that is low, and nearly ``wanted`` at ``now``
            change = wanted * above / (1 + above**4) ** 0.25 * (1 + (wanted / now) ** 4) ** 0.25 - wanted * above
        draft.ankles[side][:, 1] += change
    return draft


def _lifted(subject: Subject, dice: Dice, value: str, both: float) -> Varied | None:
    if not _steps(subject):
        return None
    sides = _sides(dice, both)
    # measured through the noise of single frames, low feet seem to lift a little less, and dragged ones a little more
    bias = {"drags": -0.003, "low": 0.004}.get(value, 0.0)
    draft = _cleared(subject, sides, float(dice.uniform(*meant("leg", "lift", value, 0.0, 0.4))) + bias)
    return varied(draft, _of(sides, lift=value), _parts(sides))


def drag_feet(subject: Subject, dice: Dice) -> Varied | None:
    """Drag one foot or both over the ground."""
    return _lifted(subject, dice, "drags", 0.5) if subject.walks else None


def lift_less(subject: Subject, dice: Dice) -> Varied | None:
    """Lift the feet only a little."""
    return _lifted(subject, dice, "low", 1.0) if subject.walks else None


def lift_more(subject: Subject, dice: Dice) -> Varied | None:
    """Lift the feet well at every step."""
    return _lifted(subject, dice, "high", 1.0)


def heels_up(subject: Subject, dice: Dice) -> Varied | None:
    """Flick the heels up behind at every step."""
    if not _steps(subject):
        return None
    draft = Draft.of(subject)
    up, back = dice.uniform(0.28, 0.38), dice.uniform(0.18, 0.28)
    sides = _sides(dice, 0.8)
    for side in sides:
        shape = swing_shape(draft.planted[side], 0.36)
        draft.ankles[side][:, 1] += up * shape
        draft.ankles[side] -= ahead_of(subject.heading) * (back * shape)[:, None]
        pitch_foot(draft, side, np.radians(35) * shape)
    return varied(draft, _of(sides, fold="heel_up"), _parts(sides)) if in_step(subject, draft) else None


def throw_legs(subject: Subject, dice: Dice) -> Varied | None:
    """Throw straight legs up in front at every step, as in a goose-step."""
    if not (subject.travels and subject.ahead):
        return None
    draft = Draft.of(subject)
    wanted = np.radians(dice.uniform(48, 66))
    for side in (0, 1):
        shape = swing_shape(draft.planted[side], 0.57, margin=2)
        hip = draft.hip(side)
        aim = draft.ankles[side] - hip
        ahead = (aim * ahead_of(subject.heading)).sum(axis=1)
        length, angle = np.hypot(ahead, aim[:, 1]), np.arctan2(ahead, -aim[:, 1])
        angle = angle + (wanted - angle) * shape
        length = length + (0.78 - length) * eased(1.6 * shape)
        draft.ankles[side] += ahead_of(subject.heading) * (length * np.sin(angle) - ahead)[:, None]
        least = draft.ankles[side][:, 1] + 0.06 * eased(4 * shape)
        draft.ankles[side][:, 1] = at_least(hip[:, 1] - length * np.cos(angle), least, 0.01)
        pitch_foot(draft, side, -0.8 * wanted * shape, on_heel=True)
    return varied(draft, legs(action="kicks"), BOTH_LEGS) if in_step(subject, draft) else None


def _straight(draft: Draft, subject: Subject, side: int) -> None:
    """Keep one knee straight: the heel stays low, the hip rises over the foot, and in the air this goes round outside."""
    reach = 0.9975 * (THIGH + SHIN)
    pitch_foot(draft, side, -0.8 * smoothed(np.maximum(heel_rise(draft, side), 0.0), 3))
    aim = draft.ankles[side] - draft.hip(side)
    level = np.hypot(aim[:, 0], aim[:, 2])
    rise = np.sqrt(np.maximum(reach**2 - level**2, 0.3**2)) + aim[:, 1]
    other = ((draft.ankles[1 - side] - draft.hip(1 - side)) * ahead_of(subject.heading)).sum(axis=1)
    # the other foot may be left behind, its heel rising, but not be lifted off when it has just come down
    free = draft.planted[side] & (~draft.planted[1 - side] | (other < -0.05))
    draft.root[:, 1] += envelope(np.where(free, np.clip(rise, 0.0, 0.08), 0.0), 2)
    swing = smoothed((~draft.planted[side]).astype(np.float64), 7)
    roll_pelvis(draft, subject.heading, SIGNS[side] * np.radians(6.0) * swing)
    aim = draft.ankles[side] - draft.hip(side)
    ahead = (aim * ahead_of(subject.heading)).sum(axis=1)
    height = np.minimum(aim[:, 1], -np.sqrt(np.maximum(reach**2 - ahead**2 - 0.3**2, 0.2)))
    aside = np.sqrt(np.maximum(reach**2 - ahead**2 - height**2, 0.0))
    own = SIGNS[side] * (aim * left_of(subject.heading)).sum(axis=1)
    away = smoothed(np.maximum(aside - own, 0.0) * swing, 5)
    draft.ankles[side] += left_of(subject.heading) * (SIGNS[side] * away)[:, None]
    draft.ankles[side][:, 1] += smoothed((height - aim[:, 1]) * swing, 5)


def stiff_leg(subject: Subject, dice: Dice) -> Varied | None:
    """Walk with one knee that does not bend."""
    if not (subject.travels and subject.ahead):
        return None
    side = int(dice.integers(2))
    draft = Draft.of(subject)
    _straight(draft, subject, side)
    return varied(draft, leg(side, knee=("straight", "soft"), fold=("stiff", "little")), LOWER)


SWINGS: Final = (
    Recipe("knees_high", knees_high),
    Recipe("drag_feet", drag_feet),
    Recipe("lift_less", lift_less),
    Recipe("lift_more", lift_more),
    Recipe("heels_up", heels_up),
    Recipe("throw_legs", throw_legs),
    Recipe("stiff_leg", stiff_leg),
)
