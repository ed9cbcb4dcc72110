# SPDX-License-Identifier: GPL-3.0-or-later
"""What arms are said to do, on motions made by formula."""

from __future__ import annotations

import numpy as np
import pytest
from formula_poses import FPS, gait, joined, motion_of, reach, seconds, shaken, stand, turn

from server.captioner import attributes_of
from server.motion.motion import Motion

FRAMES = 120
TIME = seconds(FRAMES)
# wrists of both hands, seen from the pelvis, right hand mirrored: where the elbow points, and what they then touch
PLACES = {
    "hip": ((0.22, 0.07, 0.0), (1, 0, -0.6)),
    "chest": ((0.13, 0.35, 0.14), (1, -1, 0)),
    "head": ((0.15, 0.78, 0.0), (1, 0, 0)),
    "back": ((0.14, 0.10, -0.15), (0.6, 0, -1)),
    "other_hand": ((0.05, 0.25, 0.30), (1, -1, 0)),
    "other_arm": ((-0.04, 0.32, 0.20), (0.6, -0.6, 0.2)),
}


def held(left: tuple | None, right: tuple | None, pole: tuple = (0, -0.3, -1), frames: int = FRAMES) -> np.ndarray:
    """Rotations of somebody who stands with one or both wrists at a place, seen from the pelvis."""
    turns = stand(frames)
    for side, place in (("left", left), ("right", right)):
        if place is not None:
            reach(turns, side, np.array(place), pole)
    return turns


@pytest.mark.parametrize("touch", PLACES)
def test_where_hands_rest(touch: str) -> None:
    (x, y, z), pole = PLACES[touch]
    said = attributes_of(motion_of(held((x, y, z), (-x, y, z), pole)))
    assert said["left_arm", "touch"] == said["right_arm", "touch"] == touch


def test_hands_on_the_knees_of_somebody_who_crouches() -> None:
    turns = held((0.12, -0.02, 0.30), (-0.12, -0.02, 0.30), (1, 0, -1))
    for side in ("left", "right"):
        turn(turns, f"{side}_hip", "x", -80.0)
        turn(turns, f"{side}_knee", "x", 90.0)
    said = attributes_of(motion_of(turns))
    assert said["left_arm", "touch"] == said["right_arm", "touch"] == "thigh"


def test_free_hands_touch_nothing() -> None:
    turns = held((0.15, 0.4, 0.4), None)
    for motion in (motion_of(stand()), motion_of(turns), gait(FRAMES)):
        assert not [key for key in attributes_of(motion) if key[1] == "touch"]


def waving(side: str, hertz: float, elbow: float = 30.0) -> Motion:
    sign = 1.0 if side == "left" else -1.0
    turns = stand(FRAMES)
    turn(turns, f"{side}_shoulder", "z", sign * 140.0)
    turn(turns, f"{side}_elbow", "z", sign * (20 + elbow * np.sin(2 * np.pi * hertz * TIME)))
    return motion_of(turns)


@pytest.mark.parametrize("hertz", [0.8, 1.5, 3.0])
def test_waving_slowly_and_fast(hertz: float) -> None:
    said = attributes_of(waving("left", hertz))
    assert said["left_arm", "action"] == "waves"
    assert said["left_arm", "rhythm"] == "repeated"
    assert ("right_arm", "rhythm") not in said


def test_waving_with_the_hand_alone() -> None:
    turns = held(None, None)
    turn(turns, "right_shoulder", "z", -140.0)
    turn(turns, "right_wrist", "z", 35 * np.sin(2 * np.pi * 1.5 * TIME))
    said = attributes_of(motion_of(turns))
    assert said["right_arm", "action"] == "waves"
    assert said["right_arm", "size"] == "tiny"
    assert said["right_arm", "rhythm"] == "repeated"


def punching(side: str, times: int, frames: int = 90, swing: float = 0.0) -> Motion:
    """Punches from a guard, by somebody who bobs and twists while doing so."""
    sign = 1.0 if side == "left" else -1.0
    turns = held((0.15, 0.45, 0.2), (-0.15, 0.45, 0.2), (0.3, -1, 0), frames)
    out = np.clip(np.sin(2 * np.pi * np.linspace(0, times, frames)), 0, 1)[:, None] ** 2
    guard = np.array([sign * 0.15, 0.45, 0.2])
    reach(turns, side, guard + (np.array([sign * 0.1, 0.52, 0.52]) - guard) * out, (0.3, -1, 0))
    turn(turns, "spine2", "y", swing * np.sin(2 * np.pi * np.linspace(0, times, frames)))
    return motion_of(turns)


@pytest.mark.parametrize(("times", "rhythm"), [(1, "once"), (2, "twice"), (4, "repeated")])
def test_punches_are_thrusts_and_are_counted(times: int, rhythm: str) -> None:
    said = attributes_of(punching("right", times, 30 * times))
    assert said["right_arm", "action"] == "thrusts"
    assert said["right_arm", "rhythm"] == rhythm
    assert said["left_arm", "action"] == "still"


def test_a_guard_does_not_wave_when_the_body_twists() -> None:
    said = attributes_of(punching("right", 4, 120, swing=12.0))
    assert said["right_arm", "action"] == "thrusts"
    assert said["left_arm", "action"] in ("still", "moves")


