# SPDX-License-Identifier: GPL-3.0-or-later
"""Of two words that no motion does together the commoner is left unsaid."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from server.contradictions import FILE, FIRST, SIZES, Contradictions
from server.errors import SmooError
from server.networks.files import SETS, WEIGHTS_FOLDER, write_checksums
from server.parts.attributes import from_vector, parse, to_vector
from server.parts.phases import schedule
from server.parts.vocabulary import SLOT_INDEX, SLOT_PARTS

WALKS = {
    "left_leg": "takes walking steps, knee bent",
    "right_leg": "takes walking steps, knee bent",
    "root": "moves forward crouched",
}


def told(said: dict[str, str], locks: tuple[str, ...] = ()) -> dict[tuple[str, str], str]:
    (row,) = Contradictions.load().unsaid(to_vector(parse(said))[None], locks)
    return from_vector(row)


def number(part: str, name: str, value: str) -> int:
    """The number of a value when all are counted through."""
    slot = SLOT_INDEX[part, name]
    return int(FIRST[slot] + to_vector({(part, name): value})[slot])


def test_the_rarer_word_is_kept() -> None:
    left = told(WALKS)
    assert left["root", "height"] == "crouched"
    assert ("left_leg", "knee") not in left
    assert ("right_leg", "knee") not in left
    assert left["left_leg", "action"] == "walks", "walking goes with it"


def test_what_a_locked_part_does_gives_way() -> None:
    left = told(WALKS, ("root",))
    assert left["left_leg", "knee"] == left["right_leg", "knee"] == "bent"
    assert ("root", "height") not in left
    assert left["root", "direction"] == "forward"


def test_what_goes_together_stays_as_it_is() -> None:
    said = {
        "right_arm": "waves, hand above the head",
        "left_arm": "hangs down at the side, keeps still",
        "root": "stays in place",
    }
    assert told(said) == from_vector(to_vector(parse(said)))
    assert told({}) == {}


def test_within_one_sentence_nothing_is_left_out() -> None:
    slots = [SLOT_INDEX["left_leg", "knee"], SLOT_INDEX["left_leg", "lift"], SLOT_INDEX["root", "height"]]
    said = np.zeros((1, len(SLOT_PARTS)), dtype=np.int64)
    said[0, slots] = 1
    numbers = (FIRST[slots] + 1).tolist()
    counts = np.arange(FIRST[-1])  # the root's is the commonest
    same, other = np.array([numbers[:2]]), np.array([numbers[1:]])
    assert (Contradictions(same, counts).unsaid(said) == said).all()
    assert Contradictions(other, counts).unsaid(said)[0, slots].tolist() == [1, 1, 0]


def test_every_phase_is_looked_at_by_itself() -> None:
    texts = WALKS | {"root": "first moves forward, hips at normal height, then moves forward crouched"}
    said = schedule(texts, 20, 4 / 30)
    before = said.copy()
    knees = Contradictions.load().unsaid(said)[:, SLOT_INDEX["left_leg", "knee"]]
    assert knees[0] > 0
    assert knees[-1] == 0
    assert np.array_equal(said, before), "what was said stays as it was"


def test_without_any_all_is_said() -> None:
    said = to_vector(parse(WALKS))[None]
    assert np.array_equal(Contradictions.none().unsaid(said), said)


@pytest.mark.parametrize("folder", SETS.values(), ids=SETS)
def test_every_set_knows_what_no_walk_does(folder: Path) -> None:
    ours = Contradictions.load(folder)
    assert ours.counts[number("left_leg", "action", "walks")] > 1000
    said = np.zeros((1, len(SLOT_PARTS)), dtype=np.int64)
    for part, name, value in (("left_leg", "action", "walks"), ("right_leg", "action", "stands")):
        slot = SLOT_INDEX[part, name]
        said[0, slot] = number(part, name, value) - FIRST[slot]
    assert (ours.unsaid(said) > 0).sum() == 1, "one leg does not walk while the other stands"


def test_a_file_of_another_vocabulary_is_refused(tmp_path: Path) -> None:
    pairs = np.zeros((0, 2), np.int16)
    arrays = {"pairs": pairs, "rare": pairs, "counts": np.zeros(3, np.int32)}
    save_file(arrays, tmp_path / FILE, metadata={"config": '{"sizes": [2]}'})
    write_checksums(tmp_path)
    with pytest.raises(SmooError, match="another version"):
        Contradictions.load(tmp_path)
    save_file(
        {"pairs": pairs, "counts": np.zeros(3, np.int32)}, tmp_path / FILE, metadata={"config": f'{{"sizes": {SIZES}}}'}
    )
    write_checksums(tmp_path)
    with pytest.raises(SmooError, match="another version"):
        Contradictions.load(tmp_path)
    shutil.copy(WEIGHTS_FOLDER / FILE, tmp_path / FILE)
    with pytest.raises(SmooError, match="damaged"):
        Contradictions.load(tmp_path)
    write_checksums(tmp_path)
    assert sum(SIZES) == FIRST[-1] - len(SIZES)
    assert len(Contradictions.load(tmp_path).counts) == FIRST[-1]
