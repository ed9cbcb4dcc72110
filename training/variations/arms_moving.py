# SPDX-License-Identifier: GPL-3.0-or-later
"""Edits that make one arm or both wave, beat, flap, circle, sweep or move like a machine, all through the clip."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from server.motion.rotations import Array, normalized

from .arm_ik import Goal
from .arm_paths import angled, at_hand, beat, direction, gait, jointed, moved, phase, strength
from .curves import eased
from .torso import SIDES, Side, Torso
from .upper_edit import Change, Dice, UpperEdit, arms_changed, drawn_sides, each_side, of_arms, on_sides

_RUN: Final = 2.2  # m/s


def _waved(torso: Torso, wave: Array, *, straight: bool, ahead: bool) -> Goal:
    """Wave the raised hand: the forearm about the elbow or the whole arm, sideways or forward and back."""
    if straight:
        swing = 24.0 * wave
        if ahead:
            return angled(torso, 150.0 + swing, 25.0, 18.0, (0.0, 0.0, 1.0))
        fore = direction(175.0 - 25.0 + swing, 88.0)
        return jointed(torso, normalized(0.8 * fore + np.array([0.3, 0.2, 0.05])), fore, (0.0, 0.0, 1.0))
    upper = np.broadcast_to(direction(80.0, 62.0), (torso.frames, 3))
    fore = direction(160.0 - 30.0 * wave, 5.0) if ahead else direction(172.0 - 34.0 * wave, 82.0)
    return jointed(torso, upper, fore, (0.0, 0.0, 1.0))


def _repeated(torso: Torso, sides: Sequence[Side], hertz: float) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return the claim that something is done again and again, if the clip is long enough to tell."""
    return of_arms(sides, rhythm="repeated") if hertz * torso.motion.seconds > 3.5 else {}


def wave(torso: Torso, dice: Dice) -> Change | None:
    """Wave one hand or both, slowly or fast, sideways or forward and back."""
    if not torso.upright:
        return None
    sides = drawn_sides(dice, 0.3)
    straight, ahead = bool(dice.random() < 0.4), bool(dice.random() < 0.3)
    hertz = beat(torso, 0.7, 1.5 if straight else 2.2, dice, least=2.2)
    if hertz > 2.6:
        return None
    at, size = phase(torso, hertz, dice), strength(torso, hertz, dice)
    other = at + (np.pi if dice.random() < 0.3 else 0.0)

    def edit(arm: Torso, side: Side) -> Torso:
        swing = size * np.sin(at if side == "left" else other)
        return moved(arm, _waved(arm, swing, straight=straight, ahead=ahead))

    changed = each_side(torso, sides, edit)
    return arms_changed(changed, sides, of_arms(sides, action="waves") | _repeated(torso, sides, hertz))


def flap(torso: Torso, dice: Dice) -> Change | None:
    """Flap the arms like wings, up and down beside the body."""
    if not torso.upright:
        return None
    sides = drawn_sides(dice, 0.85)
    hertz = beat(torso, 0.6, 1.6, dice, least=1.6)
    if hertz > 2.0:
        return None
    at, size = phase(torso, hertz, dice), strength(torso, hertz, dice)
    middle, width = dice.uniform(76.0, 84.0), dice.uniform(25.0, 36.0)
    bend = dice.uniform(12.0, 50.0)

    def edit(arm: Torso) -> Torso:
        raised = middle + width * size * np.sin(at)
        # the hand follows the arm like the tip of a wing
        return moved(arm, angled(arm, raised, 88.0, bend + 12.0 * np.sin(at - 1.2)))

    claims = of_arms(sides, way="up_down") | (of_arms(SIDES, pair="together") if sides == SIDES else {})
    return arms_changed(on_sides(torso, sides, edit), sides, claims)


def drum(torso: Torso, dice: Dice) -> Change | None:
    """Beat up and down with bent arms before the body, in turn or both together."""
    if not torso.upright:
        return None
    sides = drawn_sides(dice, 0.8)
    hertz = beat(torso, 0.6, 1.6, dice, least=2.0)
    # the bobbing of a run would drown it
    if hertz > 2.2 or torso.speed > _RUN:
        return None
    at, size = phase(torso, hertz, dice), strength(torso, hertz, dice)
    in_turn = bool(dice.random() < 0.6)
    width = dice.uniform(30.0, 42.0)

    def edit(arm: Torso, side: Side) -> Torso:
        swing = size * np.sin(at + (np.pi if in_turn and side == "right" else 0.0))
        upper = direction(24.0 + 0.12 * width * swing, 25.0)
        return moved(arm, jointed(arm, upper, direction(92.0 + width * swing, -6.0), (-0.4, -1.0, 0.0)))

    claims = of_arms(sides, way="up_down") | _repeated(torso, sides, hertz)
    if sides == SIDES:
        claims |= of_arms(SIDES, pair="alternating" if in_turn else "together")
    return arms_changed(each_side(torso, sides, edit), sides, claims)


