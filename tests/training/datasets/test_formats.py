# SPDX-License-Identifier: GPL-3.0-or-later
"""Every data set's format, in small files with odd bone axes: directions, sides, twist, frame rates and labels."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from odd_rigs import exercise, odd_axes, write_deepmimic, write_odd_bvh

from server.errors import SmooError
from server.motion.calibration import Calibration
from server.motion.motion import Motion
from server.motion.rotations import yaw_of
from server.motion.skeleton import JOINT_INDEX, JOINTS
from server.motion.source import Source
from training.datasets import bandai_namco, cmu, deepmimic, mesh2motion, zero_ad
from training.datasets.agreement import ankle_slides, direction_errors
from training.datasets.clip import finished
from training.datasets.formats import Item
from training.datasets.learning import learnt, references

# format, skeleton, file name; numbered CMU files are Reallusion's, named ones cgspeed's
BVH_FORMATS = [
    (bandai_namco, "bandai_namco", "dataset-1_walk_normal_001.bvh"),
    (cmu, "reallusion", "001_01.bvh"),
    (cmu, "cgspeed", "salsa_01.bvh"),
    (zero_ad, "zero_ad", "citizen__walk_relax_m.bvh"),
    (mesh2motion, "mesh2motion", "bow.bvh"),
]


def _write(folder: Path, form: ModuleType, skeleton: str, name: str, motion: Motion, seed: int = 3) -> None:
    write_odd_bvh(folder / name, motion, form.SKELETONS[skeleton], odd_axes(seed))


def _converted(form: ModuleType, folder: Path) -> tuple[Item, Source, Calibration, Motion]:
    items = form.items(folder)
    source = form.read(items[0])
    calibration = learnt(form, items[0].skeleton, references(form, items[0].skeleton, items)).calibration
    return items[0], source, calibration, calibration.posed(source)


@pytest.mark.parametrize(("form", "skeleton", "name"), BVH_FORMATS, ids=[row[1] for row in BVH_FORMATS])
@pytest.mark.parametrize("seed", [3, 11])
def test_limbs_point_where_the_source_points(
    tmp_path: Path, form: ModuleType, skeleton: str, name: str, seed: int
) -> None:
    _write(tmp_path, form, skeleton, name, exercise(), seed)
    _, source, calibration, motion = _converted(form, tmp_path)
    errors = direction_errors(source, motion, calibration.mapping)
    assert np.isfinite(errors).all()
    assert errors.mean() < 3.0
    assert errors.max() < 6.0


@pytest.mark.parametrize(("form", "skeleton", "name"), BVH_FORMATS, ids=[row[1] for row in BVH_FORMATS])
def test_rotations_are_those_that_made_the_file(tmp_path: Path, form: ModuleType, skeleton: str, name: str) -> None:
    """Twist too: elbows and knees bend about the T-pose's hinges, and standing is near zero but for the arms."""
    original = exercise()
    _write(tmp_path, form, skeleton, name, original)
    _, _, _, motion = _converted(form, tmp_path)
    wanted = original.rotations[-motion.frames :]
    apart = np.degrees(2 * np.arccos(np.abs(np.sum(motion.rotations * wanted, axis=-1)).clip(0, 1)))
    for joint in ("pelvis", "left_hip", "right_hip", "left_knee", "right_knee", "left_shoulder", "right_shoulder"):
        assert apart[:, JOINT_INDEX[joint]].max() < 6.0, joint
    for joint in ("spine1", "left_ankle", "right_ankle", "left_elbow", "right_elbow", "head", "left_wrist"):
        assert apart[:, JOINT_INDEX[joint]].max() < 12.0, joint


@pytest.mark.parametrize(("form", "skeleton", "name"), BVH_FORMATS, ids=[row[1] for row in BVH_FORMATS])
def test_sides_are_kept_and_the_clip_is_canonical(tmp_path: Path, form: ModuleType, skeleton: str, name: str) -> None:
    _write(tmp_path, form, skeleton, name, exercise())
    _, _, _, motion = _converted(form, tmp_path)
    done = finished(motion.moved(2.0, (3.0, 0.4, -1.0)))
    places = done.positions()
    at = {joint: places[:, JOINT_INDEX[joint]] for joint in JOINTS}
    assert at["left_wrist"][-1, 1] > at["head"][-1, 1] > at["right_wrist"][-1, 1]
    assert (at["left_hip"][:, 0] > at["right_hip"][:, 0] + 0.1).all()
    assert (at["left_foot"][:, 2] > at["left_ankle"][:, 2] + 0.08).all()
    assert abs(float(yaw_of(done.rotations[0, 0]))) < 1e-3
    assert abs(min(at[joint][:, 1].min() for joint in ("left_foot", "right_foot"))) < 1e-3
    assert np.abs(done.root_positions[0, [0, 2]]).max() < 1e-5


