# SPDX-License-Identifier: GPL-3.0-or-later
"""The pipeline from part texts on, with the trained weights: what is asked for is what comes, locked parts stay."""

from __future__ import annotations

import numpy as np
import pytest
from sample_motions import walk

from server.errors import SmooError
from server.motion.bvh import motion_from_bvh, write_motion
from server.motion.motion import Motion
from server.motion.skeleton import FOOT_JOINTS, JOINT_INDEX, PART_JOINTS, PARTS
from server.pipeline import GenerateRequest, Pipeline

WALK = {
    "right_arm": "swings with the steps, hangs low, elbow slightly bent, in medium movements",
    "left_arm": "swings with the steps, hangs low, elbow slightly bent, in medium movements",
    "right_leg": "takes walking steps, long strides, steady rhythm, knee bent, bending strongly, foot lifted low",
    "left_leg": "takes walking steps, long strides, steady rhythm, knee bent, bending strongly, foot lifted low",
    "backbone": "upright, steady, twisting with the movement, head level, head facing ahead",
    "root": "moves forward, at a walk, in a straight line, evenly, hips at normal height",
}


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return Pipeline.load(words=False)


def test_the_length_asked_for_is_the_length_given(pipeline: Pipeline) -> None:
    for seconds in (1.0, 2.5, 4.03):
        take = pipeline.generate(GenerateRequest(parts=WALK, seconds=seconds))[0]
        assert take.motion.frames == round(seconds * 30)
        assert take.timing["total"] > 0


def test_a_walk_goes_ahead_on_its_feet(pipeline: Pipeline) -> None:
    motion = pipeline.generate(GenerateRequest(parts=WALK, seconds=4.0, seed=1))[0].motion
    x, _, z = motion.root_positions[-1] - motion.root_positions[0]
    assert np.hypot(x, z) > 1.5
    assert abs(np.degrees(np.arctan2(x, z))) < 30
    assert 0.7 < float(np.median(motion.root_positions[:, 1])) < 1.1
    assert motion.positions()[:, list(FOOT_JOINTS), 1].min() > -0.02


def test_the_same_seed_gives_the_same_and_another_another(pipeline: Pipeline) -> None:
    takes = pipeline.generate(GenerateRequest(parts=WALK, seconds=2.0, seed=3, variants=2))
    again = pipeline.generate(GenerateRequest(parts=WALK, seconds=2.0, seed=4))[0]
    assert np.array_equal(takes[1].motion.rotations, again.motion.rotations)
    assert not np.array_equal(takes[0].tokens, takes[1].tokens)


@pytest.mark.parametrize("side", ["left", "right"])
def test_the_hand_that_is_told_to_wave_waves(pipeline: Pipeline, side: str) -> None:
    other = "right" if side == "left" else "left"
    still = "keeps still, hangs low, elbow slightly bent"
    texts = {
        f"{side}_arm": "waves to and fro, hand at head height, rising above the head, elbow bent, in large movements, quickly",
        f"{other}_arm": still,
        "right_leg": "stands still",
        "left_leg": "stands still",
        "backbone": "upright, steady",
        "root": "stays in place",
    }
    motion = pipeline.generate(GenerateRequest(parts=texts, seconds=4.0))[0].motion
    joints = motion.positions()
    relative = joints - joints[:, [JOINT_INDEX["spine3"]]]
    moved = {s: float(np.linalg.norm(np.ptp(relative[:, JOINT_INDEX[f"{s}_wrist"]], axis=0))) for s in (side, other)}
    assert moved[side] > 1.5 * moved[other]
    assert joints[:, JOINT_INDEX[f"{side}_wrist"], 1].max() > joints[:, JOINT_INDEX[f"{other}_wrist"], 1].max() + 0.2


def test_regenerating_one_arm_leaves_the_other_parts_where_they_are(pipeline: Pipeline) -> None:
    first = pipeline.generate(GenerateRequest(parts=WALK, seconds=3.0, seed=1))[0]
    texts = WALK | {"left_arm": "keeps still, hand at shoulder height, straight out to the side, elbow straight"}
    locks = tuple(part for part in PARTS if part != "left_arm")
    request = GenerateRequest(parts=texts, seconds=3.0, seed=2, locks=locks, lock_tokens=first.tokens)
    second = pipeline.generate(request)[0]
    kept = [PARTS.index(part) for part in locks]
    assert np.array_equal(second.tokens[:, kept], first.tokens[:, kept])
    joints = [joint for part in locks for joint in PART_JOINTS[part]]
    assert np.abs(second.motion.positions()[:, joints] - first.motion.positions()[:, joints]).max() < 0.005
    arm = list(PART_JOINTS["left_arm"])
    assert np.abs(second.motion.positions()[:, arm] - first.motion.positions()[:, arm]).max() > 0.1


