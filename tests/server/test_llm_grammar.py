# SPDX-License-Identifier: GPL-3.0-or-later
"""The grammar of answers: what it writes, where it lets choose, what it refuses."""

from __future__ import annotations

import pytest

from server.llm_format import (
    PART_SLOTS,
    attributes_from,
    chosen_phrases,
    grammars,
    phrases,
    tidy,
    values_text,
)
from server.llm_grammar import ChoiceGrammar
from server.motion.skeleton import PARTS
from server.parts.vocabulary import SLOTS


def letters(text: str) -> list[int]:
    """Encode every letter as a token."""
    return [ord(letter) for letter in text]


GRAMMAR = ChoiceGrammar(letters, [[" low,", " left,", " high,"], [" slow.", " quick."]])


def test_a_completion_is_the_phrases_and_its_decisions_are_the_branches() -> None:
    tokens, decisions = GRAMMAR.write([1, 0])
    assert "".join(map(chr, tokens)) == " left, slow."
    assert [(d.position, chr(d.options[d.chosen]), d.slot) for d in decisions] == [
        (1, "l", 0),
        (2, "e", 0),
        (7, "s", 1),
    ]
    assert {chr(option) for option in decisions[0].options} == {"l", "h"}


@pytest.mark.parametrize("wanted", [[0, 0], [1, 1], [2, 0]])
def test_a_walk_along_the_decisions_writes_the_same(wanted: list[int]) -> None:
    tokens, decisions = GRAMMAR.write(wanted)
    walker = GRAMMAR.walker()
    walked = walker.forced()
    for decision in decisions:
        assert walker.options() == decision.options
        assert len(walked) == decision.position
        token = decision.options[decision.chosen]
        walker.take(token)
        walked += [token, *walker.forced()]
    assert walker.done
    assert walker.phrases == wanted
    assert walked == tokens


@pytest.mark.parametrize("slot", [[" low", " lower"], [" lower", " low"], [" low", " low"]])
def test_phrases_that_begin_with_one_another_are_refused(slot: list[str]) -> None:
    with pytest.raises(ValueError, match="begins with another"):
        ChoiceGrammar(letters, [slot])


@pytest.mark.parametrize("may_be_open", [True, False])
def test_every_value_of_every_slot_survives_writing_and_reading(may_be_open: bool) -> None:
    written = grammars(letters, may_be_open)
    for part in PARTS:
        first = PART_SLOTS[part][0]
        for slot in PART_SLOTS[part]:
            for value in slot.values:
                attributes = {first.key: first.values[-1], slot.key: value}
                numbers = chosen_phrases(part, attributes, may_be_open)
                tokens, _ = written[part].write(numbers)
                assert "".join(map(chr, tokens)) == values_text(part, attributes)
                assert attributes_from(part, numbers, may_be_open) == attributes


def test_what_must_be_said_cannot_be_left_open() -> None:
    with pytest.raises(ValueError, match="has no"):
        chosen_phrases("root", {}, may_be_open=False)
    for part in PARTS:
        first = PART_SLOTS[part][0]
        assert len(phrases(first, may_be_open=False)) == len(first.values)


def test_words_are_short_and_distinct_in_their_slot() -> None:
    for slot in SLOTS:
        words = phrases(slot, may_be_open=True)
        assert len(set(words)) == len(slot.values) + 1
        assert max(map(len, words)) < 16


def test_prompts_are_tidied() -> None:
    assert tidy("  Walks\n forward. ") == "walks forward"
