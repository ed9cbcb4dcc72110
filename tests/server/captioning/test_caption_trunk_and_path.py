# SPDX-License-Identifier: GPL-3.0-or-later
"""What backbone, head and root are said to do, on motions made by formula."""

from __future__ import annotations

import numpy as np
import pytest
from formula_poses import PELVIS, gait, motion_of, rest, seconds, shaken, stand, step_to, turn

from server.captioner import attributes_of
from server.motion.motion import Motion

FRAMES = 120
TIME = seconds(FRAMES)


def trembling(hertz: float, degrees: float = 1.2) -> Motion:
    turns = stand(FRAMES)
    for number, joint in enumerate(("spine1", "spine2", "neck", "left_shoulder", "right_shoulder")):
        turn(turns, joint, "zxzxx"[number], degrees * np.sin(2 * np.pi * hertz * TIME + number))
    return motion_of(turns)


@pytest.mark.parametrize("hertz", [4.5, 6.0, 8.0])
def test_trembling(hertz: float) -> None:
    assert attributes_of(trembling(hertz))["backbone", "tremor"] == "trembling"


def test_what_does_not_tremble() -> None:
    sways = trembling(1.0, 5.0)
    noisy = [shaken(motion_of(stand(FRAMES)), seed) for seed in range(5)]
    for motion in (motion_of(stand(FRAMES)), gait(FRAMES), sways, *noisy):
        assert ("backbone", "tremor") not in attributes_of(motion)


@pytest.mark.parametrize(("axis", "degrees", "way"), [("x", 12.0, "nods"), ("y", 20.0, "shakes")])
def test_nods_and_shakes(axis: str, degrees: float, way: str) -> None:
    turns = stand(FRAMES)
    turn(turns, "head", axis, degrees * np.sin(2 * np.pi * 1.2 * TIME))
    motion = motion_of(turns)
    assert attributes_of(motion)["backbone", "head_way"] == way
    assert attributes_of(shaken(motion, 1))["backbone", "head_way"] == way
    assert ("backbone", "head_way") not in attributes_of(motion.sliced(0, 20)), "once is no habit"


@pytest.mark.parametrize(("sign", "side"), [(1.0, "left"), (-1.0, "right")])
def test_sides_of_head_and_shoulders(sign: float, side: str) -> None:
    turns = stand()
    turn(turns, "head", "z", -20.0 * sign)
    turn(turns, "spine3", "y", 25.0 * sign)
    said = attributes_of(motion_of(turns))
    assert said["backbone", "head_tilt"] == side
    assert said["backbone", "turned"] == side
    assert said["backbone", "twist"] == "still"


def test_a_head_that_hangs_straight_down_is_not_turned() -> None:
    for degrees in (86.0, 90.0, 94.0):
        turns = stand()
        turn(turns, "spine1", "x", degrees)
        turn(turns, "head", "y", 2.0)
        said = attributes_of(motion_of(turns))
        assert said["backbone", "head_turn"] == "ahead"
        assert said["backbone", "head"] == "hung"


def test_a_calm_body_has_nothing_notable() -> None:
    said = attributes_of(gait(FRAMES))
    assert not {"turned", "tremor", "head_tilt", "head_way", "path", "change"} & {slot for _, slot in said}


@pytest.mark.parametrize(
    ("ahead", "left", "wanted"),
    [
        (0.7, 0.7, "ahead_left"),
        (0.7, -0.7, "ahead_right"),
        (-0.7, 0.7, "back_left"),
        (-0.7, -0.7, "back_right"),
        (1.0, 0.3, "forward"),
        (-1.0, 0.3, "backward"),
        (0.3, -1.0, "right"),
        (0.02, 0.02, "in_place"),
    ],
)
def test_eight_directions(ahead: float, left: float, wanted: str) -> None:
    said = attributes_of(motion_of(stand(), ahead * seconds(90), left * seconds(90)))
    assert said["root", "direction"] == wanted
    assert (said["root", "speed"] == "none") == (wanted == "in_place")


@pytest.mark.parametrize("faces_the_way", [True, False])
def test_weaving(faces_the_way: bool) -> None:
    time = seconds(240)
    turns = stand(240)
    if faces_the_way:
        turn(turns, "pelvis", "y", np.degrees(np.arctan(0.7 * 2 * np.pi / 3 * np.cos(2 * np.pi * time / 3))))
    motion = motion_of(turns, time, 0.7 * np.sin(2 * np.pi * time / 3))
    assert attributes_of(motion)["root", "path"] == "weaving"


def test_straight_and_round_ways_do_not_weave() -> None:
    time = seconds(240)
    turns = stand(240)
    turn(turns, "pelvis", "y", np.degrees(time * 0.5))
    bend = motion_of(turns, 2 * np.sin(time * 0.5), 2 - 2 * np.cos(time * 0.5))
    swaying = motion_of(stand(240), time, 0.04 * np.sin(2 * np.pi * time))
    for motion in (bend, swaying, gait(240)):
        assert attributes_of(motion).get(("root", "path")) != "weaving"


def test_there_and_back() -> None:
    time = seconds(240)
    assert attributes_of(motion_of(stand(240), 2 * np.sin(np.pi * time / 8)))["root", "path"] == "returning"
    assert ("root", "path") not in attributes_of(motion_of(stand(240), 0.1 * np.sin(np.pi * time / 8)))


def squatting(depth: np.ndarray) -> Motion:
    """Hips that go down by so many metres, over feet that stand."""
    turns = stand(FRAMES)
    pelvis = np.stack((0 * depth, PELVIS - depth, -0.3 * depth), axis=-1)
    for side in ("left", "right"):
        step_to(turns, side, rest(f"{side}_hip") * [1, 0, 0] + [0, 0.06, 0] - pelvis)
    return Motion(pelvis, turns)


@pytest.mark.parametrize(
    ("depth", "change"),
    [
        (0.45 * np.clip((TIME - 1) / 1.5, 0, 1), "sinks"),
        (0.45 - 0.45 * np.clip((TIME - 1) / 1.5, 0, 1), "rises"),
        (0.35 * np.sin(np.pi * np.clip((TIME - 1) / 2, 0, 1)), "dips"),
        (np.full(FRAMES, 0.3), None),
    ],
)
def test_hips_that_change_their_height(depth: np.ndarray, change: str | None) -> None:
    said = attributes_of(squatting(depth))
    assert said.get(("root", "change")) == change
    assert said["left_leg", "action"] == "stands"


def test_the_ground_is_where_the_feet_are() -> None:
    said = attributes_of(motion_of(stand(), up=3.0))
    assert said == attributes_of(motion_of(stand()))
