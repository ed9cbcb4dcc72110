# SPDX-License-Identifier: GPL-3.0-or-later
"""The look-ups that the reasoner has to beat, and how answers are scored."""

from __future__ import annotations

import pytest

from server.encoder import SentenceEncoder
from server.motion.skeleton import PARTS
from training.corpus.entries import Attributes, Entry
from training.llm_unseen import Overlap, by_meaning, by_words, f1


def entry(name: str, wordings: tuple[str, ...], head: str) -> Entry:
    texts = dict.fromkeys(PARTS, "as usual") | {"backbone": head}
    return Entry(name, wordings, ("nobody says this",), texts)


CAT = entry("cat", ("like a cat", "as a cat on the prowl"), "head lowered")
KING = entry("king", ("like a king", "regally"), "head lifted")


def test_f1_counts_what_is_said_and_what_is_true() -> None:
    overlap = Overlap()
    truth: Attributes = {("backbone", "head"): "lowered", ("root", "speed"): "slow"}
    overlap.add({("backbone", "head"): "lowered"}, truth)
    assert overlap.percent() == pytest.approx(66.7)
    overlap.add({}, {})
    assert overlap.percent() == pytest.approx(66.7)


@pytest.mark.parametrize(("prompt", "nearest"), [("as a kingly king", KING), ("catlike", CAT), ("prowling", CAT)])
def test_words_in_common_find_the_nearest_entry(prompt: str, nearest: Entry) -> None:
    assert by_words([CAT, KING])(prompt) == nearest.attributes


@pytest.mark.parametrize(("prompt", "nearest"), [("with a crown and a sceptre", KING), ("as a kitten after mice", CAT)])
def test_meaning_finds_the_nearest_entry(prompt: str, nearest: Entry) -> None:
    assert by_meaning(SentenceEncoder.load(), [CAT, KING])(prompt) == nearest.attributes


def test_an_answer_that_is_always_wrong_scores_nothing() -> None:
    assert f1(lambda _: {("backbone", "head"): "hung"}, [CAT, KING], 2) == 0
    assert f1(lambda _: CAT.attributes, [CAT], 2) == 100
