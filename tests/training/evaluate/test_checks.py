# SPDX-License-Identifier: GPL-3.0-or-later
"""The geometry checks: each holds where it should, fails elsewhere, and knows left from right."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from puppets import Puppet, wave
from shown import shown

from server.motion.skeleton import PARTS, mirrored_name
from training.evaluate.checks import CHECKS, Body, mirrored_check
from training.evaluate.checks.body import averaged, turnings
from training.evaluate.expectations import expectations, reserved
from training.evaluate.phrases import bases, phrases


@cache
def bodies() -> dict[str, Body]:
    return {name: Body(puppet.motion()) for name, (puppet, _) in shown().items()}


def wanted(name: str) -> list[str]:
    return [line.strip() for line in shown()[name][1].splitlines() if line.strip()]


@pytest.mark.parametrize("name", shown())
def test_what_is_shown_is_found(name: str) -> None:
    missing = [check for check in wanted(name) if not CHECKS[check](bodies()[name])]
    assert not missing


def test_every_check_is_shown_at_least_once() -> None:
    told = {check for name in shown() for check in wanted(name)}
    told |= {mirrored_check(check) for check in told}
    # what holds of each side is asked of both in turn by one line of code; it is enough that both sides are shown
    assert {check for check in CHECKS if not check.startswith("each ")} == {
        c for c in told if not c.startswith("each ")
    }


def test_every_check_fails_somewhere() -> None:
    tried = [*bodies().values(), *(Body(body.motion.mirrored()) for body in bodies().values())]
    always = [name for name, check in CHECKS.items() if all(check(body) for body in tried)]
    assert not always


@pytest.mark.parametrize("name", shown())
def test_the_mirror_image_is_the_other_side(name: str) -> None:
    body = bodies()[name]
    mirror = Body(body.motion.mirrored())
    differing = [check for check, holds in CHECKS.items() if holds(body) != CHECKS[mirrored_check(check)](mirror)]
    assert not differing


def test_each_asks_both_sides() -> None:
    assert CHECKS["each wrist above the head"](bodies()["both overhead"])
    assert not CHECKS["each wrist above the head"](bodies()["overhead"])
    assert not CHECKS["right wrist above the head"](bodies()["overhead"])


def test_checks_do_not_care_where_a_body_looks_or_stands() -> None:
    body = bodies()["overhead"]
    moved = Body(body.motion.moved(2.0, [3.0, 0.0, -5.0]))
    assert [check(body) for check in CHECKS.values()] == [check(moved) for check in CHECKS.values()]


def test_turnings_and_averages() -> None:
    curve = wave(1.0)
    assert turnings(curve, 0.5) == 6
    assert turnings(curve, 3.0) == 0
    assert turnings(np.linspace(0, 5, 90), 0.1) == 0
    assert averaged(np.array([0.0, 3.0, 0.0]), 3).tolist() == [1.5, 1.0, 1.5]
    assert averaged(np.ones((1, 2)), 15).tolist() == [[1.0, 1.0]]


def test_a_single_frame_can_be_checked() -> None:
    body = Body(Puppet().motion().sliced(0, 1))
    for check in CHECKS.values():
        assert check(body) in (True, False)


def test_phrases_speak_of_all_parts_and_both_sides_alike() -> None:
    found = phrases()
    assert len(found) >= 200
    spoken = {part: sum(part in phrase.said for phrase in found) for part in PARTS}
    assert min(spoken.values()) >= 25
    assert spoken["left_arm"] == spoken["right_arm"]
    assert spoken["left_leg"] == spoken["right_leg"]
    sides = [phrase.side for phrase in found]
    assert sides.count("left") == sides.count("right") >= 50
    plain_texts = bases()
    for phrase in found:
        plain = plain_texts[phrase.base]
        assert all(phrase.texts[part] != plain[part] for part in phrase.said)


def test_a_phrase_of_one_side_asks_the_same_of_the_other() -> None:
    left, right = ([phrase for phrase in phrases() if phrase.side == side] for side in ("left", "right"))
    for one, twin in zip(left, right, strict=True):
        assert (one.part, one.base) == (twin.part, twin.base)
        assert twin.checks == tuple(mirrored_check(check) for check in one.checks)
        assert [mirrored_name(part) for part in one.said] == list(twin.said)


def test_expectations_are_many_and_reserved() -> None:
    found = expectations()
    assert len(found) >= 60
    assert reserved() == {wanted.name for wanted in found}
    assert {"zombie", "tightrope-walker", "old-king", "penguin"} <= reserved()
    plain = bodies()["walk"]
    # a plain walk must not fulfil what styles are to be told by
    met = [np.mean([CHECKS[check](plain) for check in wanted.checks]) for wanted in found]
    assert np.mean(met) < 0.2


def test_unknown_checks_are_named(tmp_path: Path) -> None:
    file = tmp_path / "expectations.toml"
    file.write_text('[a]\nstyle = "b"\nexpect = ["left ear above the moon", "goes forward"]\n', encoding="utf-8")
    with pytest.raises(ValueError, match="moon"):
        expectations(file)
