# SPDX-License-Identifier: GPL-3.0-or-later
"""Phases of a part's text: found, written, read back, and laid out over the steps of a clip."""

from __future__ import annotations

import random

import numpy as np
import pytest

from server.motion.skeleton import PARTS
from server.parts.attributes import parse, to_vector, write
from server.parts.phases import parse_phases, schedule, split_phases, write_phases
from server.parts.phrases import TABLES
from server.parts.splitting import main_phase
from server.parts.vocabulary import SLOTS


def said_of(part: str, dice: random.Random) -> dict[str, str]:
    share = dice.random()
    return {slot.name: dice.choice(slot.values) for slot in SLOTS if slot.part == part and dice.random() < share}


@pytest.mark.parametrize(
    ("text", "phases"),
    [
        ("", [("", None)]),
        ("waves, hand overhead", [("waves, hand overhead", None)]),
        ("hangs low, waves; then drops", [("hangs low, waves", None), ("drops", None)]),
        ("First hangs low, then waves.", [("hangs low", None), ("waves", None)]),
        ("hangs low then waves", [("hangs low", None), ("waves", None)]),
        ("hangs low and then waves", [("hangs low", None), ("waves", None)]),
        ("hangs low. After that, waves", [("hangs low", None), ("waves", None)]),
        ("hangs low; waves; drops;", [("hangs low", None), ("waves", None), ("drops", None)]),
        ("at first still, next it waves, and finally drops", [("still", None), ("it waves", None), ("drops", None)]),
        ("a bow followed by a nod", [("a bow", None), ("a nod", None)]),
        ("low -> high", [("low", None), ("high", None)]),
        ("then waves", [("waves", None)]),
        # lengths
        ("waves for 2 seconds", [("waves", 2.0)]),
        ("first for about 1.5 s hangs low; then waves", [("hangs low", 1.5), ("waves", None)]),
        ("waves, for half a second, then drops for a second", [("waves", 0.5), ("drops", 1.0)]),
        ("waves for one and a half seconds", [("waves", 1.5)]),
        ("waves for roughly 2,5 sec; still lasting a couple of seconds", [("waves", 2.5), ("still", 2.0)]),
        ("stands still. Then, after two seconds, kicks.", [("stands still", 2.0), ("kicks", None)]),
        ("waves for 0 seconds", [("waves", None)]),
        ("for 2 seconds; then waves", [("", 2.0), ("waves", None)]),
        # what stands before "first" holds throughout
        ("waves, first slowly, then quickly", [("waves, slowly", None), ("waves, quickly", None)]),
        ("upright; first looks left, then right", [("upright, looks left", None), ("upright, right", None)]),
        # no joints
        ("rises and comes down again", [("rises and comes down again", None)]),
        ("twitches every now and then", [("twitches every now and then", None)]),
        ("hand next to the hip, next to the body", [("hand next to the hip, next to the body", None)]),
        ("dives head first", [("dives head first", None)]),
        ("strengthens and thence, afterthought", [("strengthens and thence, afterthought", None)]),
        ("waves for ever, for 2 metres", [("waves for ever, for 2 metres", None)]),
    ],
)
def test_where_phases_begin_and_end(text: str, phases: list[tuple[str, float | None]]) -> None:
    assert [(phase.text, phase.seconds) for phase in split_phases(text)] == phases


@pytest.mark.parametrize("part", PARTS)
def test_no_listed_phrase_is_cut(part: str) -> None:
    for values in TABLES[part].values():
        for options in values.values():
            for phrase in options:
                (phase,) = split_phases(f"{phrase}, {phrase}")
                assert (phase.text, phase.seconds) == (f"{phrase}, {phrase}", None)


def test_phases_are_read_back_exactly() -> None:
    dice = random.Random(0)
    for number in range(1500):
        part = dice.choice(PARTS)
        lengths = (None, None, 1.0, 2.0, dice.randint(1, 2000) / 100)
        shared = said_of(part, dice) if dice.random() < 0.5 else {}
        phases = [(dice.choice(lengths), said_of(part, dice) | shared) for _ in range(dice.randint(1, 5))]
        for seed in (None, number):
            assert parse_phases(part, write_phases(part, phases, seed)) == phases


def test_how_phases_are_written() -> None:
    low, wave = {"hold": "low"}, {"action": "waves", "hold": "overhead"}
    text = write_phases("left_arm", [(2.0, low), (None, wave), (1.0, {}), (0.125, low)])
    assert text == (
        "first hangs low, for 2 seconds; then waves to and fro, hand overhead; "
        "then anything, for 1 second; then hangs low, for 0.12 seconds"
    )
    assert (
        write_phases("left_arm", [(None, wave)])
        == write({("left_arm", "hold"): "overhead"} | _of("left_arm", wave))["left_arm"]
    )
    assert write_phases("left_arm", [(None, {})]) == ""
    still = {"action": "still", "hold": "low"}
    assert write_phases("left_arm", [(None, still), (2.0, low), (None, still)]) == (
        "hangs low, first keeps still; then anything, for 2 seconds; then keeps still"
    )
    for bad in (0.0, -1.0, float("inf"), float("nan")):
        with pytest.raises(ValueError, match="cannot last"):
            write_phases("left_arm", [(bad, low)])
    with pytest.raises(ValueError, match="at least one phase"):
        write_phases("left_arm", [])
    with pytest.raises(KeyError):
        parse_phases("tail", "wags")


