# SPDX-License-Identifier: GPL-3.0-or-later
"""Edits of how the legs are held all through a clip: crouched, stretched, on tiptoe or heels, wide, narrow, toes turned."""

from __future__ import annotations

from typing import Final

import numpy as np

from server.motion.skeleton import OFFSETS

from .curves import eased, smoothed
from .edit import Varied
from .footing import (
    HEEL,
    SHIN,
    THIGH,
    TOES,
    Draft,
    heel_rise,
    hold_point,
    pitch_foot,
    shift_feet,
    swing_shape,
    turn_foot,
)
from .pelvis import left_of, roll_pelvis, sink
from .recipe import Recipe, clear_of_hands, leg, legs, meant, root, varied
from .subject import BOTH_LEGS, LOWER, SIGNS, Subject, joint

Dice = np.random.Generator


def _sunk(subject: Subject, low: float, high: float, dice: Dice) -> float | None:
    """Return how far to lower the pelvis so that its median comes to lie between two heights, or None."""
    depth = subject.height - dice.uniform(low, high)
    return float(depth) if depth > 0.02 and (subject.stands or subject.walks or subject.runs) else None


def crouch_a_little(subject: Subject, dice: Dice) -> Varied | None:
    """Bend both knees a little more all the time."""
    depth = _sunk(subject, *meant("root", "height", "lowered", 0.4, 1.0), dice)
    if depth is None:
        return None
    draft = Draft.of(subject)
    sink(draft, subject.heading, np.full(subject.frames, depth), bowing=False)
    return clear_of_hands(varied(draft, root(height="lowered") | legs(knee=("deep", "squat"))), subject)


def crouch(subject: Subject, dice: Dice) -> Varied | None:
    """Go in a crouch, the hips back and the trunk forward."""
    depth = _sunk(subject, 0.68 if subject.runs else 0.58, 0.75, dice)
    if depth is None:
        return None
    draft = Draft.of(subject)
    sink(draft, subject.heading, np.full(subject.frames, depth), bowing=True)
    result = varied(draft, root(height="crouched") | legs(knee="squat"), LOWER | {"backbone"})
    return clear_of_hands(result, subject)


def stretch_knees(subject: Subject, dice: Dice) -> Varied | None:
    """Stand tall on straight knees."""
    if not subject.stands:
        return None
    draft = Draft.of(subject)
    bend = np.radians(dice.uniform(5.0, 7.0))
    reach = float(np.sqrt(THIGH**2 + SHIN**2 + 2 * THIGH * SHIN * np.cos(bend)))
    # over the middle of the feet both legs are as long
    middle = draft.ankles.mean(axis=0)
    hips = 0.5 * (draft.hip(0) + draft.hip(1))
    draft.root[:, [0, 2]] += smoothed((middle - hips)[:, [0, 2]], int(subject.fps))
    hips_apart = 2 * OFFSETS[joint(0, "hip")][0]
    for _ in range(2):
        tops = []
        for side in (0, 1):
            away = draft.hip(side) - draft.ankles[side]
            tops.append(np.sqrt(reach**2 - away[:, 0] ** 2 - away[:, 2] ** 2) - away[:, 1])
        roll_pelvis(draft, subject.heading, smoothed((tops[0] - tops[1]) / hips_apart, 9))
        draft.root[:, 1] += smoothed(0.5 * (tops[0] + tops[1]), 9)
    return varied(draft, legs(knee="straight"))


def _on_toes(draft: Draft, subject: Subject, rise: float) -> None:
    """Raise both heels by ``rise`` radians; what the clip's own feet do above that is kept in part."""
    lifted = np.zeros(subject.frames)
    for side in (0, 1):
        heel_up = heel_rise(draft, side)
        wanted = rise + 0.35 * np.maximum(heel_up, 0.0)
        pitch_foot(draft, side, smoothed(wanted - heel_up, 5))
        # toes that point down would skim the ground
        draft.ankles[side][:, 1] += 0.035 * swing_shape(draft.planted[side], 0.5)
        hold_point(draft, side, TOES, subject.ground)
        lifted += 0.5 * (TOES[1] * (1 - np.cos(rise)) + TOES[2] * np.sin(rise))
    draft.root[:, 1] += 0.9 * lifted


def tiptoe(subject: Subject, dice: Dice) -> Varied | None:
    """Stand or walk on tiptoe."""
    if not (subject.stands or subject.walks):
        return None
    draft = Draft.of(subject)
    _on_toes(draft, subject, np.radians(dice.uniform(28, 40)))
    return varied(draft, legs(sole="tiptoe"))


