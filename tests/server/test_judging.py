# SPDX-License-Identifier: GPL-3.0-or-later
"""Which draft is kept: the one that does what the sentences say, with what others do better put in."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from sample_motions import stepping, walk

from server.captioner import attributes_of
from server.judging import Judge, unmet_words, words_done
from server.motion.contacts import planted_slide
from server.motion.motion import Motion
from server.motion.skeleton import JOINT_INDEX, PART_JOINTS, PARTS
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
BOTH_STILL = still_arm(STILL, "right")


def judge(said: np.ndarray, motions: Sequence[Motion], locks: Sequence[str] = ()) -> Judge:
    """A judge whose tokens are the numbers of the motions that the parts come from."""

    def decode(tokens: np.ndarray) -> Motion:
        turns = motions[0].rotations.copy()
        for part, number in zip(PARTS, tokens[0], strict=True):
            joints = list(PART_JOINTS[part])
            turns[:, joints] = motions[number].rotations[:, joints]
        return Motion(motions[tokens[0, PARTS.index("root")]].root_positions, turns)

    return Judge(said, decode, FRAMES, locks)


def chosen(said: np.ndarray, motions: Sequence[Motion], locks: Sequence[str] = ()) -> list[int]:
    """The number of the motion that every part of the best draft comes from."""
    drafts = np.arange(len(motions))[:, None, None].repeat(len(said), 1).repeat(len(PARTS), 2)
    best = judge(said, motions, locks).best(drafts)
    assert (best.tokens == best.tokens[:1]).all()
    return best.tokens[0].tolist()


@pytest.mark.parametrize("order", [(STEPS, STILL), (STILL, STEPS)])
def test_the_draft_that_does_what_is_said_is_kept(order: tuple[Motion, Motion]) -> None:
    for wanted in order:
        assert order[chosen(said_of(wanted, "left_arm"), order)[PARTS.index("left_arm")]] is wanted


def test_what_another_draft_does_better_is_put_in() -> None:
    said = said_of(still_arm(STEPS, "right"), *PARTS)
    motions = [STEPS, BOTH_STILL]
    best = judge(said, motions).best(np.array([[[0] * 6] * len(said), [[1] * 6] * len(said)]))
    assert best.tokens[0].tolist() == [1, 0, 0, 0, 0, 0], "the right arm is still in the second draft alone"
    assert best.done.sum() == pytest.approx(6)
    assert words_done(said, best.motion, FRAMES).sum() == pytest.approx(6), "what is kept is what was judged"


def test_a_draft_that_does_all_is_kept_whole() -> None:
    assert chosen(said_of(STEPS, *PARTS), [BOTH_STILL, STEPS, STILL]) == [1] * 6


def test_what_is_put_in_never_makes_it_worse() -> None:
    sliding = walk(120)
    for legs, arms in [(sliding, BOTH_STILL), (STEPS, sliding), (sliding, STEPS)]:
        said = said_of(legs, "right_leg") + said_of(arms, "left_arm", "right_arm", "backbone", "root")
        drafts = np.array([[[number] * 6] * len(said) for number in range(3)])
        ours = judge(said, [STEPS, sliding, BOTH_STILL])
        assert ours.best(drafts).worth >= max(ours.draft(tokens).worth for tokens in drafts)


def test_all_words_done_count_one_a_part() -> None:
    assert words_done(said_of(STEPS, *PARTS), STEPS, FRAMES) == pytest.approx(np.ones(6))
    assert words_done(said_of(STEPS, "left_arm", "root"), STEPS, FRAMES) == pytest.approx([0, 1, 0, 0, 0, 1])
    assert words_done(said_of(STEPS, "left_arm"), STILL, FRAMES)[1] < 1
    assert not words_done(np.zeros_like(said_of(STEPS)), STEPS, FRAMES).any()


def test_locked_parts_do_not_count() -> None:
    said = said_of(STEPS, "left_arm", "root")
    assert words_done(said, STILL, FRAMES, ["left_arm"]).sum() == pytest.approx(1)
    assert chosen(said, [STILL, STEPS], ["left_arm"]) == [0] * 6


def test_every_phase_counts_by_its_length() -> None:
    said = said_of(STEPS, "left_arm")
    said[10:] = said_of(STILL, "left_arm")[10:]
    first = Motion(STEPS.root_positions[:40], STEPS.rotations[:40])
    done = words_done(said, STILL, FRAMES).sum()
    assert done > words_done(said, STEPS, FRAMES).sum(), "two thirds of the steps ask for a still arm"
    assert words_done(said[:10], first, FRAMES).sum() <= 1


def test_of_drafts_that_do_the_same_the_one_with_still_feet_is_kept() -> None:
    sliding = walk(120)
    assert planted_slide(sliding) > planted_slide(STEPS) + 0.05
    nothing = np.zeros_like(said_of(STEPS))
    assert chosen(nothing, [sliding, STEPS]) == [1] * 6
    assert chosen(nothing, [STEPS, STEPS]) == [0] * 6


def test_of_drafts_that_do_the_same_the_one_that_hangs_in_the_air_is_not_kept() -> None:
    lifted = STILL.root_positions.copy()
    lifted[40:80, 1] += 0.3
    nothing = np.zeros_like(said_of(STILL))
    assert chosen(nothing, [Motion(lifted, STILL.rotations), STILL]) == [1] * 6


def test_more_drafts_obey_no_less() -> None:
    pipeline = Pipeline.load(words=False)
    texts = {"left_arm": "hand held on top of the head, elbow bent, still", "root": "sidesteps to the left"}
    said = schedule(texts, 15, FRAMES / 30)
    one, four = (
        pipeline.generate(GenerateRequest(parts=texts, seconds=2.0, seed=3, drafts=drafts))[0] for drafts in (1, 4)
    )
    first = pipeline.decode(one.tokens, 60)
    assert np.allclose(first.rotations, one.motion.rotations), "one draft is the take itself"
    score = words_done(said, four.motion, FRAMES).sum() - 0.5 * planted_slide(four.motion)
    assert score >= words_done(said, one.motion, FRAMES).sum() - 0.5 * planted_slide(one.motion)


def test_what_is_not_done_is_named_part_by_part() -> None:
    said = said_of(STEPS, *PARTS)
    assert unmet_words(said, STEPS, FRAMES) == dict.fromkeys(PARTS, "")
    unmet = unmet_words(said, STILL, FRAMES)
    assert "swings with the steps" in unmet["left_arm"]
    assert not unmet["right_leg"]
    assert "left_arm" not in unmet_words(said, STILL, FRAMES, ["left_arm"])


def test_what_is_done_for_most_of_the_time_is_done() -> None:
    texts = {
        "left_arm": "first hand overhead, for 1 second; then hangs low, for 3 seconds",
        "right_leg": "takes walking steps",
    }
    said = schedule(texts, STEPS.frames // FRAMES, FRAMES / 30)
    unmet = unmet_words(said, STEPS, FRAMES)
    assert unmet["left_arm"] == "hand overhead"
    assert not unmet["right_leg"]
