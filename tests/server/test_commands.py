# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line: every mistake is told in one line with exit code 2, and results are written as documented."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from server import __main__ as commands
from server.motion.bvh import motion_from_bvh, write_motion
from server.motion.motion import Motion
from server.motion.skeleton import PARTS
from server.pipeline import GenerateRequest, Take, Texts

ROOT = Path(__file__).resolve().parents[2]


def motion(frames: int = 12) -> Motion:
    turns = np.zeros((frames, 22, 4))
    turns[..., 0] = 1
    return Motion(np.full((frames, 3), 0.9), turns)


class Double:
    """A pipeline that answers with what it was asked."""

    requests: list[GenerateRequest]

    def __init__(self) -> None:
        self.requests = []

    def describe(self, content: str, style: str, progress: Any = None, cancelled: Any = None) -> Texts:
        return Texts(*(dict.fromkeys(PARTS, f"{word} {content} {style}") for word in ("what", "how", "all")))

    def generate(self, request: GenerateRequest, progress: Any = None, cancelled: Any = None) -> list[Take]:
        self.requests.append(request)
        texts = self.describe(request.content, request.style)
        timing = dict.fromkeys(("load", "reason", "compose", "generate", "decode", "total"), 0.125)
        frames = round(30 * request.seconds)
        tokens = np.zeros((4, 6), np.int64)
        return [Take(motion(frames), tokens, texts, request.seed + i, timing) for i in range(request.variants)]


@pytest.fixture
def double(monkeypatch: pytest.MonkeyPatch) -> Double:
    made = Double()
    monkeypatch.setattr(commands, "_load", lambda arguments, tell=None, *, words=True: made)
    return made


