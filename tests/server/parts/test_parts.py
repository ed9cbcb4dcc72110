# SPDX-License-Identifier: GPL-3.0-or-later
"""Attributes to sentences and back, mirrored, and in an animator's own words."""

from __future__ import annotations

import random
import re

import numpy as np
import pytest

from server.motion.skeleton import PARTS
from server.parts.attributes import from_vector, mirrored, parse, to_vector, write
from server.parts.bare import bare
from server.parts.free import FREE
from server.parts.free.patterns import compiled
from server.parts.parsing import parse_part
from server.parts.phrases import TABLES
from server.parts.vocabulary import SLOTS, wordings


def random_attributes(dice: random.Random) -> dict[tuple[str, str], str]:
    share = dice.random()
    return {slot.key: dice.choice(slot.values) for slot in SLOTS if dice.random() < share}


def test_every_sentence_is_understood_exactly() -> None:
    dice = random.Random(0)
    for number in range(10_000):
        attributes = random_attributes(dice)
        for seed in (None, number):
            assert parse(write(attributes, seed)) == attributes


def test_seeds_give_other_wordings_and_the_same_seed_the_same() -> None:
    attributes = {slot.key: slot.values[0] for slot in SLOTS}
    assert write(attributes, 1) == write(attributes, 1) != write(attributes, 2)


def test_capitals_full_stops_and_blanks_make_no_difference() -> None:
    dice = random.Random(3)
    for _ in range(100):
        attributes = random_attributes(dice)
        texts = write(attributes)
        assert parse({part: f" {text.upper().replace(', ', ' ,  ')}. " for part, text in texts.items()}) == attributes
        assert parse({part: ". ".join(text.split(", ")).capitalize() for part, text in texts.items()}) == attributes


def test_vectors_there_and_back() -> None:
    dice = random.Random(1)
    for _ in range(200):
        attributes = random_attributes(dice)
        vector = to_vector(attributes)
        assert vector.shape == (len(SLOTS),)
        assert from_vector(vector) == attributes
    assert not to_vector({}).any()
    with pytest.raises(ValueError, match="unknown attribute"):
        to_vector({("left_arm", "hold"): "on the moon"})


def test_no_phrase_says_two_things() -> None:
    for table in TABLES.values():
        seen: dict[str, tuple[str, str]] = {}
        for slot, values in table.items():
            for value, options in values.items():
                for phrase in options:
                    assert phrase not in seen, f"{phrase!r} says {seen.get(phrase)} and {(slot, value)}"
                    seen[phrase] = (slot, value)


# a participle without "is" may tell a place; who does not travel stays in place
OTHERWISE = {"is raised": "hold", "is lowered": "hold", "not travelling": "direction"}


@pytest.mark.parametrize("part", ["left_arm", "left_leg", "backbone", "root"])
def test_a_listed_phrase_is_understood_within_other_words(part: str) -> None:
    for slot, values in TABLES[part].items():
        for value, options in values.items():
            for phrase in options:
                said = parse_part(part, f"she {phrase} as ever")
                assert said.get(slot) == value or set(said) == {OTHERWISE.get(phrase)}, f"{phrase!r}: {said}"


@pytest.mark.parametrize("part", ["left_arm", "left_leg", "backbone", "root"])
def test_free_wordings_say_known_values_in_words_that_can_occur(part: str) -> None:
    for rule in compiled(FREE[part]):
        for slot, value in rule.says + rule.implies:
            assert value in TABLES[part][slot]
    for pattern, _ in FREE[part]:
        words = re.sub(r"\\[wb]|\[[^]]*\]|\b(?:NOT|LITTLE|MUCH)\b", " ", pattern)
        for word in re.findall(r"[a-z']+", words):
            assert bare(word) == word, f"{word!r} of {pattern!r} is never met in a bare text"


def test_a_row_that_says_nothing_clear_is_refused() -> None:
    with pytest.raises(ValueError, match="no slot=value"):
        compiled([("wave", "waves")])


def test_mirroring_exchanges_the_sides_and_nothing_else() -> None:
    dice = random.Random(2)
    for _ in range(300):
        attributes = random_attributes(dice)
        other = mirrored(attributes)
        assert mirrored(other) == attributes
        texts, flipped = write(attributes), write(other)
        assert texts["left_arm"] == flipped["right_arm"]
        assert texts["left_leg"] == flipped["right_leg"]
        assert len(other) == len(attributes)
    assert mirrored({("root", "turn"): "slight_left"}) == {("root", "turn"): "slight_right"}
    assert mirrored({("root", "direction"): "back_left"}) == {("root", "direction"): "back_right"}


def test_canonical_sentences_are_short() -> None:
    dice = np.random.default_rng(0)
    full = [{slot.key: str(dice.choice(slot.values)) for slot in SLOTS if not slot.notable} for _ in range(50)]
    longest = max(len(text.split()) for attributes in full for text in write(attributes).values())
    assert longest < 45
    assert set(write({})) == set(PARTS)
    assert all(wordings(slot, slot.values[0]) for slot in SLOTS)


def test_words_without_meaning_say_nothing() -> None:
    assert parse({"left_arm": "blue and of good family", "root": "", "left_leg": " ,.; "}) == {}


def test_a_listed_phrase_outweighs_other_words_and_these_what_they_imply() -> None:
    assert parse_part("left_arm", "swings loosely, hand at waist height")["hold"] == "waist"
    assert parse_part("left_arm", "hand on the hip, raised to the chest")["hold"] == "chest"
    assert parse_part("left_arm", "resting on the hip") == {"touch": "hip"}


@pytest.mark.parametrize(
    ("part", "text", "said"),
    [
        ("root", "walks forward without bouncing", {"direction": "forward", "bounce": "none"}),
        ("left_leg", "not dragging the foot", {"lift": "low"}),
        ("left_leg", "walks without lifting the foot high", {"action": "walks"}),
        ("left_leg", "isn\u2019t limping but walks", {"action": "walks"}),
        ("left_arm", "hand not on the hip", {}),
        ("left_arm", "stops waving", {"action": "still"}),
        ("left_arm", "not sharply bent", {}),
        ("left_arm", "can't reach above the head", {"peak": "head"}),
        ("right_arm", "not bent", {"elbow": "straight"}),
        ("right_arm", "never above the head but swings", {"action": "swings"}),
        ("right_arm", "the hand is above the head, not bent", {"hold": "overhead", "elbow": "straight"}),
        ("backbone", "bent forward, not leaning back", {"pitch": "forward"}),
        ("backbone", "stops nodding", {}),
        ("root", "neither hops nor runs", {}),
    ],
)
def test_what_is_negated_is_not_taken_for_said(part: str, text: str, said: dict[str, str]) -> None:
    assert parse_part(part, text) == said


@pytest.mark.parametrize(
    ("part", "british", "american"),
    [
        ("root", "not travelling", "not traveling"),
        ("backbone", "centred", "centered"),
        ("root", "moves forwards", "moves forward"),
        ("root", "circles anticlockwise", "circles counterclockwise"),
        ("backbone", "leant towards the left", "leaned toward the left"),
        ("left_leg", "favours this leg", "favors this leg"),
    ],
)
def test_british_and_american_spelling(part: str, british: str, american: str) -> None:
    assert parse_part(part, f"it is {british}") == parse_part(part, f"it is {american}") != {}