def test_a_raised_arm_and_a_swinging_one_are_no_punches() -> None:
    turns = stand()
    turn(turns, "left_shoulder", "z", 160 * np.clip(np.linspace(-1, 4, 90), 0, 1))
    assert attributes_of(motion_of(turns))["left_arm", "action"] == "raises"
    assert attributes_of(gait(FRAMES))["left_arm", "action"] == "swings"


def test_arms_that_swing_in_another_phase_still_swing() -> None:
    turns = stand(FRAMES)
    for side in ("left", "right"):
        turn(turns, f"{side}_shoulder", "x", 25 * np.sin(2 * np.pi * TIME / 1.1))
    said = attributes_of(gait(FRAMES, turns=turns))
    assert said["left_arm", "action"] == said["right_arm", "action"] == "swings"
    assert said["left_arm", "pair"] == "together"
    assert ("left_arm", "pair") not in attributes_of(gait(FRAMES)), "arms that swing in turn go without saying"


@pytest.mark.parametrize(
    ("way", "move"),
    [
        ("up_down", (0.0, 0.2, 0.0)),
        ("sideways", (0.2, 0.0, 0.0)),
        ("forward_back", (0.0, 0.0, 0.15)),
    ],
)
def test_ways(way: str, move: tuple[float, float, float]) -> None:
    turns = stand(FRAMES)
    swing = np.sin(2 * np.pi * TIME)[:, None]
    reach(turns, "left", np.array([0.25, 0.35, 0.3]) + swing * np.array(move), (0.3, -1, 0))
    said = attributes_of(motion_of(turns))
    assert said["left_arm", "way"] == way
    assert ("right_arm", "way") not in said


def circling() -> Motion:
    turns = stand(FRAMES)
    angle = 2 * np.pi * TIME
    place = np.stack((0.3 + 0.15 * np.cos(angle), 0.4 + 0.15 * np.sin(angle), np.full(FRAMES, 0.3)), axis=-1)
    reach(turns, "left", place, (0.3, -1, 0))
    return motion_of(turns)


def test_circles() -> None:
    said = attributes_of(circling())
    assert said["left_arm", "way"] == "around"
    assert said["left_arm", "action"] == "moves"
    assert said["left_arm", "rhythm"] == "repeated"


@pytest.mark.parametrize(("times", "rhythm"), [(1, "once"), (2, "twice"), (3, "repeated")])
def test_an_arm_raised_so_many_times(times: int, rhythm: str) -> None:
    turns = stand(FRAMES)
    turn(turns, "left_shoulder", "z", 60 * (1 - np.cos(2 * np.pi * times * np.linspace(0, 1, FRAMES))))
    said = attributes_of(motion_of(turns))
    assert said["left_arm", "action"] == "raises_lowers"
    assert said["left_arm", "rhythm"] == rhythm


def test_an_arm_that_keeps_still_has_no_manner() -> None:
    said = attributes_of(motion_of(stand()))
    assert not {"way", "rhythm", "flow", "pair", "touch"} & {slot for part, slot in said if part == "left_arm"}


def test_jerks() -> None:
    steps = np.floor(TIME * 2.5) / 2.5
    turns = stand(FRAMES)
    turn(turns, "left_shoulder", "z", 40 * steps)
    assert attributes_of(motion_of(turns))["left_arm", "flow"] == "jerky"
    even = stand(FRAMES)
    turn(even, "left_shoulder", "z", 60 * (1 - np.cos(2 * np.pi * TIME / 2)))
    assert attributes_of(motion_of(even)).get(("left_arm", "flow")) != "jerky"


@pytest.mark.parametrize(("sign", "pair"), [(1.0, "together"), (-1.0, "alternating")])
def test_both_arms(sign: float, pair: str) -> None:
    turns = stand(FRAMES)
    for side, out in (("left", 1.0), ("right", -1.0)):
        phase = 1.0 if side == "left" else sign
        turn(turns, f"{side}_shoulder", "z", out * 40 * (1 + phase * np.sin(2 * np.pi * TIME)))
    said = attributes_of(motion_of(turns))
    assert said["left_arm", "pair"] == said["right_arm", "pair"] == pair
    assert said["left_arm", "action"] == said["right_arm", "action"] == "raises_lowers"


def test_a_wave_at_the_beginning_of_a_long_stand_is_not_what_the_clip_is_about() -> None:
    quiet = motion_of(stand(12 * int(FPS)))
    said = attributes_of(joined(waving("left", 2.0).sliced(0, 45), quiet))
    assert said["left_arm", "action"] != "waves"


@pytest.mark.parametrize("motion", [waving("left", 1.5), punching("right", 4, 120), circling()], ids=str)
def test_noise_does_not_change_what_arms_do(motion: Motion) -> None:
    before = attributes_of(motion)
    for seed in range(3):
        after = attributes_of(shaken(motion, seed))
        for key in (("left_arm", "action"), ("right_arm", "action"), ("left_arm", "rhythm"), ("right_arm", "rhythm")):
            assert after.get(key) == before.get(key)
