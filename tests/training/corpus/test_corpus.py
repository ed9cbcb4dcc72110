# SPDX-License-Identifier: GPL-3.0-or-later
"""The written corpus: complete, understood to the last clause, and never mixing up left and right."""

from __future__ import annotations

import re

import pytest

from server.composition import compose
from server.llm_format import UNCHANGED
from server.motion.skeleton import PARTS
from server.parts.attributes import mirrored, parse, write
from training.corpus.entries import Entry, Kind, entries

KINDS: tuple[Kind, ...] = ("contents", "styles")
ALL = [pytest.param(kind, entry, id=f"{kind}-{name}") for kind in KINDS for name, entry in entries(kind).items()]
RECORDED_CONTENTS = """
walk walk-back walk-left walk-right walk-turn-left walk-turn-right run dash bow bye byebye call guide kick punch respond
slash dance-short raise-up-left-hand raise-up-right-hand raise-up-both-hands wave-left-hand wave-right-hand
wave-both-hands
""".split()
RECORDED_STYLES = """
normal active angry childish chimpira feminine giant happy masculine musical not-confident old proud sad tired youthful
""".split()


def other_side(text: str) -> str:
    """Exchange left and right in a text."""
    return re.sub(r"left|right", lambda found: "right" if found[0] == "left" else "left", text)


def test_there_are_enough_entries_and_all_recorded_ones() -> None:
    contents, styles = entries("contents"), entries("styles")
    assert len(contents) >= 300
    assert len(styles) >= 300
    assert set(RECORDED_CONTENTS) <= set(contents)
    assert set(RECORDED_STYLES) <= set(styles)


@pytest.mark.parametrize(("kind", "entry"), ALL)
def test_an_entry_has_wordings_to_train_on_and_one_to_measure_with(kind: Kind, entry: Entry) -> None:
    assert len(entry.wordings) >= 8
    assert entry.held_out
    assert not set(entry.held_out) & set(entry.trained)


@pytest.mark.parametrize(("kind", "entry"), ALL)
def test_a_text_is_understood_completely(kind: Kind, entry: Entry) -> None:
    for part in PARTS:
        text = entry.texts[part]
        if kind == "styles" and text == UNCHANGED:
            continue
        assert text
        said = parse({part: text})
        assert len(said) == len(text.split(", "))
        assert write(said)[part] == text


@pytest.mark.parametrize("kind", KINDS)
def test_no_wording_stands_for_two_entries(kind: Kind) -> None:
    seen: dict[str, str] = {}
    for name, entry in entries(kind).items():
        for wording in entry.wordings:
            assert seen.setdefault(wording.lower(), name) == name, wording
        assert len(set(entry.wordings)) == len(entry.wordings)


@pytest.mark.parametrize(("kind", "entry"), ALL)
def test_a_content_says_what_every_part_does(kind: Kind, entry: Entry) -> None:
    needed = {(part, "action") for part in PARTS[:4]} | {("backbone", "pitch"), ("root", "direction")}
    assert kind == "styles" or needed <= set(entry.attributes)


WRITTEN_PAIRS = [
    (kind, name)
    for kind in KINDS
    for name in entries(kind)
    if re.search(r"-left(-|$)", name) and not (kind == "contents" and name in RECORDED_CONTENTS)
]


@pytest.mark.parametrize(("kind", "name"), WRITTEN_PAIRS)
def test_written_sides_mirror_each_other(kind: Kind, name: str) -> None:
    left, right = entries(kind)[name], entries(kind)[other_side(name)]
    assert right.attributes == mirrored(left.attributes)
    assert left.attributes != right.attributes


@pytest.mark.parametrize("action", ["wave", "raise-up"])
def test_recorded_sides_lift_the_arm_they_name(action: str) -> None:
    high = ("shoulder", "head", "overhead")
    for side in ("left", "right"):
        attributes = entries("contents")[f"{action}-{side}-hand"].attributes
        assert attributes[f"{side}_arm", "peak"] in high
        assert attributes[f"{other_side(side)}_arm", "peak"] not in high


@pytest.mark.parametrize("kind", KINDS)
def test_wordings_name_the_side_of_their_entry(kind: Kind) -> None:
    for name, entry in entries(kind).items():
        sides = re.findall(r"-(left|right)(?:-|$)", name)
        if len(sides) == 1 and (kind == "styles" or not name.startswith("hop")):
            for wording in entry.wordings:
                assert other_side(sides[0]) not in wording or sides[0] in wording, (name, wording)


def test_a_waving_arm_keeps_waving_and_a_free_arm_follows_the_style() -> None:
    content = entries("contents")["wave-left-hand"].attributes
    style = entries("styles")["zombie"].attributes
    composed = compose(content, style)
    assert composed["left_arm", "action"] == content["left_arm", "action"]
    assert composed["left_arm", "hold"] == content["left_arm", "hold"]
    assert composed["right_arm", "reach"] == style["right_arm", "reach"] == "far_front"
    assert composed["root", "direction"] == content["root", "direction"]


def test_slow_is_relative_and_standing_stays_standing() -> None:
    slow = {("root", "speed"): "slow", ("left_leg", "cadence"): "slow"}
    run, stand = entries("contents")["run"].attributes, entries("contents")["stand"].attributes
    assert compose(run, slow)["root", "speed"] == "brisk"
    assert compose(stand, slow) == stand


def test_short_is_short_in_a_walk_and_relative_in_a_run() -> None:
    style = {("left_leg", "stride"): "short", ("root", "bounce"): "none"}
    walk, run = entries("contents")["walk"].attributes, entries("contents")["run"].attributes
    assert walk["left_leg", "stride"] == "long"
    walked = compose(walk, style)
    assert (walked["left_leg", "stride"], walked["root", "bounce"]) == ("short", "none")
    strides = ("none", "short", "medium", "long", "very_long")
    ran = compose(run, style)["left_leg", "stride"]
    assert strides.index(ran) == strides.index(run["left_leg", "stride"]) - 1


def test_an_empty_style_changes_nothing() -> None:
    for entry in entries("contents").values():
        assert compose(entry.attributes, {}) == entry.attributes
