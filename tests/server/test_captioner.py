# SPDX-License-Identifier: GPL-3.0-or-later
"""The captioner on motions whose truth is known because the test made them."""

from __future__ import annotations

import numpy as np
import pytest

from server.captioner import attributes_of, caption
from server.motion.motion import Motion
from server.motion.rotations import quat_from_axis_angle, quat_mul
from server.motion.skeleton import JOINT_COUNT, JOINT_INDEX
from server.parts.attributes import mirrored, parse

_AXES = {"x": np.array([1.0, 0, 0]), "y": np.array([0, 1.0, 0]), "z": np.array([0, 0, 1.0])}


def stand(frames: int = 90) -> np.ndarray:
    """Rotations of somebody who stands with the arms hanging."""
    turns = np.zeros((frames, JOINT_COUNT, 4))
    turns[..., 0] = 1
    turn(turns, "left_shoulder", "z", -78.0)
    turn(turns, "right_shoulder", "z", 78.0)
    return turns


def turn(turns: np.ndarray, joint: str, axis: str, degrees: np.ndarray | float) -> None:
    """Turn a joint about one of its parent's axes."""
    angles = np.broadcast_to(np.radians(degrees), (len(turns),))
    at = JOINT_INDEX[joint]
    turns[:, at] = quat_mul(quat_from_axis_angle(_AXES[axis], angles), turns[:, at])


def motion_of(turns: np.ndarray, ahead: np.ndarray | float = 0.0, left: np.ndarray | float = 0.0) -> Motion:
    """A motion at standing height; ``ahead`` and ``left`` in metres by frame."""
    root = np.zeros((len(turns), 3))
    root[:, 0], root[:, 1], root[:, 2] = left, 0.95, ahead
    return Motion(root, turns)


def test_standing_still() -> None:
    said = attributes_of(motion_of(stand()))
    assert said["root", "direction"] == "in_place"
    assert said["left_leg", "action"] == said["right_leg", "action"] == "stands"
    assert said["left_arm", "action"] == "still"
    assert said["left_arm", "hold"] in ("straight_down", "low")
    assert said["backbone", "pitch"] == "upright"


@pytest.mark.parametrize("side", ["left", "right"])
def test_the_waving_hand_is_the_right_one(side: str) -> None:
    turns = stand(120)
    sign = 1.0 if side == "left" else -1.0
    time = np.arange(120) / 30
    turn(turns, f"{side}_shoulder", "z", sign * 140.0)
    turn(turns, f"{side}_elbow", "z", sign * (20 + 30 * np.sin(2 * np.pi * 1.5 * time)))
    said = attributes_of(motion_of(turns))
    other = "right" if side == "left" else "left"
    assert said[f"{side}_arm", "action"] == "waves"
    assert said[f"{side}_arm", "peak"] == "overhead"
    assert said[f"{other}_arm", "action"] == "still"


def test_an_arm_that_rises_and_comes_down_again() -> None:
    turns = stand()
    turn(turns, "left_shoulder", "z", 120 * np.sin(np.linspace(0, np.pi, 90)))
    assert attributes_of(motion_of(turns))["left_arm", "action"] == "raises_lowers"
    turns = stand()
    turn(turns, "left_shoulder", "z", np.linspace(0, 120, 90))
    assert attributes_of(motion_of(turns))["left_arm", "action"] == "raises"


def test_a_bow_bends_and_rises() -> None:
    turns = stand()
    for joint in ("spine1", "spine2", "spine3"):
        turn(turns, joint, "x", 20 * np.sin(np.linspace(0, np.pi, 90)))
    assert attributes_of(motion_of(turns))["backbone", "bend"] == "bows"
    turns = stand()
    turn(turns, "spine1", "x", 35.0)
    said = attributes_of(motion_of(turns))
    assert said["backbone", "pitch"] in ("forward", "far")
    assert said["backbone", "bend"] == "steady"


@pytest.mark.parametrize(
    ("ahead", "left", "wanted"), [(1.2, 0, "forward"), (-0.8, 0, "backward"), (0, 0.8, "left"), (0, -0.8, "right")]
)
def test_direction_of_travel(ahead: float, left: float, wanted: str) -> None:
    time = np.arange(90) / 30
    said = attributes_of(motion_of(stand(), ahead * time, left * time))
    assert said["root", "direction"] == wanted
    assert said["root", "turn"] == "straight"


def test_turning_left_and_right() -> None:
    for degrees, wanted in ((90, "left"), (-90, "right"), (200, "around_left")):
        turns = stand()
        turn(turns, "pelvis", "y", np.linspace(0, degrees, 90))
        assert attributes_of(motion_of(turns))["root", "turn"] == wanted


def test_sides_of_lean_and_look() -> None:
    turns = stand()
    turn(turns, "spine1", "z", -15.0)
    turn(turns, "head", "y", 40.0)
    said = attributes_of(motion_of(turns))
    assert said["backbone", "lean"] == "left"
    assert said["backbone", "head_turn"] == "left"


def random_motion(seed: int) -> Motion:
    dice = np.random.default_rng(seed)
    turns = stand(100)
    for joint in JOINT_INDEX:
        for axis in "xyz":
            swing = np.sin(np.arange(100) / 30 * dice.uniform(2, 9) + dice.uniform(0, 6))
            turn(turns, joint, axis, dice.normal() * 6 + dice.uniform(2, 14) * swing)
    return motion_of(turns, np.arange(100) / 30 * dice.uniform(-1, 2), np.arange(100) / 30 * dice.normal() * 0.3)


@pytest.mark.parametrize("seed", range(12))
def test_mirroring_swaps_the_sides_and_changes_nothing_else(seed: int) -> None:
    motion = random_motion(seed)
    assert attributes_of(motion.mirrored()) == mirrored(attributes_of(motion))


def test_noise_of_a_centimetre_seldom_changes_a_word() -> None:
    changed = total = 0
    for seed in range(10):
        motion = random_motion(seed)
        dice = np.random.default_rng(seed)
        noise = quat_from_axis_angle(np.array([1.0, 0, 0]), np.radians(dice.normal(size=motion.rotations.shape[:2])))
        noisy = Motion(motion.root_positions, quat_mul(motion.rotations, noise))
        before, after = attributes_of(motion), attributes_of(noisy)
        changed += sum(before[key] != after[key] for key in before)
        total += len(before)
    assert changed / total < 0.06


def test_place_heading_and_frame_rate_do_not_matter() -> None:
    motion = random_motion(3)
    assert attributes_of(motion.moved(2.0, [5, 0, 1])) == attributes_of(motion)
    at60 = attributes_of(motion.resampled(60.0, 199))
    same = [at60[key] == value for key, value in attributes_of(motion).items()]
    assert np.mean(same) > 0.9


def test_the_caption_says_the_attributes() -> None:
    motion = random_motion(5)
    assert parse(caption(motion)) == attributes_of(motion)
