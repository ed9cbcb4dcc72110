# SPDX-License-Identifier: GPL-3.0-or-later
"""The captioner on motions whose truth is known because the test made them."""

from __future__ import annotations

import time

import numpy as np
import pytest
from captioning.formula_poses import gait, motion_of, seconds, shaken, stand, turn

from server.captioner import attributes_of, caption, captioned
from server.motion.motion import Motion
from server.motion.skeleton import JOINT_INDEX
from server.parts.attributes import mirrored, parse
from server.parts.vocabulary import SLOTS


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
    moments = seconds(120)
    turn(turns, f"{side}_shoulder", "z", sign * 140.0)
    turn(turns, f"{side}_elbow", "z", sign * (20 + 30 * np.sin(2 * np.pi * 1.5 * moments)))
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
    said = attributes_of(motion_of(stand(), ahead * seconds(90), left * seconds(90)))
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


def test_noise_of_a_degree_and_a_centimetre_seldom_changes_a_word() -> None:
    changed = total = 0
    motions = [random_motion(seed) for seed in range(8)] + [gait(120), gait(90, left=0.4), motion_of(stand(90))]
    for seed, motion in enumerate(motions):
        before, after = attributes_of(motion), attributes_of(shaken(motion, seed))
        slots = before.keys() | after.keys()
        changed += sum(before.get(key) != after.get(key) for key in slots)
        total += len(slots)
    assert changed / total < 0.04  # recorded clips, which move less wildly, stay under 0.03


def test_what_is_not_notable_is_said_of_every_motion() -> None:
    always = {slot.key for slot in SLOTS if not slot.notable}
    for motion in (motion_of(stand()), gait(100), random_motion(1)):
        said = attributes_of(motion)
        assert always <= said.keys()
        assert all(said[slot.key] in slot.values for slot in SLOTS if slot.key in said)


@pytest.mark.parametrize("frames", [1, 2, 3, 5, 11, 12])
def test_clips_of_a_few_frames(frames: int) -> None:
    motion = gait(60).sliced(0, frames)
    said = attributes_of(motion)
    assert {slot.key for slot in SLOTS if not slot.notable} <= said.keys()
    assert attributes_of(motion.mirrored()) == mirrored(said)
    assert len(captioned(motion)) == 1


def test_a_minute_takes_no_time_and_ten_take_little() -> None:
    minute, ten = gait(1800), gait(18000)
    assert min(seconds_taken(minute) for _ in range(3)) < 0.3
    assert seconds_taken(ten) < 4.0


def seconds_taken(motion: Motion) -> float:
    start = time.process_time()
    assert len(captioned(motion)) == 1
    return time.process_time() - start


def test_numbers_that_are_none_are_refused_where_motions_are_made() -> None:
    turns = stand(10)
    turns[3, 5, 1] = np.nan
    with pytest.raises(ValueError, match="undefined"):
        motion_of(turns)


def test_place_heading_and_frame_rate_do_not_matter() -> None:
    motion = random_motion(3)
    assert attributes_of(motion.moved(2.0, [5, 0, 1])) == attributes_of(motion)
    at60 = attributes_of(motion.resampled(60.0, 199))
    same = [at60[key] == value for key, value in attributes_of(motion).items()]
    assert np.mean(same) > 0.9


def test_the_caption_says_the_attributes() -> None:
    motion = random_motion(5)
    assert parse(caption(motion)) == attributes_of(motion)
