# SPDX-License-Identifier: GPL-3.0-or-later
"""Which draft is kept: the one that does what the sentences say, part by part and phase by phase."""

from __future__ import annotations

import numpy as np
import pytest
from sample_motions import stepping, walk

from server.captioner import attributes_of
from server.drafts import best_draft, draft_samplings, draft_seeds, drafts_for, words_done
from server.generator import Sampling
from server.motion.contacts import planted_slide
from server.motion.motion import Motion
from server.motion.skeleton import JOINT_INDEX, PARTS
from server.parts.attributes import to_vector
from server.parts.phases import schedule
from server.parts.vocabulary import SLOT_PARTS
from server.pipeline import GenerateRequest, Pipeline

FRAMES = 4  # a step


def said_of(motion: Motion, *parts: str) -> np.ndarray:
    """What the captioner says of some parts of a motion, for every step of it."""
    words = to_vector(attributes_of(motion))
    told = np.isin(SLOT_PARTS, [PARTS.index(part) for part in parts])
    return np.repeat(np.where(told, words, 0)[None], motion.frames // FRAMES, axis=0)


def still_arm(motion: Motion, side: str) -> Motion:
    """The motion with an arm that keeps how it is held in the first frame."""
    turns = motion.rotations.copy()
    for joint in ("collar", "shoulder", "elbow", "wrist"):
        turns[:, JOINT_INDEX[f"{side}_{joint}"]] = turns[:1, JOINT_INDEX[f"{side}_{joint}"]]
    return Motion(motion.root_positions, turns, motion.fps)


STEPS = stepping(120)
STILL = still_arm(STEPS, "left")


@pytest.mark.parametrize("order", [(STEPS, STILL), (STILL, STEPS)])
def test_the_draft_that_does_what_is_said_is_kept(order: tuple[Motion, Motion]) -> None:
    for wanted in order:
        assert order[best_draft(said_of(wanted, "left_arm"), order, FRAMES)] is wanted


def test_all_words_done_count_one_a_part() -> None:
    assert words_done(said_of(STEPS, *PARTS), STEPS, FRAMES) == pytest.approx(6)
    assert words_done(said_of(STEPS, "left_arm", "root"), STEPS, FRAMES) == pytest.approx(2)
    assert words_done(said_of(STEPS, "left_arm"), STILL, FRAMES) < 1
    assert words_done(np.zeros_like(said_of(STEPS)), STEPS, FRAMES) == 0


def test_locked_parts_do_not_count() -> None:
    said = said_of(STEPS, "left_arm", "root")
    assert words_done(said, STILL, FRAMES, ["left_arm"]) == pytest.approx(1)
    assert best_draft(said, [STILL, STEPS], FRAMES, ["left_arm"]) == 0


def test_every_phase_counts_by_its_length() -> None:
    said = said_of(STEPS, "left_arm")
    said[10:] = said_of(STILL, "left_arm")[10:]
    first = Motion(STEPS.root_positions[:40], STEPS.rotations[:40])
    done = words_done(said, STILL, FRAMES)
    assert done > words_done(said, STEPS, FRAMES), "two thirds of the steps ask for a still arm"
    assert words_done(said[:10], first, FRAMES) <= 1


def test_of_drafts_that_do_the_same_the_one_with_still_feet_is_kept() -> None:
    sliding = walk(120)
    assert planted_slide(sliding) > planted_slide(STEPS) + 0.05
    nothing = np.zeros_like(said_of(STEPS))
    assert best_draft(nothing, [sliding, STEPS], FRAMES) == 1
    assert best_draft(nothing, [STEPS, STEPS], FRAMES) == 0


def test_of_drafts_that_do_the_same_the_one_that_hangs_in_the_air_is_not_kept() -> None:
    lifted = STILL.root_positions.copy()
    lifted[40:80, 1] += 0.3
    nothing = np.zeros_like(said_of(STILL))
    assert best_draft(nothing, [Motion(lifted, STILL.rotations), STILL], FRAMES) == 1


def test_takes_with_neighbouring_seeds_share_no_draft() -> None:
    seeds = [seed for take in range(100) for seed in draft_seeds(take, 8)]
    assert len(set(seeds)) == 800
    assert draft_seeds(7, 3)[0] == 7


def test_an_edit_gets_more_drafts_and_what_is_kept_whole_only_one() -> None:
    assert drafts_for(4, ()) == 4
    assert drafts_for(6, ("root", "left_leg")) == 8
    assert drafts_for(1, ("root",)) == 1
    assert drafts_for(4, PARTS) == 1


def test_the_first_draft_is_drawn_as_asked() -> None:
    how = Sampling(temperature=0.5, guidance=2.0, own=1.0)
    first, *others = draft_samplings(how, 5)
    assert first == how
    assert any(other.own > how.own for other in others)
    assert {other.temperature for other in others} == {0.5}


def test_a_sentence_beside_locked_parts_is_pushed_harder() -> None:
    free, beside = (draft_samplings(Sampling(), 8, locks) for locks in ((), ("root",)))
    assert np.mean([how.own for how in beside]) > 1.5 * np.mean([how.own for how in free])


def test_more_drafts_obey_no_less() -> None:
    pipeline = Pipeline.load(words=False)
    texts = {"left_arm": "hand held on top of the head, elbow bent, still", "root": "sidesteps to the left"}
    said = schedule(texts, 15, FRAMES / 30)
    one, four = (
        pipeline.generate(GenerateRequest(parts=texts, seconds=2.0, seed=3, drafts=drafts))[0] for drafts in (1, 4)
    )
    first = pipeline.decode(one.tokens, 60)
    assert np.allclose(first.rotations, one.motion.rotations), "one draft is the take itself"
    score = words_done(said, four.motion, FRAMES) - 0.5 * planted_slide(four.motion)
    assert score >= words_done(said, one.motion, FRAMES) - 0.5 * planted_slide(one.motion)