@pytest.mark.parametrize(
    ("part", "text"),
    [
        ("left_leg", "stands still, knee lifted high in front, foot lifted very high"),
        ("right_leg", "drags behind, knee straight, stiff throughout, foot skimming the ground"),
        ("root", "moves backward slowly, hips lowered"),
    ],
)
def test_new_feet_and_paths_leave_locked_legs_alone(pipeline: Pipeline, part: str, text: str) -> None:
    first = pipeline.generate(GenerateRequest(parts=WALK, seconds=3.0, seed=1))[0]
    locks = tuple(other for other in PARTS if other != part)
    request = GenerateRequest(parts=WALK | {part: text}, seconds=3.0, seed=2, locks=locks, lock_tokens=first.tokens)
    second = pipeline.generate(request)[0].motion
    joints = [joint for other in locks if other != "root" for joint in PART_JOINTS[other]]
    turned = np.abs((second.rotations[:, joints] * first.motion.rotations[:, joints]).sum(-1))
    assert np.degrees(2 * np.arccos(np.clip(turned, 0, 1))).max() < 0.2
    if part != "root":
        path = second.root_positions - first.motion.root_positions
        assert np.abs(path[:, [0, 2]]).max() < 0.005, "the locked path stays as well"
    assert not np.allclose(second.rotations, first.motion.rotations, atol=1e-2)


def test_a_locked_part_of_a_shorter_take_fades_out(pipeline: Pipeline) -> None:
    first = pipeline.generate(GenerateRequest(parts=WALK, seconds=2.0, seed=1))[0]
    request = GenerateRequest(parts=WALK, seconds=4.0, seed=2, locks=("backbone",), lock_tokens=first.tokens)
    motion = pipeline.generate(request)[0].motion
    neck = motion.rotations[:, JOINT_INDEX["spine2"]]
    jumps = np.degrees(2 * np.arccos(np.clip(np.abs((neck[1:] * neck[:-1]).sum(-1)), 0, 1)))
    assert motion.frames == 120
    assert jumps.max() < 12


def test_parts_of_a_motion_from_a_file_are_kept(pipeline: Pipeline, tmp_path: object) -> None:
    first = pipeline.generate(GenerateRequest(parts=WALK, seconds=2.0, seed=1))[0].motion
    write_motion(first, tmp_path / "a.bvh")
    again = motion_from_bvh(tmp_path / "a.bvh")
    request = GenerateRequest(parts=WALK, seconds=2.0, seed=9, locks=("right_arm",), lock_motion=again)
    take = pipeline.generate(request)[0]
    assert np.array_equal(take.tokens[:, 0], pipeline.encode(again)[:, 0])


def test_locks_without_anything_to_keep(pipeline: Pipeline) -> None:
    with pytest.raises(SmooError, match="no earlier take"):
        pipeline.generate(GenerateRequest(parts=WALK, locks=("root",)))
    with pytest.raises(SmooError, match="another version"):
        tokens = np.full((30, 6), 10**6)
        pipeline.generate(GenerateRequest(parts=WALK, locks=("root",), lock_tokens=tokens))


def test_prompts_without_the_language_model(pipeline: Pipeline) -> None:
    with pytest.raises(SmooError, match="install.py") as caught:
        pipeline.generate(GenerateRequest(content="walks"))
    assert caught.value.code == "model_missing"


def test_continuing_begins_with_what_was_there(pipeline: Pipeline) -> None:
    first = pipeline.generate(GenerateRequest(parts=WALK, seconds=2.0, seed=1))[0]
    longer = pipeline.generate(GenerateRequest(parts=WALK, seconds=4.0, seed=5, prefix=first.motion))[0]
    assert np.array_equal(longer.tokens[:15], pipeline.encode(first.motion))


def test_refinement_brings_tokens_closer_to_a_motion_from_elsewhere(pipeline: Pipeline) -> None:
    motion = walk(90, turn=0.5).canonical()

    def error(tokens: np.ndarray) -> float:
        made = pipeline.tokenizer.decode(tokens, motion.frames)[0]
        a, b = (m.positions() - m.positions()[:, :1] for m in (motion, made))
        return float(np.linalg.norm(a - b, axis=-1).mean())

    assert error(pipeline.encode(motion)) < 0.9 * error(pipeline.tokenizer.encode(motion))


def test_encoding_and_decoding_keeps_a_generated_motion(pipeline: Pipeline) -> None:
    motion = pipeline.generate(GenerateRequest(parts=WALK, seconds=4.0, seed=2))[0].motion
    again = pipeline.decode(pipeline.encode(motion), motion.frames)
    a, b = (m.positions() - m.positions()[:, :1] for m in (motion, again))
    assert np.linalg.norm(a - b, axis=-1).mean() < 0.04
    assert isinstance(again, Motion)
