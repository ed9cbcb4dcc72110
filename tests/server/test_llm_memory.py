# SPDX-License-Identifier: GPL-3.0-or-later
"""The reasoner's memory of contents and styles: their votes, and the file it lives in."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from server.llm_format import PART_SLOTS
from server.llm_memory import WEIGHT, Kind, Memory, mixed, settled
from server.motion.skeleton import PARTS
from server.parts.attributes import to_vector
from server.parts.vocabulary import SLOTS

WALK = {("root", "direction"): "forward", ("root", "speed"): "walking", ("left_arm", "action"): "swings"}
RUN = WALK | {("root", "speed"): "running"}
OLD = {("root", "speed"): "slow"}
SPEED = 1  # place of the slot in its part
VALUES = ("", *next(slot.values for slot in SLOTS if slot.key == ("root", "speed")))


def memory() -> Memory:
    """Two contents, which are recorded, and a written style; a vector is recognised by its larger number."""
    stack = [torch.stack([torch.from_numpy(to_vector(a)) for a in group]) for group in ([WALK, RUN], [OLD])]
    sides = torch.tensor([0, 2]), torch.tensor([0])
    scale = torch.tensor([[0.0, 0.0], [1.0, 1.0]])
    recorded = torch.tensor([1, 1]), torch.tensor([0])
    return Memory(scale, scale.clone(), torch.eye(2), torch.ones(1, 2), *sides, *recorded, *stack)


def test_a_vector_is_recognised() -> None:
    chances = memory().recognise("content", "runs to the right", torch.tensor([0.1, 3.0]))
    assert chances.argmax() == 1
    assert float(chances.sum()) == pytest.approx(1)


@pytest.mark.parametrize(("prompt", "chance"), [("runs", 0), ("runs left", 0), ("brightly lit runs", 0)])
def test_an_entry_of_one_side_needs_that_side_in_the_prompt(prompt: str, chance: float) -> None:
    assert memory().recognise("content", prompt, torch.tensor([0.1, 3.0]))[1] == chance
    assert memory().recognise("content", prompt + ", left and right", torch.tensor([0.1, 3.0]))[1] > 0.5


def test_entries_vote_by_their_chances() -> None:
    said = memory().describe("content", torch.tensor([0.25, 0.75]))
    assert set(said) == set(PARTS)
    assert said["root"][SPEED][VALUES.index("running")] == 0.75
    assert said["root"][SPEED][VALUES.index("walking")] == 0.25
    assert said["backbone"][0][0] == 1  # neither says anything of the back


def test_a_prompt_that_is_none_of_the_recorded_is_a_wider_blend() -> None:
    entries = memory()
    mixture = replace(entries, content_recorded=torch.tensor([0, 0]))
    vector = torch.tensor([2.0, 3.0])
    sure, blend = (some.recognise("content", "runs on, to the right", vector) for some in (entries, mixture))
    assert 0.5 < blend[1] < sure[1]
    assert entries.recorded_chance("content", "runs on, to the right", vector) == pytest.approx(1)
    assert mixture.recorded_chance("content", "runs on, to the right", vector) == 0


@pytest.mark.parametrize(("kind", "chosen"), [("content", "silence"), ("style", "slow")])
def test_a_style_that_says_something_outweighs_one_that_is_silent(kind: Kind, chosen: str) -> None:
    values = torch.stack([torch.from_numpy(to_vector(a)) for a in (OLD, {})])
    both = replace(memory(), content_values=values, style_values=values)
    votes = both.describe(kind, torch.tensor([0.4, 0.6]))["root"][SPEED]
    assert float(votes.sum()) == pytest.approx(1)
    assert (VALUES[int(votes.argmax())] or "silence") == chosen


def test_an_unsure_memory_leaves_the_choice_to_the_model() -> None:
    own = torch.tensor([0.3, 0.7])
    torch.testing.assert_close(mixed(torch.zeros(3), [[0], [1, 2]], own), own)
    sure = mixed(torch.tensor([1.0, 0.0, 0.0]), [[0], [1, 2]], own)
    torch.testing.assert_close(sure, (1 - WEIGHT) * own + WEIGHT * torch.tensor([1.0, 0.0]))
    torch.testing.assert_close(sure.sum(), torch.tensor(1.0))


def test_what_is_settled_is_what_any_model_would_have_chosen() -> None:
    dice = torch.Generator().manual_seed(0)
    choices, count = [[0], [1, 2], [3]], 0
    for _ in range(500):
        prior = (torch.rand(4, generator=dice) ** 4) * torch.rand((), generator=dice)
        prior = prior / prior.sum().clamp(min=1.0)
        option = settled(prior, choices)
        count += option is not None
        answers = {int(mixed(prior, choices, own).argmax()) for own in torch.eye(3)}
        assert (option is None) == (len(answers) > 1)
        assert option is None or answers == {option}
    assert 20 < count < 480


def test_it_is_written_and_read_back(tmp_path: Path) -> None:
    path = tmp_path / "adapter.safetensors"
    save_file(memory().tensors(), path)
    found = Memory.read(path)
    assert found is not None
    for name in Memory.__dataclass_fields__:
        torch.testing.assert_close(getattr(found, name), getattr(memory(), name), atol=0.5 / 127, rtol=0)
    save_file({"other": torch.zeros(1)}, path)
    assert Memory.read(path) is None


def test_of_styles_what_few_do_outvotes_what_most_do() -> None:
    few, most = {("root", "bounce"): "strong"}, {("root", "bounce"): "slight"}
    styles = torch.stack([torch.from_numpy(to_vector(some)) for some in (few, *[most] * 19)])
    entries = replace(memory(), style_values=styles)
    slot = next(slot for slot in SLOTS if slot.key == ("root", "bounce"))
    place = PART_SLOTS["root"].index(slot)

    def likeliest(chance: float) -> int:
        chances = torch.tensor([chance, *[(1 - chance) / 19] * 19])
        votes = entries.describe("style", chances)["root"][place]
        assert float(votes.sum()) == pytest.approx(1)
        return int(votes.argmax())

    assert likeliest(0.35) == slot.values.index("strong") + 1
    assert likeliest(0.1) == slot.values.index("slight") + 1


def test_a_style_that_half_leave_open_is_said() -> None:
    styles = torch.stack([torch.from_numpy(to_vector(some)) for some in (OLD, OLD, {}, {})])
    votes = replace(memory(), style_values=styles).describe("style", torch.full((4,), 0.25))
    assert votes["root"][SPEED].argmax() == VALUES.index("slow")
