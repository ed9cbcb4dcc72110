# SPDX-License-Identifier: GPL-3.0-or-later
"""Edits of how arms swing: with the steps, against them, both together, more or less than they did, faster or slower."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from typing import Final

import numpy as np

from server.captioning.arms import arm_measures
from server.captioning.bins import ARM_EDGES
from server.captioning.body import Body
from server.motion.rotations import Array, continuous, normalized, quat_inv, quat_mul, slerp
from server.parts.phrases import ARM as ARM_WORDS

from .arm_paths import angled, gait, moved
from .curves import smoothed
from .torso import ARM, SIDES, Side, Torso
from .upper_edit import Change, Dice, UpperEdit, arms_changed, drawn_sides, each_side, natural, of_arms

_SIZES: Final = {"small": 0.14, "medium": 0.38, "large": 0.72, "huge": 1.08}  # metres that the hand goes
_MOST: Final = 2.8  # times larger or faster at the most; beyond that it would no longer be the same movement
_CORRECTIONS: Final = {1: 3, -1: 2}  # for more and for less: played slower, each of them shows another stretch


def _swung(arm: Torso, swing: Array, degrees: float, bend: float, out: float) -> Torso:
    """Swing the left arm forward (1) and back (-1); the elbow bends more in front, and more the farther it swings."""
    # arms swing farther forward than back
    ahead = degrees * swing + 0.18 * degrees + 4.0
    elbow = bend + 0.45 * degrees * np.maximum(swing, -0.4)
    sideways = np.radians(out)
    x, y, z = np.sin(sideways), -np.cos(np.radians(ahead)), np.sin(np.radians(ahead))
    raised = np.degrees(np.arccos(np.clip(-y / np.sqrt(x * x + 1), -1, 1)))
    plane = np.degrees(np.arctan2(x, z))
    return moved(arm, angled(arm, raised, plane, elbow))


def _to_size(arm: Torso, swing: Array, size: float, bend: float, out: float) -> Torso:
    """Swing the left arm so far that its hand goes over ``size`` metres, as the captioner measures it."""
    degrees = float(np.degrees(np.arcsin(min(size, 1.0))))
    measured = _measured(_swung(arm, swing, degrees, bend, out), "size")
    # the chest's own movement adds to the swing or takes from it: corrected once
    degrees = float(np.clip(degrees * size / max(measured, 0.02), 1.0, 78.0))
    return _swung(arm, swing, degrees, bend, out)


def _gait_edit(torso: Torso, dice: Dice, kind: str) -> Change | None:
    steps = gait(torso)
    if steps is None or not torso.upright:
        return None
    sides = drawn_sides(dice, 1.0 if kind == "together" else 0.75)
    size = str(dice.choice(list(_SIZES)))
    bend, out = dice.uniform(8.0, 45.0), dice.uniform(4.0, 14.0)
    late = int(dice.integers(0, 4))

    def edit(arm: Torso, side: Side) -> Torso:
        # in a mirror the other foot is ahead
        own = steps if side == "left" else -steps
        swing = {"with": -own, "against": own, "together": steps}[kind]
        return _to_size(arm, _delayed(swing, late), _SIZES[size], bend, out)

    claims = of_arms(sides, size=("tiny", "small") if size == "small" else size)
    if size != "small":
        claims |= of_arms(sides, action="swings")
    if kind == "together" and size in ("large", "huge"):
        claims |= of_arms(SIDES, pair="together")
    return arms_changed(each_side(torso, sides, edit), sides, claims)


def _delayed(values: Array, frames: int) -> Array:
    """Return a curve (T,) so many frames later; before it begins it goes backwards."""
    return np.concatenate((values[frames:0:-1], values))[: len(values)]


def swing_with_steps(torso: Torso, dice: Dice) -> Change | None:
    """Swing the arms against the legs, as in a walk, from hardly to far up."""
    return _gait_edit(torso, dice, "with")


def swing_against_steps(torso: Torso, dice: Dice) -> Change | None:
    """Swing each arm with the leg of its own side, an ambling gait."""
    return _gait_edit(torso, dice, "against")


def swing_together(torso: Torso, dice: Dice) -> Change | None:
    """Swing both arms forward and back together in the rhythm of the steps."""
    return _gait_edit(torso, dice, "together")


def _powered(turns: Array, factor: float) -> Array:
    """Return rotations (..., 4) by a multiple of their angle."""
    turns = np.where(turns[..., :1] < 0, -turns, turns)
    sine = np.linalg.norm(turns[..., 1:], axis=-1, keepdims=True)
    angle = np.arctan2(sine, turns[..., :1]) * factor
    return np.concatenate((np.cos(angle), np.sin(angle) * turns[..., 1:] / np.maximum(sine, 1e-12)), axis=-1)


def _scaled(arm: Torso, factor: float) -> Torso:
    """Return the clip with the left arm's movement about its mean posture scaled."""
    own = continuous(arm.motion.rotations[:, ARM].astype(np.float64))
    mean = normalized(own.mean(axis=0))
    return natural(arm.with_arm(quat_mul(mean, _powered(quat_mul(quat_inv(mean), own), factor))))


