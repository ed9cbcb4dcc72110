# SPDX-License-Identifier: GPL-3.0-or-later
"""Edits of how the hips move over the steps: bouncing, heavy, level, swaying, tucked or tipped; and steps on the spot."""

from __future__ import annotations

from typing import Final

import numpy as np

from server.captioning.signals import polished
from server.motion.contacts import runs

from .courses import Way, course_of
from .curves import Array, bump, smoothed
from .edit import Varied
from .footing import SHIN, THIGH, Draft, carry, in_step, swing_shape
from .pelvis import ahead_of, left_of, roll_pelvis, tilt_pelvis
from .recipe import Recipe, legs, meant, root, varied
from .stepping import Gait, stepping
from .subject import LOWER, Subject, joint, swings

Dice = np.random.Generator


def _spread(values: Array) -> float:
    low, high = np.percentile(values, (3, 97))
    return float(high - low)


def _bob(subject: Subject, size: float, seconds: float, phase: float) -> Array:
    """Return (T,) metres down of somebody who bobs in the knees."""
    turns = np.arange(subject.frames) / subject.fps / seconds + phase
    return np.asarray(size * 0.5 * (1 - np.cos(2 * np.pi * turns)))


def bounce(subject: Subject, dice: Dice) -> Varied | None:
    """Bounce more with each step; or bob up and down in the knees, where it stands."""
    strong = bool(dice.integers(2))
    value = "strong" if strong else "clear"
    size = dice.uniform(*meant("root", "bounce", value, 0.0, 0.13)) * (1.0 if strong else 0.9)
    draft = Draft.of(subject)
    if subject.stands and subject.motion.seconds > 1.5:
        draft.root[:, 1] -= _bob(subject, size, dice.uniform(0.55, 0.95), dice.random()) + 0.01
    elif subject.walks or subject.runs:
        height = draft.root[:, 1]
        base = smoothed(height, int(subject.fps))
        now = _spread(polished(height) - base)
        if now > 0.8 * size or now < 0.006:
            return None
        # what is added is taken downwards, where the legs reach
        draft.root[:, 1] += (size / now - 1) * (height - base) - 0.5 * (size - now) - 0.015
    else:
        return None
    return varied(draft, root(bounce=value), LOWER)


def heavy(subject: Subject, dice: Dice) -> Varied | None:
    """Fall into each step and rise slowly out of it."""
    if not subject.walks:
        return None
    draft = Draft.of(subject)
    landings = sorted(start for row in draft.planted for start, _ in runs(row) if start > 0)
    marks = [-int(0.5 * subject.fps), *landings, subject.frames + int(0.5 * subject.fps)]
    fall = np.zeros(subject.frames)
    at = np.arange(subject.frames, dtype=np.float64)
    for start, end in zip(marks[:-1], marks[1:], strict=True):
        if end - start > 6:
            within = (at >= start) & (at < end)
            fall += within * bump((at - start) / (end - start), 0.32)
    draft.root[:, 1] -= dice.uniform(0.065, 0.10) * fall + 0.01
    return varied(draft, root(bounce=("clear", "strong")), LOWER)


def glide(subject: Subject, dice: Dice) -> Varied | None:
    """Walk with the hips level, as if floating."""
    if not subject.walks:
        return None
    draft = Draft.of(subject)
    reach = 0.997 * (THIGH + SHIN)
    allowed = np.full(subject.frames, np.inf)
    for side in (0, 1):
        aim = draft.hip(side) - draft.ankles[side]
        room = np.sqrt(np.maximum(reach**2 - aim[:, 0] ** 2 - aim[:, 2] ** 2, 0.2)) - aim[:, 1]
        allowed = np.where(draft.planted[side], np.minimum(allowed, draft.root[:, 1] + room), allowed)
    level = min(float(np.median(draft.root[:, 1])), float(np.percentile(allowed, 2))) - dice.uniform(0.0, 0.02)
    if level < float(np.median(draft.root[:, 1])) - 0.13:
        return None
    draft.root[:, 1] = level
    return varied(draft, root(bounce="none"), LOWER)


def _stride_phase(subject: Subject, dice: Dice) -> Array:
    """Return a curve (T,) of -1 to 1: 1 where the left leg carries alone; a slow wave where both stand."""
    if subject.stands:
        turns = np.arange(subject.frames) / subject.fps / dice.uniform(0.9, 1.8) + dice.random()
        return np.sin(2 * np.pi * turns)
    weight = subject.planted[0].astype(np.float64) - subject.planted[1]
    return smoothed(weight, int(0.45 * subject.fps))


