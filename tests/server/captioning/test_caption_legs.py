# SPDX-License-Identifier: GPL-3.0-or-later
"""What legs are said to do, on motions made by formula."""

from __future__ import annotations

import numpy as np
import pytest
from formula_poses import PELVIS, gait, motion_of, rest, seconds, shaken, stand, step_to, turn

from server.captioner import attributes_of
from server.motion.motion import Motion

FRAMES = 120


def on_feet(left: tuple[float, float, float], right: tuple[float, float, float], height: float = PELVIS) -> Motion:
    """Somebody who stands with the ankles at two places on the ground plan; their second number is the height."""
    turns = stand(FRAMES)
    pelvis = np.tile([0.0, height, 0.0], (FRAMES, 1))
    for side, place in (("left", left), ("right", right)):
        step_to(turns, side, np.array(place) - pelvis)
    return Motion(pelvis, turns)


def test_an_even_walk_has_nothing_notable() -> None:
    said = attributes_of(gait(FRAMES))
    for leg in ("left_leg", "right_leg"):
        assert said[leg, "action"] == "walks"
        assert said[leg, "cadence"] in ("steady", "brisk")
        assert not {"held", "sole", "stance", "place"} & {slot for part, slot in said if part == leg}


@pytest.mark.parametrize("ahead", [1.0, -0.8])
@pytest.mark.parametrize(("stance", "short"), [((0.5, 0.7), "left"), ((0.7, 0.5), "right")])
def test_a_limp(ahead: float, stance: tuple[float, float], short: str) -> None:
    said = attributes_of(gait(FRAMES, ahead=ahead, stance=stance))
    other = "right" if short == "left" else "left"
    assert said[f"{short}_leg", "stance"] == "brief"
    assert said[f"{other}_leg", "stance"] == "lasting"


@pytest.mark.parametrize(("pitch", "sole"), [(30.0, "tiptoe"), (-25.0, "heels")])
def test_soles(pitch: float, sole: str) -> None:
    said = attributes_of(gait(FRAMES, pitch=pitch))
    assert said["left_leg", "sole"] == said["right_leg", "sole"] == sole


@pytest.mark.parametrize(("height", "ahead", "held"), [(0.25, -0.2, "off"), (0.50, 0.25, "up")])
def test_standing_on_one_leg(height: float, ahead: float, held: str) -> None:
    said = attributes_of(on_feet((0.09, 0.06, 0.0), (-0.09, height, ahead)))
    assert said["right_leg", "held"] == held
    assert said["right_leg", "action"] == "stands"
    assert ("left_leg", "held") not in said


def test_a_lunge() -> None:
    said = attributes_of(on_feet((0.09, 0.06, 0.3), (-0.09, 0.06, -0.35), 0.85))
    assert said["left_leg", "place"] == "front"
    assert said["right_leg", "place"] == "behind"


@pytest.mark.parametrize(("left", "wanted"), [(0.6, "left"), (-0.6, "right")])
def test_sidesteps_are_steps(left: float, wanted: str) -> None:
    said = attributes_of(gait(FRAMES, ahead=0.0, left=left))
    assert said["root", "direction"] == wanted
    for leg in ("left_leg", "right_leg"):
        assert said[leg, "action"] == "walks"
        assert said[leg, "stride"] != "none"
        assert said[leg, "cadence"] != "none"
        assert (leg, "stance") not in said


def test_a_foot_that_is_dragged_moves_without_being_lifted() -> None:
    said = attributes_of(gait(FRAMES, ahead=0.8, lift=0.004))
    assert said["left_leg", "lift"] == said["right_leg", "lift"] == "drags"
    still = attributes_of(on_feet(tuple(rest("left_hip") * [1, 0, 0] + [0, 0.06, 0]), (-0.09, 0.06, 0.0)))
    assert still["left_leg", "lift"] == still["right_leg", "lift"] == "planted"


def test_noise_does_not_make_legs_step() -> None:
    motion = motion_of(stand(FRAMES))
    for seed in range(3):
        said = attributes_of(shaken(motion, seed))
        for leg in ("left_leg", "right_leg"):
            assert said[leg, "action"] == "stands"
            assert said[leg, "lift"] == "planted"
            assert not {"held", "sole", "stance", "place"} & {slot for part, slot in said if part == leg}


def test_a_body_that_moves_over_standing_legs_takes_no_strides() -> None:
    time = seconds(FRAMES)
    turns = stand(FRAMES)
    pelvis = np.stack((0 * time, np.full(FRAMES, 0.8), 0.15 * np.sin(2 * np.pi * time)), axis=-1)
    for side in ("left", "right"):
        step_to(turns, side, rest(f"{side}_hip") * [1, 0, 0] + [0, 0.06, 0] - pelvis)
    said = attributes_of(Motion(pelvis, turns))
    for leg in ("left_leg", "right_leg"):
        assert said[leg, "action"] == "stands"
        assert said[leg, "stride"] == said[leg, "cadence"] == "none"


def test_a_kick() -> None:
    turns = stand(FRAMES)
    turn(turns, "right_hip", "x", -95 * np.exp(-((seconds(FRAMES) - 2) ** 2) / 0.05))
    said = attributes_of(motion_of(turns))
    assert said["right_leg", "action"] == "kicks"
    assert said["left_leg", "action"] == "stands"
