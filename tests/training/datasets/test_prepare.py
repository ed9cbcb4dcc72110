# SPDX-License-Identifier: GPL-3.0-or-later
"""From archives and folders to prepared arrays: splits, reports, damaged files, a second run."""

from __future__ import annotations

import json
import tarfile
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from odd_rigs import exercise, odd_axes, write_deepmimic, write_odd_bvh

from server.errors import SmooError
from training.conversion import split_for
from training.datasets import bandai_namco, mesh2motion
from training.datasets.clip import split_of
from training.datasets.formats import Item
from training.prepare import prepare
from training.skeleton_report import report

MAPPING = mesh2motion.SKELETONS["mesh2motion"]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """One data set in a folder, with a damaged file, and one in an archive."""
    folder = tmp_path / "data"
    for name in ("bow", "wave"):
        write_odd_bvh(folder / "mesh2motion" / f"{name}.bvh", exercise(40, 24.0), MAPPING, odd_axes(5))
    (folder / "mesh2motion" / "broken.bvh").write_text("HIERARCHY\nROOT hips", encoding="utf-8")
    write_deepmimic(tmp_path / "deepmimic" / "humanoid3d_walk.txt")
    with tarfile.open(folder / "deepmimic.tar.xz", "w:xz") as archive:
        archive.add(tmp_path / "deepmimic", "deepmimic")
    return folder


def test_prepared_files(data: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    out = tmp_path / "out"
    figures = prepare(data, out)
    rows = json.loads((out / "clips.json").read_text(encoding="utf-8"))
    arrays = np.load(out / "motions.npz")
    assert [row["name"] for row in rows] == ["mesh2motion_bow", "mesh2motion_wave", "deepmimic_humanoid3d_walk"]
    assert [row["frames"] for row in rows] == [50, 50, 60]
    assert arrays["starts"].tolist() == [row["start"] for row in rows] == [0, 50, 100]
    assert arrays["root_positions"].shape == (160, 3)
    assert arrays["rotations"].shape == (160, 22, 4)
    assert np.abs(np.linalg.norm(arrays["rotations"], axis=-1) - 1).max() < 1e-3
    assert "broken.bvh" in caplog.text
    mesh = figures["mesh2motion"]
    assert isinstance(mesh, dict)
    assert (mesh["files"], mesh["unreadable"], mesh["clips"]) == (3, 1, 2)
    assert mesh["limb_direction_error_deg"]["mean"] < 3.0
    assert not list(out.glob("*partial*"))


def test_report_of_prepared_data_and_of_the_sources_agree(data: Path, tmp_path: Path) -> None:
    prepare(data, tmp_path / "out")
    assert report(tmp_path / "out")["mesh2motion"] == report(data)["mesh2motion"]


def test_nothing_to_prepare(tmp_path: Path) -> None:
    with pytest.raises(SmooError, match="No data set found"):
        prepare(tmp_path, tmp_path / "out")
    with pytest.raises(SmooError, match="neither"):
        report(tmp_path)


def test_damaged_archive_is_named(tmp_path: Path) -> None:
    (tmp_path / "cmu.tar.xz").write_bytes(b"not an archive")
    with pytest.raises(SmooError, match=r"cmu\.tar\.xz") as caught:
        prepare(tmp_path, tmp_path / "out")
    assert caught.value.code == "bad_archive"
    assert not (tmp_path / "out" / "cmu").exists()


def test_splits_depend_on_the_name_alone() -> None:
    names = [f"clip_{number}" for number in range(4000)]
    counts = Counter(split_of(name) for name in names)
    assert 0.08 < counts["test"] / len(names) < 0.12
    assert 0.035 < counts["val"] / len(names) < 0.065
    assert [split_of(name) for name in names[:50]] == [split_of(name) for name in reversed(names[:50])][::-1]
    # fixed for ever: figures of older weights stay comparable
    assert [split_of(name) for name in ("clip_5", "clip_6", "clip_12")] == ["train", "test", "test"]


def test_single_takes_train_and_few_pairs_are_held_out() -> None:
    def split(name: str) -> str:
        _, content, style, _ = name.split("_")
        return split_for(Item(Path(name), "bandai_namco", name, content, style), bandai_namco.DATASET)

    assert {split(f"dataset-1_{content}_normal_001") for content in ("kick", "call", "slash", "punch")} == {"train"}
    pairs = [f"dataset-1_walk_style{number}_001" for number in range(2000)]
    held_out = sum(split(name) != "train" for name in pairs) / len(pairs)
    assert 0.06 < held_out < 0.10
