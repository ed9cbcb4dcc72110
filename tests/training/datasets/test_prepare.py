# SPDX-License-Identifier: GPL-3.0-or-later
"""From archives and folders to prepared arrays: splits, reports, damaged files, a second run."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tarfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from odd_rigs import exercise, odd_axes, write_deepmimic, write_odd_bvh

from server.errors import SmooError
from training.conversion import split_for
from training.datasets import bandai_namco, mesh2motion
from training.datasets.clip import split_of
from training.datasets.formats import Item
from training.prepare import main, prepare
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


def rows_of(out: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((out / "clips.json").read_text(encoding="utf-8"))
    return rows


def adds_up(report: dict[str, Any]) -> bool:
    """Tell whether every file that was found was converted or skipped, in every data set and altogether."""
    data_sets = [*report["data_sets"].values()]
    outside = len(report["outside_of_any_data_set"])
    whole = report["total"]
    every = all(one["found"] == one["converted"] + len(one["skipped"]) for one in data_sets)
    found = sum(one["found"] for one in data_sets) + outside
    return every and whole["found"] == found == whole["converted"] + whole["skipped"]


def test_prepared_files(data: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    out = tmp_path / "out"
    report = prepare(data, out)
    rows = rows_of(out)
    arrays = np.load(out / "motions.npz")
    assert [row["name"] for row in rows] == ["mesh2motion_bow", "mesh2motion_wave", "deepmimic_humanoid3d_walk"]
    assert [row["frames"] for row in rows] == [50, 50, 60]
    assert arrays["starts"].tolist() == [row["start"] for row in rows] == [0, 50, 100]
    assert arrays["root_positions"].shape == (160, 3)
    assert arrays["rotations"].shape == (160, 22, 4)
    assert np.abs(np.linalg.norm(arrays["rotations"], axis=-1) - 1).max() < 1e-3
    assert "broken.bvh" in caplog.text
    figures = json.loads((out / "skeleton_report.json").read_text(encoding="utf-8"))["mesh2motion"]
    assert (figures["files"], figures["unreadable"], figures["clips"]) == (3, 1, 2)
    assert figures["limb_direction_error_deg"]["mean"] < 3.0
    assert not list(out.rglob("*partial*"))
    assert adds_up(report)


def test_the_report_says_what_became_of_every_file(data: Path, tmp_path: Path) -> None:
    (data / "mesh2motion" / "kick.fbx").write_bytes(b"FBX")
    (data / "mesh2motion" / "pose.bvh").write_text(
        re.sub(
            r"(?s)Frames: \d+\n(.*?\n)((?:[^\n]*\n){1}).*",
            r"Frames: 1\n\1\2",
            (data / "mesh2motion" / "bow.bvh").read_text(),
        )
    )
    (data / "zero_ad.tar.xz").write_bytes(b"cut off")
    (data / "stray.bvh").touch()
    out = tmp_path / "out"
    report = prepare(data, out)
    written = json.loads((out / "report.json").read_text(encoding="utf-8"))
    assert written == report | {"inputs": written["inputs"]}
    assert adds_up(report)
    mesh = report["data_sets"]["mesh2motion"]
    assert (mesh["found"], mesh["converted"], mesh["clips"]) == (5, 2, 2)
    reasons = {row["file"]: row["reason"] for row in mesh["skipped"]}
    assert "no MOTION section" in reasons["broken.bvh"]
    assert "export the motion as BVH" in reasons["kick.fbx"]
    assert "1 frame: a motion takes at least 4" in reasons["pose.bvh"]
    outside = {row["file"]: row["reason"] for row in report["outside_of_any_data_set"]}
    assert "Copy it again" in outside["zero_ad.tar.xz"]
    assert "put it in one" in outside["stray.bvh"]
    assert mesh["minutes"] == round(100 / 30 / 60, 2)
    assert sum(mesh["splits"].values()) == 2
    text = (out / "report.md").read_text(encoding="utf-8")
    for word in ("broken.bvh", "kick.fbx", "pose.bvh", "zero_ad.tar.xz", "stray.bvh", "| mesh2motion | 5 | 2 | 3 |"):
        assert word in text


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
    with pytest.raises(SmooError, match=r"cmu\.tar\.xz cannot be unpacked.*Copy it again"):
        prepare(tmp_path, tmp_path / "out")
    assert not (tmp_path / "out" / "cmu").exists()


def test_an_archive_that_was_exchanged_is_unpacked_again(data: Path, tmp_path: Path) -> None:
    prepare(data, tmp_path / "out")
    write_deepmimic(tmp_path / "deepmimic" / "humanoid3d_run.txt")
    with tarfile.open(data / "deepmimic.tar.xz", "w:xz") as archive:
        archive.add(tmp_path / "deepmimic", "deepmimic")
    report = prepare(data, tmp_path / "out")
    assert report["data_sets"]["deepmimic"]["converted"] == 2


def state(out: Path) -> dict[str, tuple[int, bytes]]:
    return {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in out.glob("*") if path.is_file()}


def test_a_second_run_changes_nothing(data: Path, tmp_path: Path) -> None:
    prepare(data, tmp_path / "out")
    before = state(tmp_path / "out")
    report = prepare(data, tmp_path / "out")
    after = state(tmp_path / "out")
    assert after["motions.npz"] == before["motions.npz"], "what was made from it stays good"
    assert after["clips.json"] == before["clips.json"]
    kept = [one["kept_from_an_earlier_run"] for one in report["data_sets"].values()]
    assert kept == [3, 1], "the broken file's reason is kept as well"
    assert adds_up(report)


def test_only_what_has_changed_is_converted_again(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    prepare(data, out)
    arrays = np.load(out / "motions.npz")["rotations"].copy()
    write_deepmimic(data / "deepmimic" / "humanoid3d_jump.txt", frames=45)
    (data / "deepmimic.tar.xz").unlink()
    write_deepmimic(data / "deepmimic" / "humanoid3d_walk.txt")
    report = prepare(data, out)
    assert report["data_sets"]["mesh2motion"]["kept_from_an_earlier_run"] == 3
    assert report["data_sets"]["deepmimic"]["kept_from_an_earlier_run"] == 0, "their skeleton is learnt from both"
    assert [row["name"] for row in rows_of(out)][2:] == ["deepmimic_humanoid3d_jump", "deepmimic_humanoid3d_walk"]
    assert np.array_equal(np.load(out / "motions.npz")["rotations"][:100], arrays[:100])


def test_a_file_that_was_mended_is_taken(data: Path, tmp_path: Path) -> None:
    prepare(data, tmp_path / "out")
    write_odd_bvh(data / "mesh2motion" / "broken.bvh", exercise(40, 24.0), MAPPING, odd_axes(5))
    report = prepare(data, tmp_path / "out")
    assert report["data_sets"]["mesh2motion"]["skipped"] == []
    (data / "mesh2motion" / "broken.bvh").unlink()
    report = prepare(data, tmp_path / "out")
    assert report["data_sets"]["mesh2motion"]["found"] == 2
    assert len(list((tmp_path / "out" / "parts" / "mesh2motion").iterdir())) == 2, "parts of removed files go"


def test_another_version_of_the_code_converts_again(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(data, tmp_path / "out")
    monkeypatch.setattr("training.parts.code_version", lambda: "another")
    report = prepare(data, tmp_path / "out")
    assert all(one["kept_from_an_earlier_run"] == 0 for one in report["data_sets"].values())


def test_labels_may_change_without_converting_again(data: Path, tmp_path: Path) -> None:
    prepare(data, tmp_path / "out")
    (data / "mesh2motion" / "index.csv").write_text("file,description\nbow.bvh,a deep bow\n", encoding="utf-8")
    report = prepare(data, tmp_path / "out")
    assert report["data_sets"]["mesh2motion"]["kept_from_an_earlier_run"] == 3
    assert rows_of(tmp_path / "out")[0]["description"] == "a deep bow"


def test_damaged_parts_are_made_again(data: Path, tmp_path: Path) -> None:
    prepare(data, tmp_path / "out")
    before = state(tmp_path / "out")["clips.json"][1]
    for path in (tmp_path / "out" / "parts").rglob("*.npz"):
        path.write_bytes(path.read_bytes()[:100])
    report = prepare(data, tmp_path / "out")
    assert report["data_sets"]["mesh2motion"]["kept_from_an_earlier_run"] == 0
    assert state(tmp_path / "out")["clips.json"][1] == before


def test_a_run_that_was_killed_goes_on(tmp_path: Path) -> None:
    """Killed for good in the middle; the second run converts only the rest and comes to the same."""
    data = tmp_path / "data"
    for number in range(24):
        write_odd_bvh(data / "mesh2motion" / f"clip{number:02}.bvh", exercise(400, 24.0), MAPPING, odd_axes(5))
    command = [sys.executable, "-m", "training.prepare", str(data), str(tmp_path / "out"), "--processes", "1"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    parts = tmp_path / "out" / "parts" / "mesh2motion"

    def whole() -> int:
        return sum("partial" not in path.name for path in parts.glob("*.npz"))

    wait_until = time.monotonic() + 60
    while whole() < 4 and time.monotonic() < wait_until:
        time.sleep(0.005)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    done = whole()
    assert 4 <= done < 24
    assert not (tmp_path / "out" / "motions.npz").exists()
    report = prepare(data, tmp_path / "out")
    assert report["data_sets"]["mesh2motion"]["kept_from_an_earlier_run"] == done
    assert report["data_sets"]["mesh2motion"]["converted"] == 24
    prepare(data, tmp_path / "whole")
    assert (tmp_path / "whole" / "motions.npz").read_bytes() == (tmp_path / "out" / "motions.npz").read_bytes()


def test_a_process_that_dies_is_told_of(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("training.conversion.convert", lambda *_: os._exit(9))
    with pytest.raises(SmooError, match="Start again: what is done is kept") as caught:
        prepare(data, tmp_path / "out")
    assert caught.value.code == "process_died"


def test_a_disk_that_fails_is_asked_again(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: object) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr("training.conversion.convert", failing)
        with pytest.raises(SmooError, match="No readable clip"):
            prepare(data, tmp_path / "out")
        text = (tmp_path / "out" / "report.md").read_text(encoding="utf-8")
        assert "Input/output error" in text
    assert prepare(data, tmp_path / "out")["total"]["converted"] == 3


def test_the_command_says_what_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["prepare", str(tmp_path), str(tmp_path / "out")])
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == 2
    assert "It should hold BVH files" in capsys.readouterr().err


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
