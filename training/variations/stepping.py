# SPDX-License-Identifier: GPL-3.0-or-later
"""Steps for clips that stand: both feet are lifted in turn and put down along a course, the upper body stays as it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from server.motion.contacts import runs
from server.motion.motion import Motion
from server.motion.rotations import yaw_of

from .courses import Way, course_from
from .curves import Array, Flags, eased, smoothed
from .footing import Draft, carry, pitch_foot, shift_feet, swing_shape, turn_foot
from .pelvis import ahead_of, left_of
from .subject import SIGNS, Subject, joint

_ALIKE: Final = 0.3  # correlation of hands and feet up to which nobody would say that arms swing with the steps
_TOES_OUT: Final = np.radians(7.0)


@dataclass(frozen=True)
class Gait:
    """How somebody steps.

    Attributes:
        cycle: seconds from one step of a foot to the next of the same foot.
        swing: share of the cycle that a foot is in the air.
        lift: metres that the foot rises.
        ahead: metres that the foot swings forward beyond its place, as when the knee is raised.
        roll: radians that the heel rises before the foot is lifted.
        width: metres of each foot from the middle line.
        first: index of the side that steps first.
        begin, end: seconds before which and after which nobody steps; None for steps under way at that end.
    """

    cycle: float
    swing: float = 0.36
    lift: float = 0.07
    ahead: float = 0.0
    roll: float = 0.3
    width: float = 0.09
    first: int = 0
    begin: float | None = None
    end: float | None = None


def rhythm(frames: int, fps: float, gait: Gait, phase: float = 0.0) -> Flags:
    """Return flags (2, T): which foot stands when; steps under way come earlier by ``phase``, a share of the cycle."""
    time = np.arange(frames) / fps
    planted = np.ones((2, frames), dtype=np.bool_)
    begin = -(1.0 + phase) * gait.cycle if gait.begin is None else gait.begin
    end = time[-1] + 2 * gait.cycle if gait.end is None else gait.end
    for side in (0, 1):
        lifted = begin + (0.0 if side == gait.first else 0.5 * gait.cycle)
        while lifted + gait.swing * gait.cycle <= end:
            planted[side] &= ~((time > lifted) & (time < lifted + gait.swing * gait.cycle))
            lifted += gait.cycle
    return planted


def _out_of_step(subject: Subject, cycle: float) -> tuple[float, float]:
    """Return cycle and phase, near the ones asked for, at which legs and arms move together least.

    So that arms that do something else do not seem to swing with the steps.
    """
    time = np.arange(subject.frames) / subject.fps
    hands = []
    for side in (0, 1):
        wrist, shoulder = (
            subject.seen(subject.positions[:, joint(side, name)])[:, 2] for name in ("wrist", "shoulder")
        )
        ahead = wrist - shoulder - np.mean(wrist - shoulder)
        size = float(ahead.std())
        hands.append(ahead / size / subject.frames**0.5 if size > 0.02 else np.zeros(subject.frames))
    phases = np.arange(8) / 8
    best = (np.inf, cycle, 0.0)
    for tried in (cycle, 0.86 * cycle, 1.16 * cycle):
        turns = 2 * np.pi * (time[None] / tried + phases[:, None])
        waves = np.cos(turns) - np.cos(turns).mean(axis=1, keepdims=True)
        alike = np.abs(waves @ np.stack(hands, axis=1)) / np.maximum(np.linalg.norm(waves, axis=1), 1e-9)[:, None]
        least = int(np.argmin(alike.max(axis=1)))
        best = min(best, (float(alike[least].max()), tried, float(phases[least])))
        if best[0] < _ALIKE:
            break
    return best[1], best[2]


def _roll(draft: Draft, side: int, angle: float) -> None:
    """Let the heel rise before each swing, and the foot come down with the toes a little up."""
    heel, toes = np.zeros(draft.frames), np.zeros(draft.frames)
    for start, end in runs(~draft.planted[side]):
        air = end - start
        ramp = round(1.1 * air)
        at = np.arange(draft.frames, dtype=np.float64)
        if start > 0:
            heel = np.maximum(heel, eased((at - start + ramp) / ramp) * eased((start + 0.7 * air - at) / (0.7 * air)))
        if end < draft.frames:
            toes = np.maximum(
                toes, eased((at - end + 0.6 * air) / (0.6 * air)) * eased((end + 0.3 * air - at) / (0.3 * air))
            )
    pitch_foot(draft, side, angle * heel)
    pitch_foot(draft, side, -0.35 * angle * toes, on_heel=True)


def _padded(motion: Motion, frames: int) -> Motion:
    at = np.clip(np.arange(-frames, motion.frames + frames), 0, motion.frames - 1)
    return replace(motion, root_positions=motion.root_positions[at], rotations=motion.rotations[at])


def under_hips(draft: Draft, subject: Subject, width: float, share: Array) -> None:
    """Move standing feet to an even stance, toes nearly ahead, by ``share`` (T,) of the way."""
    left, ahead = np.zeros((2, draft.frames)), np.zeros((2, draft.frames))
    for side in (0, 1):
        place = np.median(subject.ankle(side), axis=0)
        left[side] = (SIGNS[side] * width - place[0]) * share
        ahead[side] = (-0.02 - place[2]) * share
        faces = subject.world[:, joint(side, "ankle")].astype(np.float64)
        out = float(np.median(np.unwrap(yaw_of(faces)) - subject.heading)) * SIGNS[side]
        out = (out + np.pi) % (2 * np.pi) - np.pi
        turn_foot(draft, side, (_TOES_OUT - out) * share, knee=0.3)
    shift_feet(draft, subject.heading, left, ahead)


def _longer_way(way: Way, extra: int) -> Way:
    """Return a way that goes on beyond both ends for ``extra`` frames: pace as at the ends, turning likewise."""
    frames = len(way.turn)
    within = np.clip(np.arange(-extra, frames + extra), 0, frames - 1)
    turn = way.turn[within]
    turn[:extra] -= (way.turn[1] - way.turn[0]) * np.arange(extra, 0, -1)
    turn[extra + frames :] += (way.turn[-1] - way.turn[-2]) * np.arange(1, extra + 1)
    return Way(turn, way.pace[within], way.aside)


def stepping(subject: Subject, way: Way, gait: Gait) -> Draft:
    """Return a draft in which somebody who stands steps along a way.

    Args:
        subject: a clip that stands.
        way: where to; its ``begin`` and ``end`` must lie where it stands still.
        gait: how, and from when to when.
    """
    cycle, phase = _out_of_step(subject, gait.cycle)
    # steps that are under way at either end need the stands before and after them
    extra = round(1.1 * cycle * subject.fps)
    longer = Subject(_padded(subject.motion, extra))
    way = _longer_way(way, extra)
    later = extra / subject.fps
    # a leg is furthest ahead where its swing ends, on the spot about halfway through it
    phase = (phase + gait.swing * (0.45 if gait.ahead else 1.0) - later / cycle) % 1.0
    gait = replace(
        gait,
        cycle=cycle,
        begin=None if gait.begin is None else gait.begin + later,
        end=None if gait.end is None else gait.end + later,
    )
    draft = Draft.of(longer)
    draft.planted = rhythm(longer.frames, longer.fps, gait, phase)
    moving = np.flatnonzero(~draft.planted.all(axis=0))
    first, last = (int(moving[0]), int(moving[-1])) if len(moving) else (0, 0)
    # the first step of each foot takes it from where it stood to below the hip
    share = np.ones(longer.frames) if gait.begin is None else (np.arange(longer.frames) > first + 2).astype(np.float64)
    under_hips(draft, longer, gait.width, share)
    carry(draft, course_from(longer, way))
    for side in (0, 1):
        shape = swing_shape(draft.planted[side])
        draft.ankles[side][:, 1] += gait.lift * shape
        draft.ankles[side] += ahead_of(longer.heading + way.turn) * (gait.ahead * shape)[:, None]
        _roll(draft, side, gait.roll)
    _sway(draft, longer, way, first, last)
    return _middle(draft, subject.frames)


def _sway(draft: Draft, subject: Subject, way: Way, first: int, last: int) -> None:
    """Bring the weight over the foot that stands, and sink a little into the steps."""
    weight = draft.planted[0].astype(np.float64) - draft.planted[1]
    sway = 0.022 * smoothed(weight, 13)
    draft.root += left_of(subject.heading + way.turn) * sway[:, None]
    at = np.arange(draft.frames, dtype=np.float64)
    draft.root[:, 1] -= 0.012 * eased((at - first + 15) / 15) * eased((last + 15 - at) / 15)


def _middle(draft: Draft, frames: int) -> Draft:
    """Return the middle of a draft."""
    first = (draft.frames - frames) // 2
    part = slice(first, first + frames)
    return Draft(
        draft.root[part],
        draft.world[part],
        draft.ankles[:, part],
        draft.outward[:, part],
        draft.planted[:, part],
        draft.ground,
        draft.fps,
    )