@pytest.fixture(autouse=True)
def _no_models(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test of mistakes may get as far as loading."""
    monkeypatch.setenv("SMOOGPT_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)

    def fail(*_: Any, **__: Any) -> None:
        raise AssertionError("the mistake should have been noticed before anything is loaded")

    monkeypatch.setattr(commands, "_load", fail)


def complaint(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """Run a command that must fail, and return its one line."""
    try:
        code = commands.main(arguments)
    except SystemExit as stop:
        code = stop.code
    out, errors = capsys.readouterr()
    assert (code, out) == (2, "")
    assert errors.count("\n") == 1
    assert errors.startswith("smoogpt: ")
    return errors


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("describe", "content is empty"),
        ("describe --content {long}", "301 characters; shorten it to 300"),
        ("generate --out a.bvh", "content is empty"),
        ("generate --content walk", "--out"),
        ("generate --content walk --out missing/a.bvh", "does not exist"),
        ("generate --content walk --out a.bvh --json missing/a.json", "does not exist"),
        ("generate --content walk --out a.bvh --seconds 0.5", "from 1 to 20 seconds"),
        ("generate --content walk --out a.bvh --seconds soon", "soon"),
        ("generate --content walk --out a.bvh --seed -1", "seed must be a whole number from 0"),
        ("generate --content walk --out a.bvh --variants 9", "variants must be a whole number from 1 to 8"),
        ("generate --content walk --out a.bvh --lock tail --motion a.bvh", "list of parts"),
        ("generate --content walk --out a.bvh --lock root", "--lock needs --motion"),
        ("generate --content walk --out a.bvh --motion a.bvh", "--motion needs --lock"),
        ("generate --content walk --out a.bvh --lock root --motion missing.bvh", "missing.bvh"),
        ("generate --out a.bvh --parts missing.json", "missing.json"),
        ("generate --out a.bvh --parts damaged.json", "not JSON"),
        ("generate --out a.bvh --parts tail.json", "Unknown part 'tail'"),
        ("generate --out a.bvh --parts empty.json", "All part texts are empty"),
        ("caption missing.bvh", "missing.bvh"),
        ("caption damaged.bvh", "damaged.bvh"),
        ("batch missing.csv --out .", "missing.csv"),
        ("batch nothing.csv --out .", "holds no jobs"),
        ("batch latin.csv --out .", "no CSV file in UTF-8"),
        ("batch twice.csv --out .", "'a' is there twice"),
        ("batch outside.csv --out .", "cannot be the name of a file"),
        ("batch soon.csv --out .", "job 2: seconds is 'soon'"),
        ("dance", "dance"),
        ("", "command"),
    ],
)
def test_mistakes(words: str, expected: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, text in (
        ("damaged.json", "{"),
        ("tail.json", '{"tail": "wags"}'),
        ("empty.json", '{"root": " "}'),
        ("damaged.bvh", "HIERARCHY\nROOT pelvis\n{\n"),
        ("nothing.csv", "content\n"),
        ("twice.csv", "name,content\na,walks\na,runs\n"),
        ("outside.csv", "name,content\n../a,walks\n"),
        ("soon.csv", "content,seconds\nwalks,2\nwalks,soon\n"),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "latin.csv").write_bytes("content\nläuft\n".encode("latin-1"))
    arguments = [word.replace("{long}", "x" * 301) for word in words.split()]
    assert expected in complaint(arguments, capsys)


def test_a_bug_is_one_line_too(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(commands, "_load", lambda *_, **__: 1 / 0)
    assert "ZeroDivisionError" in complaint(["describe", "--content", "walks"], capsys)


def test_generate_writes_motion_and_json(double: Double, tmp_path: Path) -> None:
    words = "generate --content walks --style proudly --seconds 2 --seed 7 --out a.bvh --json a.json"
    assert commands.main(words.split()) == 0
    assert motion_from_bvh(tmp_path / "a.bvh").frames == 60
    written = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    assert set(written) == {"texts", "seconds", "fps", "frames", "seed", "timing", "unmet"}
    assert set(written["texts"]) == {"content", "style", "composed"}
    assert written["texts"]["composed"]["root"] == "all walks proudly"
    assert (written["seconds"], written["fps"], written["frames"], written["seed"]) == (2.0, 30, 60, 7)
    assert set(written["timing"]) == {"load", "reason", "compose", "generate", "decode", "total"}


def test_variants_are_numbered(double: Double, tmp_path: Path) -> None:
    assert commands.main("generate --content walks --variants 2 --out a.bvh --json a.json".split()) == 0
    assert {path.name for path in tmp_path.glob("a*")} == {"a_1.bvh", "a_2.bvh", "a_1.json", "a_2.json"}


def test_parts_and_locks_reach_the_pipeline(double: Double, tmp_path: Path) -> None:
    write_motion(motion(), tmp_path / "kept.bvh")
    (tmp_path / "p.json").write_text(json.dumps({"texts": {"composed": {"root": "walks"}}}), encoding="utf-8")
    words = "generate --parts p.json --lock root --lock left_arm --motion kept.bvh --out a.bvh"
    assert commands.main(words.split()) == 0
    request = double.requests[0]
    assert request.parts == {**dict.fromkeys(PARTS, ""), "root": "walks"}
    assert request.locks == ("root", "left_arm")
    assert request.lock_motion is not None
    assert request.lock_motion.frames == 12


def test_batch(double: Double, tmp_path: Path) -> None:
    table = "name,content,style,seconds,seed\nfirst,walks,,2,\n,runs,proudly,,5\n"
    (tmp_path / "jobs.csv").write_text(table, encoding="utf-8-sig")
    assert commands.main("batch jobs.csv --out done".split()) == 0
    asked = [(request.content, request.style, request.seconds, request.seed) for request in double.requests]
    assert asked == [("walks", "", 2.0, 0), ("runs", "proudly", 4.0, 5)]
    assert {path.name for path in (tmp_path / "done").iterdir()} == {
        "first.bvh", "first.json", "take_002.bvh", "take_002.json",
    }  # fmt: skip


def test_describe_and_caption_as_json(double: Double, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.main("describe --content walks --json".split()) == 0
    assert set(json.loads(capsys.readouterr().out)["texts"]) == {"content", "style", "composed"}
    write_motion(motion(60), tmp_path / "a.bvh")
    assert commands.main("caption a.bvh --json".split()) == 0
    assert set(json.loads(capsys.readouterr().out)["parts"]) == set(PARTS)


def test_wrong_interpreter(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def absent(*_: Any, **__: Any) -> None:
        raise ModuleNotFoundError("No module named 'torch'")

    monkeypatch.setattr(commands, "_load", absent)
    assert "python install.py python" in complaint(["describe", "--content", "walks"], capsys)


def test_an_interpreter_without_packages_is_told_of_before_anything_else() -> None:
    bare = [sys.executable, "-S", "-m", "server", "caption", "a.bvh"]
    done = subprocess.run(bare, capture_output=True, text=True, cwd=Path(commands.__file__).parents[1], check=False)
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    assert "python install.py python" in done.stderr


@pytest.mark.parametrize(("given", "chosen"), [([], ""), (["--weights", "open"], "open")])
def test_the_set_of_weights_that_is_chosen_is_loaded(
    given: list[str], chosen: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[str] = []

    def load(arguments: Any, *_: Any, **__: Any) -> Double:
        asked.append(arguments.weights)
        return Double()

    monkeypatch.delenv("SMOOGPT_WEIGHTS", raising=False)
    monkeypatch.setattr(commands, "_load", load)
    assert commands.main(["describe", "--content", "walks", *given]) == 0
    assert asked == [chosen]
    capsys.readouterr()


def test_a_missing_language_model_is_told_at_once(tmp_path: Path) -> None:
    """As a process of its own, in which torch has not been imported and must not be."""
    script = (
        "import sys; from server.__main__ import main; code = main(['describe', '--content', 'walks']); "
        "sys.exit(9 if 'torch' in sys.modules else code)"
    )
    surroundings = {**os.environ, "SMOOGPT_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=surroundings, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr.startswith("smoogpt: The language model is missing")
    assert "python install.py" in done.stderr
