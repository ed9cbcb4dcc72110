# SPDX-License-Identifier: GPL-3.0-or-later
"""Flipped joints are cut out; walking on the spot travels."""

from __future__ import annotations

import numpy as np
import pytest
from odd_rigs import exercise

from server.motion.contacts import planted_slide
from server.motion.motion import Motion
from server.motion.rotations import quat_from_axis_angle, quat_mul
from server.motion.skeleton import JOINT_COUNT, JOINT_INDEX
from training.datasets.repair import belt_velocity, good_stretches, off_the_belt

_X = np.array([1.0, 0.0, 0.0])


def _flipped(motion: Motion, joint: str, frames: slice) -> Motion:
    rotations = motion.rotations.copy()
    half = quat_from_axis_angle(np.array([0.0, 1.0, 0.0]), np.pi)
    rotations[frames, JOINT_INDEX[joint]] = quat_mul(rotations[frames, JOINT_INDEX[joint]], half)
    return Motion(motion.root_positions, rotations, motion.fps)


def _treadmill(frames: int = 31, fps: float = 30.0, speed: float = 1.0) -> Motion:
    """Glide of both feet straight back under standing legs: thighs swing so that the ankles move at a given speed."""
    length = 0.81
    reach = speed * (frames - 1) / fps / 2
    along = np.linspace(reach, -reach, frames)
    angle = np.arcsin(along / length)
    rotations = np.zeros((frames, JOINT_COUNT, 4))
    rotations[..., 0] = 1.0
    for side in ("left", "right"):
        rotations[:, JOINT_INDEX[f"{side}_hip"]] = quat_from_axis_angle(_X, -angle)
        rotations[:, JOINT_INDEX[f"{side}_ankle"]] = quat_from_axis_angle(_X, angle)
    root = np.zeros((frames, 3))
    root[:, 1] = 0.08 + 0.06 + length * np.cos(angle)
    return Motion(root.astype(np.float32), rotations.astype(np.float32), fps)


def test_sound_clips_stay_whole() -> None:
    motion = exercise(frames=12)
    assert good_stretches(motion) == [(0, 12)]


def test_a_flip_ends_a_stretch() -> None:
    assert good_stretches(_flipped(exercise(), "left_hip", slice(40, None))) == [(0, 40), (40, 90)]


def test_short_and_twisted_stretches_are_left_out() -> None:
    assert good_stretches(_flipped(exercise(), "left_hip", slice(5, 50))) == [(5, 50), (50, 90)]
    assert good_stretches(_flipped(exercise(), "left_ankle", slice(30, 60))) == [(0, 30), (60, 90)]


def test_treadmill_is_seen_and_taken_away() -> None:
    motion = _treadmill(speed=1.0)
    velocity = belt_velocity(motion)
    assert velocity == pytest.approx([0.0, -1.0], abs=0.05)
    moved = off_the_belt(motion)
    assert planted_slide(moved) < 0.2 * planted_slide(motion)
    forward = moved.root_positions[-1, 2] - moved.root_positions[0, 2]
    assert forward == pytest.approx(1.0 * (moved.frames - 1) / 30.0, rel=0.05)


def test_a_loop_is_repeated() -> None:
    there = _treadmill(frames=13, speed=1.5)
    # from the end back to the start within one missing frame is no loop, so the feet are lifted back over some frames
    back = there.resampled(30.0).sliced(0, 13)
    rotations = np.concatenate((there.rotations, back.rotations[::-1][1:-1]))
    root = np.concatenate((there.root_positions, back.root_positions[::-1][1:-1])).copy()
    root[13:, 1] += 0.2 * np.sin(np.linspace(0, np.pi, 13)[1:-1])
    motion = Motion(root, rotations, 30.0)
    moved = off_the_belt(motion)
    assert moved.frames >= 90
    assert moved.frames % motion.frames == 0
    steps = np.linalg.norm(np.diff(moved.positions(), axis=0), axis=-1).max(axis=1)
    assert steps[motion.frames - 1] < 2.5 * np.median(steps), "no jump where the loop closes"


def test_clips_that_travel_or_stand_are_untouched() -> None:
    standing = exercise()
    assert off_the_belt(standing) is standing
    walking = _treadmill()
    root = walking.root_positions.copy()
    root[:, 2] += np.arange(walking.frames, dtype=np.float32) / 30.0
    travelling = Motion(root, walking.rotations, walking.fps)
    assert off_the_belt(travelling) is travelling
