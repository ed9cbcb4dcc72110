# SPDX-License-Identifier: GPL-3.0-or-later
"""Edits that hold one hand or both at a place: on the body, or away from it in some direction."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

import numpy as np

from server.motion.rotations import Array, normalized, quat_rotate

from . import places
from .arm_ik import Goal, reached
from .places import Frame, Pair, Place
from .torso import PALM, SIDES, Torso
from .upper_edit import Change, Dice, UpperEdit, arms_changed, drawn_sides, natural, of_arms, on_sides

_FREE: Final = 0.035  # metres that a held hand still moves by itself
_RESTING: Final = 0.010  # and one that rests on the body
_RAISED: Final = np.cos(np.radians(35.0))  # of the angle to the vertical that a thigh has which hands rest on


def _axes(torso: Torso, frame: Frame) -> tuple[Array, Array]:
    """Return origin (T, 3), zero for the shoulder, and rotation (T, 4) of a place's axes."""
    if frame == "shoulder":
        return np.zeros((torso.frames, 3)), torso.facing
    if frame == "head":
        return torso.at("head"), torso.turn("head")
    if frame == "thigh":
        return torso.at("left_hip"), torso.turn("left_hip")
    return torso.at("pelvis"), torso.trunk


def goal_at(torso: Torso, place: Place, dice: Dice) -> Goal:
    """Return what the left arm does to be held at a place, with a share of its own movement."""
    origin, turn = _axes(torso, place.frame)
    at = np.array(place.at) + dice.uniform(-place.scatter, place.scatter, 3)
    wrist = origin + quat_rotate(turn, at[None])
    fingers = None if place.fingers is None else quat_rotate(turn, normalized(np.array([place.fingers])))
    if place.touching and fingers is not None:
        wrist = wrist - PALM * fingers
    fidget = torso.fidget(_RESTING if place.touching else _FREE)
    elbow = quat_rotate(turn, np.array([place.elbow]) + dice.uniform(-0.15, 0.15, (1, 3)))
    palm = None if place.palm is None else quat_rotate(turn, np.array([place.palm]))
    return Goal(
        wrist + quat_rotate(torso.turn("spine3"), fidget), elbow, palm, fingers, from_shoulder=place.frame == "shoulder"
    )


def held(torso: Torso, place: Place, dice: Dice) -> Torso:
    """Return the clip with the left hand held at a place."""
    return natural(torso.with_arm(reached(torso, goal_at(torso, place, dice))))


def _hold(choices: Sequence[Place], both: float, torso: Torso, dice: Dice) -> Change | None:
    """Hold one hand or both at one of several places."""
    place = choices[int(dice.integers(len(choices)))]
    if not torso.upright:
        return None
    sides = drawn_sides(dice, both)
    changed = on_sides(torso, sides, lambda arm: held(arm, place, dice))
    return arms_changed(changed, sides, of_arms(sides, **place.says))


def _hold_pair(choices: Sequence[Pair], torso: Torso, dice: Dice) -> Change | None:
    """Hold both hands at places that belong together; which of them is on top is drawn."""
    pair = choices[int(dice.integers(len(choices)))]
    if not torso.upright:
        return None
    swapped = bool(dice.integers(2))
    torso = torso.mirrored() if swapped else torso
    changed = held(held(torso, pair.left, dice).mirrored(), pair.right, dice).mirrored()
    changed = changed.mirrored() if swapped else changed
    return arms_changed(changed, SIDES, of_arms(SIDES, **pair.left.says))


def _hold_thighs(torso: Torso, dice: Dice) -> Change | None:
    """Rest one hand or both on the thighs of somebody who crouches or sits."""
    thigh = torso.at("left_knee") - torso.at("left_hip"), torso.at("right_knee") - torso.at("right_hip")
    raised = [float(np.percentile(-normalized(along)[:, 1], 95)) < _RAISED for along in thigh]
    sides = tuple(side for side, ready in zip(SIDES, raised, strict=True) if ready)
    if not sides or not torso.upright:
        return None
    place = places.ON_THIGH[0]
    changed = on_sides(torso, sides, lambda arm: held(arm, place, dice))
    return arms_changed(changed, sides, of_arms(sides, **place.says))


def _edit(name: str, choices: Sequence[Place], both: float = 0.5) -> UpperEdit:
    return UpperEdit(name, partial(_hold, choices, both))


HELD: Final[tuple[UpperEdit, ...]] = (
    _edit("arms_overhead", places.OVERHEAD),
    _edit("arms_out_sideways", places.SIDEWAYS, 0.7),
    _edit("arms_out_forward", places.FORWARD, 0.6),
    _edit("arms_hanging_heavy", places.HANGING, 0.7),
    _edit("arms_held_back", places.HELD_BACK, 0.8),
    _edit("hands_at_ribs", places.AT_RIBS, 0.7),
    _edit("hands_in_guard", places.GUARD, 0.7),
    _edit("arms_carrying", places.CARRYING, 0.8),
    _edit("hands_on_hips", places.ON_HIP),
    _edit("hand_on_chest", places.ON_CHEST, 0.0),
    _edit("arm_across", places.ACROSS, 0.0),
    _edit("hands_on_head", places.ON_HEAD),
    _edit("hand_at_face", places.AT_FACE, 0.0),
    _edit("hand_behind_back", places.BEHIND, 0.0),
    UpperEdit("hands_on_thighs", _hold_thighs),
    UpperEdit("arms_folded", partial(_hold_pair, places.FOLDED_ARMS)),
    UpperEdit("hands_together", partial(_hold_pair, places.HANDS_TOGETHER)),
    UpperEdit("hands_behind_back", partial(_hold_pair, places.HANDS_BEHIND)),
    UpperEdit("hands_behind_head", partial(_hold_pair, places.HANDS_BEHIND_HEAD)),
)
"""Edits that hold hands at a place."""
