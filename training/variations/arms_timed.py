# SPDX-License-Identifier: GPL-3.0-or-later
"""Edits that make one arm or both do something at one moment: rise, come down, reach out, strike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from server.motion.rotations import Array, slerp

from . import places
from .arm_ik import Goal, reached
from .arm_paths import angled, at_hand, gait, moved
from .arms_held import goal_at, held
from .curves import bump, eased
from .places import Place
from .torso import ARM, SIDES, Side, Torso
from .upper_edit import Change, Dice, UpperEdit, arms_changed, drawn_sides, each_side, natural, of_arms, on_sides

_LOW: Final = -0.30  # metres below the shoulder: a hand that hangs
_SWINGING: Final = -0.12  # and one that swings with the steps
_HIGH_PLACES: Final = (*places.OVERHEAD, *places.SIDEWAYS[:2], *places.FORWARD)


def _hangs(arm: Torso) -> bool:
    """Whether the left hand is low, by itself, nearly all the time; swinging with the steps is allowed."""
    below = (arm.at("left_wrist") - arm.at("left_shoulder"))[:, 1]
    return bool(np.percentile(below, 92) < (_LOW if gait(arm) is None else _SWINGING))


def _low(arm: Torso, dice: Dice) -> Torso:
    """Return the clip with the left arm hanging: as it did, or anew where it did something else."""
    return arm if _hangs(arm) else held(arm, places.HANGING[0], dice)


def _lifted(torso: Torso, dice: Dice, sides: Sequence[Side], place: Place, weight: Array) -> Torso:
    """Return the clip with hanging arms that are brought to a place by a weight (T,), past a point ahead and outside."""
    plane, bend = dice.uniform(25.0, 70.0), dice.uniform(25.0, 60.0)

    def edit(arm: Torso) -> Torso:
        low = _low(arm, dice)
        start = low.motion.rotations[:, ARM].astype(np.float64)
        middle, end = (reached(arm, goal) for goal in (angled(arm, 80.0, plane, bend), goal_at(arm, place, dice)))
        share = weight[:, None]
        # a curve of Bezier's: straight from low to overhead would be half a turn, which has no direction
        return natural(low.with_arm(slerp(slerp(start, middle, share), slerp(middle, end, share), share)))

    return on_sides(torso, sides, edit)


def _moment(torso: Torso, dice: Dice, slow: float, fast: float) -> tuple[int, int] | None:
    """Return when a single movement starts and how many frames it lasts; None in a clip that is too short for it."""
    frames, fps = torso.frames, torso.motion.fps
    length = int(fps * dice.uniform(fast, slow))
    length = min(length, int(0.6 * frames))
    if length < fast * fps:
        return None
    start = int(frames * 0.14 + dice.random() * max(0.72 * frames - length, 0))
    return start, length


def _ramp(torso: Torso, dice: Dice) -> Array | None:
    moment = _moment(torso, dice, 1.6, 0.5)
    return None if moment is None else eased((np.arange(torso.frames) - moment[0]) / moment[1])


def _lifting(torso: Torso, sides: Sequence[Side], place: Place, action: str) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return the claims of arms that rise or come down; of a body that steps, what the arms did besides is open."""
    peak = of_arms(sides, peak=place.says["hold"])
    return peak | of_arms(sides, action=action) if gait(torso) is None else peak


def raise_arms(torso: Torso, dice: Dice) -> Change | None:
    """Raise one arm or both and hold them there."""
    ramp = _ramp(torso, dice)
    if ramp is None or not torso.upright:
        return None
    sides, place = drawn_sides(dice), _HIGH_PLACES[int(dice.integers(len(_HIGH_PLACES)))]
    return arms_changed(_lifted(torso, dice, sides, place, ramp), sides, _lifting(torso, sides, place, "raises"))


def lower_arms(torso: Torso, dice: Dice) -> Change | None:
    """Lower one arm or both from where they were held."""
    ramp = _ramp(torso, dice)
    if ramp is None or not torso.upright:
        return None
    sides, place = drawn_sides(dice), _HIGH_PLACES[int(dice.integers(len(_HIGH_PLACES)))]
    return arms_changed(_lifted(torso, dice, sides, place, 1 - ramp), sides, _lifting(torso, sides, place, "lowers"))


