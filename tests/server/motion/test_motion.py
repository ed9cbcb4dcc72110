# SPDX-License-Identifier: GPL-3.0-or-later
"""Rotations, motions, BVH files and features: there and back, and what mirroring and moving must not change."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from server.errors import SmooError
from server.motion import rotations as R
from server.motion.bvh import motion_from_bvh, read_bvh, write_motion
from server.motion.contacts import clean_feet, contacts, planted_slide
from server.motion.features import FEATURE_SIZE, PART_SLICES, features, motion_from_features
from server.motion.motion import Motion
from server.motion.skeleton import FOOT_JOINTS, JOINT_INDEX, MIRROR, OFFSETS, PARENTS, PARTS


def random_motion(frames: int = 50, seed: int = 0) -> Motion:
    dice = np.random.default_rng(seed)
    turns = np.cumsum(dice.normal(size=(frames, 22, 3)) * 0.05, axis=0)
    angles = np.linalg.norm(turns, axis=-1)
    quats = R.quat_from_axis_angle(R.normalized(turns), angles)
    return Motion(np.cumsum(dice.normal(size=(frames, 3)) * 0.02, axis=0) + [0, 0.9, 0], quats)


@pytest.mark.parametrize("order", ["XYZ", "ZXY", "YXZ", "ZYX", "XZY", "YZX"])
def test_euler_angles_and_back(order: str) -> None:
    quats = R.normalized(np.random.default_rng(1).normal(size=(200, 4)))
    again = R.euler_to_quat(R.quat_to_euler(quats, order), order)
    assert np.abs(np.abs((again * quats).sum(-1)) - 1).max() < 1e-9


def test_matrices_sixd_and_quaternions_agree() -> None:
    quats = R.normalized(np.random.default_rng(2).normal(size=(100, 4)))
    matrices = R.matrix_from_quat(quats)
    vector = np.array([0.3, -1.0, 2.0])
    assert np.allclose(matrices @ vector, R.quat_rotate(quats, np.broadcast_to(vector, (100, 3))))
    assert np.allclose(R.matrix_from_sixd(R.sixd_from_matrix(matrices)), matrices)
    assert np.abs(np.abs((R.quat_from_matrix(matrices) * quats).sum(-1)) - 1).max() < 1e-9


def test_shortest_rotation_also_between_opposite_directions() -> None:
    a = np.array([[1.0, 0, 0], [0, 1, 0], [0.6, 0.8, 0]])
    b = np.array([[-1.0, 0, 0], [0, 0, 1], [0.6, 0.8, 0]])
    assert np.allclose(R.quat_rotate(R.quat_between(a, b), a), b, atol=1e-9)


def test_t_pose_stands_where_the_skeleton_says() -> None:
    quats = np.zeros((1, 22, 4))
    quats[..., 0] = 1
    positions = Motion(np.zeros((1, 3)), quats).positions()[0]
    for joint, parent in enumerate(PARENTS):
        if parent >= 0:
            assert np.allclose(positions[joint] - positions[parent], OFFSETS[joint], atol=1e-6)
    assert positions[JOINT_INDEX["left_wrist"], 0] > 0.5 > -0.5 > positions[JOINT_INDEX["right_wrist"], 0]


def test_mirroring_reflects_every_joint_and_twice_is_nothing() -> None:
    motion = random_motion()
    mirrored = motion.mirrored()
    assert np.allclose(mirrored.positions()[:, list(MIRROR)] * [-1, 1, 1], motion.positions(), atol=1e-5)
    assert np.allclose(mirrored.mirrored().positions(), motion.positions(), atol=1e-5)


def test_canonical_faces_ahead_over_the_origin_on_the_ground() -> None:
    motion = random_motion(seed=3).moved(1.2, [3, 5, -2]).canonical()
    assert abs(float(R.yaw_of(motion.rotations[0, 0]))) < 1e-5
    assert np.allclose(motion.root_positions[0, [0, 2]], 0, atol=1e-5)
    assert abs(motion.positions()[:, list(FOOT_JOINTS), 1].min()) < 1e-5


def test_resampling_keeps_time() -> None:
    motion = random_motion(60)
    there = motion.resampled(120.0)
    assert there.frames == 240
    assert np.abs(there.resampled(30.0, 60).positions() - motion.positions()).max() < 1e-3


@pytest.mark.parametrize(
    ("root", "turns"),
    [
        (np.zeros((0, 3)), np.zeros((0, 22, 4))),
        (np.zeros((2, 3)), np.ones((2, 21, 4))),
        (np.zeros((2, 3)), np.zeros((2, 22, 4))),
    ],
)
def test_impossible_motions_are_refused(root: np.ndarray, turns: np.ndarray) -> None:
    with pytest.raises(ValueError, match="motion"):
        Motion(root, turns)


@pytest.mark.parametrize("fps", [0.0, -30.0, float("nan"), float("inf")])
def test_frame_rates_have_to_be_some(fps: float) -> None:
    motion = random_motion(5)
    with pytest.raises(ValueError, match="frames a second"):
        Motion(motion.root_positions, motion.rotations, fps)
    with pytest.raises(ValueError, match="frames a second"):
        motion.resampled(fps)
    with pytest.raises(ValueError, match="0 frames"):
        motion.resampled(30.0, 0)


def test_bvh_there_and_back(tmp_path: Path) -> None:
    motion = random_motion()
    write_motion(motion, tmp_path / "a.bvh")
    again = motion_from_bvh(tmp_path / "a.bvh")
    assert again.fps == 30.0
    assert np.abs(again.positions() - motion.positions()).max() < 1e-4
    assert not list(tmp_path.glob("*.partial"))
    lines = (tmp_path / "a.bvh").read_text().splitlines()
    assert lines[1] == "ROOT pelvis"
    assert "OFFSET 9.0000 -8.0000 0.0000" in lines[next(i for i, t in enumerate(lines) if "left_hip" in t) + 2]


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[: len(text) // 2],
        lambda text: text.replace("MOTION", "NOTION"),
        lambda text: text.replace("HIERARCHY", ""),
        lambda text: text.replace("Frames: 50", "Frames: 60"),
        lambda text: "",
        lambda text: text[:-30] + "nan\n",
    ],
)
def test_damaged_bvh_is_refused_with_what_to_do(tmp_path: Path, damage: object) -> None:
    path = tmp_path / "bad.bvh"
    write_motion(random_motion(), path)
    path.write_text(damage(path.read_text()))
    with pytest.raises(SmooError, match="Export it again") as caught:
        motion_from_bvh(path)
    assert caught.value.code == "bad_bvh"


def test_a_missing_bvh_is_named(tmp_path: Path) -> None:
    with pytest.raises(SmooError, match="Check the path"):
        read_bvh(tmp_path / "nowhere.bvh")


def test_features_there_and_back() -> None:
    motion = random_motion().canonical()
    values = features(motion)
    assert values.shape == (50, FEATURE_SIZE)
    assert np.abs(motion_from_features(values).positions() - motion.positions()).max() < 1e-4


def test_features_do_not_know_place_and_heading() -> None:
    motion = random_motion().canonical()
    moved = motion.moved(2.0, [4, 0, 1])
    assert np.abs(features(motion) - features(moved)).max() < 1e-3


def test_a_part_changes_only_its_own_columns() -> None:
    motion = random_motion().canonical()
    turns = motion.rotations.copy()
    turns[:, JOINT_INDEX["left_elbow"]] = turns[::-1, JOINT_INDEX["left_elbow"]]
    changed = np.abs(features(Motion(motion.root_positions, turns)) - features(motion)).max(axis=0) > 1e-6
    columns = PART_SLICES[PARTS.index("left_arm")]
    assert changed[columns].any()
    assert not np.delete(changed, np.r_[columns]).any()


def sliding_stand(frames: int = 60, speed: float = 0.2) -> Motion:
    """A standing body that glides ahead: both feet slide at a known speed."""
    quats = np.zeros((frames, 22, 4))
    quats[..., 0] = 1
    bend = R.quat_from_axis_angle(np.array([1.0, 0, 0]), np.radians(-15.0))
    for side in ("left", "right"):
        quats[:, JOINT_INDEX[f"{side}_hip"]] = bend
        quats[:, JOINT_INDEX[f"{side}_knee"]] = R.quat_mul(R.quat_inv(bend), R.quat_inv(bend))
        quats[:, JOINT_INDEX[f"{side}_ankle"]] = bend
    root = np.zeros((frames, 3))
    root[:, 2] = np.arange(frames) / 30 * speed
    return Motion(root, quats).canonical()


def test_slide_is_measured_in_metres_a_second() -> None:
    assert abs(planted_slide(sliding_stand(speed=0.2)) - 0.2) < 0.01
    assert planted_slide(sliding_stand(speed=0.0)) < 1e-4


def test_clean_up_stops_planted_feet_and_keeps_the_rest() -> None:
    motion = sliding_stand(speed=0.2)
    assert contacts(motion).all()
    clean = clean_feet(motion)
    assert clean.frames == motion.frames
    assert planted_slide(clean) < 0.02
    upper = [JOINT_INDEX[name] for name in ("spine3", "head", "left_wrist", "right_elbow")]
    relative = [m.positions()[:, upper] - m.positions()[:, :1] for m in (clean, motion)]
    assert np.abs(relative[0] - relative[1]).max() < 1e-3


def test_a_foot_that_swings_too_low_is_lifted_over_the_ground_and_put_back() -> None:
    motion = sliding_stand(frames=60, speed=1.0)
    planted = np.zeros((60, 4), dtype=bool)
    planted[:20], planted[40:] = True, True
    planted[:, 2:] = True  # the right foot stands all the time
    toes = clean_feet(motion, planted).positions()[:, JOINT_INDEX["left_foot"], 1]
    before = motion.positions()[:, JOINT_INDEX["left_foot"], 1]
    assert before.max() < 0.02
    assert toes[25:35].min() > 0.03
    assert np.abs(toes[:19] - before[:19]).max() < 0.005
    assert np.abs(toes[41:] - before[41:]).max() < 0.005
    assert np.abs(np.diff(toes)).max() < 0.02, "it rises over frames, not at once"