def _replayed(arm: Torso, factor: float, start: float) -> Torso:
    """Return the clip with the left arm played so much faster or slower, to and fro over the frames there are."""
    last = arm.frames - 1
    at = np.arange(arm.frames) * factor + start * last
    # at the ends it turns back softly
    at = np.clip(smoothed(last - np.abs(at % (2 * last) - last), 9), 0, last)
    low = np.minimum(np.floor(at).astype(int), last - 1)
    own = arm.motion.rotations[:, ARM].astype(np.float64)
    return natural(arm.with_arm(slerp(own[low], own[low + 1], (at - low)[:, None])))


def _measured(arm: Torso, slot: str) -> float:
    """Return what the captioner measures of the left arm."""
    return arm_measures(Body.of(arm.motion))[slot]


def _rebinned(torso: Torso, dice: Dice, slot: str, rise: int, edit: Callable[[Torso, float], Torso]) -> Change | None:
    """Change size or tempo of the arms by a factor that brings them one value up or down, or more.

    Args:
        torso: the clip.
        dice: chance.
        slot: ``size`` or ``tempo``.
        rise: 1 for more, -1 for less.
        edit: what applies a factor to the left arm.
    """
    edges, values = ARM_EDGES[slot], tuple(ARM_WORDS[slot])
    claims: dict[tuple[str, str], tuple[str, ...]] = {}
    changed, sides = torso, list[Side]()
    for side in SIDES:
        arm = changed if side == "left" else changed.mirrored()
        number = _measured(arm, slot)
        place = bisect_right(edges, number)
        ahead = edges[place:] if rise > 0 else edges[:place][::-1]
        if not ahead or number < 0.05 or (sides and dice.random() < 0.2):
            continue
        wanted = ahead[0] * (dice.uniform(1.2, 1.4) if rise > 0 else dice.uniform(0.5, 0.75))
        factor = wanted / number
        # joints that meet their limits, and the chest's own movement, make more or less of it
        for _ in range(_CORRECTIONS[rise]):
            factor *= wanted / max(_measured(edit(arm, factor), slot), 1e-3)
            if not 1 / _MOST < factor < _MOST:
                break
        if not 1 / _MOST < factor < _MOST:
            continue
        result = edit(arm, factor)
        changed = result if side == "left" else result.mirrored()
        sides.append(side)
        claims |= of_arms((side,), **{slot: values[place + 1 :] if rise > 0 else values[:place]})
    return arms_changed(changed, sides, claims) if sides else None


def swing_more(torso: Torso, dice: Dice) -> Change | None:
    """Make the arms' own movement larger."""
    return _rebinned(torso, dice, "size", 1, _scaled)


def swing_less(torso: Torso, dice: Dice) -> Change | None:
    """Make the arms' own movement smaller."""
    return _rebinned(torso, dice, "size", -1, _scaled)


def _tempo(torso: Torso, dice: Dice, rise: int) -> Change | None:
    start = float(dice.uniform(0.0, 0.4))
    return _rebinned(torso, dice, "tempo", rise, lambda arm, factor: _replayed(arm, factor, start))


def faster_arms(torso: Torso, dice: Dice) -> Change | None:
    """Play the arms' own movement faster, to and fro."""
    return _tempo(torso, dice, 1)


def slower_arms(torso: Torso, dice: Dice) -> Change | None:
    """Play a stretch of the arms' own movement slower."""
    return _tempo(torso, dice, -1)


SWINGING: Final[tuple[UpperEdit, ...]] = (
    UpperEdit("arms_swing_with_steps", swing_with_steps),
    UpperEdit("arms_swing_against_steps", swing_against_steps),
    UpperEdit("arms_swing_together", swing_together),
    UpperEdit("arms_move_more", swing_more),
    UpperEdit("arms_move_less", swing_less),
    UpperEdit("arms_faster", faster_arms),
    UpperEdit("arms_slower", slower_arms),
)
"""Edits of the swing of the arms and of the size and tempo of their own movement."""
