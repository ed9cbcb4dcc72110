# SPDX-License-Identifier: GPL-3.0-or-later
"""What a prompt says outright outweighs what the memory recalls, and a style does not stop what a content does."""

from __future__ import annotations

import pytest
import torch
from language_model import language_model

from server.composer import Composer
from server.llm_format import PART_SLOTS
from server.llm_memory import Prior
from server.llm_spoken import agrees, insist, to_insist_on
from server.parts.attributes import parse
from server.reasoner import Reasoner

HAND_ON_HIP = {("left_arm", "touch"): "hip"}
ON_HIPS = {
    (f"{side}_arm", slot): value
    for side in ("left", "right")
    for slot, value in (("action", "still"), ("touch", "hip"))
}


def votes(part: str, values: dict[str, str]) -> Prior:
    """Return votes that are all for some values, and open elsewhere."""
    prior = [torch.zeros(len(slot.values) + 1) for slot in PART_SLOTS[part]]
    for vote, slot in zip(prior, PART_SLOTS[part], strict=True):
        vote[slot.values.index(values[slot.key[1]]) + 1 if slot.key[1] in values else 0] = 1.0
    return prior


@pytest.mark.parametrize(("value", "agreed"), [("hip", True), ("low", True), ("overhead", False)])
def test_the_memory_agrees_if_it_votes_for_a_value_or_its_neighbour(value: str, agreed: bool) -> None:
    priors = {"left_arm": votes("left_arm", {"hold": value}), "right_arm": votes("right_arm", {"hold": "low"})}
    assert agrees(priors, {("left_arm", "hold"): "hip"}) is agreed


def test_the_memory_disagrees_if_it_has_the_other_side_do_it_too() -> None:
    both = {part: votes(part, {"hold": "overhead"}) for part in ("left_arm", "right_arm")}
    assert not agrees(both, {("left_arm", "hold"): "overhead"})
    assert agrees(both, {(part, "hold"): "overhead" for part in both})


@pytest.mark.parametrize("silent", [True, False])
def test_all_votes_are_for_what_is_said(silent: bool) -> None:
    before = {part: votes(part, {"hold": "low"}) for part in ("left_arm", "right_arm")}
    after = insist(before, HAND_ON_HIP, silent_else=silent)
    by_slot = {slot.key: vote for slot, vote in zip(PART_SLOTS["left_arm"], after["left_arm"], strict=True)}
    touch = next(slot for slot in PART_SLOTS["left_arm"] if slot.key == ("left_arm", "touch"))
    assert by_slot["left_arm", "touch"].argmax() == touch.values.index("hip") + 1
    assert by_slot["left_arm", "hold"].sum() == (0 if silent else 1)
    assert after["right_arm"] is before["right_arm"]


def test_a_style_holds_still_what_the_content_does_not_need() -> None:
    walks = {("left_arm", "action"): "swings", ("right_arm", "action"): "swings"}
    assert to_insist_on({}, ON_HIPS, walks, ON_HIPS) == ON_HIPS
    waves = walks | {("right_arm", "action"): "waves"}
    assert {part for part, _ in to_insist_on({}, ON_HIPS, waves, ON_HIPS)} == {"left_arm"}


def test_what_has_been_edited_away_is_not_insisted_on() -> None:
    assert not to_insist_on(HAND_ON_HIP, {}, {("left_arm", "touch"): "head"}, {})
    assert to_insist_on(HAND_ON_HIP, {}, HAND_ON_HIP, {}) == HAND_ON_HIP


@pytest.mark.parametrize(
    ("content", "style"),
    [("walks forward", "with the left hand on the hip"), ("walks with the left hand on the hip", "sadly")],
)
def test_the_trained_model_keeps_what_is_said(content: str, style: str) -> None:
    model = language_model(adapted=True)
    texts = Composer(model).compose(content, style, *Reasoner(model).both(content, style))
    said = parse(texts)
    assert said["left_arm", "touch"] == "hip"
    assert said.get(("right_arm", "touch")) != "hip"
    assert said["root", "direction"] == "forward"
