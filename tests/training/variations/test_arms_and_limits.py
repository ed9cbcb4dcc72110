# SPDX-License-Identifier: GPL-3.0-or-later
"""Reaching arms, human limits and solids that keep hands out of the body."""

from __future__ import annotations

import numpy as np
import pytest
from bodies_in_motion import stand, walk

from server.motion.motion import Motion
from server.motion.rotations import quat_from_axis_angle, quat_rotate
from server.motion.skeleton import JOINT_COUNT, JOINT_INDEX, JOINTS
from training.variations.arm_ik import Goal, bent_arm, reached
from training.variations.arm_paths import direction, gait
from training.variations.limits import excess, limited, worst_excess
from training.variations.self_contact import depths, pushed_out
from training.variations.torso import Torso

_X, _Y, _Z = np.eye(3)


def turned(joint: str, axis: np.ndarray, degrees: float) -> Motion:
    """Return a T-pose of 40 frames with one joint turned."""
    rotations = np.zeros((40, JOINT_COUNT, 4))
    rotations[..., 0] = 1
    rotations[:, JOINT_INDEX[joint]] = quat_from_axis_angle(axis, np.radians(degrees))
    return Motion(np.zeros((40, 3)), rotations)


def goal(torso: Torso, wrist: tuple[float, float, float], **more: np.ndarray) -> Goal:
    """Return a wrist told from the chest, the elbow down and out."""
    place = torso.at("spine3") + quat_rotate(torso.turn("spine3"), np.array([wrist]))
    return Goal(place, np.broadcast_to([0.6, -1.0, -0.2], place.shape), **more)


@pytest.mark.parametrize("wrist", [(0.1, 0.1, 0.35), (0.3, 0.4, 0.2), (0.25, -0.2, 0.1), (-0.1, 0.1, 0.3)])
def test_the_wrist_comes_where_it_shall(wrist: tuple[float, float, float]) -> None:
    torso = Torso(walk())
    aim = goal(torso, wrist)
    arm = torso.with_arm(reached(torso, aim))
    assert np.abs(arm.at("left_wrist") - aim.wrist).max() < 2e-3
    assert excess(arm.motion)[:, JOINT_INDEX["left_elbow"]].max() == 0


def test_what_is_out_of_reach_is_pointed_at() -> None:
    torso = Torso(stand())
    aim = goal(torso, (0.2, 0.1, 3.0))
    arm = torso.with_arm(reached(torso, aim))
    line = arm.at("left_wrist") - arm.at("left_shoulder")
    far = aim.wrist - arm.at("left_shoulder")
    cosine = (line * far).sum(-1) / np.linalg.norm(line, axis=-1) / np.linalg.norm(far, axis=-1)
    assert cosine.min() > 0.999
    assert np.linalg.norm(line, axis=-1).max() < 0.52


def test_the_palm_faces_where_it_shall() -> None:
    torso = Torso(stand())
    up = np.broadcast_to(_Y, (torso.frames, 3))
    arm = torso.with_arm(reached(torso, goal(torso, (0.2, -0.05, 0.35), palm=up)))
    palm = quat_rotate(arm.turn("left_wrist"), -_Y[None])
    assert palm[:, 1].min() > 0.85


def test_an_arm_that_is_asked_nothing_stays() -> None:
    torso = Torso(walk())
    same = bent_arm(torso, torso.at("left_wrist"), torso.at("left_elbow"))
    assert np.abs(same.positions - torso.positions).max() < 1e-4


def test_a_moved_arm_and_a_mirror_know_where_they_are() -> None:
    torso = Torso(walk())
    moved = torso.with_arm(reached(torso, goal(torso, (0.1, 0.1, 0.35)))).mirrored()
    assert np.allclose(moved.positions, Torso(moved.motion).positions, atol=1e-5)
    assert np.allclose(np.abs((moved.world * Torso(moved.motion).world).sum(-1)), 1, atol=1e-5)


def test_gait_is_found_in_a_walk_only() -> None:
    steps = gait(Torso(walk()))
    assert steps is not None
    assert gait(Torso(stand())) is None
    other = gait(Torso(walk()).mirrored())
    assert other is not None
    assert np.allclose(other, -steps, atol=1e-3)


