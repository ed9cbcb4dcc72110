# SPDX-License-Identifier: GPL-3.0-or-later
"""Counting which words hardly ever stand together."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from server.contradictions import FIRST, SIZES, Contradictions
from server.parts.vocabulary import SLOT_PARTS
from training.contradictions import counted, write_contradictions

ROWS = 400


@pytest.fixture
def said() -> np.ndarray:
    """Captions: two values of slot 0 as often, of which the first never stands with the first of slot 30."""
    rows = np.zeros((ROWS, len(SIZES)), dtype=np.int8)
    rows[:200, 0], rows[200:, 0] = 1, 2
    rows[100:200, 30], rows[200:300, 30] = 2, 1
    return rows


def test_pairs_that_chance_would_join_and_captions_do_not(said: np.ndarray) -> None:
    found = counted(said)
    pairs, counts = found["pairs"], found["counts"]
    assert counts[FIRST[0] + 1] == counts[FIRST[0] + 2] == 200
    assert counts[FIRST[0]] == 0, "what is left open is no word"
    across = {tuple(pair) for pair in pairs.tolist()}
    assert (FIRST[0] + 1, FIRST[30] + 1) in across
    assert (FIRST[0] + 2, FIRST[30] + 2) in across
    assert (FIRST[0] + 1, FIRST[30] + 2) not in across
    assert (pairs[:, 0] < pairs[:, 1]).all()
    assert (FIRST[0] + 1, FIRST[0] + 2) not in across, "of one slot there is only ever one value"


def test_less_than_a_third_is_rare(said: np.ndarray) -> None:
    said[:15, 30] = 1  # where chance has it 57 times
    assert [FIRST[0] + 1, FIRST[30] + 1] in counted(said)["rare"].tolist()
    assert [FIRST[0] + 1, FIRST[30] + 1] not in counted(said)["pairs"].tolist()
    said[:20, 30] = 1
    assert [FIRST[0] + 1, FIRST[30] + 1] not in counted(said)["rare"].tolist()


def test_words_of_one_sentence_are_counted_too(said: np.ndarray) -> None:
    said[:, 1] = said[:, 30]
    assert SLOT_PARTS[0] == SLOT_PARTS[1]
    assert [FIRST[0] + 1, FIRST[1] + 1] in counted(said)["pairs"].tolist()


def test_one_in_fifty_is_seldom_and_few_captions_say_nothing(said: np.ndarray) -> None:
    said[0, 30] = 1  # once, where chance has it fifty times
    pairs = counted(said)["pairs"]
    assert [FIRST[0] + 1, FIRST[30] + 1] in pairs.tolist()
    said[1, 30] = 1
    assert [FIRST[0] + 1, FIRST[30] + 1] not in counted(said)["pairs"].tolist()
    assert len(counted(said[150:250])["pairs"]) == 0, "25 times by chance is too few to know"


def test_what_was_counted_is_written_and_used(said: np.ndarray, tmp_path: Path) -> None:
    names = ("tokens", "tokens_mirrored", "first", "length", "phase", "phases", "label")
    arrays = {name: np.zeros(0, dtype=np.int64) for name in names}
    np.savez(tmp_path / "samples.npz", said=said, said_mirrored=said, **arrays)
    assert write_contradictions([tmp_path / "samples.npz"], tmp_path) == len(
        counted(np.concatenate([said, said]))["pairs"]
    )
    asked = np.zeros((1, len(SIZES)), dtype=np.int64)
    asked[0, [0, 30]] = 1
    assert Contradictions.load(tmp_path).unsaid(asked)[0, [0, 30]].tolist() == [0, 1], "the rarer one is kept"
