# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody who stands, walks and runs, by formula: feet that stand do not move, arms swing against the legs."""

from __future__ import annotations

from functools import cache

import numpy as np

from server.motion.contacts import bend_leg
from server.motion.motion import Motion, forward_kinematics, from_global
from server.motion.rotations import quat_from_axis_angle, quat_mul
from server.motion.skeleton import JOINT_COUNT, JOINT_INDEX

_AXES = {"x": np.array([1.0, 0, 0]), "y": np.array([0, 1.0, 0]), "z": np.array([0, 0, 1.0])}
_SIDES = (("left", 1.0), ("right", -1.0))


def turned(turns: np.ndarray, joint: str, axis: str, degrees: np.ndarray | float) -> None:
    """Turn a joint about one of its parent's axes."""
    angles = np.broadcast_to(np.radians(degrees), (len(turns),))
    at = JOINT_INDEX[joint]
    turns[:, at] = quat_mul(quat_from_axis_angle(_AXES[axis], angles), turns[:, at])


def _upright(frames: int) -> np.ndarray:
    turns = np.zeros((frames, JOINT_COUNT, 4))
    turns[..., 0] = 1
    for side, _ in _SIDES:
        turned(turns, f"{side}_hip", "x", -14.0)
        turned(turns, f"{side}_knee", "x", 26.0)
        turned(turns, f"{side}_ankle", "x", -12.0)
    return turns


@cache
def stand(frames: int = 150) -> Motion:
    """Stand with the knees a little bent, toes out, waving one hand."""
    turns, time = _upright(frames), np.arange(frames) / 30
    for side, sign in _SIDES:
        turned(turns, f"{side}_hip", "y", 14.0 * sign)
        turned(turns, f"{side}_shoulder", "z", -sign * 52.0)
    turned(turns, "left_shoulder", "z", 120.0)
    turned(turns, "left_elbow", "z", 30 + 30 * np.sin(2 * np.pi * 1.3 * time))
    turned(turns, "spine2", "x", 3.0 * np.sin(2 * np.pi * 0.2 * time))
    return Motion(np.zeros((frames, 3)) + [0, 1, 0], turns).canonical()


def _stepped(frames: int, speed: float, cycle: float, air: float, lift: float, height: float, hop: float) -> Motion:
    """Go straight on.

    Args:
        frames: how many, 30 a second.
        speed: m/s.
        cycle: seconds from one step of a foot to its next.
        air: share of the cycle that a foot is in the air.
        lift: metres that it rises.
        height: of the pelvis.
        hop: metres that the pelvis rises and falls, twice a cycle.
    """
    time = np.arange(frames) / 30
    turns = _upright(frames)
    swing = np.sin(2 * np.pi * time / cycle)
    for side, sign in _SIDES:
        turned(turns, f"{side}_shoulder", "z", -sign * 66.0)
        # the left foot comes down a quarter of a cycle after time 0, when the left arm is furthest back
        turned(turns, f"{side}_shoulder", "x", sign * 28.0 * swing)
        turned(turns, f"{side}_elbow", "y", -sign * 48.0)
    bob = hop / 2 * np.cos(4 * np.pi * (time / cycle - 0.25))
    root = np.stack((np.zeros(frames), height + bob, speed * time), axis=-1)
    positions, world = forward_kinematics(root.astype(np.float32), turns.astype(np.float32))
    for side, sign in _SIDES:
        steps = time / cycle - 0.25 + (0.5 if sign < 0 else 0.0)  # whole numbers where the foot comes down
        count, share = np.floor(steps), steps - np.floor(steps)
        flown = np.clip((share - (1 - air)) / air, 0, 1)
        ease = flown * flown * (3 - 2 * flown)
        first = (0.25 - (0.5 if sign < 0 else 0.0)) * cycle * speed + 0.5 * (1 - air) * cycle * speed
        ankle = np.stack(
            (
                np.full(frames, 0.09 * sign),
                0.06 + lift * np.sin(np.pi * flown) ** 2,
                first + speed * cycle * (count + ease),
            ),
            axis=-1,
        )
        for joint in (f"{side}_ankle", f"{side}_foot"):
            tip = quat_from_axis_angle(
                _AXES["x"], 0.3 * np.sin(np.pi * flown) ** 2 * (1 if joint.endswith("e") else 0.5)
            )
            world[:, JOINT_INDEX[joint]] = tip
        world = bend_leg(world, positions, side, ankle.astype(np.float32))
    return from_global(root.astype(np.float32), world).canonical()


@cache
def walk(frames: int = 150) -> Motion:
    """Walk straight on at 0.85 metres a second."""
    return _stepped(frames, speed=0.85, cycle=1.1, air=0.4, lift=0.14, height=0.9, hop=0.025)


@cache
def run(frames: int = 150) -> Motion:
    """Run straight on."""
    return _stepped(frames, speed=2.2, cycle=0.72, air=0.66, lift=0.24, height=0.87, hop=0.05)


MOTIONS = {"stand": stand, "walk": walk, "run": run}
