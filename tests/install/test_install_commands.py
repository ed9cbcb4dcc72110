# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands of ``install.py``: what they print and how they end."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from installer import commands

PYTHON = Path(sys.executable)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Everything is set up already."""
    monkeypatch.setenv("SMOOGPT_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(commands, "_engine", lambda: (PYTHON, sys.executable, "3.11"))
    monkeypatch.setattr(commands, "choose_python", lambda: (sys.executable, "3.11"))
    monkeypatch.setattr(commands, "server_environment", lambda *_, **__: PYTHON)
    monkeypatch.setattr(commands, "blender_environment", lambda *_: PYTHON)
    monkeypatch.setattr(commands, "build_zip", lambda: tmp_path / "smoogpt.zip")
    monkeypatch.setattr(commands, "find_python", lambda version: None)


def test_pytest_is_run_and_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "test_some.py").write_text(
        "import os, pytest\n"
        "def test_a(): assert os.environ['SMOO_SAMPLE'] == 'x'\n"
        "def test_b(): pass\n"
        "def test_c(): assert False\n"
        "@pytest.mark.skip\ndef test_d(): pass\n"
        "@pytest.fixture\ndef broken(): raise ValueError\n"
        "def test_e(broken): pass\n"
    )
    code, counts = commands._pytest(PYTHON, [str(tmp_path)], {"SMOO_SAMPLE": "x"}, "a title")
    assert code == 1
    assert counts == {"passed": 2, "failed": 1, "skipped": 1, "error": 1}
    assert "== a title" in capsys.readouterr().out


def test_pytest_that_hangs_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "test_slow.py").write_text("import time\ndef test_a(): time.sleep(600)\n")
    monkeypatch.setattr(commands, "_TEST_SECONDS", 1)
    code, counts = commands._pytest(PYTHON, [str(tmp_path)], {}, "a title")
    assert code != 0
    assert not counts
    assert "it hung" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("results", "line", "code"),
    [
        ([(0, {"passed": 7, "skipped": 2}), (0, {"passed": 5})], "12 passed, 0 failed, 2 skipped", 0),
        ([(1, {"passed": 7, "failed": 2, "error": 1}), (0, {"passed": 5})], "12 passed, 3 failed, 0 skipped", 1),
        ([(0, {"passed": 7}), (-11, {})], "7 passed, 1 failed, 0 skipped", 1),
    ],
)
def test_the_last_line_sums_up(
    made: None,
    results: list[tuple[int, dict[str, int]]],
    line: str,
    code: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    left = list(results)
    monkeypatch.setattr(commands, "_pytest", lambda *_: left.pop(0))
    assert commands.run(["test"]) == code
    printed = capsys.readouterr().out
    assert printed.splitlines()[-1] == line
    assert "Python 3.13: left out" in printed
    assert not left


def test_python_prints_nothing_but_the_interpreter(made: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.run(["python"]) == 0
    assert capsys.readouterr().out == f"{sys.executable}\n"


@pytest.mark.parametrize("rig", ["nonsense", "missing.blend"])
def test_a_rig_that_is_not_there(
    made: None, rig: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(commands, "_engine", lambda: pytest.fail("it must be said before minutes of set-up"))
    assert commands.run(["demo", "--rig", rig, "--out", str(tmp_path / "out")]) == 2
    printed = capsys.readouterr().out
    assert rig in printed
    assert "--rig takes rigify, mannequin or a .blend file" in printed


def test_the_demo_hands_everything_on(made: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[list[str]] = []
    monkeypatch.setattr(commands, "run_program", lambda command, *_: ran.append([str(word) for word in command]))
    words = ["--content", "jumps -- high", "--style", "", "--seconds", "2.5", "--seed", "7", "--rig", "mannequin"]
    assert commands.run(["demo", *words, "--out", str(tmp_path / "out")]) == 0
    (command,) = ran
    given = dict(zip(command[3::2], command[4::2], strict=True))
    assert given == {
        "--zip": str(tmp_path / "smoogpt.zip"),
        "--rig": "mannequin",
        "--out": str(tmp_path / "out"),
        "--content": "jumps -- high",
        "--style": "",
        "--seconds": "2.5",
        "--seed": "7",
    }
    assert (tmp_path / "out").is_dir()


def test_a_word_that_is_no_command_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        commands.run(["dmeo"])
    assert stopped.value.code == 2
    assert "demo" in capsys.readouterr().err
