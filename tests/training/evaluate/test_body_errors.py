# SPDX-License-Identifier: GPL-3.0-or-later
"""Errors between motions, physics, and the figures of the tokenizer, on motions where they are known."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from puppets import FRAMES, STAND, TIME, Puppet, walking, wave

from server.motion.floor import floating, sinking, soles
from server.motion.motion import Motion
from server.motion.rotations import quat_from_axis_angle, quat_mul
from server.motion.skeleton import JOINT_INDEX, PARTS
from training.evaluate.body_errors import apart, bones, joint_distance, limbs, own_speed, rotation_distance, speed
from training.evaluate.editing import locked_movement
from training.evaluate.length import join_jump
from training.evaluate.tokens import clip_errors, code_use, reconstruction_figures
from training.evaluate.variety import pairwise

WALK = walking().motion()


def turned(motion: Motion, joint: str, degrees: float) -> Motion:
    rotations = motion.rotations.astype(np.float64)
    at = JOINT_INDEX[joint]
    turn = quat_from_axis_angle(np.array([0.0, 0.0, 1.0]), np.radians(degrees))
    rotations[:, at] = quat_mul(rotations[:, at], turn)
    return replace(motion, rotations=rotations.astype(np.float32))


def test_path_and_heading_are_no_errors_of_the_pose() -> None:
    moved = WALK.moved(1.0, [2.0, 0.3, -1.0])
    assert joint_distance(WALK, moved).max() < 1e-5
    assert rotation_distance(WALK, moved).max() < 0.05


def test_a_known_turn_is_measured() -> None:
    other = turned(WALK, "left_elbow", 30.0)
    assert rotation_distance(WALK, other).mean() == pytest.approx(30.0 / 22, rel=1e-3)
    # only the wrist moves, by the chord of 30 degrees at a quarter of a metre, a twenty-second of all joints
    assert joint_distance(WALK, other).mean() == pytest.approx(2 * 0.25 * np.sin(np.radians(15)) / 22, rel=1e-3)


@pytest.mark.parametrize(
    ("joint", "part"), [("left_shoulder", "left_arm"), ("right_hip", "right_leg"), ("spine1", "backbone")]
)
def test_bones_and_limbs_belong_to_their_part_alone(joint: str, part: str) -> None:
    other = turned(WALK, joint, 40.0)
    for points in (bones, limbs):
        first, second = points(WALK), points(other)
        moved = {name for name in PARTS if apart(first[name], second[name]).max() > 1e-4}
        assert moved == {part}
        assert set(first) == set(PARTS)


def test_speeds() -> None:
    still = Puppet().motion()
    assert speed(still) == own_speed(still) == 0.0
    sliding = Puppet(path=(0.0, 1.5 * TIME)).motion()
    assert speed(sliding) == pytest.approx(1.5, rel=1e-3)
    assert own_speed(sliding) < 1e-3
    assert speed(still.sliced(0, 1)) == 0.0


def test_locked_parts_that_move_are_seen() -> None:
    moved, drift = locked_movement(WALK, turned(WALK, "left_elbow", 30.0), "left_arm")
    assert moved < 1e-5
    assert drift == 0.0
    moved, drift = locked_movement(WALK, turned(WALK, "left_elbow", 30.0), "right_arm")
    assert moved > 0.1
    assert locked_movement(WALK, WALK.moved(0.0, [0.1, 0.0, 0.0]), "left_arm")[1] == pytest.approx(0.1, abs=1e-5)


def test_sinking_and_floating() -> None:
    # the feet of a puppet go with the pelvis unless they are told where to stay
    stand = {"both": (0.0, 0.14 - STAND, 0.0)}
    still = Puppet(legs=stand).motion()
    assert sinking(still) < 1e-4
    assert floating(still) == 0.0
    dip = np.where((TIME > 1.0) & (TIME < 1.3), -0.08, 0.0)
    assert sinking(Puppet(legs=stand, height=STAND + dip).motion()) == pytest.approx(0.08, abs=1e-3)
    hung = np.where(TIME > 2.0, 0.2, 0.0)
    share = floating(Puppet(legs=stand, height=STAND + hung).motion())
    assert share == pytest.approx((TIME > 2.0).mean(), abs=0.08)
    fall = np.maximum(0.0, 2.5 * (TIME % 1.0) - 4.905 * (TIME % 1.0) ** 2)
    assert floating(Puppet(legs=stand, height=STAND + fall).motion()) < 0.15
    assert (fall > 0.05).mean() > 0.3
    assert soles(still).shape == (FRAMES,)


def test_a_jump_at_a_join_is_seen() -> None:
    broken = WALK.root_positions.copy()
    broken[45:, 0] += 0.2
    assert join_jump(replace(WALK, root_positions=broken), 45) > 2 * join_jump(WALK, 45)


def test_variety_of_equal_and_different_takes() -> None:
    assert pairwise([WALK, WALK, WALK]) == 0.0
    other = Puppet(arms={"both": (wave(1.0, 0.2), 0.2, 0.2)}).motion()
    assert pairwise([WALK, other]) > 0.05


def test_tokenizer_figures_of_a_perfect_and_a_bad_copy() -> None:
    perfect = reconstruction_figures("made up", [clip_errors(WALK, WALK)] * 3)
    assert all(figure.met is not False for figure in perfect)
    bad = {
        f.name: f
        for f in reconstruction_figures("bandai_namco", [clip_errors(WALK, turned(WALK, "left_hip", 60.0))] * 3)
    }
    assert bad["bandai_namco: joint position error"].met is False
    assert bad["bandai_namco: joint position error"].value.mean > 8
    frozen = Motion(np.repeat(WALK.root_positions[:1], FRAMES, 0), np.repeat(WALK.rotations[:1], FRAMES, 0))
    slow = {f.name: f for f in reconstruction_figures("x", [clip_errors(WALK, frozen)])}
    assert slow["x: velocity to the original's"].value.mean == 0.0
    assert slow["x: velocity to the original's"].met is False


def test_code_use_counts_what_is_used() -> None:
    tokens = np.zeros((100, 6), dtype=np.int64)
    tokens[:, 1] = np.arange(100) % 4
    use = code_use(tokens, 8)
    assert use["right_arm"] == {"share": 1 / 8, "perplexity": pytest.approx(1.0)}
    assert use["left_arm"] == {"share": 0.5, "perplexity": pytest.approx(4.0)}
