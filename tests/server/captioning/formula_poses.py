# SPDX-License-Identifier: GPL-3.0-or-later
"""Motions made by formula whose attributes are known: poses, hands brought to a place, steps, and noise on top of them."""

from __future__ import annotations

import numpy as np

from server.motion.motion import Motion
from server.motion.rotations import quat_between, quat_from_axis_angle, quat_inv, quat_mul
from server.motion.skeleton import JOINT_COUNT, JOINT_INDEX, OFFSETS, PARENTS

FPS = 30.0
PELVIS = 0.93  # metres above the ground
_AXES = {"x": np.array([1.0, 0, 0]), "y": np.array([0, 1.0, 0]), "z": np.array([0, 0, 1.0])}


def seconds(frames: int) -> np.ndarray:
    """The time of each frame."""
    return np.arange(frames) / FPS


def turn(turns: np.ndarray, joint: str, axis: str, degrees: np.ndarray | float) -> None:
    """Turn a joint about one of its parent's axes."""
    angles = np.broadcast_to(np.radians(degrees), (len(turns),))
    at = JOINT_INDEX[joint]
    turns[:, at] = quat_mul(quat_from_axis_angle(_AXES[axis], angles), turns[:, at])


def stand(frames: int = 90) -> np.ndarray:
    """Rotations of somebody who stands with the arms hanging."""
    turns = np.zeros((frames, JOINT_COUNT, 4))
    turns[..., 0] = 1
    turn(turns, "left_shoulder", "z", -78.0)
    turn(turns, "right_shoulder", "z", 78.0)
    return turns


def motion_of(
    turns: np.ndarray, ahead: np.ndarray | float = 0.0, left: np.ndarray | float = 0.0, up: np.ndarray | float = 0.0
) -> Motion:
    """A motion at standing height; ``ahead``, ``left`` and ``up`` in metres by frame."""
    root = np.zeros((len(turns), 3))
    root[:, 0], root[:, 1], root[:, 2] = left, 0.95 + np.asarray(up), ahead
    return Motion(root, turns)


def rest(name: str) -> np.ndarray:
    """Where a joint of somebody who stands straight is, seen from the pelvis."""
    point, joint = np.zeros(3), JOINT_INDEX[name]
    while joint > 0:
        point, joint = point + OFFSETS[joint], PARENTS[joint]
    return point


def _bend(
    start: np.ndarray, target: np.ndarray, pole: np.ndarray, upper: float, lower: float
) -> tuple[np.ndarray, ...]:
    """Directions (T, 3) of the two bones that lead from start to target, bent towards the pole."""
    way = target - start
    length = np.clip(np.linalg.norm(way, axis=-1, keepdims=True), 1e-6, (upper + lower) * 0.999)
    way = way / np.linalg.norm(way, axis=-1, keepdims=True)
    cosine = np.clip((upper**2 + length**2 - lower**2) / (2 * upper * length), -1, 1)
    aside = pole - (pole * way).sum(axis=-1, keepdims=True) * way
    aside = aside / np.linalg.norm(aside, axis=-1, keepdims=True)
    first = cosine * way + np.sqrt(1 - cosine**2) * aside
    second = (length * way - upper * first) / lower
    return first, second


def reach(turns: np.ndarray, side: str, target: np.ndarray, pole: tuple[float, float, float] = (0, -0.3, -1)) -> None:
    """Bring a wrist to a place (T, 3) seen from the pelvis of an upright body; the elbow points towards the pole."""
    sign = 1.0 if side == "left" else -1.0
    along = np.broadcast_to(np.array([sign, 0.0, 0.0]), (len(turns), 3))
    target = np.broadcast_to(np.asarray(target, dtype=float), (len(turns), 3))
    outward = np.array(pole) * [sign, 1, 1]
    first, second = _bend(rest(f"{side}_shoulder"), target, outward, 0.27, 0.25)
    upper, lower = quat_between(along, first), quat_between(along, second)
    turns[:, JOINT_INDEX[f"{side}_shoulder"]] = upper
    turns[:, JOINT_INDEX[f"{side}_elbow"]] = quat_mul(quat_inv(upper), lower)


