# SPDX-License-Identifier: GPL-3.0-or-later
"""Edits of speed and rhythm: longer and shorter strides, quicker and slower steps, limping, starting, stopping, backward."""

from __future__ import annotations

from typing import Final

import numpy as np

from .courses import Way, course_of
from .curves import Array, bump, eased, smoothed
from .edit import Varied
from .footing import Draft, carry, in_step
from .pelvis import left_of
from .recipe import Recipe, leg, legs, meant, root, varied
from .retiming import at_times, carried_on, reversed_in_time
from .stepping import Gait, stepping
from .subject import EVERYTHING, LOWER, Subject, joint, swings

Dice = np.random.Generator
_SPEEDS: Final = {
    word: meant("root", "speed", word, 0.0, 4.5)
    for word in ("creeping", "slow", "walking", "brisk", "running", "sprinting")
}
"""Metres a second."""
_CADENCES: Final = {word: meant("leg", "cadence", word, 0.0, 3.5) for word in ("slow", "steady", "brisk", "rapid")}
"""Steps a second."""


def _paced(subject: Subject, share: Array) -> Draft:
    """Return a draft whose way is shorter or longer by a share (T,), its steps with it."""
    draft = Draft.of(subject)
    carry(draft, course_of(subject, Way(np.zeros(subject.frames), share)))
    return draft


def _reachable(now: float, table: dict[str, tuple[float, float]], least: float, most: float) -> list[str]:
    """Return the words whose range can be come to by a factor between two."""
    return [word for word, (low, high) in table.items() if least * now < high and most * now > low]


def _drawn(now: float, bounds: tuple[float, float], least: float, most: float, dice: Dice) -> float:
    """Return a factor that brings ``now`` within bounds."""
    return float(dice.uniform(max(bounds[0] / now, least), min(bounds[1] / now, most)))


def stride(subject: Subject, dice: Dice) -> Varied | None:
    """Take shorter or longer strides at the same rhythm, and so go slower or faster."""
    if not (subject.travels or subject.runs) or subject.speed < 0.3:
        return None
    least, most = (0.5, 1.25) if subject.runs else (0.22, 1.35)
    words = [
        word for word in _reachable(subject.speed, _SPEEDS, least, most) if not _within(subject.speed, _SPEEDS[word])
    ]
    if not words:
        return None
    word = str(dice.choice(words))
    factor = _drawn(subject.speed, _SPEEDS[word], least, most, dice)
    draft = _paced(subject, np.full(subject.frames, factor))
    return varied(draft, root(speed=word)) if in_step(subject, draft) else None


def _within(number: float, bounds: tuple[float, float]) -> bool:
    return bounds[0] <= number <= bounds[1]


def _timed(subject: Subject, rate: float, dice: Dice) -> Subject | None:
    """Return the clip played at another rate, as long as before: a part of it, or carried on by its last steps."""
    needed = int(np.ceil((subject.frames - 1) * rate)) + 1
    motion = subject.motion if needed <= subject.frames else carried_on(subject, needed)
    if motion is None:
        return None
    first = dice.uniform(0, motion.frames - 1 - (subject.frames - 1) * rate) if needed < motion.frames else 0.0
    return Subject(at_times(motion, first + np.arange(subject.frames) * rate).canonical())


def _cadence(subject: Subject) -> float:
    """Return steps a second."""
    lifted = sorted(start for row in subject.planted for start, _ in swings(row))
    return (len(lifted) - 1) * subject.fps / max(lifted[-1] - lifted[0], 1) if len(lifted) > 2 else 0.0


def rhythm(subject: Subject, dice: Dice) -> Varied | None:
    """Step quicker or slower, the strides as they are or so changed that the speed stays."""
    now = _cadence(subject)
    if not (subject.travels or subject.runs) or now == 0.0:
        return None
    words = [word for word in _reachable(now, _CADENCES, 0.6, 1.5) if not _within(now, _CADENCES[word])]
    if not words:
        return None
    word = str(dice.choice(words))
    rate = _drawn(now, _CADENCES[word], 0.6, 1.5, dice)
    timed = _timed(subject, rate, dice)
    if timed is None or not (timed.travels or timed.runs):
        return None
    factor = 1.0 if dice.random() < 0.5 else float(np.clip(1 / rate, 0.7, 1.2))
    return varied(_paced(timed, np.full(timed.frames, factor)), legs(cadence=word), EVERYTHING)


