# SPDX-License-Identifier: GPL-3.0-or-later
"""The rule of what is unseen."""

from __future__ import annotations

import numpy as np
import pytest

from training.corpus.entries import entries as corpus
from training.evaluate.expectations import reserved
from training.evaluate.splits import (
    ALWAYS_TRAINED,
    is_held_out_take,
    is_real,
    is_set_aside,
    is_trained,
    measured_contents,
    pairs_of,
    place,
    spread,
)
from training.library import Entry
from training.variations import VARIED


def clip(name: str, content: str, style: str, split: str) -> Entry:
    return Entry(name, "made_up", content, style, "", split, 0, 60)


def library() -> list[Entry]:
    rows = [clip(f"a{i}", "walk", "old", "train") for i in range(9)]
    rows += [clip(f"b{i}", "run", "active", "train") for i in range(8)]
    rows += [clip("c", "walk", "old", "test"), clip("d", "walk", "active", "test"), clip("e", "run", "old", "val")]
    rows += [clip("f", "kick", "old", "train"), clip("g", "walk", "happy", "train"), clip("h", "", "", "test")]
    return rows


def test_groups_exclude_each_other() -> None:
    pairs = pairs_of(library())
    assert pairs.seen == (("run", "active"), ("walk", "old"))
    assert pairs.held_out == (("walk", "active"),)
    assert pairs.unrecorded == ()  # run and old stand in the validation split, so that it is recorded
    assert pairs.unseen_styles == (("walk", "happy"),)
    assert pairs_of([entry for entry in library() if entry.name != "e"]).unrecorded == (("run", "old"),)


def test_contents_with_too_few_clips_are_not_measured() -> None:
    assert measured_contents(library()) == ["run", "walk"]


def test_held_out_takes() -> None:
    rows = {entry.name: entry for entry in library()}
    pairs = pairs_of(rows.values())
    assert is_held_out_take(rows["c"], pairs)
    assert not is_held_out_take(rows["a1"], pairs)
    assert not is_held_out_take(rows["d"], pairs)


@pytest.mark.parametrize("kind", ["contents", "styles"])
def test_a_seventh_of_the_corpus_is_set_aside_with_both_sides(kind: str) -> None:
    names = list(corpus(kind))
    aside = [name for name in names if is_set_aside(kind, name)]
    assert 0.05 < len(aside) / len(names) < 0.25
    other = {"left": "right", "right": "left"}
    for name in names:
        twin = "-".join(other.get(word, word) for word in name.split("-"))
        assert is_set_aside(kind, name) == is_set_aside(kind, twin)
    assert not set(aside) & ALWAYS_TRAINED[kind]


def test_the_rule_does_not_change() -> None:
    # whoever changes the hash or the share moves styles between training and measuring
    named = ("happy", "musical", "middle-aged", "angry", "proud", "old")
    assert [is_set_aside("styles", name) for name in named] == [True, True, True, False, False, False]
    assert place("a") == pytest.approx(0.52722, abs=1e-5)


def test_reserved_styles_are_not_trained_on() -> None:
    kept = reserved()
    assert not is_trained("styles", "zombie", kept)
    assert is_trained("styles", "zombie")
    assert is_trained("styles", "old", kept)
    assert not is_trained("styles", "happy")
    assert not is_trained("styles", "arm-in-sling-left", ["arm-in-sling-right"])


def test_choosing_looks_like_chance_and_stays_the_same_when_more_is_there() -> None:
    few = spread(range(100), 10, "key")
    assert few == spread(range(100), 50, "key")[:10]
    assert few != spread(range(100), 10, "other key")
    assert sorted(spread(range(20), 100)) == list(range(20))
    assert np.std([place(str(i)) for i in range(1000)]) == pytest.approx(1 / np.sqrt(12), rel=0.05)


def test_edited_clips_are_not_real() -> None:
    assert is_real(clip("a", "walk", "old", "train"))
    edited = Entry("b", VARIED, "walk", "old", "", "train", 0, 60)
    assert not is_real(edited)
