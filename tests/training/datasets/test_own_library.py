# SPDX-License-Identifier: GPL-3.0-or-later
"""A folder of one's own BVH files with an index: from files of several programs to what training reads."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from foreign_files import MIXAMO, Exporter, known_walk
from odd_rigs import exercise, odd_axes, write_odd_bvh

from server.motion.motion import Motion
from server.motion.skeleton import JOINT_INDEX
from training.datasets import Folder, bandai_namco, recognised, style100
from training.datasets.folder import label
from training.datasets.formats import contents_of, printable, table, words_of
from training.found import found_in
from training.library import Library, mapped
from training.prepare import prepare

WALK = known_walk(60)
UNREAL = {
    "pelvis": "pelvis",
    "spine1": "spine_01",
    "spine2": "spine_02",
    "spine3": "spine_03",
    "neck": "neck_01",
    "head": "head",
    **{
        f"{side}_{ours}": f"{theirs}_{side[0]}"
        for side in ("left", "right")
        for ours, theirs in {
            "collar": "clavicle",
            "shoulder": "upperarm",
            "elbow": "lowerarm",
            "wrist": "hand",
            "hip": "thigh",
            "knee": "calf",
            "ankle": "foot",
            "foot": "ball",
        }.items()
    },
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Ten clips from four programs, one of them damaged, one no person, and an index with gaps."""
    place = tmp_path / "Our Studio"
    for number in range(3):
        Exporter(MIXAMO).write(place / "walks" / f"Walk_Happy-0{number}.bvh", WALK)
    for number in range(3):
        exporter = Exporter(UNREAL, unit=39.37, z_up=True, order="XYZ", newline="\r\n")
        exporter.write(place / "unreal" / f"run_{number}.BVH", known_walk(90, 60.0))
    for number in range(2):
        write_odd_bvh(
            place / f"odd_{number}.bvh", exercise(), bandai_namco.SKELETONS["bandai_namco"], odd_axes(3), 1000.0
        )
    (place / "cut.bvh").write_text("HIERARCHY\nROOT hips", encoding="utf-8")
    Exporter({"pelvis": "blade", "spine1": "tip"}).write(place / "sword.bvh", WALK)
    (place / "index.csv").write_bytes(
        "File;Description;Style;Content;Author\r\n"
        "walks/Walk_Happy-00.bvh;a happy walk, arms swinging;Happy;Walk;Kim\r\n"
        "walks\\walk_happy-01;a second one;Happy;Walk;Kim\r\n"
        "unreal/run_0.bvh;läuft schnell;;Run Fast;\r\n"
        "lost.bvh;not there;;;\r\n"
        "cut.bvh;cut off;Sad;Walk;\r\n".encode("latin-1")
    )
    return place


def prepared(folder: Path, out: Path) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    report = prepare(folder, out)
    rows = json.loads((out / "clips.json").read_text(encoding="utf-8"))
    return report, {row["name"]: row for row in rows}


