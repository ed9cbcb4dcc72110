# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers of a bigger model: what the schema allows is what is read, and everything else is refused with the reason."""

from __future__ import annotations

import json
import random

import pytest

from server.bigger.schema import answer_schema, answer_text, attributes_from_answer
from server.errors import SmooError
from server.llm_format import PART_SLOTS
from server.parts.vocabulary import SLOTS


def random_attributes(seed: int, *, may_be_open: bool) -> dict[tuple[str, str], str]:
    """Return a random set of attributes that the schema allows."""
    dice = random.Random(seed)
    firsts = {slots[0].key for slots in PART_SLOTS.values()}
    return {
        slot.key: dice.choice(slot.values)
        for slot in SLOTS
        if dice.random() < 0.5 or (slot.key in firsts and not may_be_open)
    }


COMPLETE = json.loads(answer_text(random_attributes(0, may_be_open=False)))


@pytest.mark.parametrize("may_be_open", [True, False])
def test_what_is_written_is_read_back_and_is_within_the_schema(may_be_open: bool) -> None:
    schema = answer_schema(may_be_open=may_be_open)
    for seed in range(200):
        attributes = random_attributes(seed, may_be_open=may_be_open)
        text = answer_text(attributes)
        assert attributes_from_answer(text, may_be_open=may_be_open) == attributes
        for part, said in json.loads(text).items():
            allowed = schema["properties"][part]
            assert set(allowed["required"]) <= set(said)
            assert all(value in allowed["properties"][slot]["enum"] for slot, value in said.items())


def test_the_schema_covers_the_vocabulary_and_closes_it() -> None:
    schema = answer_schema(may_be_open=False)
    assert schema["required"] == list(PART_SLOTS)
    for part in [schema, *schema["properties"].values()]:
        assert part["additionalProperties"] is False
    found = [
        (part, slot, *body["enum"])
        for part, of in schema["properties"].items()
        for slot, body in of["properties"].items()
    ]
    assert found == [(slot.part, slot.name, *slot.values) for slot in SLOTS]
    assert schema["properties"]["root"]["required"] == ["direction"]
    assert answer_schema(may_be_open=True)["properties"]["root"]["required"] == []


@pytest.mark.parametrize("fence", ["```json\n{}\n```", "```\n{}\n```", " \n{}\n"])
def test_a_fence_around_the_answer_is_passed_over(fence: str) -> None:
    text = json.dumps(COMPLETE)
    bare = attributes_from_answer(text, may_be_open=False)
    assert attributes_from_answer(fence.replace("{}", text), may_be_open=False) == bare


def changed(part: str, value: object) -> str:
    return json.dumps(COMPLETE | {part: value})


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        ("", "no JSON"),
        ("Here you are: {}", "no JSON"),
        ("[" * 100_000, "no JSON"),
        ("[]", "must be an object"),
        ("{}", "the part right_arm is missing"),
        (changed("tail", {}), "no part 'tail'"),
        (changed("root", "forward"), "Root must be an object, not 'forward'"),
        (changed("root", {"direction": "forward", "colour": "red"}), "no slot 'colour'"),
        (changed("root", {"direction": "up"}), "Root.direction cannot be 'up'; it is one of in_place, forward"),
        (changed("root", {"direction": ["forward"]}), "cannot be"),
        (changed("root", {"direction": None}), "cannot be None"),
        (changed("root", {"speed": "slow"}), "Root must say its direction"),
    ],
)
def test_everything_else_is_refused(answer: str, complaint: str) -> None:
    with pytest.raises(SmooError, match="(?i)" + complaint.replace("[", "\\[")) as caught:
        attributes_from_answer(answer, may_be_open=False)
    assert caught.value.code == "bad_answer"
    assert len(caught.value.message) < 400


def test_a_style_may_leave_everything_open() -> None:
    assert attributes_from_answer(json.dumps({part: {} for part in PART_SLOTS}), may_be_open=True) == {}