def sprint(subject: Subject, dice: Dice) -> Varied | None:
    """Run as fast as it goes: longer strides, and quicker."""
    if not subject.runs:
        return None
    wanted = dice.uniform(*_SPEEDS["sprinting"]) / subject.speed
    rate = float(np.clip(wanted**0.45, 1.0, 1.3))
    factor = wanted / rate
    timed = _timed(subject, rate, dice) if wanted > 1.0 and factor < 1.4 else None
    if timed is None or not timed.runs:
        return None
    return varied(_paced(timed, np.full(timed.frames, factor)), root(speed="sprinting"), EVERYTHING)


def backward(subject: Subject, dice: Dice) -> Varied | None:
    """Walk or run backward: the clip played backward, and so slower than it was recorded."""
    if not (subject.travels or subject.runs):
        return None
    rate = dice.uniform(0.7, 0.9)
    timed = _timed(Subject(reversed_in_time(subject.motion).canonical()), rate, dice)
    if timed is None or not (timed.travels or timed.runs):
        return None
    # nobody runs backward as fast as ahead
    factor = min(dice.uniform(0.7, 1.0), dice.uniform(1.7, 2.8) / timed.speed)
    return varied(_paced(timed, np.full(timed.frames, factor)), root(direction="backward"), EVERYTHING)


def limp(subject: Subject, dice: Dice) -> Varied | None:
    """Hurry over one foot and linger on the other."""
    if not subject.walks or min(len(swings(row)) for row in subject.planted) < 2:
        return None
    side = int(dice.integers(2))
    alone = (subject.planted & ~subject.planted[::-1]).astype(np.float64)
    strength = dice.uniform(0.42, 0.6)
    slower = np.exp(strength * smoothed(alone[1 - side] - alone[side], 7))
    length = np.concatenate(([0.0], np.cumsum(0.5 * (slower[1:] + slower[:-1]))))
    times = np.interp(np.linspace(0, length[-1], subject.frames), length, np.arange(subject.frames))
    draft = Draft.of(subject)
    _feet_at(draft, subject, times)
    # the body drops onto the leg that is spared
    bad = smoothed((draft.planted[side] & ~draft.planted[1 - side]).astype(np.float64), 9)
    draft.root[:, 1] -= dice.uniform(0.015, 0.04) * bad
    return varied(draft, leg(side, stance="brief") | leg(1 - side, stance="lasting"), LOWER)


def _feet_at(draft: Draft, subject: Subject, times: Array) -> None:
    """Let feet and pelvis go their ways at other times (T,), in frames; trunk and arms keep their own time."""
    timed = Subject(at_times(subject.motion, times))
    draft.root = timed.positions[:, 0].astype(np.float64)
    for side in (0, 1):
        draft.ankles[side] = timed.positions[:, joint(side, "ankle")]
        for name in ("hip", "knee", "ankle", "foot"):
            draft.world[:, joint(side, name)] = timed.world[:, joint(side, name)]
    draft.planted = subject.planted[:, np.clip(np.rint(times).astype(int), 0, subject.frames - 1)]


def _starting(subject: Subject, dice: Dice, value: str) -> Varied | None:
    """Let somebody who stands walk off, come to rest, or both."""
    seconds = subject.motion.seconds
    if seconds < 2.2:
        return None
    speed = float(dice.uniform(0.6, 1.25))
    begin = seconds * dice.uniform(0.16, 0.4) if value != "stops" else None
    end = seconds * (1 - dice.uniform(0.14, 0.36)) if value != "starts" else None
    if (end or seconds) - (begin or 0.0) < 1.3:
        return None
    at = np.arange(subject.frames) / subject.fps
    pace = np.ones(subject.frames)
    if begin is not None:
        pace *= eased((at - begin) / 0.7)
    if end is not None:
        pace *= eased((end - 0.1 - at) / 0.7)
    gait = Gait(
        float(dice.uniform(0.95, 1.2)),
        lift=float(dice.uniform(0.05, 0.08)),
        roll=0.4,
        first=int(dice.integers(2)),
        begin=begin,
        end=end,
    )
    return varied(stepping(subject, Way(np.zeros(subject.frames), speed * pace), gait), root(pace=value), LOWER)