def step_to(turns: np.ndarray, side: str, ankle: np.ndarray, pitch: np.ndarray | float = 0.0) -> None:
    """Bring an ankle to a place (T, 3) seen from the pelvis; ``pitch`` in degrees lifts the heel, or below 0 the toes."""
    down = np.broadcast_to(np.array([0.0, -1.0, 0.0]), (len(turns), 3))
    ahead = np.array([0.0, 0.1, 1.0])
    first, second = _bend(rest(f"{side}_hip"), ankle, ahead, 0.40, 0.41)
    upper, lower = quat_between(down, first), quat_between(down, second)
    level = quat_from_axis_angle(_AXES["x"], np.broadcast_to(np.radians(pitch), (len(turns),)))
    turns[:, JOINT_INDEX[f"{side}_hip"]] = upper
    turns[:, JOINT_INDEX[f"{side}_knee"]] = quat_mul(quat_inv(upper), lower)
    turns[:, JOINT_INDEX[f"{side}_ankle"]] = quat_mul(quat_inv(lower), level)


def gait(
    frames: int,
    ahead: float = 1.0,
    left: float = 0.0,
    stance: tuple[float, float] = (0.6, 0.6),
    period: float = 1.1,
    pitch: float = 0.0,
    lift: float = 0.1,
    turns: np.ndarray | None = None,
) -> Motion:
    """Walk with feet that stand still on the ground.

    Args:
        frames: length.
        ahead: speed in m/s.
        left: sideways speed in m/s.
        stance: share of the period for which the left and the right foot stand.
        period: seconds of two steps.
        pitch: degrees by which the heels are lifted throughout, or below 0 the toes.
        lift: metres by which the feet are lifted.
        turns: of the upper body; arms that swing by default.
    """
    time = seconds(frames)
    swing = np.cos(2 * np.pi * time / period)  # each arm goes with the other leg
    if turns is None:
        turns = stand(frames)
        for side, sign in (("left", 1.0), ("right", -1.0)):
            turn(turns, f"{side}_shoulder", "x", 25.0 * sign * swing)
    speed = np.array([left, 0.0, ahead])
    pelvis = time[:, None] * speed + np.array([0.0, PELVIS - 0.03 + max(pitch, 0.0) * 0.001, 0.0])
    for side, offset, share in (("left", 0.0, stance[0]), ("right", 0.5, stance[1])):
        phase = time / period + offset
        cycle = np.floor(phase)
        swung = np.clip((phase - cycle - share) / (1 - share), 0, 1)
        smooth = swung**2 * (3 - 2 * swung)
        # in the middle of its stance the foot is under the hip
        under = (cycle + smooth - offset + share / 2) * period
        foot = under[:, None] * speed + rest(f"{side}_hip") * [1, 0, 0]
        foot[:, 1] = 0.06 + lift * np.sin(np.pi * swung) + 0.13 * np.sin(np.radians(max(pitch, 0.0)))
        step_to(turns, side, foot - pelvis, pitch)
    return Motion(pelvis, turns)


def shaken(motion: Motion, seed: int) -> Motion:
    """The motion with noise on every frame: a degree about a random axis on every joint, a centimetre on the root."""
    dice = np.random.default_rng(seed)
    axes = dice.normal(size=(motion.frames, JOINT_COUNT, 3))
    axes /= np.linalg.norm(axes, axis=-1, keepdims=True)
    turns = quat_from_axis_angle(axes, np.radians(dice.normal(size=(motion.frames, JOINT_COUNT))))
    root = motion.root_positions + dice.normal(size=(motion.frames, 3)) * 0.01
    return Motion(root, quat_mul(motion.rotations, turns), motion.fps)


def joined(*motions: Motion) -> Motion:
    """Motions one after the other, each beginning where the one before ended."""
    roots, turns, place = [], [], np.zeros(3)
    for motion in motions:
        roots.append(motion.root_positions + place - motion.root_positions[0] * [1, 0, 1])
        turns.append(motion.rotations)
        place = roots[-1][-1] * [1, 0, 1]
    return Motion(np.concatenate(roots), np.concatenate(turns))
