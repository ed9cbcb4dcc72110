# SPDX-License-Identifier: GPL-3.0-or-later
"""What a bigger model is told: every word of the vocabulary, and examples that are right themselves."""

from __future__ import annotations

import tomllib

import pytest

from server.bigger.examples import EXAMPLES_FILE, examples
from server.bigger.prompting import Form, messages
from server.bigger.question import Question, Role
from server.bigger.schema import answer_text, attributes_from_answer
from server.llm_format import PART_SLOTS
from server.motion.skeleton import PARTS
from server.parts.attributes import parse, write
from server.parts.vocabulary import SLOTS, wordings

FORM = Form("Answer in JSON.", answer_text)
ROLES: tuple[Role, ...] = ("content", "style", "composition")
WRITTEN = tomllib.loads(EXAMPLES_FILE.read_text(encoding="utf-8"))


@pytest.mark.parametrize("entry", [entry for role in ROLES for entry in WRITTEN[role]])
def test_every_example_is_understood_to_the_last_clause(entry: dict[str, str]) -> None:
    texts = {part: entry.get(part, "") for part in PARTS}
    assert write(parse(texts)) == texts
    assert set(entry) <= {"prompt", "content", "style", *PARTS}


@pytest.mark.parametrize("role", ROLES)
def test_every_example_is_a_valid_answer(role: Role) -> None:
    assert len(examples(role)) == {"content": 3, "style": 4, "composition": 2}[role]
    for example in examples(role):
        answer = attributes_from_answer(answer_text(example.answer), may_be_open=example.question.may_be_open)
        assert answer == example.answer


def test_what_is_done_stays_in_the_composed_examples() -> None:
    for example in examples("composition"):
        asked = example.question
        for key in (("root", "direction"), ("root", "turn"), ("left_leg", "action"), ("right_leg", "action")):
            assert example.answer[key] == asked.content_says[key]
        assert asked.style_says


@pytest.mark.parametrize("role", ROLES)
def test_the_chat_explains_every_value_and_ends_with_the_question(role: Role) -> None:
    question = Question(role, "walks" if role != "style" else "", "sadly" if role != "content" else "")
    system, *turns = messages(question, FORM)
    assert system["content"].endswith("Answer in JSON.")
    for slot in SLOTS:
        assert all(wordings(slot, value)[0] in system["content"] for value in slot.values)
    assert all(part in system["content"] for part in PART_SLOTS)
    assert [turn["role"] for turn in turns] == ["user", "assistant"] * len(examples(role)) + ["user"]
    assert ("does: walks" in turns[-1]["content"]) == (role != "style")
    assert ("style: sadly" in turns[-1]["content"]) == (role != "content")
