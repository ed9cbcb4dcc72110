# SPDX-License-Identifier: GPL-3.0-or-later
"""BVH files as they come: what is read in spite of its form, and what is refused with where the fault is."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from foreign_files import MIXAMO, Exporter, known_walk

from server.errors import SmooError
from server.motion.bvh import motion_from_bvh, write_motion
from server.motion.bvh_file import hierarchy_key, read_bvh

WALK = known_walk(20)


def written(path: Path, edit: Callable[[str], str] | None = None, **settings: object) -> Path:
    """Write the walk with Mixamo's names and change the text."""
    return Exporter(MIXAMO, edit=edit, **settings).write(path / "a.bvh", WALK)


ODD = {
    "windows_lines": {"newline": "\r\n"},
    "old_mac_lines": {"newline": "\r"},
    "byte_order_mark": {"encoding": "utf-8-sig"},
    "utf_16": {"encoding": "utf-16"},
    "tabs": {
        "edit": lambda text: (
            text.replace(" ", "\t").replace("End\tSite", "End Site").replace("Frame\tTime:\t", "Frame Time: ")
        )
    },
    "blank_lines": {"edit": lambda text: text.replace("\n", "\n\n")},
    "trailing_blanks": {"edit": lambda text: text.replace("\n", "  \n") + "\n\n"},
    "small_letters": {
        "edit": lambda text: (
            text.replace("HIERARCHY", "Hierarchy").replace("MOTION", "Motion").replace("JOINT", "joint")
        )
    },
    "braces_on_the_line": {"edit": lambda text: re.sub(r"\n\{", "{", text)},
    "motion_in_a_name": {"edit": lambda text: text.replace("mixamorig:Neck", "MOTION_Neck")},
    "numbers_in_exponents": {"edit": lambda text: text.replace(" 0.000000", " 0.0e-05")},
    "frames_on_one_line": {
        "edit": lambda text: (
            text.replace("\n", " ").replace("{", "\n{\n").replace("}", "\n}\n").replace("MOTION", "\nMOTION\n")
        )
    },
}


@pytest.mark.parametrize("case", ODD)
def test_forms_that_are_read_all_the_same(tmp_path: Path, case: str) -> None:
    motion = motion_from_bvh(written(tmp_path, **ODD[case]))
    usual = motion_from_bvh(Exporter(MIXAMO).write(tmp_path / "b.bvh", WALK))
    assert np.abs(motion.positions() - usual.positions()).max() < 1e-5


def test_names_with_blanks(tmp_path: Path) -> None:
    """3ds Max's."""
    words = {"Left": "L ", "Right": "R "}
    names = {
        ours: "Bip01 " + re.sub("Left|Right", lambda hit: words[hit[0]], theirs[10:]) for ours, theirs in MIXAMO.items()
    }
    path = Exporter(names).write(tmp_path / "a.bvh", WALK)
    assert "Bip01 L UpLeg" in read_bvh(path).names
    assert motion_from_bvh(path).frames == 20


@pytest.mark.parametrize("encoding", ["utf-8", "cp932", "latin-1"])
def test_names_that_are_no_ascii(tmp_path: Path, encoding: str) -> None:
    letter = {"utf-8": "ж", "cp932": "ボ", "latin-1": "é"}[encoding]
    names = {ours: theirs.replace("mixamorig", letter) for ours, theirs in MIXAMO.items()}
    path = Exporter(names, encoding=encoding).write(tmp_path / f"walk {letter}.bvh", WALK)
    usual = motion_from_bvh(Exporter(MIXAMO).write(tmp_path / "b.bvh", WALK))
    assert np.abs(motion_from_bvh(path).positions() - usual.positions()).max() < 1e-5


def test_several_roots(tmp_path: Path) -> None:
    """A prop beside the body, as some recorders write it."""

    def with_prop(text: str) -> str:
        hierarchy, motion = text.split("MOTION\n")
        prop = "ROOT Sword\n{\nOFFSET 0 0 0\nCHANNELS 3 Xposition Yposition Zposition\n}\n"
        head, rows = motion.split("Frame Time: 0.0333333\n")
        return f"{hierarchy}{prop}MOTION\n{head}Frame Time: 0.0333333\n" + "".join(
            f"{row} 1 2 3\n" for row in rows.splitlines()
        )

    assert motion_from_bvh(written(tmp_path, with_prop)).frames == 20


def line_of(text: str, number: int) -> str:
    """Return a frame's line."""
    return text.split("Frame Time: 0.0333333\n")[1].splitlines()[number - 1]


def changed(number: int, edit: Callable[[str], str]) -> Callable[[str], str]:
    """Return an edit of one frame's line."""
    return lambda text: text.replace(line_of(text, number), edit(line_of(text, number)))


