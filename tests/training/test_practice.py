# SPDX-License-Identifier: GPL-3.0-or-later
"""The generator's practice: what is asked, which draft is learnt from, and what is written of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from server.generator import Generator
from server.motion.skeleton import PARTS
from server.networks.tokenizer import PartTokenizer, TokenizerConfig
from server.parts.attributes import to_vector
from server.parts.vocabulary import SLOT_INDEX, SLOT_PARTS, SLOTS
from training.practice import __main__ as practice
from training.practice.__main__ import _chosen, practise
from training.practice.asks import Ask, Asks
from training.sampler import SampleSampler, Settings, joined
from training.samples import PRACTISED, Rows
from training.train_generator import new_head
from training.variations import VARIED

LEVELS = (4, 4, 3)
STANDS = to_vector({("right_leg", "action"): "stands", ("left_leg", "action"): "stands", ("left_arm", "hold"): "low"})
WALKS = to_vector({("right_leg", "action"): "walks", ("left_leg", "action"): "walks", ("left_arm", "hold"): "head"})
HOLD = SLOT_INDEX["left_arm", "hold"]


@pytest.fixture
def asks() -> Asks:
    said = np.stack([STANDS, WALKS, WALKS]).astype(np.int8)
    return Asks(said, np.array(["walk|old", VARIED, ""]), seed=1)


def test_a_sentence_is_exchanged_and_the_other_parts_are_asked_as_they_were(asks: Asks) -> None:
    arm = PARTS.index("left_arm")
    seen = set()
    for _ in range(200):
        ask = asks.draw()
        if ask.slot < 0 or SLOT_PARTS[ask.slot] != arm:
            continue
        others = np.where(arm == SLOT_PARTS, 0, ask.said)
        assert any(np.array_equal(others, np.where(arm == SLOT_PARTS, 0, row)) for row in (STANDS, WALKS))
        seen.add((int(others.any()), int(ask.said[HOLD])))
    assert {value for _, value in seen} == {STANDS[HOLD], WALKS[HOLD]}


def test_written_styles_on_written_contents_are_asked_too(asks: Asks) -> None:
    composed = [ask for ask in (asks.draw() for _ in range(60)) if ask.slot < 0]
    assert 10 < len(composed) < 40
    assert all((ask.said > 0).sum() > 20 for ask in composed)


def test_what_is_never_done_is_asked_for_more_often(asks: Asks) -> None:
    low = Ask(STANDS, HOLD)
    for _ in range(300):
        asks.note(low, 1.0)
        asks.note(Ask(WALKS, HOLD), 0.0)
    drawn = [int(ask.said[HOLD]) for ask in (asks.draw() for _ in range(600)) if ask.slot == HOLD]
    assert drawn.count(int(WALKS[HOLD])) > 5 * max(1, drawn.count(int(STANDS[HOLD])))


def test_the_draft_that_does_what_is_practised_is_chosen(asks: Asks) -> None:
    ask, slides = Ask(WALKS, HOLD), np.zeros(3)
    done = WALKS.copy()
    missed = np.where(np.arange(len(SLOTS)) == HOLD, STANDS[HOLD], WALKS)
    assert _chosen(ask, np.stack([missed, done, missed]), slides, asks) == 1
    assert _chosen(ask, np.stack([missed, missed, missed]), slides, asks) is None
    assert _chosen(ask, np.stack([missed, done, done]), np.array([0.0, 0.3, 0.0]), asks) in (2, None)


def test_of_composed_texts_only_a_draft_better_than_usual_is_learnt_from(asks: Asks) -> None:
    ask, slides = Ask(WALKS, -1), np.zeros(2)
    assert _chosen(ask, np.stack([STANDS, WALKS]), slides, asks) == 1
    assert _chosen(ask, np.stack([WALKS, WALKS]), slides, asks) is None


def test_what_is_said_of_a_practised_draft_is_what_is_seen_in_it(
    asks: Asks, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # an untrained network's drafts shake and slide
    monkeypatch.setattr(practice, "_JERKS", np.inf)
    monkeypatch.setattr(practice, "_SLIDES", np.inf)
    monkeypatch.setattr(practice, "_ASKS", 4)
    torch.manual_seed(0)
    tokenizer = PartTokenizer(TokenizerConfig(LEVELS, encoder_width=16, decoder_width=32, decoder_blocks=1)).eval()
    rows, kept = Rows(), 0
    while not kept:
        for piece in practise(Generator(new_head(LEVELS, width=32, layers=1)), tokenizer, asks, minutes=1e-4):
            if piece is not None:
                rows.add(piece, PRACTISED)
                kept += 1
                seen, asked = piece.said
                assert np.array_equal(asked[asked > 0], seen[asked > 0]), "what was hoped for only where it is there"
    rows.write(tmp_path / "practised.npz")
    sampler = SampleSampler([tmp_path / "practised.npz"], Settings(practised=1.0, batch=4), 48)
    assert set(sampler.practised) == set(range(2 * kept))
    assert (sampler.batch().tokens.max() < 48).all()


def test_files_of_samples_are_read_as_one(tmp_path: Path) -> None:
    names = []
    for number, steps in enumerate((9, 12)):
        arrays = {
            "tokens": np.full((steps, 6), number, np.int32),
            "said": np.full((1, len(SLOTS)), number, np.int8),
            "first": np.array([0]),
            "length": np.array([steps]),
            "phase": np.array([0]),
            "phases": np.array([1]),
            "label": np.array(["", PRACTISED][number : number + 1]),
        }
        arrays |= {f"{name}_mirrored": arrays[name] for name in ("tokens", "said")}
        names.append(tmp_path / f"{number}.npz")
        np.savez(names[-1], **arrays)
    both = joined(names)
    for row, file in enumerate((0, 1)):
        first, phase = both["first"][row], both["phase"][row]
        assert (both["tokens"][first : first + both["length"][row]] == file).all()
        assert (both["said"][phase] == file).all()
    assert both["label"].tolist() == ["", PRACTISED]