def _of(part: str, said: dict[str, str]) -> dict[tuple[str, str], str]:
    return {(part, slot): value for slot, value in said.items()}


def lengths_of(text: str, steps: int, step_seconds: float = 0.1) -> list[int]:
    """How many steps each phase of a root's text gets, by the changes in its timetable."""
    rows = schedule({"root": text}, steps, step_seconds)
    changes = np.flatnonzero((rows[1:] != rows[:-1]).any(axis=1)) + 1
    return np.diff([0, *changes, steps]).tolist()


def test_one_phase_fills_the_clip_as_before() -> None:
    dice = random.Random(4)
    attributes = {key: value for part in PARTS for key, value in _of(part, said_of(part, dice)).items()}
    rows = schedule(write(attributes), 7, 0.1)
    assert rows.shape == (7, len(SLOTS))
    assert rows.dtype == np.int64
    assert (rows == to_vector(attributes)).all()
    assert not schedule({}, 3, 0.1).any()
    assert schedule({"root": "runs; then stops"}, 0, 0.1).shape == (0, len(SLOTS))


@pytest.mark.parametrize(
    ("text", "steps", "lengths"),
    [
        ("moves forward; then moves backward", 10, [5, 5]),
        ("moves forward; then moves backward; then moves forward", 10, [4, 3, 3]),
        ("moves forward, for 0.3 seconds; then moves backward", 10, [3, 7]),
        ("moves forward; then moves backward, for 0.3 s; then moves forward", 10, [4, 3, 3]),
        # all stated: scaled to the clip
        ("moves forward, for 2 seconds; then moves backward, for 1 second", 30, [20, 10]),
        ("moves forward, for 2 seconds; then moves backward, for 1 second", 15, [10, 5]),
        ("moves forward, for 2 seconds; then moves backward, for 1 second", 60, [40, 20]),
        # stated ones leave at least a step to the others
        ("moves forward, for 9 seconds; then moves backward", 10, [9, 1]),
        ("moves forward, for 0.01 seconds; then moves backward", 10, [1, 9]),
        # fewer steps than phases: the first ones
        ("moves forward; then moves backward; then turning left", 2, [1, 1]),
        ("moves forward; then moves backward; then turning left", 1, [1]),
    ],
)
def test_how_long_phases_last(text: str, steps: int, lengths: list[int]) -> None:
    assert lengths_of(text, steps) == lengths


def test_the_steps_of_phases_are_all_of_the_clip_whatever_is_said() -> None:
    dice = random.Random(5)
    for _ in range(400):
        count, steps = dice.randint(1, 6), dice.randint(1, 40)
        turns = ("moves forward", "moves backward")
        phases = [(dice.choice((None, dice.uniform(0.01, 9))), turns[number % 2]) for number in range(count)]
        text = "; then ".join(f"{turn}, for {seconds:.3f} s" if seconds else turn for seconds, turn in phases)
        lengths = lengths_of(text, steps)
        assert len(lengths) == min(count, steps)
        assert sum(lengths) == steps
        assert min(lengths) >= 1


def test_every_part_goes_through_its_own_phases() -> None:
    texts = {"left_arm": "hangs low; then hand overhead", "root": "moves forward, for 0.1 s; then moves to the left"}
    rows = schedule(texts, 4, 0.1)
    for step, (hold, direction) in enumerate(
        (("low", "forward"), ("low", "left"), ("overhead", "left"), ("overhead", "left"))
    ):
        assert (rows[step] == to_vector({("left_arm", "hold"): hold, ("root", "direction"): direction})).all()


@pytest.mark.parametrize(("steps", "step_seconds"), [(-1, 0.1), (3, 0.0), (3, float("nan"))])
def test_a_clip_without_time_is_refused(steps: int, step_seconds: float) -> None:
    with pytest.raises(ValueError, match="no clip"):
        schedule({}, steps, step_seconds)


@pytest.mark.parametrize(
    ("text", "main"),
    [
        ("hangs low; then waves", "hangs low"),
        ("hangs low, for 1 second; then waves", "waves"),
        ("hangs low, for 1 second; then waves, for 3 seconds", "waves"),
        ("hangs low, for 1 second; then waves, for 1 second", "hangs low"),
    ],
)
def test_one_phase_speaks_for_the_text(text: str, main: str) -> None:
    assert main_phase(text).text == main
    assert parse({"left_arm": text}) == parse({"left_arm": main})


def test_odd_texts_are_read_in_no_time() -> None:
    for text in ("." * 4000, "then " * 800, "a, " * 1300, "for " * 1000, "first " * 600, "wave not " * 450, "9" * 4000):
        for part in ("left_arm", "root"):
            assert len(parse_phases(part, text)) <= 801
