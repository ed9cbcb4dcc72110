# SPDX-License-Identifier: GPL-3.0-or-later
"""Edits of clips that stand: hopping on both feet or on one, leaping once; in the air the body falls freely."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from .courses import Way, course_from
from .curves import Array, eased, smoothed
from .edit import Varied
from .footing import Draft, carry, pitch_foot
from .one_leg import lift_to, weight_on
from .pelvis import sink
from .recipe import Recipe, root, varied
from .subject import LOWER, Subject

Dice = np.random.Generator
_GRAVITY: Final = 9.81
_PUSH: Final = 0.055  # metres that stretching ankles raise the body before it leaves the ground


@dataclass(frozen=True)
class _Rise:
    """A jump as curves over time (T,).

    Attributes:
        pelvis: metres against standing.
        feet: metres above the ground.
        heels: how far the heels are up, 0 to 1.
    """

    pelvis: Array
    feet: Array
    heels: Array


def _in_air(time: Array, air: float) -> tuple[Array, Array]:
    """Return the way of free fall (T,) and how far the heels are up, by seconds since leaving the ground."""
    flying = (time >= 0) & (time <= air)
    heels = eased((time + 0.16) / 0.16) * eased((air + 0.1 - time) / 0.14)
    return np.where(flying, 0.5 * _GRAVITY * time * (air - time), 0.0), heels


def _one_leap(time: Array, air: float, depth: float) -> _Rise:
    """Return a leap out of a crouch ``depth`` metres deep, landing in another; the speed never jumps."""
    speed = 0.5 * _GRAVITY * air
    # quarters of a sine between rest and the speed of leaving or meeting the ground
    push = np.pi * depth / (2 * speed)
    give = 0.8 * depth
    land = np.pi * give / (2 * speed)
    fall, heels = _in_air(time, air)
    down, up = 0.42, 0.55
    pelvis = np.select(
        [time < -push, time < 0, time <= air, time < air + land],
        [
            (_PUSH - depth) * eased((time + push + down) / down),
            _PUSH - depth * np.cos(np.pi * (time + push) / (2 * push)),
            _PUSH + fall,
            _PUSH - give * np.sin(np.pi * (time - air) / (2 * land)),
        ],
        (_PUSH - give) * eased((air + land + up - time) / up),
    )
    return _Rise(pelvis, fall, heels)


def _hops(time: Array, air: float, gap: float) -> _Rise:
    """Return hops one after the other: free fall, and between two of them the half sine of a spring."""
    within = np.mod(time, air + gap)
    fall, _ = _in_air(within, air)
    depth = 0.5 * _GRAVITY * air * gap / np.pi
    spring = depth * np.sin(np.pi * np.clip((within - air) / gap, 0, 1))
    heels = eased((within - air - gap + 0.14) / 0.14) + eased((air + 0.09 - within) / 0.13)
    return _Rise(_PUSH + fall - spring, fall, np.clip(heels, 0, 1))


def _jumping(subject: Subject, rise: _Rise, speed: float, sides: tuple[int, ...] = (0, 1)) -> Draft:
    """Return a draft of jumps off some feet, going forward at metres a second."""
    draft = Draft.of(subject)
    draft.planted[:] = rise.feet <= 1e-6
    if speed > 0:
        carry(draft, course_from(subject, Way(np.zeros(subject.frames), np.full(subject.frames, speed))))
    # a little sunk all the time, so that the legs have something to push with
    sink(draft, subject.heading, np.full(subject.frames, 0.025), bowing=False)
    draft.root[:, 1] += smoothed(rise.pelvis, 5)
    for side in sides:
        draft.ankles[side][:, 1] += 0.95 * smoothed(rise.feet, 3)
        pitch_foot(draft, side, np.radians(34) * rise.heels)
    return draft


def leap(subject: Subject, dice: Dice) -> Varied | None:
    """Jump high, once or now and then."""
    seconds = subject.motion.seconds
    if not subject.stands or seconds < 2.0:
        return None
    time = np.arange(subject.frames) / subject.fps
    count = max(1, int(seconds / dice.uniform(2.3, 3.2)))
    slot = seconds / count
    air, depth = dice.uniform(0.46, 0.56), dice.uniform(0.24, 0.32)
    room = slot - air - 1.2
    rises = [
        _one_leap(time - index * slot - 0.6 - dice.uniform(0.2, 0.8) * max(room, 0), air, depth)
        for index in range(count)
    ]
    draft = _jumping(
        subject,
        _Rise(
            np.sum([rise.pelvis for rise in rises], axis=0),
            np.sum([rise.feet for rise in rises], axis=0),
            np.max([rise.heels for rise in rises], axis=0),
        ),
        0.0,
    )
    return varied(draft, root(bounce="leaps"))


def hop(subject: Subject, dice: Dice) -> Varied | None:
    """Hop on both feet, on the spot or forward."""
    if not subject.stands:
        return None
    air, gap = dice.uniform(0.2, 0.3), dice.uniform(0.3, 0.42)
    time = np.arange(subject.frames) / subject.fps + dice.uniform(0, air + gap)
    speed = float(dice.choice((0.0, dice.uniform(0.3, 1.0))))
    draft = _jumping(subject, _hops(time, air, gap), speed)
    return varied(draft, root(bounce=("strong", "leaps"), direction="forward" if speed else "in_place"))


def hop_on_one_leg(subject: Subject, dice: Dice) -> Varied | None:
    """Hop on one leg, the other foot held up behind."""
    if not subject.stands:
        return None
    side = int(dice.integers(2))
    air, gap = dice.uniform(0.16, 0.24), dice.uniform(0.3, 0.4)
    time = np.arange(subject.frames) / subject.fps + dice.uniform(0, air + gap)
    speed = float(dice.choice((0.0, dice.uniform(0.25, 0.8))))
    draft = _jumping(subject, _hops(time, air, gap), speed, (1 - side,))
    everywhere = np.ones(subject.frames)
    grounded = draft.planted[1 - side].copy()
    weight_on(draft, subject, 1 - side, everywhere)
    lift_to(draft, subject, side, 0.25 * everywhere, np.radians(-75) * everywhere, everywhere)
    draft.planted[1 - side], draft.planted[side] = grounded, False
    return varied(draft, root(bounce=("clear", "strong", "leaps")), LOWER)


JUMPS: Final = (
    Recipe("leap", leap),
    Recipe("hop", hop),
    Recipe("hop_on_one_leg", hop_on_one_leg),
)