def on_heels(subject: Subject, dice: Dice) -> Varied | None:
    """Stand or walk on the heels, the toes off the ground."""
    if not (subject.stands or subject.walks):
        return None
    draft = Draft.of(subject)
    rise = np.radians(dice.uniform(22.5, 26))
    # somebody who stands rocks back onto the heels first; who walks puts the toes down before the foot is lifted
    rocked = eased(np.arange(subject.frames) / (0.25 * subject.frames) - 0.3) if subject.stands else 1.0
    for side in (0, 1):
        heel_up = heel_rise(draft, side)
        wanted = np.where(heel_up > 0.0, 0.15 * heel_up, heel_up) - rise * rocked
        pitch_foot(draft, side, smoothed(np.minimum(wanted - heel_up, 0.0), 5), on_heel=True)
        hold_point(draft, side, HEEL, subject.ground - 0.003)
    return varied(draft, legs(sole="heels"))


def _stance(subject: Subject, dice: Dice, value: str) -> Varied | None:
    """Set the feet to a width."""
    if not (subject.stands or subject.walks or (subject.runs and value != "very_wide")):
        return None
    draft = Draft.of(subject)
    wanted = dice.uniform(*meant("leg", "width", value, -0.06, 0.31))
    # a foot in the air passes the other one on the outside, which those that run have no time for
    narrow = value in ("crossing", "narrow") and not subject.runs
    if value == "crossing":
        wanted -= 0.015
    left = np.zeros((2, subject.frames))
    for side in (0, 1):
        left[side] = SIGNS[side] * wanted - np.median(subject.ankle(side)[:, 0])
    shift_feet(draft, subject.heading, left, np.zeros_like(left))
    if narrow:
        for side in (0, 1):
            aside = SIGNS[side] * (0.075 - wanted) * swing_shape(draft.planted[side], 0.5)
            draft.ankles[side] += aside[:, None] * left_of(subject.heading)
    return varied(draft, legs(width=value))


def wide_stance(subject: Subject, dice: Dice) -> Varied | None:
    """Set the feet apart, or straddle."""
    return _stance(subject, dice, str(dice.choice(("wide", "very_wide"))))


def narrow_stance(subject: Subject, dice: Dice) -> Varied | None:
    """Set the feet close together."""
    return _stance(subject, dice, str(dice.choice(("narrow", "normal"), p=(0.8, 0.2))))


def catwalk(subject: Subject, dice: Dice) -> Varied | None:
    """Walk with each foot on or across the middle line."""
    return _stance(subject, dice, "crossing") if subject.walks or subject.runs else None


def _turned(subject: Subject, dice: Dice, value: str, sides: tuple[int, ...]) -> Draft:
    draft = Draft.of(subject)
    wanted = dice.uniform(*meant("leg", "toes", value, -20.0, 44.0))
    for side in sides:
        foot = subject.seen(subject.positions[:, joint(side, "foot")]) - subject.ankle(side)
        now = SIGNS[side] * np.median(np.degrees(np.arctan2(foot[:, 0], foot[:, 2])))
        turn_foot(draft, side, np.full(subject.frames, np.radians(wanted - now)))
    return draft


def turn_toes(subject: Subject, dice: Dice) -> Varied | None:
    """Turn both feet in, ahead, out or far out."""
    if not subject.upright:
        return None
    value = str(dice.choice(("in", "ahead", "out", "far_out"), p=(0.4, 0.1, 0.1, 0.4)))
    return varied(_turned(subject, dice, value, (0, 1)), legs(toes=value), BOTH_LEGS)


def turn_one_foot(subject: Subject, dice: Dice) -> Varied | None:
    """Turn one foot in or far out."""
    if not subject.upright:
        return None
    value, side = str(dice.choice(("in", "far_out"))), int(dice.integers(2))
    draft = _turned(subject, dice, value, (side,))
    return varied(draft, leg(side, toes=value), frozenset(("left_leg" if side == 0 else "right_leg",)))


LEGS: Final = (
    Recipe("crouch_a_little", crouch_a_little),
    Recipe("crouch", crouch),
    Recipe("stretch_knees", stretch_knees),
    Recipe("tiptoe", tiptoe),
    Recipe("on_heels", on_heels),
    Recipe("wide_stance", wide_stance),
    Recipe("narrow_stance", narrow_stance),
    Recipe("catwalk", catwalk),
    Recipe("turn_toes", turn_toes),
    Recipe("turn_one_foot", turn_one_foot),
)
