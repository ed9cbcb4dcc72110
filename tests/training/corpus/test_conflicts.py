# SPDX-License-Identifier: GPL-3.0-or-later
"""Conflicts between contents and styles: enough of them, real ones, and decided by the rule that is named."""

from __future__ import annotations

from collections import Counter

import pytest

from server.composition import Rule, compose, deciding
from server.parts.attributes import parse
from training.corpus.conflicts import clashes, conflicts
from training.corpus.entries import entries

CONTENTS, STYLES = entries("contents"), entries("styles")
FOUND = conflicts(CONTENTS, STYLES)


def test_there_are_enough_and_no_entry_fills_the_list() -> None:
    assert len(FOUND) >= 500
    assert len({(example.content, example.style) for example in FOUND}) == len(FOUND)
    for end in ("content", "style"):
        assert max(Counter(getattr(example, end) for example in FOUND).values()) <= 8


def test_both_sides_want_what_they_are_said_to_and_the_texts_say_what_was_decided() -> None:
    for example in FOUND[::10]:
        content, style = CONTENTS[example.content].attributes, STYLES[example.style].attributes
        said = parse(example.texts)
        for clash in example.clashes:
            key = (clash.part, clash.slot)
            assert content[key] == clash.content != clash.style == style[key]
            assert said[key] == clash.composed


@pytest.mark.parametrize("rule", [rule for rule in Rule if rule is not Rule.STYLE])
def test_every_rule_decides_something(rule: Rule) -> None:
    assert any(clash.rule == rule.value for example in FOUND for clash in example.clashes)


def test_the_rule_named_is_the_one_that_acted() -> None:
    wave, zombie = CONTENTS["wave-left-hand"].attributes, STYLES["zombie"].attributes
    found = {(clash.part, clash.slot): clash for clash in clashes(wave, zombie)}
    assert found["left_arm", "hold"].rule == Rule.IN_USE.value
    assert found["left_arm", "hold"].composed == wave["left_arm", "hold"]
    assert ("right_arm", "reach") not in found, "a free arm has no wish"
    run, slow = CONTENTS["run"].attributes, {("root", "speed"): "slow"}
    assert deciding(("root", "speed"), run) is Rule.RELATIVE
    assert clashes(run, slow)[0].composed == compose(run, slow)["root", "speed"] != "slow"
