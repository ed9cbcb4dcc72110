# SPDX-License-Identifier: GPL-3.0-or-later
"""The catalogue of edits: what is stacked fits together; the report counts what it says it counts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from bodies_in_motion import MOTIONS, stand, walk

from server.captioner import attributes_of
from server.motion.contacts import jitter
from server.motion.skeleton import PARTS
from training.drawing import below, save_png
from training.variations.catalogue import _WEIGHTS, EDITS, VARIED_PER_CLIP, vary
from training.variations.edit import Varied
from training.variations.lower import LOWER
from training.variations.report import Clip, coverage, mean_soundness, outcome, summary, tried, varied_of
from training.variations.sheets import TILE, strip


def test_every_edit_has_its_own_name() -> None:
    names = [edit.name for edit in EDITS]
    assert len(set(names)) == len(names)
    assert set(_WEIGHTS) <= set(names)


@pytest.mark.parametrize("of", MOTIONS)
@pytest.mark.parametrize("count", [1, 2, 3])
def test_edits_are_stacked_on_different_parts(of: str, count: int) -> None:
    found = 0
    for seed in range(4):
        varied = vary(MOTIONS[of](), np.random.default_rng(seed), count)
        assert varied.motion.frames == MOTIONS[of]().frames
        assert varied.parts <= set(PARTS)
        assert {part for part, _ in varied.expected} <= varied.parts
        said = attributes_of(varied.motion)
        found += all(said.get(key, "") in values for key, values in varied.expected.items())
    assert found >= 2


def test_the_same_dice_stack_the_same_edits() -> None:
    first, again, other = (vary(stand(), np.random.default_rng(seed)) for seed in (3, 3, 4))
    assert np.array_equal(first.motion.rotations, again.motion.rotations)
    assert not np.array_equal(first.motion.rotations, other.motion.rotations)


def test_an_outcome_tells_what_was_missed_and_disturbed() -> None:
    clip = Clip.of(stand())
    wrong = Varied(walk(), {("root", "direction"): frozenset(("backward",))}, frozenset(("root",)))
    told = outcome(clip, wrong, 0.1)
    assert not told.found
    assert told.missed == ["root.direction: forward"]
    assert not told.alone
    assert "left_leg.action" in told.disturbed
    same = outcome(clip, Varied(stand(), {("root", "direction"): frozenset(("in_place",))}), 0.1)
    assert same.found
    assert same.alone
    figures = summary([told, same])
    assert figures["made"] == 2
    assert figures["found"] == figures["others_left_alone"] == 0.5


def test_an_edit_is_tried_with_the_clips_own_seed() -> None:
    clip = Clip.of(stand())
    edit = next(edit for edit in LOWER if edit.name == "crouch_a_little")
    first, again = tried(edit, clip, 5), tried(edit, clip, 5)
    assert first is not None
    assert again is not None
    assert first.after == again.after
    assert first.found


def test_coverage_counts_minutes_with_their_mirror_images() -> None:
    said = {("left_leg", "action"): "kicks", ("right_leg", "action"): "stands", ("root", "turn"): "left"}
    clips = [Clip(stand(50), said, {}), Clip(stand(150), {("root", "turn"): "straight"}, {})]
    shares = coverage(clips)
    assert shares["left_leg.action"]["kicks"] == shares["right_leg.action"]["kicks"] == pytest.approx(0.125)
    assert shares["root.turn"]["left"] == shares["root.turn"]["right"] == pytest.approx(0.125)
    assert shares["root.turn"]["straight"] == pytest.approx(0.75)
    assert shares["left_arm.touch"]["hip"] == 0.0


def test_varied_clips_are_told_as_they_are() -> None:
    varied = varied_of(Clip.of(walk()), 1)
    assert len(varied) == VARIED_PER_CLIP
    assert all(clip.said == attributes_of(clip.motion) for clip in varied)
    figures = mean_soundness(varied)
    assert figures["jitter"] == pytest.approx(np.mean([jitter(clip.motion) for clip in varied]))


def test_a_contact_sheet_is_a_picture(tmp_path: Path) -> None:
    sheet = below([strip(stand(), plain=True), strip(walk())])
    assert sheet.shape == (2 * TILE[1], 10 * TILE[0], 3)
    assert 0.0 <= sheet.min() < 0.3
    # what faces the viewer has its left side, which is blue, and its right side, which is red
    assert (sheet[..., 2] - sheet[..., 0]).max() > 0.4
    assert (sheet[..., 0] - sheet[..., 2]).max() > 0.4
    save_png(sheet, tmp_path / "sheet.png")
    assert (tmp_path / "sheet.png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"


@pytest.mark.parametrize(("name", "parts"), [("sidestep", {"root"}), ("hand_on_chest", {"left_arm", "right_arm"})])
def test_an_edit_that_is_asked_for_begins(name: str, parts: set[str]) -> None:
    for seed in range(6):
        varied = vary(stand(), np.random.default_rng(seed), count=1, first=(name,))
        assert varied.parts & parts
        assert {part for part, _ in varied.expected} & parts
