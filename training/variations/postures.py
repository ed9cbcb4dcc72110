# SPDX-License-Identifier: GPL-3.0-or-later
"""Edits of clips that stand: sinking, rising, dipping, squatting, sitting on a chair or the floor, kneeling."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from server.motion.rotations import quat_from_axis_angle, quat_mul, yaw_quat

from .curves import Array, bump, eased
from .edit import Varied
from .footing import SHIN, THIGH, Draft, pitch_foot
from .pelvis import ahead_of, left_of, sink, tilt_pelvis
from .recipe import Recipe, clear_of_hands, legs, root, varied
from .subject import LOWER, SIGNS, Subject, joint

Dice = np.random.Generator
_HIP: Final = 0.08  # metres from the pelvis down to the hips
_ANKLE: Final = 0.06  # metres of the ankle above the ground
_KNEE: Final = 0.05  # metres of a knee that lies on the ground
_LEANING: Final = LOWER | {"backbone"}


def _deep(subject: Subject, low: float, high: float, dice: Dice) -> float | None:
    """Return how far below where it stands the pelvis shall go, to a height between two; None where it cannot."""
    depth = subject.height - dice.uniform(low, high)
    return float(depth) if subject.stands and depth > 0.17 and subject.motion.seconds > 1.4 else None


def _ramp(subject: Subject, dice: Dice) -> Array:
    """Return a ramp (T,) from 0 to 1 that leaves the first and the last eighth of the clip alone."""
    frames = subject.frames
    length = min(0.72 * frames, subject.fps * dice.uniform(0.8, 2.2))
    start = dice.uniform(0.14 * frames, max(0.86 * frames - length, 0.14 * frames + 1))
    return eased((np.arange(frames) - start) / length)


def _lowered(subject: Subject, depth: Array) -> Draft:
    draft = Draft.of(subject)
    sink(draft, subject.heading, depth, bowing=True)
    _heels(draft, depth)
    return draft


def _heels(draft: Draft, depth: Array) -> None:
    """Let the heels rise in a deep squat, as ankles bend only so far."""
    for side in (0, 1):
        pitch_foot(draft, side, np.radians(40) * eased((depth - 0.3) / 0.25))


def go_down(subject: Subject, dice: Dice) -> Varied | None:
    """Sink into a crouch or squat and stay."""
    depth = _deep(subject, 0.42, 0.70, dice)
    if depth is None:
        return None
    draft = _lowered(subject, depth * _ramp(subject, dice))
    return clear_of_hands(varied(draft, root(change="sinks"), _LEANING), subject)


def come_up(subject: Subject, dice: Dice) -> Varied | None:
    """Rise from a crouch or squat."""
    depth = _deep(subject, 0.42, 0.70, dice)
    if depth is None:
        return None
    draft = _lowered(subject, depth * (1 - _ramp(subject, dice)))
    return clear_of_hands(varied(draft, root(change="rises"), _LEANING), subject)


def dip(subject: Subject, dice: Dice) -> Varied | None:
    """Bend the knees and come up again, once or several times."""
    depth = _deep(subject, 0.50, 0.70, dice)
    if depth is None:
        return None
    count = int(dice.integers(1, max(2, int(subject.motion.seconds / 2.5) + 1)))
    # it begins and ends standing: what is said is that it goes down and up again
    within = np.clip((np.linspace(0, 1, subject.frames) - 0.13) / 0.74, 0, 1 - 1e-9)
    draft = _lowered(subject, depth * bump((within * count) % 1.0))
    return clear_of_hands(varied(draft, root(change="dips"), _LEANING), subject)


def squat(subject: Subject, dice: Dice) -> Varied | None:
    """Squat deep down all the time, heels up."""
    depth = _deep(subject, 0.36, 0.42, dice)
    if depth is None:
        return None
    draft = Draft.of(subject)
    sink(draft, subject.heading, np.full(subject.frames, 0.3), bowing=True)
    draft.root[:, 1] -= depth - 0.3
    draft.outward += np.radians(dice.uniform(4, 12))
    tilt_pelvis(draft, subject.heading, np.full(subject.frames, np.radians(-22)))
    _heels(draft, np.full(subject.frames, depth))
    return clear_of_hands(varied(draft, root(height="floor") | legs(knee="squat"), _LEANING), subject)


@dataclass(frozen=True)
class _Leg:
    """A leg of somebody who does not stand, seen from the hip: angles in degrees.

    Attributes:
        knee: how far the thigh is raised in front; 0 hangs down, 90 is level.
        shin: how far the shin points forward of straight down; -90 lies on the ground behind the knee.
        sole: how far the heel is up against the toes; 110 has the toes pointing back.
        out: how far the knee is turned to its side.
    """

    knee: float
    shin: float
    sole: float = 0.0
    out: float = 5.0


def _posed(subject: Subject, height: float, back: float, poses: tuple[_Leg, _Leg]) -> Draft:
    """Return a draft with the pelvis at a height, behind where it stood, and both legs in poses."""
    draft = Draft.of(subject)
    # a seat keeps its place, and the legs with it: what sways is the trunk
    place = np.median(draft.root, axis=0)
    heading = np.full(subject.frames, float(np.median(subject.heading)))
    ahead, left = ahead_of(heading), left_of(heading)
    place[1] = height
    draft.root = place + 0.2 * (draft.root - np.median(draft.root, axis=0)) - ahead * back
    draft.planted[:] = False
    for side, pose in enumerate(poses):
        knee, shin, out = (np.radians(value) for value in (pose.knee, pose.shin, pose.out))
        facing = ahead * np.cos(out) + left * (SIGNS[side] * np.sin(out))
        away = facing * (THIGH * np.sin(knee) + SHIN * np.sin(shin))
        away[:, 1] = -THIGH * np.cos(knee) - SHIN * np.cos(shin)
        draft.ankles[side] = np.median(draft.hip(side), axis=0) + away
        draft.outward[side] = 0.9 * out
        both = [joint(side, "ankle"), joint(side, "foot")]
        foot = quat_mul(
            yaw_quat(heading + SIGNS[side] * out),
            quat_from_axis_angle(np.array([1.0, 0.0, 0.0]), np.full(subject.frames, np.radians(pose.sole))),
        )
        draft.world[:, both] = foot[:, None]
    return draft


def _between(dice: Dice, low: float, high: float) -> float:
    return float(dice.uniform(low, high))


def sit_on_chair(subject: Subject, dice: Dice) -> Varied | None:
    """Sit as on a chair."""
    if not subject.stands:
        return None
    height = _between(dice, 0.50, 0.60)
    poses = []
    for _ in range(2):
        shin = _between(dice, -12, 12)
        # the foot stands on the ground: the thigh is as high as that asks
        down = height - _HIP - _ANKLE - SHIN * np.cos(np.radians(shin))
        knee = float(np.degrees(np.arccos(np.clip(down / THIGH, -0.2, 0.5))))
        poses.append(_Leg(knee, shin, out=_between(dice, 0, 16)))
    draft = _posed(subject, height, 0.0, (poses[0], poses[1]))
    return clear_of_hands(varied(draft, root(height="crouched") | legs(knee="squat")), subject)


def sit_on_floor(subject: Subject, dice: Dice) -> Varied | None:
    """Sit on the floor, the knees up or the legs stretched."""
    if not subject.stands:
        return None
    height = _HIP + _ANKLE
    hands = subject.positions[:, [joint(0, "wrist"), joint(1, "wrist")], 1] - subject.positions[:, :1, 1]
    if hands.min() + height < 0.0:
        return None
    out, poses = _between(dice, 4, 18), []
    stretched = dice.random() < 0.4
    for _ in range(2):
        reach = _between(dice, 0.76, 0.79) if stretched else _between(dice, 0.54, 0.69)
        # hip and ankle are as high: a triangle of thigh and shin over the ground between them
        knee = 90 + float(np.degrees(np.arccos((THIGH**2 + reach**2 - SHIN**2) / (2 * THIGH * reach))))
        ahead = reach - THIGH * np.sin(np.radians(knee))
        shin = float(np.degrees(np.arctan2(ahead, -THIGH * np.cos(np.radians(knee)))))
        poses.append(_Leg(knee, shin, -50.0 if stretched else -15.0, out))
    draft = _posed(subject, height, 0.0, (poses[0], poses[1]))
    # the seat rolls back where the legs lie in front
    tilt_pelvis(draft, subject.heading, np.full(subject.frames, np.radians(-22)))
    return clear_of_hands(varied(draft, root(height="floor")), subject)


def kneel(subject: Subject, dice: Dice) -> Varied | None:
    """Kneel on both knees, upright or sitting on the heels, or on one knee."""
    if not subject.stands:
        return None
    kind = str(dice.choice(("upright", "heels", "one")))
    down = _Leg(_between(dice, -4, 6), -86.0, 112.0, _between(dice, 2, 10))
    front = _Leg(88.0, _between(dice, -6, 6), 0.0, _between(dice, 2, 12))
    # the seat rests on the heels: thighs lie forward, a little up
    low = _Leg(_between(dice, 64, 70), -86.0, 112.0, _between(dice, 4, 12))
    poses = {"upright": (down, down), "heels": (low, low), "one": (front, down)}[kind]
    if dice.random() < 0.5:
        poses = (poses[1], poses[0])
    lowest = _ANKLE + SHIN if kind == "one" else _KNEE
    height = _HIP + lowest + THIGH * float(np.cos(np.radians(front.knee if kind == "one" else poses[0].knee)))
    draft = _posed(subject, height, 0.1 if kind == "heels" else 0.0, poses)
    value = "floor" if kind == "heels" else "crouched"
    return clear_of_hands(varied(draft, root(height=value) | legs(knee="squat")), subject)


POSTURES: Final = (
    Recipe("go_down", go_down),
    Recipe("come_up", come_up),
    Recipe("dip", dip),
    Recipe("squat", squat),
    Recipe("sit_on_chair", sit_on_chair),
    Recipe("sit_on_floor", sit_on_floor),
    Recipe("kneel", kneel),
)
