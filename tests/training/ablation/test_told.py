# SPDX-License-Identifier: GPL-3.0-or-later
"""What variants of the generator are told: each source is heard, and only what is said."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from server.motion.skeleton import PARTS
from server.parts.vocabulary import SLOT_INDEX, SLOT_PARTS, SLOTS, wordings
from training.ablation.told import HELD_OUT, TRAINED, Sources, Told, clause_states, with_nothing
from training.ablation.variants import VARIANTS

ARM = PARTS.index("left_arm")
VALUES = sum(len(slot.values) for slot in SLOTS)


def states(count: int, each: int, seed: int = 0) -> Tensor:
    return with_nothing(torch.randn(count * each, 12, generator=torch.Generator().manual_seed(seed)), each)


def row(hold: int = 0, text: int = 0) -> Tensor:
    said = torch.zeros(1, len(SLOTS) + 1, dtype=torch.long)
    said[0, SLOT_INDEX["left_arm", "hold"]], said[0, -1] = hold, text
    return said


@pytest.mark.parametrize("sources", [Sources(None, None, True), Sources(states(VALUES, 3), None, False)])
def test_a_part_hears_its_own_words_alone(sources: Sources) -> None:
    torch.manual_seed(0)
    told = Told(sources, 32)
    told.heard(TRAINED[0])
    silent, low, high = (told(row(hold))[0] for hold in (0, 2, 7))
    others = [index for index in range(len(PARTS)) if index != ARM]
    assert torch.equal(silent[others], low[others])
    assert not torch.allclose(silent[ARM], low[ARM])
    assert not torch.allclose(high[ARM], low[ARM])


def test_another_wording_is_another_state_and_the_same_attribute() -> None:
    torch.manual_seed(0)
    for sources, alike in ((Sources(None, None, True), True), (Sources(states(VALUES, 3), None, False), False)):
        told = Told(sources, 32)
        heard = []
        for wording in (TRAINED[0], HELD_OUT):
            told.heard(wording)
            heard.append(told(row(3))[0, ARM])
        assert torch.allclose(*heard) is alike


def test_a_whole_text_reaches_every_part() -> None:
    torch.manual_seed(0)
    told = Told(Sources(None, states(4, 3), False), 32)
    told.heard(TRAINED[0])
    assert torch.equal(told(row(5)), told(row(0))), "without sources of parts their words go unheard"
    assert all(not torch.allclose(a, b) for a, b in zip(told(row(0, 1))[0], told(row(0, 2))[0], strict=True))


def test_every_value_has_a_clause_in_three_wordings() -> None:
    asked: list[str] = []

    def encode(texts: list[str]) -> Tensor:
        asked.extend(texts)
        return torch.randn(len(texts), 4)

    assert clause_states(encode).shape == (1 + VALUES, 3, 4)  # type: ignore[arg-type]
    slot = SLOTS[SLOT_INDEX["left_arm", "hold"]]
    assert f"left arm: {wordings(slot, slot.values[0])[0]}" in asked
    assert len(asked) == 3 * VALUES
    assert np.bincount(SLOT_PARTS, minlength=len(PARTS)).min() > 0


def test_one_thing_changes_at_a_time() -> None:
    base = VARIANTS[0]
    for variant in VARIANTS[1:]:
        changed = [
            name for name in ("parts", "whole", "recombined", "varied") if getattr(variant, name) != getattr(base, name)
        ]
        assert len(changed) == 1 or variant.parts == "none"
    assert len({variant.name for variant in VARIANTS}) == len(VARIANTS)
