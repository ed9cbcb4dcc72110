# SPDX-License-Identifier: GPL-3.0-or-later
"""What a prompt says outright of body parts is taken from its clauses, and nothing else is."""

from __future__ import annotations

import pytest

from server.parts.spoken import spoken


@pytest.mark.parametrize(
    ("prompt", "said", "rest"),
    [
        (
            "walks with the left hand on the hip",
            {("left_arm", "touch"): "hip", ("left_arm", "action"): "still"},
            "walks",
        ),
        ("runs forward, dragging the right foot", {("right_leg", "lift"): "drags"}, "runs forward"),
        ("stands with the head hung low", {("backbone", "head"): "hung"}, "stands"),
        ("walks with both hands on the head", {("left_arm", "touch"): "head", ("right_arm", "touch"): "head"}, "walks"),
        ("walks and covers the head with the hands", {("right_arm", "touch"): "head"}, "walks"),
    ],
)
def test_a_clause_on_a_part_is_taken_and_the_rest_left(
    prompt: str, said: dict[tuple[str, str], str], rest: str
) -> None:
    found = spoken(prompt, has_verb=True)
    assert said.items() <= found.attributes.items()
    assert found.rest == rest


@pytest.mark.parametrize(
    "prompt",
    [
        "walks in a circle",
        "waves the left hand",
        "walks, then stands with the hands on the hips",
        "stands and raises the left hand",
        "walks with the hand on the hip",
        "waves with the left hand",
    ],
)
def test_what_is_done_what_passes_and_what_is_unclear_is_left_to_the_model(prompt: str) -> None:
    found = spoken(prompt, has_verb=True)
    assert not found.attributes
    assert found.rest == prompt


def test_only_the_named_side_is_spoken_of() -> None:
    parts = {part for part, _ in spoken("sadly, the left hand behind the back", has_verb=False).attributes}
    assert parts == {"left_arm"}


def test_a_style_may_be_a_clause_on_a_part() -> None:
    found = spoken("the right hand on the heart", has_verb=False)
    assert found.attributes["right_arm", "touch"] == "chest"
    assert not found.rest


def test_up_and_down_and_back_and_forth_are_one_clause() -> None:
    found = spoken("walks, nodding the head up and down", has_verb=True)
    assert found.rest == "walks"


def test_what_is_held_somewhere_is_held_still_unless_it_moves() -> None:
    held = spoken("walks with the right arm stretched to the front", has_verb=True).attributes
    swung = spoken("walks with the arms swinging widely", has_verb=True).attributes
    assert held["right_arm", "action"] == "still"
    assert swung["right_arm", "action"] == "swings"
