# SPDX-License-Identifier: GPL-3.0-or-later
"""Attributes to sentences and back, mirrored, and in an animator's own words."""

from __future__ import annotations

import random

import numpy as np
import pytest

from server.motion.skeleton import PARTS
from server.parts.attributes import from_vector, mirrored, parse, to_vector, write
from server.parts.parsing import parse_part
from server.parts.phrases import TABLES
from server.parts.vocabulary import SLOTS, wordings


def random_attributes(dice: random.Random) -> dict[tuple[str, str], str]:
    return {slot.key: dice.choice(slot.values) for slot in SLOTS if dice.random() < 0.7}


def test_every_sentence_is_understood_exactly() -> None:
    dice = random.Random(0)
    for number in range(1500):
        attributes = random_attributes(dice)
        for seed in (None, number):
            assert parse(write(attributes, seed)) == attributes


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


def test_canonical_sentences_are_short() -> None:
    dice = np.random.default_rng(0)
    full = [{slot.key: str(dice.choice(slot.values)) for slot in SLOTS} for _ in range(50)]
    longest = max(len(text.split()) for attributes in full for text in write(attributes).values())
    assert longest < 50
    assert set(write({})) == set(PARTS)
    assert all(wordings(slot, slot.values[0]) for slot in SLOTS)


@pytest.mark.parametrize(
    ("part", "text", "slot", "value"),
    [
        ("left_arm", "Held straight out to the side", "spread", "far_wide"),
        ("right_arm", "the hand is above the head, not bent", "hold", "overhead"),
        ("right_arm", "the hand is above the head, not bent", "elbow", "straight"),
        ("left_arm", "she waves it quickly", "action", "waves"),
        ("left_arm", "does not swing", "action", "still"),
        ("left_arm", "dangling loosely at his side", "hold", "low"),
        ("right_arm", "punching forward", "action", "thrusts"),
        ("right_leg", "drags along, stiff", "lift", "drags"),
        ("left_leg", "steps with pointing in toes", "toes", "in"),
        ("backbone", "hunched, looking down", "curve", "hunched"),
        ("backbone", "not stooped", "pitch", "upright"),
        ("backbone", "looks to the left", "head_turn", "left"),
        ("root", "walks in a circle to the right", "turn", "around_right"),
        ("root", "runs ahead", "speed", "running"),
        ("root", "does not move", "direction", "in_place"),
        ("root", "not turning", "turn", "straight"),
    ],
)
def test_free_wording(part: str, text: str, slot: str, value: str) -> None:
    assert parse({part: text}).get((part, slot)) == value


def test_words_without_meaning_say_nothing() -> None:
    assert parse({"left_arm": "blue and of good family", "root": ""}) == {}


@pytest.mark.parametrize(
    ("part", "text", "said"),
    [
        ("root", "not crouching", {"height": "normal"}),
        ("root", "walks forward without bouncing", {"direction": "forward", "bounce": "none"}),
        ("left_leg", "not dragging the foot", {"lift": "low"}),
        ("left_leg", "walks without lifting the foot high", {"action": "walks"}),
        ("left_arm", "hand not on the hip", {}),
        ("left_arm", "stops waving", {"action": "still"}),
        ("left_arm", "not sharply bent", {}),
        ("right_arm", "not bent", {"elbow": "straight"}),
        ("right_arm", "never above the head but swings", {"action": "swings"}),
        ("backbone", "bent to the right", {"lean": "right"}),
        ("backbone", "head not lowered", {"head": "level"}),
        ("backbone", "bent forward, not leaning back", {"pitch": "forward"}),
    ],
)
def test_what_is_negated_is_not_taken_for_said(part: str, text: str, said: dict[str, str]) -> None:
    assert parse_part(part, text) == said