FAULTS: dict[str, tuple[Callable[[str], str], str]] = {
    "no frames": (lambda text: text.replace("Frames: 20", "Frames: 0"), "no frames"),
    "empty motion": (
        lambda text: text.split("Frame Time: 0.0333333\n")[0] + "Frame Time: 0.0333333\n",
        "20 frames of 69 numbers, but holds 0",
    ),
    "no motion": (lambda text: text.split("MOTION")[0], "no MOTION section"),
    "no timing": (lambda text: text.replace("Frame Time: 0.0333333\n", ""), "'Frames:' and 'Frame Time:'"),
    "frame time 0": (lambda text: text.replace("0.0333333", "0"), "frame time is 0; it should be seconds a frame"),
    "frame time in ms": (lambda text: text.replace("0.0333333", "33.3333"), "frame time is 33.3333"),
    "negative time": (lambda text: text.replace("0.0333333", "-0.0333333"), "frame time is -0.0333333"),
    "time is no number": (lambda text: text.replace("0.0333333", "soon"), "soon"),
    "nan": (
        changed(7, lambda line: line.replace(line.split()[4], "nan", 1)),
        "frame 7 holds a number that is not finite",
    ),
    "inf": (
        changed(3, lambda line: line.replace(line.split()[4], "inf", 1)),
        "frame 3 holds a number that is not finite",
    ),
    "windows nan": (
        changed(2, lambda line: line.replace(line.split()[4], "-1.#IND", 1)),
        "'-1.#IND' in frame 2 is no number",
    ),
    "text": (changed(5, lambda line: line.replace(line.split()[4], "abc", 1)), "'abc' in frame 5 is no number"),
    "decimal commas": (
        lambda text: text.replace(
            "Frame Time: 0.0333333\n" + line_of(text, 1), "Frame Time: 0.0333333\n" + line_of(text, 1).replace(".", ",")
        ),
        "decimal comma",
    ),
    "short line": (changed(9, lambda line: " ".join(line.split()[:-1])), "frame 9 holds 68 numbers, not the 69"),
    "long line": (changed(9, lambda line: line + " 1.0"), "frame 9 holds 70 numbers"),
    "fewer frames": (
        lambda text: "\n".join(text.splitlines()[:-3]) + "\n",
        "20 frames of 69 numbers, but holds 1173 numbers in 17 lines",
    ),
    "more frames": (lambda text: text + line_of(text, 1) + "\n", "but holds 1449 numbers in 21 lines"),
    "cut hierarchy": (lambda text: text[: text.index("JOINT mixamorig:Head")], "MOTION"),
    "open braces": (lambda text: text.replace("}\nMOTION", "MOTION"), "the hierarchy does not end"),
    "stray word": (lambda text: text.replace("JOINT mixamorig:Head", "BONE mixamorig:Head"), "'BONE'"),
    "bad offset": (lambda text: re.sub(r"OFFSET \S+", "OFFSET x", text, count=1), "'x'"),
    "infinite offset": (
        lambda text: re.sub(r"OFFSET \S+", "OFFSET inf", text, count=1),
        "OFFSET of 'mixamorig:Hips' is not finite",
    ),
    "bad channel": (lambda text: text.replace("Zrotation", "Wrotation", 1), "'Wrotation'"),
    "binary": (lambda text: "Kaydara FBX Binary  \0\x1a" + text, "no text file"),
    "empty": (lambda _: "", "no MOTION section"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_faults_are_refused_and_named(tmp_path: Path, fault: str) -> None:
    edit, words = FAULTS[fault]
    path = written(tmp_path, edit)
    with pytest.raises(SmooError, match=re.escape(words)) as caught:
        motion_from_bvh(path)
    assert caught.value.code == "bad_bvh"
    assert caught.value.message.startswith("a.bvh is not a readable BVH file: ")
    assert caught.value.message.endswith("Export it again as BVH, or choose another.")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(SmooError, match="Check the path"):
        read_bvh(tmp_path)
    with pytest.raises(SmooError, match="Check the path"):
        hierarchy_key(tmp_path / "nowhere.bvh")


def test_one_skeleton_has_one_key(tmp_path: Path) -> None:
    first = Exporter(MIXAMO).write(tmp_path / "a.bvh", WALK)
    other_clip = Exporter(MIXAMO, newline="\r\n").write(tmp_path / "b.bvh", known_walk(30, 60.0))
    longer = Exporter(MIXAMO, rest={"left_knee": (0.0, -0.46, 0.0)}).write(tmp_path / "c.bvh", WALK)
    renamed = Exporter().write(tmp_path / "d.bvh", WALK)
    keys = [hierarchy_key(path) for path in (first, other_clip, longer, renamed)]
    assert keys[0] == keys[1]
    assert len(set(keys)) == 3


def test_thinning_keeps_every_nth_frame_and_other_rates(tmp_path: Path) -> None:
    for fps, rate, frames in (
        (120.0, 30.0, 10),
        (60.0, 30.0, 20),
        (50.0, 50.0, 40),
        (24.0, 24.0, 40),
        (29.97, 29.97, 40),
    ):
        bvh = read_bvh(Exporter(MIXAMO).write(tmp_path / "a.bvh", known_walk(40, fps))).thinned(30.0)
        assert (round(bvh.fps, 2), len(bvh.positions)) == (rate, frames)


@pytest.mark.parametrize("unit", [0.01, 10.0])
def test_our_own_files_in_any_unit_come_back_exactly(tmp_path: Path, unit: float) -> None:
    write_motion(WALK, tmp_path / "a.bvh")
    text = (tmp_path / "a.bvh").read_text()
    head, motion = text.split("MOTION")
    head = re.sub(
        r"OFFSET (\S+) (\S+) (\S+)",
        lambda hit: "OFFSET " + " ".join(f"{float(hit[i]) * unit:.8f}" for i in (1, 2, 3)),
        head,
    )
    rows = motion.splitlines()
    for index, row in enumerate(rows[3:], 3):
        numbers = [float(word) for word in row.split()]
        rows[index] = " ".join(f"{number * (unit if at < 3 else 1):.8f}" for at, number in enumerate(numbers))
    (tmp_path / "b.bvh").write_text(head + "MOTION" + "\n".join(rows) + "\n")
    again = motion_from_bvh(tmp_path / "b.bvh")
    assert np.abs(again.positions() - WALK.positions()).max() < 1e-4