def _slowing(subject: Subject, dice: Dice, value: str) -> Varied | None:
    """Let a walk begin or end slowly: time, strides and the rise of the feet die away together."""
    share = np.linspace(0, 1, subject.frames)
    long = dice.uniform(0.3, 0.45)
    kept = np.ones(subject.frames)
    if value != "stops":
        kept *= eased((share - 0.1) / long)
    if value != "starts":
        kept *= eased((0.9 - share) / long)
    rate = 0.35 + 0.65 * kept
    timed = Subject(
        at_times(subject.motion, np.concatenate(([0.0], np.cumsum(0.5 * (rate[1:] + rate[:-1]))))).canonical()
    )
    if not timed.walks:
        return None
    draft = _paced(timed, kept)
    for side in (0, 1):
        low = draft.ankles[side][:, 1] - float(np.median(draft.ankles[side][timed.planted[side], 1]))
        draft.ankles[side][:, 1] -= 0.7 * (1 - kept) * np.maximum(low, 0.0)
    return varied(draft, root(pace=value), EVERYTHING)


def change_pace(subject: Subject, dice: Dice) -> Varied | None:
    """Start from a stand, come to a stop, or both."""
    value = str(dice.choice(("starts", "stops", "both")))
    if subject.stands:
        return _starting(subject, dice, value)
    return _slowing(subject, dice, value) if subject.travels and subject.motion.seconds > 2.2 else None


def creep(subject: Subject, dice: Dice) -> Varied | None:
    """Creep along in slow small steps, where the clip stands."""
    if not subject.stands or subject.motion.seconds < 2.0:
        return None
    speed = float(dice.uniform(0.14, 0.3))
    gait = Gait(float(dice.uniform(1.5, 2.0)), swing=0.34, lift=float(dice.uniform(0.06, 0.12)), roll=0.2)
    way = Way(np.zeros(subject.frames), np.full(subject.frames, speed))
    return varied(stepping(subject, way, gait), root(speed="creeping", direction="forward"), LOWER)


def shuffle(subject: Subject, dice: Dice) -> Varied | None:
    """Set both feet anew, a little to one side, in short steps one after the other."""
    seconds = subject.motion.seconds
    count = int(dice.integers(2, 4))
    pause = float(dice.uniform(0.42, 0.55))
    if not subject.stands or seconds < 2 * count * pause + 0.4:
        return None
    hand = float(dice.choice((1.0, -1.0)))
    draft = Draft.of(subject)
    at = np.arange(subject.frames) / subject.fps
    begin = dice.uniform(0.1, seconds - 2 * count * pause - 0.2)
    away = left_of(subject.heading) * hand * dice.uniform(0.068, 0.082)
    # the foot on the side that it goes to makes room first
    order = (0, 1) if hand > 0 else (1, 0)
    for index in range(2 * count):
        foot, lifted = order[index % 2], begin + index * pause
        time = (at - lifted) / (0.85 * pause)
        draft.planted[foot] &= (time < 0) | (time > 1)
        draft.ankles[foot] += away * eased(time)[:, None]
        draft.ankles[foot][:, 1] += dice.uniform(0.03, 0.05) * bump(np.clip(time, 0, 1))
    weight = smoothed(draft.planted[0].astype(np.float64) - draft.planted[1], 13)
    draft.root += away * (count * eased((at - begin) / (2 * count * pause)))[:, None]
    draft.root += left_of(subject.heading) * (0.03 * weight)[:, None]
    return varied(draft, legs(action="shifts"), LOWER)


GAITS: Final = (
    Recipe("stride", stride),
    Recipe("rhythm", rhythm),
    Recipe("sprint", sprint),
    Recipe("backward", backward),
    Recipe("limp", limp),
    Recipe("change_pace", change_pace),
    Recipe("creep", creep),
    Recipe("shuffle", shuffle),
)