def sweep(torso: Torso, dice: Dice) -> Change | None:
    """Sweep a low or level arm in and out sideways."""
    if not torso.upright:
        return None
    sides = drawn_sides(dice, 0.6)
    hertz = beat(torso, 0.6, 1.1, dice, least=1.8)
    if hertz > 1.6:
        return None
    at, size = phase(torso, hertz, dice), strength(torso, hertz, dice)
    raised = dice.uniform(50.0, 88.0)
    in_turn = bool(dice.random() < 0.5)

    def edit(arm: Torso, side: Side) -> Torso:
        swing = size * np.sin(at + (np.pi if in_turn and side == "right" else 0.0))
        return moved(arm, angled(arm, raised, 12.0 + 37.0 * swing, 24.0, (-0.3, -1.0, 0.0)))

    claims = of_arms(sides, way="sideways")
    if sides == SIDES:
        claims |= of_arms(SIDES, pair="alternating" if in_turn else "together")
    return arms_changed(each_side(torso, sides, edit), sides, claims)


def circle(torso: Torso, dice: Dice) -> Change | None:
    """Circle with the hand before the body, or with the straight arm beside it, small or large."""
    if not torso.upright:
        return None
    sides = drawn_sides(dice, 0.5)
    hertz = beat(torso, 0.45, 1.1, dice, least=2.2)
    if hertz > 1.8:
        return None
    at = phase(torso, hertz, dice) * (1.0 if dice.random() < 0.5 else -1.0)
    wide = bool(dice.random() < 0.5)
    radius = dice.uniform(26.0, 48.0) if wide else dice.uniform(0.09, 0.14)

    def edit(arm: Torso) -> Torso:
        if wide:
            middle = direction(84.0, 62.0)
            up, out = direction(174.0, 62.0), np.cross(direction(174.0, 62.0), middle)
            tilt = np.radians(radius)
            round_ = np.cos(at)[:, None] * up + np.sin(at)[:, None] * out
            fore = np.cos(tilt) * middle + np.sin(tilt) * round_
            upper = np.cos(0.85 * tilt) * middle + np.sin(0.85 * tilt) * round_
            return moved(arm, jointed(arm, upper, normalized(fore + np.array([0.0, 0.0, 0.12]))))
        hand = np.array([-0.02, -0.16, 0.34]) + radius * np.stack((np.zeros_like(at), np.cos(at), np.sin(at)), axis=-1)
        hand = hand + 0.03 * np.cos(at)[:, None] * [1.0, 0.0, 0.0]
        return moved(arm, at_hand(arm, hand, (-0.6, -0.8, 0.0)))

    return arms_changed(on_sides(torso, sides, edit), sides, of_arms(sides, way="around"))


_POSES: Final = np.array(
    (
        (0.06, -0.24, 0.26),
        (0.04, -0.05, 0.40),
        (0.44, -0.06, 0.12),
        (0.16, 0.28, 0.20),
        (0.20, -0.42, 0.10),
        (-0.12, -0.12, 0.34),
    )
)
"""Places of the hand in metres from the shoulder, level, between which a machine goes; neighbours are far apart."""


def robot(torso: Torso, dice: Dice) -> Change | None:
    """Go from pose to pose by jerks, several to a pose, as a machine does."""
    # the trunk of a body that steps rounds off all jerks
    if not torso.upright or torso.motion.seconds < 2.0 or gait(torso) is not None:
        return None
    sides = drawn_sides(dice, 0.7)
    ticks, seconds = int(dice.integers(3, 5)), dice.uniform(0.32, 0.42)
    first = dice.permutation(len(_POSES))

    def edit(arm: Torso, side: Side) -> Torso:
        order = first if side == "left" else np.roll(first, int(dice.integers(1, 3)))
        at = np.arange(arm.frames) / arm.motion.fps / seconds + dice.uniform(0, 1)
        # each tick is a quick move and a short stop
        jerks = np.floor(at) + eased((at % 1.0) / 0.65)
        hand = _between(_POSES[order], jerks / ticks)
        return moved(arm, at_hand(arm, hand))

    return arms_changed(each_side(torso, sides, edit), sides, of_arms(sides, flow="jerky"))


def _between(poses: Array, at: Array) -> Array:
    """Return values (T, n) along a closed row of poses (P, n) at places (T,), of which each whole number is a pose."""
    low = np.floor(at).astype(int)
    share = (at - low)[:, None]
    return np.asarray(poses[low % len(poses)] * (1 - share) + poses[(low + 1) % len(poses)] * share)


MOVING: Final[tuple[UpperEdit, ...]] = (
    UpperEdit("arms_wave", wave),
    UpperEdit("arms_flap", flap),
    UpperEdit("arms_drum", drum),
    UpperEdit("arms_sweep", sweep),
    UpperEdit("arms_circle", circle),
    UpperEdit("arms_robot", robot),
)
"""Edits that keep arms moving all through a clip."""