def raise_and_lower(torso: Torso, dice: Dice) -> Change | None:
    """Raise one arm or both and lower them again, once or twice."""
    if not torso.upright:
        return None
    times = 2 if torso.motion.seconds > 3.5 and dice.random() < 0.4 else 1
    frames = torso.frames
    length = min(int(torso.motion.fps * dice.uniform(1.2, 2.6)), int(0.76 * frames / times))
    if length < 0.9 * torso.motion.fps:
        return None
    start = int(0.12 * frames + dice.random() * (0.76 * frames - length * times))
    at = (np.arange(frames) - start) / length
    weight = np.where((at > 0) & (at < times), bump(at % 1.0), 0.0)
    sides, place = drawn_sides(dice), _HIGH_PLACES[int(dice.integers(len(_HIGH_PLACES)))]
    changed = _lifted(torso, dice, sides, place, weight)
    return arms_changed(changed, sides, _lifting(torso, sides, place, "raises_lowers"))


def reach_out(torso: Torso, dice: Dice) -> Change | None:
    """Reach out forward early on and stay so."""
    if not torso.upright:
        return None
    frames = torso.frames
    length = min(int(torso.motion.fps * dice.uniform(0.5, 1.2)), int(0.3 * frames))
    if length < 12:
        return None
    weight = eased((np.arange(frames) - 0.05 * frames) / length)
    sides, place = drawn_sides(dice, 0.4), places.FORWARD[int(dice.integers(len(places.FORWARD)))]
    changed = _lifted(torso, dice, sides, place, weight)
    return arms_changed(changed, sides, of_arms(sides, reach="far_front"))


def _strike(arm: Torso, extension: Array, height: float) -> Goal:
    """Strike forward from the guard: 0 with the fist at the chin, 1 with the arm stretched."""
    guard, out = np.array([-0.05, -0.03, 0.20]), np.array([-0.10, height, 0.495])
    hand = guard + extension[:, None] * (out - guard)
    return at_hand(arm, hand, (-0.4, -1.0, 0.0))


def _blows(frames: int, fps: float, starts: Sequence[float]) -> Array:
    """Return the extension (T,) of an arm that strikes at some moments (seconds): quickly out, slower back."""
    at = np.arange(frames) / fps
    return np.asarray(np.max([bump((at - start) / 0.50, 0.30) for start in starts], axis=0))


def punch(torso: Torso, dice: Dice) -> Change | None:
    """Punch forward with one arm or both in turn, once, twice or again and again."""
    seconds = torso.motion.seconds
    if not torso.upright or seconds < 1.2:
        return None
    sides = drawn_sides(dice, 0.5)
    pause = float(dice.uniform(0.6, 0.9)) * (1.5 if len(sides) == 2 else 1.0)
    room = int((seconds - 0.9) / pause) + 1
    # few blows in a long clip are lost
    counts = [count for count in (1, 2, room) if 0 < count <= room and count > 0.25 * seconds]
    if not counts:
        return None
    times = int(dice.choice(counts))
    first = 0.25 + dice.random() * max(seconds - 0.95 - pause * (times - 1), 0.0) * (0.8 if times < 3 else 0.2)
    height = dice.uniform(-0.12, 0.04)

    def edit(arm: Torso, side: Side) -> Torso:
        late = 0.5 * pause if side == "right" and sides == SIDES else 0.0
        starts = [first + late + pause * blow for blow in range(times)]
        starts = [start for start in starts if start < seconds - 0.5] or [first]
        return moved(arm, _strike(arm, _blows(arm.frames, arm.motion.fps, starts), height))

    rhythm = {1: "once", 2: "twice"}.get(times, "repeated")
    claims = of_arms(sides, action="thrusts") | (of_arms(sides, rhythm=rhythm) if len(sides) == 1 else {})
    return arms_changed(each_side(torso, sides, edit), sides, claims)


TIMED: Final[tuple[UpperEdit, ...]] = (
    UpperEdit("arms_raise", raise_arms),
    UpperEdit("arms_lower", lower_arms),
    UpperEdit("arms_raise_and_lower", raise_and_lower),
    UpperEdit("arms_reach_out", reach_out),
    UpperEdit("arms_punch", punch),
)
"""Edits that make arms do something at one moment."""