def test_size_comes_from_the_legs_and_feet_stay_planted(tmp_path: Path) -> None:
    original = exercise()
    _write(tmp_path, bandai_namco, "bandai_namco", "dataset-1_walk_normal_001.bvh", original)
    _, source, calibration, motion = _converted(bandai_namco, tmp_path)
    assert calibration.scale == pytest.approx(1 / 113.0, rel=1e-3)
    theirs, ours = ankle_slides(source, motion, calibration.mapping, calibration.scale)
    assert len(theirs) > 20
    assert ours.mean() < theirs.mean() + 0.01
    assert np.abs(motion.positions() - original.positions()).max() < 0.03


def test_24_frames_a_second_become_30(tmp_path: Path) -> None:
    _write(tmp_path, mesh2motion, "mesh2motion", "bow.bvh", exercise(frames=96, fps=24.0))
    _, source, _, motion = _converted(mesh2motion, tmp_path)
    assert source.fps == pytest.approx(24.0)
    done = finished(motion)
    assert done.fps == 30.0
    assert done.frames == 120


def test_deepmimic_clips(tmp_path: Path) -> None:
    write_deepmimic(tmp_path / "humanoid3d_walk.txt", frames=120, fps=60.0)
    item, source, calibration, motion = _converted(deepmimic, tmp_path)
    assert item.description == "walk"
    errors = direction_errors(source, motion, calibration.mapping)
    assert np.nanmean(errors) < 3.0
    done = finished(motion)
    assert (done.fps, done.frames) == (30.0, 60)
    places = done.positions()[-1]
    at = {joint: places[JOINT_INDEX[joint]] for joint in JOINTS}
    assert at["left_wrist"][0] > 0.4, "the left arm was lifted to the left"
    assert at["right_wrist"][1] < at["right_shoulder"][1] - 0.2
    assert at["left_knee"][2] > at["left_ankle"][2] + 0.1, "knees bend forward"
    assert at["right_wrist"][2] > at["right_elbow"][2] + 0.1, "elbows bend forward"
    assert at["left_foot"][2] > at["left_ankle"][2] + 0.1


def test_deepmimic_damage_is_named(tmp_path: Path) -> None:
    path = tmp_path / "humanoid3d_walk.txt"
    path.write_text('{"Frames": [[1, 2, 3]]}', encoding="utf-8")
    with pytest.raises(SmooError, match=r"humanoid3d_walk\.txt .*44"):
        deepmimic.read(deepmimic.items(tmp_path)[0])
    path.write_text("no JSON", encoding="utf-8")
    with pytest.raises(SmooError, match=r"humanoid3d_walk\.txt"):
        deepmimic.read(deepmimic.items(tmp_path)[0])


def test_cgspeed_t_pose_is_left_out(tmp_path: Path) -> None:
    _write(tmp_path, cmu, "cgspeed", "salsa_01.bvh", exercise(frames=40))
    _write(tmp_path, cmu, "reallusion", "001_01.bvh", exercise(frames=40))
    frames = {item.skeleton: len(cmu.read(item).positions) for item in cmu.items(tmp_path)}
    assert frames == {"reallusion": 40, "cgspeed": 39}


def test_bandai_labels_and_one_vocabulary_of_styles(tmp_path: Path) -> None:
    for name in ("dataset-1_walk-turn-left_not-confident_001", "dataset-2_walk_elderly_012", "dataset-1_run_old_001"):
        (tmp_path / f"{name}.bvh").touch()
    (tmp_path / "dataset-2_run_exhausted_001.bvh").touch()
    (tmp_path / "dataset-1_bow_masculinity_001.bvh").touch()
    labels = {(item.content, item.style) for item in bandai_namco.items(tmp_path)}
    assert labels == {
        ("walk-turn-left", "not-confident"),
        ("walk", "old"),
        ("run", "old"),
        ("run", "tired"),
        ("bow", "masculine"),
    }


def test_descriptions(tmp_path: Path) -> None:
    (tmp_path / "002_01.bvh").touch()
    (tmp_path / "index.csv").write_text('file,description,frames\n002_01.bvh,"walk, slow",85\n', encoding="utf-8")
    assert [item.description for item in cmu.items(tmp_path)] == ["walk, slow"]
    (tmp_path / "gatherer__carry_ore_m.bvh").touch()
    assert "gatherer carry ore" in {item.description for item in zero_ad.items(tmp_path)}