def test_from_a_folder_to_a_library(folder: Path, tmp_path: Path) -> None:
    report, rows = prepared(folder, tmp_path / "out")
    assert list(report["data_sets"]) == ["our_studio"]
    ours = report["data_sets"]["our_studio"]
    assert (ours["found"], ours["converted"], ours["clips"], len(ours["skipped"])) == (11, 8, 8, 3)
    reasons = {row["file"]: row["reason"] for row in ours["skipped"]}
    assert reasons["lost.bvh"] == "index.csv names it, but there is no such file"
    assert "no MOTION section" in reasons["cut.bvh"]
    assert "no arms and legs" in reasons["sword.bvh"]
    assert ours["skeletons_found_out"] == {
        "+Y up, centimetres, at rest in its zero pose or first frame": 3,
        "+Z up, inches, at rest in its zero pose or first frame": 3,
        "+Y up, millimetres, no pose at rest, neutral on average": 2,
    }
    assert ours["styles"] == {"(none)": 6, "happy": 2}
    assert ours["contents"] == {"(none)": 5, "walk": 2, "run-fast": 1}
    labels = ("content", "style", "description")
    walk, run = rows["our_studio_walks__Walk_Happy-00"], rows["our_studio_unreal__run_0"]
    assert tuple(walk[label] for label in labels) == ("walk", "happy", "a happy walk, arms swinging")
    assert tuple(run[label] for label in labels) == ("run-fast", "", "läuft schnell")
    assert rows["our_studio_walks__Walk_Happy-02"]["description"] == "walk happy"
    assert "6 files have no row" in " ".join(ours["notes"])

    library = Library(tmp_path / "out")
    assert len(library.entries) == 8
    motions = {entry.name: library.motion(entry) for entry in library.entries}
    wanted = {"walks__Walk_Happy-00": WALK, "unreal__run_1": known_walk(90, 60.0).resampled(30.0), "odd_0": exercise()}
    for name, original in wanted.items():
        motion = motions[f"our_studio_{name}"]
        assert motion.frames == original.frames
        away = np.linalg.norm(motion.positions() - original.canonical().positions(), axis=-1).max()
        assert away < (0.06 if name == "odd_0" else 0.01), name
    assert library.plain.shape == (sum(entry.frames for entry in library.entries), 140)


def test_wrong_up_of_one_clip_is_outvoted(tmp_path: Path) -> None:
    """Who lies along Z in one clip does not stand up there, since the others with that skeleton stand along Y."""
    lying = WALK.rotations.copy()
    lying[:, 0] = [np.sqrt(0.5), -np.sqrt(0.5), 0.0, 0.0]
    root = np.tile(np.float32([0.0, 1.5, 0.0]), (60, 1))
    for name, motion in (("a", exercise()), ("b", exercise()), ("c", exercise()), ("floats", Motion(root, lying))):
        write_odd_bvh(tmp_path / "lib" / f"{name}.bvh", motion, MIXAMO, odd_axes(3))
    prepare(tmp_path / "lib", tmp_path / "out")
    library = Library(tmp_path / "out")
    floating = next(library.motion(entry) for entry in library.entries if entry.name == "lib_floats")
    places = floating.positions()
    spine = places[:, JOINT_INDEX["neck"]] - places[:, JOINT_INDEX["pelvis"]]
    assert np.abs(spine[:, 1]).max() < 0.25


def test_file_names_that_are_no_utf8(tmp_path: Path) -> None:
    place = tmp_path / "lib"
    Exporter(MIXAMO).write(place / "walk.bvh", WALK)
    odd = os.fsencode(place) + b"/caf\xe9.bvh"
    try:
        os.rename(os.fsencode(place / "walk.bvh"), odd)
    except OSError:
        pytest.skip("this file system takes no such names")
    (place / os.fsdecode(b"br\xe9f.bvh")).write_text("HIERARCHY", encoding="utf-8")
    report, rows = prepared(place, tmp_path / "out")
    assert list(rows) == ["lib_caf\\udce9"]
    assert report["data_sets"]["lib"]["skipped"][0]["file"] == "br\\udce9f.bvh"
    assert printable(Path(os.fsdecode(b"x\xff"))) == "x\\udcff"


def test_indexes_that_cannot_be_used(folder: Path, tmp_path: Path) -> None:
    (folder / "index.csv").write_text("name,text\nwalks/Walk_Happy-00.bvh,hello\n", encoding="utf-8")
    report, rows = prepared(folder, tmp_path / "out")
    skipped = {row["file"]: row["reason"] for row in report["data_sets"]["our_studio"]["skipped"]}
    assert "no column 'file', only name, text" in skipped["index.csv"]
    assert rows["our_studio_walks__Walk_Happy-00"]["description"] == "walk happy"
    (folder / "index.csv").write_bytes(b"\0\1")
    assert "no text" in contents_of(Folder("x"), folder).left_out[0].reason
    (folder / "index.csv").unlink()
    assert "no index.csv" in contents_of(Folder("x"), folder).notes[0]


