# SPDX-License-Identifier: GPL-3.0-or-later
"""``caption`` and ``describe`` print sentences and attributes, and ``caption`` tells long clips in phases."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from server import __main__ as commands
from server.motion.bvh import write_motion
from server.motion.motion import Motion
from server.motion.rotations import quat_from_axis_angle, quat_mul
from server.motion.skeleton import JOINT_COUNT, JOINT_INDEX, PARTS
from server.parts.phases import parse_phases
from server.pipeline import Texts


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Somebody who stands with hanging arms for five seconds and then holds up the left hand for five."""
    turns = np.zeros((300, JOINT_COUNT, 4))
    turns[..., 0] = 1
    raised = 150 * np.clip((np.arange(300) - 145) / 10, 0, 1)
    for side, degrees in (("left", raised - 78), ("right", np.full(300, 78.0))):
        at = JOINT_INDEX[f"{side}_shoulder"]
        turns[:, at] = quat_mul(quat_from_axis_angle(np.array([0.0, 0.0, 1.0]), np.radians(degrees)), turns[:, at])
    write_motion(Motion(np.tile((0.0, 0.95, 0.0), (300, 1)), turns), tmp_path / "raise.bvh")
    return tmp_path / "raise.bvh"


def test_a_long_clip_is_captioned_in_phases(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.main(["caption", str(file), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert tuple(answer["parts"]) == tuple(answer["attributes"]) == tuple(answer["phases"]) == PARTS
    arm = answer["phases"]["left_arm"]
    assert arm[0]["attributes"]["hold"] in ("low", "straight_down")
    assert arm[-1]["attributes"]["hold"] == "overhead"
    assert sum(phase["seconds"] for phase in arm) == pytest.approx(10.0, abs=0.1)
    for part, phases in answer["phases"].items():
        read = parse_phases(part, answer["parts"][part])
        assert read == [(phase["seconds"], phase["attributes"]) for phase in phases]
    assert answer["phases"]["root"] == [{"seconds": None, "attributes": answer["attributes"]["root"]}]


def test_sentences_and_what_they_say_are_printed(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.main(["caption", str(file)]) == 0
    lines = capsys.readouterr().out.splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("left arm: "))
    assert "; then " in lines[at]
    assert " s: " in lines[at + 1]
    assert "hold=overhead" in lines[at + 2]
    assert sum(line.startswith(" ") for line in lines) >= len(PARTS)


def test_prompts_in_words_and_attributes(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    class Double:
        def describe(self, content: str, style: str, progress: object = None) -> Texts:
            return Texts(*(dict.fromkeys(PARTS, "") | {"root": f"{content}, {style}"} for _ in range(3)))

    monkeypatch.setattr(commands, "_load", lambda *_: Double())
    asked = ["describe", "--content", "moves forward", "--style", "slowly"]
    assert commands.main(asked) == 0
    assert capsys.readouterr().out.count("direction=forward speed=slow") == 3
    assert commands.main([*asked, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["attributes"]["root"] == {"direction": "forward", "speed": "slow"}
    assert answer["phases"]["root"] == [{"seconds": None, "attributes": answer["attributes"]["root"]}]