def sway_hips(subject: Subject, dice: Dice) -> Varied | None:
    """Swing the hips from side to side, up over the leg that carries."""
    if not (subject.stands or subject.walks):
        return None
    value, size = (("strong", 20.0), ("clear", 9.7), ("slight", 4.3))[int(dice.choice(3, p=(0.5, 0.35, 0.15)))]
    across = subject.positions[:, 1] - subject.positions[:, 2]
    roll = np.degrees(np.arctan2(across[:, 1], np.hypot(across[:, 0], across[:, 2])))
    yaw = np.unwrap(np.arctan2(-across[:, 2], across[:, 0])) - subject.heading
    now = float(np.subtract(*np.percentile(roll, (95, 5))))
    rest = 0.5 * float(np.degrees(np.subtract(*np.percentile(yaw, (95, 5)))))
    phase = _stride_phase(subject, dice)
    wave = phase / max(float(np.abs(phase).max()), 1e-6)
    spread = max(float(np.subtract(*np.percentile(wave, (95, 5)))), 0.5)
    added = size - rest - (now if subject.walks else 0.0)
    if added < 1.5:
        return None
    draft = Draft.of(subject)
    roll_pelvis(draft, subject.heading, np.radians(added / spread) * wave)
    aside = 0.0022 * added / spread * wave
    draft.root += left_of(subject.heading) * aside[:, None]
    draft.root[:, 1] -= 0.012
    return varied(draft, root(sway=value), LOWER)


def tilt_hips(subject: Subject, dice: Dice) -> Varied | None:
    """Tuck the pelvis under or tip it forward, the trunk as it was."""
    if not subject.upright:
        return None
    value = str(dice.choice(("tucked", "forward", "far")))
    up = subject.positions[:, 3] - subject.positions[:, 0]
    ahead = (up * ahead_of(subject.heading)).sum(axis=1)
    now = float(np.median(np.degrees(np.arctan2(ahead, up[:, 1]))))
    change = dice.uniform(*meant("root", "tilt", value, -13.0, 23.0)) - now
    if abs(change) > 24:
        return None
    draft = Draft.of(subject)
    tilt_pelvis(draft, subject.heading, np.full(subject.frames, np.radians(change)))
    return varied(draft, root(tilt=value), LOWER)


def _later(draft: Draft, frames: int) -> None:
    """Let the feet do what they do some frames later; the rest of the body stays."""
    at = np.maximum(np.arange(draft.frames) - frames, 0)
    feet = [joint(side, name) for side in (0, 1) for name in ("ankle", "foot")]
    draft.ankles, draft.planted = draft.ankles[:, at], draft.planted[:, at]
    draft.world[:, feet] = draft.world[at][:, feet]


def _own_steps_on_the_spot(subject: Subject, dice: Dice) -> Draft | None:
    """Take the way of a clip away and keep its steps; None where its arms would fall out of step."""
    nothing = np.zeros(subject.frames)
    reach = dice.uniform(0.13, 0.18)
    swing = float(np.mean([end - start for row in subject.planted for start, end in swings(row)] or [12]))
    # arms swing furthest when a foot far ahead comes down: on the spot it is furthest ahead halfway through the air
    for later in (0.45, 0.3, 0.6):
        draft = Draft.of(subject)
        carry(draft, course_of(subject, Way(nothing, nothing)))
        for side in (0, 1):
            ahead = reach * swing_shape(draft.planted[side], 0.5)
            draft.ankles[side] += ahead_of(subject.heading) * ahead[:, None]
        _later(draft, round(later * swing))
        if in_step(subject, draft):
            return draft
    return None


def on_the_spot(subject: Subject, dice: Dice) -> Varied | None:
    """Step or run on the spot: the way of the clip taken away, its steps kept; or steps for a clip that stands."""
    if subject.travels or subject.runs:
        own = _own_steps_on_the_spot(subject, dice)
        return varied(own, root(direction="in_place") | legs(action="steps"), LOWER) if own else None
    if not subject.stands:
        return None
    cycle = float(dice.uniform(0.62, 1.4))
    lift = float(dice.choice((dice.uniform(0.05, 0.1), dice.uniform(0.2, 0.32))))
    gait = Gait(cycle, swing=float(dice.uniform(0.36, 0.42)), lift=lift, roll=0.35, ahead=0.12 + 0.2 * lift)
    way = Way(np.zeros(subject.frames), np.zeros(subject.frames))
    return varied(stepping(subject, way, gait), root(direction="in_place") | legs(action="steps"), LOWER)


HIPS: Final = (
    Recipe("bounce", bounce),
    Recipe("heavy", heavy),
    Recipe("glide", glide),
    Recipe("sway_hips", sway_hips),
    Recipe("tilt_hips", tilt_hips),
    Recipe("on_the_spot", on_the_spot),
)