def test_several_rows_for_a_file(folder: Path) -> None:
    (folder / "index.csv").write_text("file,style\nodd_0.bvh,sad\nodd_0,Very Happy\n", encoding="utf-8")
    contents = contents_of(Folder("x"), folder)
    assert "several rows" in contents.notes[0]
    assert next(item for item in contents.items if item.path.name == "odd_0.bvh").style == "very-happy"


def test_tables_of_spreadsheets(tmp_path: Path) -> None:
    for text in ("file,a b\nx, 1 \n", "file;a b\r\nx; 1 \r\n", "\ufefffile\ta b\nx\t1\n", 'file,a b\n"x","1"\n'):
        (tmp_path / "t.csv").write_text(text, encoding="utf-8", newline="")
        assert table(tmp_path / "t.csv") == [{"file": "x", "a b": "1"}], text
    (tmp_path / "t.csv").write_text("file,a\nx\ny,1,2\n", encoding="utf-8")
    assert table(tmp_path / "t.csv") == [{"file": "x"}, {"file": "y", "a": "1"}]


def test_words_and_labels() -> None:
    assert words_of("Walk_Tired-02") == "walk tired"
    assert words_of("fallAndGetUp2") == "fall and get up"
    assert label(" Very Happy_indeed ") == "very-happy-indeed"


class TestWhatLiesInAFolder:
    def names(self, data: Path) -> list[tuple[str, str]]:
        found, _ = found_in(data, data / "out")
        return [(one.form.DATASET, one.folder.name) for one in found]

    def test_one_library_sub_folders_and_all(self, folder: Path) -> None:
        assert self.names(folder) == [("our_studio", "Our Studio")]

    def test_a_library_beside_known_sets(self, folder: Path, tmp_path: Path) -> None:
        (tmp_path / "zero_ad").mkdir()
        Exporter().write(tmp_path / "100style" / "Angry" / "Angry_FW.bvh", WALK)
        (tmp_path / "notes").mkdir()
        (tmp_path / "fbx").mkdir()
        (tmp_path / "fbx" / "a.fbx").touch()
        assert self.names(tmp_path) == [("zero_ad", "zero_ad"), ("100style", "100style"), ("our_studio", "Our Studio")]
        assert [row.file for row in found_in(tmp_path, tmp_path / "out")[1]] == ["fbx"]

    def test_a_set_by_what_is_in_it(self, tmp_path: Path) -> None:
        Exporter().write(tmp_path / "download" / "Angry" / "Angry_FW.bvh", WALK)
        (tmp_path / "download" / "Frame_Cuts.csv").write_text("STYLE_NAME,FW_START,FW_STOP\nAngry,0,50\n")
        assert recognised(tmp_path / "download", "x") is style100
        assert self.names(tmp_path / "download") == [("100style", "download")]

    def test_an_index_with_styles_makes_it_ones_own(self, folder: Path) -> None:
        (folder / "Frame_Cuts.csv").write_text("STYLE_NAME\n")
        assert self.names(folder) == [("our_studio", "Our Studio")]

    def test_nothing(self, tmp_path: Path) -> None:
        (tmp_path / "readme.txt").touch()
        assert self.names(tmp_path) == []


def test_arrays_are_mapped_not_read(folder: Path, tmp_path: Path) -> None:
    prepare(folder, tmp_path / "out")
    path = tmp_path / "out" / "motions.npz"
    with np.load(path) as arrays:
        for name in ("root_positions", "rotations", "starts"):
            assert isinstance(mapped(path, name), np.memmap)
            assert np.array_equal(mapped(path, name), arrays[name])
        np.savez_compressed(tmp_path / "c.npz", rotations=arrays["rotations"])
    with pytest.raises(ValueError, match="compressed"):
        mapped(tmp_path / "c.npz", "rotations")
