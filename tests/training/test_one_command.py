# SPDX-License-Identifier: GPL-3.0-or-later
"""From a folder to weights in one command: every step is there, in order, and its options exist."""

from __future__ import annotations

import argparse
import importlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from training.__main__ import main, steps

ORDER = [
    "training.prepare",
    "training.variations.make",
    "training.train_tokenizer",
    "training.samples",
    "training.train_generator",
    "training.train_llm",
]


def all_steps(work: Path, clips: int = 40) -> list[tuple[str, list[str]]]:
    (work / "prepared").mkdir(parents=True)
    (work / "prepared" / "clips.json").write_text(json.dumps([{}] * clips), encoding="utf-8")
    arguments = argparse.Namespace(data=work / "data", weights=work / "mine", minutes=100.0, small=True)
    return list(steps(arguments, work))


def test_the_steps_come_in_order_and_share_the_minutes(tmp_path: Path) -> None:
    found = all_steps(tmp_path)
    assert [module for module, _ in found] == ORDER
    minutes = [float(options[options.index("--minutes") + 1]) for _, options in found if "--minutes" in options]
    assert sum(minutes) == pytest.approx(100)
    assert all(str(tmp_path) in " ".join(options) for _, options in found)


@pytest.mark.parametrize("lacking", ["peft", "windows"])
def test_what_training_cannot_do_without_is_told_before_it_begins(
    lacking: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if lacking == "peft":
        monkeypatch.setattr("training.__main__.find_spec", lambda _: None)
    else:
        monkeypatch.setattr("training.__main__._WINDOWS", True)
    monkeypatch.setattr(sys, "argv", ["training", str(tmp_path), str(tmp_path / "mine")])
    with pytest.raises(SystemExit):
        main()
    assert {"peft": "install.py test", "windows": "WSL"}[lacking] in capsys.readouterr().err


def test_what_is_there_is_not_made_again(tmp_path: Path) -> None:
    (tmp_path / "varied").mkdir()
    (tmp_path / "varied" / "clips.json").write_text("[]", encoding="utf-8")
    (tmp_path / "samples.npz").write_bytes(b"")
    assert [module for module, _ in all_steps(tmp_path)] == [ORDER[i] for i in (0, 2, 4, 5)]


def test_every_option_is_one_that_the_step_knows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class UnderstoodError(Exception):
        pass

    parse = argparse.ArgumentParser.parse_args

    def stop(parser: argparse.ArgumentParser, args: None = None, namespace: None = None) -> None:
        parse(parser, args, namespace)
        raise UnderstoodError

    monkeypatch.setattr(argparse.ArgumentParser, "parse_args", stop)
    for module, options in all_steps(tmp_path):
        monkeypatch.setattr(sys, "argv", [module, *options])
        with pytest.raises(UnderstoodError):
            importlib.import_module(module).main()


def test_a_folder_that_is_not_there_is_told() -> None:
    command = [sys.executable, "-m", "training", "nowhere", "out"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2
    assert "there is no folder nowhere" in done.stderr
