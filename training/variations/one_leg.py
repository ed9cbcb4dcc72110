# SPDX-License-Identifier: GPL-3.0-or-later
"""Edits of clips that stand: one knee or foot held up, kicks, one foot set forward or back, weight shifted to and fro."""

from __future__ import annotations

from typing import Final

import numpy as np

from .curves import Array, at_least, bump, eased, smoothed
from .edit import Varied
from .footing import SHIN, THIGH, Draft, turn_sole
from .pelvis import ahead_of, left_of
from .recipe import Recipe, leg, varied
from .subject import LOWER, SIGNS, Subject

Dice = np.random.Generator


def weight_on(draft: Draft, subject: Subject, side: int, share: Array, ahead: float = -0.01) -> None:
    """Bring the pelvis over one foot by ``share`` (T,) of the way; sideways not quite, as the trunk leans along."""
    away = smoothed(draft.ankles[side], int(1.4 * subject.fps)) - draft.root
    left, front = left_of(subject.heading), ahead_of(subject.heading)
    aside = 0.8 * (away * left).sum(axis=1)
    along = (away * front).sum(axis=1) - ahead
    draft.root += left * (share * aside)[:, None] + 0.7 * front * (share * along)[:, None]
    draft.planted[1 - side] &= share < 0.5


def lift_to(
    draft: Draft, subject: Subject, side: int, thigh: Array, shin: Array, share: Array, out: float = 0.0
) -> None:
    """Lift a foot to where thigh and shin have angles to the vertical, by ``share`` (T,) of the way.

    Args:
        draft: what to change.
        subject: the clip.
        side: index in `SIDES`.
        thigh: (T,) radians that the knee is raised in front; 0 hangs down.
        shin: (T,) radians that the shin points forward of straight down, negative where the foot is behind the knee.
        share: (T,) from 0, the foot where it is, to 1.
        out: radians that the leg is spread to its side.
    """
    ahead = THIGH * np.sin(thigh) + SHIN * np.sin(shin)
    down = THIGH * np.cos(thigh) + SHIN * np.cos(shin)
    away = ahead_of(subject.heading) * ahead[:, None]
    away = away + left_of(subject.heading) * (SIGNS[side] * np.sin(out) * down)[:, None]
    away[:, 1] -= np.cos(out) * down
    wanted = draft.hip(side) + away
    # up first and then away, so that the foot does not skim the ground
    gone = np.stack((share**1.5, share**0.6, share**1.5), axis=-1)
    least = draft.ankles[side][:, 1] + 0.07 * share
    draft.ankles[side] += (wanted - draft.ankles[side]) * gone
    draft.ankles[side][:, 1] = at_least(draft.ankles[side][:, 1], least, 0.002)
    draft.planted[side] &= share < 1e-3
    # the sole keeps to the shin, the toes droop a little
    turn_sole(draft, side, (np.radians(8) - shin) * share)


def _timed(subject: Subject, dice: Dice) -> Array:
    """Return from when to when (T,) something is held: all the time, from soon after the start, or nearly to the end."""
    frames, rise = subject.frames, int(subject.fps * dice.uniform(0.5, 0.8))
    at = np.arange(frames, dtype=np.float64)
    share = np.ones(frames)
    late = dice.random() < 0.5 and frames > 4 * rise
    if late:
        share *= eased((at - 0.04 * frames) / rise)
    if dice.random() < 0.4 and frames > 5.5 * rise:
        share *= eased((0.98 * frames - at) / rise)
    return np.asarray(share)


def _held(subject: Subject, dice: Dice, value: str) -> Varied | None:
    if not subject.stands:
        return None
    side = int(dice.integers(2))
    share = _timed(subject, dice)
    draft = Draft.of(subject)
    if value == "up":
        thigh, shin = np.radians(dice.uniform(78, 108)), np.radians(dice.uniform(-25, 5))
    elif dice.random() < 0.5:
        thigh, shin = np.radians(dice.uniform(52, 62)), np.radians(dice.uniform(-25, -5))
    else:
        thigh, shin = np.radians(dice.uniform(0, 12)), np.radians(dice.uniform(-92, -72))
    sway = 0.03 * smoothed(dice.standard_normal(subject.frames), int(2 * subject.fps))
    weight_on(draft, subject, 1 - side, np.clip(eased(np.minimum(1.6 * share, 1.0)), 0, 1))
    lift_to(draft, subject, side, thigh + sway, np.full(subject.frames, shin), share)
    return varied(draft, leg(side, held=value), LOWER)


def hold_knee_up(subject: Subject, dice: Dice) -> Varied | None:
    """Stand on one leg, the other knee held up high."""
    return _held(subject, dice, "up")


