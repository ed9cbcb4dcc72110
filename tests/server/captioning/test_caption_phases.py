# SPDX-License-Identifier: GPL-3.0-or-later
"""Long clips in phases, on motions made by formula."""

from __future__ import annotations

import numpy as np
import pytest
from formula_poses import gait, joined, motion_of, reach, seconds, shaken, stand, turn

from server.captioner import attributes_of, captioned
from server.captioning.phases import Phase, by_part, phases_of
from server.motion.motion import Motion
from server.motion.skeleton import PARTS
from server.parts.attributes import mirrored
from server.parts.phases import parse_phases, write_phases


def waving(frames: int) -> Motion:
    turns = stand(frames)
    turn(turns, "left_shoulder", "z", 140.0)
    turn(turns, "left_elbow", "z", 20 + 30 * np.sin(2 * np.pi * 1.5 * seconds(frames)))
    return motion_of(turns)


def squatting(frames: int) -> Motion:
    turns = stand(frames)
    for side in ("left", "right"):
        turn(turns, f"{side}_hip", "x", -70.0)
        turn(turns, f"{side}_knee", "x", 120.0)
    return motion_of(turns, up=-0.35)


def walk_then_wave_then_squat() -> Motion:
    return joined(gait(120), waving(110), squatting(100))


def test_a_walk_then_a_wave_then_a_squat() -> None:
    motion = walk_then_wave_then_squat()
    phases = captioned(motion)
    assert [phase.start for phase in phases] == pytest.approx([0, 120, 230], abs=12)
    assert phases[-1].end == motion.frames
    assert [phase.attributes["root", "direction"] for phase in phases] == ["forward", "in_place", "in_place"]
    assert [phase.attributes["left_arm", "action"] for phase in phases] == ["swings", "waves", "still"]
    assert phases[2].attributes["root", "height"] in ("crouched", "lowered")


def test_noise_does_not_move_the_cuts_far() -> None:
    motion = walk_then_wave_then_squat()
    before = [phase.start for phase in phases_of(motion)]
    for seed in range(3):
        assert [phase.start for phase in phases_of(shaken(motion, seed))] == pytest.approx(before, abs=9)


def test_one_thing_is_one_phase() -> None:
    raised = stand(300)
    turn(raised, "left_shoulder", "z", 60 * (1 - np.cos(2 * np.pi * seconds(300))))
    circle = stand(300)
    turn(circle, "pelvis", "y", np.degrees(seconds(300) * 0.6))
    around = motion_of(circle, 1.5 * np.sin(seconds(300) * 0.6), 1.5 - 1.5 * np.cos(seconds(300) * 0.6))
    for motion in (gait(300), waving(300), motion_of(stand(300)), motion_of(raised), around):
        phases = phases_of(motion)
        assert [(phase.start, phase.end) for phase in phases] == [(0, 300)]
        assert phases[0].attributes == attributes_of(motion)


def bowing(frames: int) -> Motion:
    turns = stand(frames)
    bend = np.clip(1.5 - np.abs(seconds(frames) - 2.5), 0, 1)
    for joint in ("spine1", "spine2", "spine3"):
        turn(turns, joint, "x", 20 * bend)
    return motion_of(turns)


def test_a_bow_is_one_thing() -> None:
    phases = phases_of(bowing(150))
    assert len(phases) == 1
    assert phases[0].attributes["backbone", "bend"] == "bows"
    assert len(phases_of(joined(gait(150), bowing(150), waving(150)))) == 3


def test_short_clips_are_one_phase() -> None:
    motion = joined(gait(55), squatting(55))
    assert [(phase.start, phase.end) for phase in phases_of(motion)] == [(0, 110)]


@pytest.mark.parametrize("frames", [1, 2, 3, 7])
def test_clips_of_a_few_frames(frames: int) -> None:
    assert [(phase.start, phase.end) for phase in phases_of(gait(60).sliced(0, frames))] == [(0, frames)]


def test_mirroring() -> None:
    motion = walk_then_wave_then_squat()
    there = [(phase.start, phase.end, mirrored(phase.attributes)) for phase in phases_of(motion)]
    assert [(phase.start, phase.end, phase.attributes) for phase in phases_of(motion.mirrored())] == there


def test_frames_are_those_of_the_clip_at_its_own_rate() -> None:
    motion = walk_then_wave_then_squat()
    at60 = motion.resampled(60.0)
    phases = phases_of(at60)
    assert [phase.start / 2 for phase in phases] == pytest.approx([phase.start for phase in phases_of(motion)], abs=9)
    assert phases[-1].end == at60.frames
    assert all(a.end == b.start for a, b in zip(phases[:-1], phases[1:], strict=True))


def test_a_restless_minute_has_few_phases() -> None:
    dice = np.random.default_rng(5)
    pieces = []
    for _ in range(40):
        turns = stand(45)
        reach(turns, "left", dice.uniform([0.1, -0.1, -0.1], [0.4, 0.8, 0.4]))
        pieces.append(motion_of(turns, ahead=dice.uniform(-1, 2) * seconds(45)))
    motion = joined(*pieces)
    phases = phases_of(motion)
    assert 3 <= len(phases) <= 8
    assert min(phase.end - phase.start for phase in phases) >= 36


def test_each_part_has_its_own_phases() -> None:
    one = {(part, "action"): "still" for part in PARTS[:2]} | {("root", "direction"): "forward"}
    other = one | {("left_arm", "action"): "waves"}
    third = other | {("root", "direction"): "in_place"}
    told = by_part([Phase(0, 60, one), Phase(60, 120, other), Phase(120, 150, third)], 30.0)
    assert told["right_arm"] == [(None, {"action": "still"})]
    assert told["left_arm"] == [(2.0, {"action": "still"}), (3.0, {"action": "waves"})]
    assert told["root"] == [(4.0, {"direction": "forward"}), (1.0, {"direction": "in_place"})]
    assert told["left_leg"] == [(None, {})]


def test_the_phases_of_a_part_can_be_written_and_read() -> None:
    motion = walk_then_wave_then_squat()
    for part, phases in by_part(phases_of(motion), motion.fps).items():
        read = parse_phases(part, write_phases(part, phases))
        assert [said for _, said in read] == [said for _, said in phases]
        assert [seconds for seconds, _ in read] == pytest.approx([seconds for seconds, _ in phases], abs=0.01)