def test_directions_are_told_from_hanging() -> None:
    assert np.allclose(direction(0.0, 30.0), -_Y)
    assert np.allclose(direction(90.0, 0.0), _Z, atol=1e-9)
    assert np.allclose(direction(90.0, 90.0), _X, atol=1e-9)
    assert np.allclose(direction(180.0, 0.0), _Y, atol=1e-9)


@pytest.mark.parametrize(
    ("joint", "axis", "within", "beyond"),
    [
        ("left_knee", _X, 120.0, -30.0),
        ("right_elbow", _Y, 130.0, -30.0),
        ("left_elbow", _Y, -130.0, 30.0),
        ("spine2", _X, 30.0, 60.0),
        ("head", _Y, -60.0, 90.0),
        ("left_hip", _X, -110.0, 70.0),
        ("right_shoulder", _Z, 85.0, 150.0),
    ],
)
def test_limits_are_where_people_have_them(joint: str, axis: np.ndarray, within: float, beyond: float) -> None:
    assert worst_excess(turned(joint, axis, within)) == 0
    too_far = turned(joint, axis, beyond)
    assert excess(too_far)[:, JOINT_INDEX[joint]].min() > 8
    assert excess(too_far).max(axis=0).astype(bool).sum() == 1


def test_limited_joints_are_within_their_limits_and_free_ones_stay() -> None:
    dice = np.random.default_rng(0)
    wild = Motion(np.zeros((200, 3)), dice.normal(size=(200, JOINT_COUNT, 4)))
    assert worst_excess(wild) > 30
    tamed = limited(wild)
    assert worst_excess(tamed) < 1e-3
    assert np.allclose(tamed.rotations[:, 0], wild.rotations[:, 0], atol=1e-6)
    arm = [JOINT_INDEX["left_elbow"]]
    only = limited(wild, arm)
    changed = np.abs(only.rotations - wild.rotations).max(axis=(0, 2)) > 1e-6
    assert [JOINTS[index] for index in np.flatnonzero(changed)] == ["left_elbow"]
    assert np.allclose(limited(walk()).rotations, walk().rotations, atol=1e-5)


def test_limits_mirror() -> None:
    wild = Motion(np.zeros((100, 3)), np.random.default_rng(1).normal(size=(100, JOINT_COUNT, 4)))
    assert np.allclose(np.sort(excess(wild).max(1)), np.sort(excess(wild.mirrored()).max(1)), atol=1e-3)
    mirrored, straight = limited(wild.mirrored()).mirrored(), limited(wild)
    assert np.allclose(np.abs((mirrored.rotations * straight.rotations).sum(-1)), 1, atol=1e-4)


def test_joints_give_way_softly() -> None:
    degrees = np.linspace(0, 120, 241)
    rotations = np.zeros((241, JOINT_COUNT, 4))
    rotations[..., 0] = 1
    rotations[:, JOINT_INDEX["spine2"]] = quat_from_axis_angle(_X, np.radians(degrees))
    bent = limited(Motion(np.zeros((241, 3)), rotations)).rotations[:, JOINT_INDEX["spine2"]]
    angles = np.degrees(2 * np.arctan2(bent[:, 1], bent[:, 0]))
    step = np.diff(angles)
    assert (step > -1e-3).all()
    assert np.abs(np.diff(step)).max() < 0.1
    assert angles[-1] <= 40.0


def test_a_hand_in_the_belly_or_the_head_is_pushed_out() -> None:
    torso = Torso(stand())
    for wrist in ((0.05, -0.1, 0.06), (0.06, 0.42, 0.08), (-0.02, -0.05, -0.05)):
        inside = torso.with_arm(reached(torso, goal(torso, wrist)))
        assert depths(inside.motion)[:, 0].max() > 0.03
        out = pushed_out(inside)
        assert depths(out.motion)[:, 0].max() < 0.01
        assert np.abs(out.motion.rotations[:, :12] - torso.motion.rotations[:, :12]).max() < 1e-6


def test_a_free_hand_is_not_pushed() -> None:
    torso = Torso(walk())
    assert depths(torso.motion).max() == 0
    assert np.array_equal(pushed_out(torso).motion.rotations, torso.motion.rotations)