def hold_foot_off(subject: Subject, dice: Dice) -> Varied | None:
    """Stand on one leg, the other foot held off the ground, in front or behind."""
    return _held(subject, dice, "off")


def kick(subject: Subject, dice: Dice) -> Varied | None:
    """Kick with one leg, forward or to the side, once or again and again."""
    if not subject.stands:
        return None
    side, frames = int(dice.integers(2)), subject.frames
    length = int(subject.fps * dice.uniform(1.0, 1.4))
    if frames < length + 4:
        return None
    count = max(1, int(frames / subject.fps / dice.uniform(2.0, 3.5)))
    free = frames - count * length
    start, pause = int(dice.uniform(0.2, 0.8) * free / count), free // count
    height, out = (
        np.radians(dice.uniform(62, 95)),
        float(np.radians(dice.choice((dice.uniform(0, 12), dice.uniform(35, 55)), p=(0.7, 0.3)))),
    )
    thigh, shin, share, weight = (np.zeros(frames) for _ in range(4))
    at = np.arange(frames, dtype=np.float64)
    for index in range(count):
        time = (at - start - index * (length + pause)) / length
        within = (time > 0) & (time < 1)
        drawn, thrown = bump(np.clip(time / 0.42, 0, 1), 0.6), bump(np.clip((time - 0.26) / 0.6, 0, 1), 0.42)
        # the knee comes up and swings through before the shin is thrown out
        thigh += within * (np.radians(-12) * drawn + height * thrown)
        shin += within * (
            np.radians(-50) * drawn * (1 - thrown) + 0.92 * height * bump(np.clip((time - 0.32) / 0.5, 0, 1), 0.42)
        )
        share += within * eased(time / 0.16) * eased((1 - time) / 0.2)
        weight = np.maximum(weight, eased((time + 0.3) / 0.3) * eased((1.3 - time) / 0.3))
    draft = Draft.of(subject)
    weight_on(draft, subject, 1 - side, weight)
    lift_to(draft, subject, side, thigh, shin, share, out)
    return varied(draft, leg(side, action="kicks"), LOWER)


def lift_knee(subject: Subject, dice: Dice) -> Varied | None:
    """Lift a knee and put the foot down again, once or again and again."""
    if not subject.stands:
        return None
    side, frames = int(dice.integers(2)), subject.frames
    length = int(subject.fps * dice.uniform(1.1, 1.8))
    if frames < length + 8:
        return None
    # one short lift in a long clip is nothing that a sentence would tell
    least = -(-frames // (4 * length))
    count = max(least, 1 if dice.random() < 0.6 else int(frames / length / dice.uniform(1.1, 1.8)))
    room = frames - count * length
    first, pause = int(dice.uniform(0.2, 0.8) * room / count), room // count
    share = np.zeros(frames)
    at = np.arange(frames, dtype=np.float64)
    for index in range(count):
        time = (at - first - index * (length + pause)) / length
        share += eased(time / 0.42) * eased((1 - time) / 0.42)
    draft = Draft.of(subject)
    weight_on(draft, subject, 1 - side, eased(1.5 * smoothed(share, int(0.7 * subject.fps))))
    thigh, shin = np.radians(dice.uniform(54, 74)), np.radians(dice.uniform(-35, -10))
    lift_to(draft, subject, side, np.full(frames, thigh), np.full(frames, shin), share)
    return varied(draft, leg(side, lift=("high", "very_high")), LOWER)


def set_foot(subject: Subject, dice: Dice) -> Varied | None:
    """Stand with one foot set forward or back."""
    if not subject.stands:
        return None
    side, value = int(dice.integers(2)), str(dice.choice(("front", "behind")))
    sign = 1.0 if value == "front" else -1.0
    draft = Draft.of(subject)
    own, other = (float(np.median(subject.ankle(foot)[:, 2])) for foot in (side, 1 - side))
    # half of the difference each, then this foot to where it is said to be
    wanted = sign * dice.uniform(0.18, 0.27) - (0.07 if sign < 0 else 0.0)
    shift = {side: wanted - own, 1 - side: -0.35 * wanted - other}
    for foot, metres in shift.items():
        draft.ankles[foot] += ahead_of(subject.heading) * metres
    return varied(draft, leg(side, place=value), LOWER)


ONE_LEG: Final = (
    Recipe("hold_knee_up", hold_knee_up),
    Recipe("hold_foot_off", hold_foot_off),
    Recipe("kick", kick),
    Recipe("lift_knee", lift_knee),
    Recipe("set_foot", set_foot),
)
