# SPDX-License-Identifier: GPL-3.0-or-later
"""What the generator learns from: phases told step by step, parts that move from clip to clip with their words."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from server.captioner import attributes_of
from server.generator import GROUPS
from server.motion.motion import Motion
from server.motion.skeleton import PARTS
from server.networks.tokenizer import PartTokenizer, TokenizerConfig
from server.parts.attributes import to_vector
from server.parts.vocabulary import SLOT_INDEX, SLOT_PARTS, SLOTS
from tests.sample_motions import stepping, walk
from training.library import Library
from training.sampler import IGNORED, SampleSampler, Settings, _rarity
from training.samples import LONGEST, build
from training.train_generator import halfway, loss_of, new_head, train
from training.variations import VARIED

LEVELS = (4, 4, 3)
PLAIN = Settings(
    batch=12,
    varied=0.3,
    labelled=0.4,
    recombined=0.0,
    hidden=0.0,
    wrong=0.0,
    silent=0.0,
    part_left_out=0.0,
    sparse=0.0,
    alone=0.0,
)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder = tmp_path_factory.mktemp("prepared")
    motions = [walk(150), stepping(200), walk(90, turn=1.5), stepping(60, turn=-1.0)]
    labels = [("bandai_namco", "walk", "old"), ("cmu", "", ""), (VARIED, "", ""), ("bandai_namco", "walk", "proud")]
    rows, start = [], 0
    for number, (motion, (dataset, content, style)) in enumerate(zip(motions, labels, strict=True)):
        names = ("name", "dataset", "content", "style", "description", "split", "start", "frames")
        values = (f"clip{number}", dataset, content, style, "", "train", start, motion.frames)
        rows.append(dict(zip(names, values, strict=True)))
        start += motion.frames
    (folder / "clips.json").write_text(json.dumps(rows), encoding="utf-8")
    np.savez(
        folder / "motions.npz",
        root_positions=np.concatenate([motion.root_positions for motion in motions]),
        rotations=np.concatenate([motion.rotations for motion in motions]),
    )
    return Library(folder)


@pytest.fixture(scope="module")
def tokenizer(library: Library) -> PartTokenizer:
    torch.manual_seed(0)
    return PartTokenizer(TokenizerConfig(LEVELS, encoder_width=16, decoder_width=32, decoder_blocks=1)).eval()


@pytest.fixture(scope="module")
def samples(library: Library, tokenizer: PartTokenizer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("samples") / "samples.npz"
    build([library], tokenizer, out, ("train",))
    return out


def test_phases_follow_each_other_and_are_captioned_on_their_own(
    samples: Path, library: Library, tokenizer: PartTokenizer
) -> None:
    arrays = np.load(samples)
    assert set(arrays["label"]) == {"walk|old", "walk|proud", "", VARIED}
    assert (arrays["phases"] > 1).any()
    for phase, count in zip(arrays["phase"], arrays["phases"], strict=True):
        rows = slice(phase, phase + count)
        first, length = arrays["first"][rows], arrays["length"][rows]
        assert np.array_equal(first[1:], first[:-1] + length[:-1])
        assert length.sum() <= LONGEST
    entry = library.entries[0]
    motion = library.motion(entry)
    tokens = tokenizer.encode(motion.sliced(0, motion.frames // 4 * 4))
    motion = tokenizer.decode(tokens)[0]
    assert np.array_equal(arrays["tokens"][: len(tokens)], tokens)
    of_first_clip = np.flatnonzero(arrays["first"] + arrays["length"] <= len(tokens))
    for row in of_first_clip[arrays["first"][of_first_clip] > 0][:3]:
        span = slice(arrays["first"][row] * 4, (arrays["first"][row] + arrays["length"][row]) * 4)
        part = Motion(motion.root_positions[span], motion.rotations[span], motion.fps)
        assert np.array_equal(arrays["said"][row], to_vector(attributes_of(part)))


def test_a_batch_tells_every_step_its_own_phase(samples: Path) -> None:
    sampler = SampleSampler([samples], Settings(**{**PLAIN.__dict__, "slot_left_out": 0.0}), 48)
    batch = sampler.batch()
    arrays = np.load(samples)
    known = {row.tobytes() for side in ("said", "said_mirrored") for row in arrays[side].astype(np.int64)}
    seen = batch.rows.numpy()[batch.which.numpy()]
    inside = batch.tokens[..., 0].numpy() != IGNORED
    assert all(row.tobytes() in known for row in np.ascontiguousarray(seen[inside]))
    assert (batch.before[:, 0] == 48).all()
    assert torch.equal(batch.before[0, 1 : batch.lengths[0]], batch.tokens[0, : batch.lengths[0] - 1])
    assert (batch.remaining[inside] >= 1).all()


def test_a_part_of_another_clip_brings_its_words_along(samples: Path) -> None:
    how = Settings(**{**PLAIN.__dict__, "slot_left_out": 0.0})
    sampler = SampleSampler([samples], how, 48)
    arrays = np.load(samples)
    pairs = {
        part: {
            row[part == SLOT_PARTS].tobytes()
            for side in ("said", "said_mirrored")
            for row in _without_pair(arrays[side].astype(np.int64))
        }
        for part in range(len(PARTS))
    }
    mixed = 0
    whole = {
        row.tobytes() for side in ("said", "said_mirrored") for row in _without_pair(arrays[side].astype(np.int64))
    }
    for _ in range(20):
        _, said = sampler._recombined()
        for row in said:
            mixed += row.tobytes() not in whole
            assert all(row[part == SLOT_PARTS].tobytes() in pairs[part] for part in range(len(PARTS)))
    assert mixed


def _without_pair(said: np.ndarray) -> np.ndarray:
    said = said.copy()
    said[:, [SLOT_INDEX[part, "pair"] for part in ("right_arm", "left_arm")]] = 0
    return said


def test_sentences_may_say_little(samples: Path) -> None:
    full = SampleSampler([samples], Settings(**{**PLAIN.__dict__, "slot_left_out": 0.0}), 48)
    little = SampleSampler([samples], Settings(**{**PLAIN.__dict__, "slot_left_out": 0.0, "sparse": 1.0}), 48)
    said = [np.concatenate([(one.batch().rows.numpy() > 0).sum(1) for _ in range(8)]) for one in (full, little)]
    assert 0.2 * said[0].mean() < said[1].mean() < 0.7 * said[0].mean()


def test_one_part_or_one_group_may_speak_alone(samples: Path) -> None:
    sampler = SampleSampler([samples], Settings(**{**PLAIN.__dict__, "slot_left_out": 0.0, "alone": 1.0}), 48)
    rows = np.concatenate([sampler.batch().rows.numpy() for _ in range(8)])
    speaking = np.stack([(rows[:, part == SLOT_PARTS] > 0).any(1) for part in range(len(PARTS))], axis=1)
    apart = {tuple(np.flatnonzero(row).tolist()) for row in speaking if row.any()}
    allowed = {tuple(sorted(group)) for group in GROUPS} | {(part,) for part in range(len(PARTS))}
    assert apart <= allowed
    assert max(len(some) for some in apart) == 3
    assert speaking.any(0).all()


def test_a_batch_holds_stretches_of_about_one_length(samples: Path) -> None:
    sampler = SampleSampler([samples], PLAIN, 48)
    lengths = [sampler.batch().lengths.numpy() for _ in range(8)]
    assert np.mean([np.ptp(row) for row in lengths]) < 0.5 * np.ptp(np.concatenate(lengths))


def test_what_is_rarely_said_is_drawn_more_often() -> None:
    said = np.ones((100, 3), dtype=np.int8)
    said[7, 1] = 2
    rarity = _rarity(said)
    assert rarity[7] == rarity.max() == 5 * rarity[0]


def test_left_out_words_stay_left_out_for_the_whole_clip(samples: Path) -> None:
    sampler = SampleSampler([samples], Settings(**{**PLAIN.__dict__, "slot_left_out": 0.5}), 48)
    said = np.ones((9, len(SLOTS)), dtype=np.int64)
    left = sampler._leave_out(said)
    assert (left == left[0]).all()
    assert 0 < left[0].sum() < len(SLOTS)


def test_training_stops_writes_weights_and_goes_on(samples: Path, tmp_path: Path) -> None:
    sampler = SampleSampler([samples], PLAIN, 48)
    with torch.no_grad():
        torch.manual_seed(0)
        before = loss_of(new_head(LEVELS), sampler.batch())
    weights = tmp_path / "weights" / "generator.safetensors"
    for steps in (2, 6):
        train(
            sampler, new_head(LEVELS), Settings(**{**PLAIN.__dict__, "steps": steps}), tmp_path / "state", weights, 10.0
        )
        state = torch.load(tmp_path / "state" / "generator.pt", weights_only=True)
        assert state["step"] == steps
        assert weights.is_file()
    head = new_head(LEVELS)
    head.load_state_dict(state["network"])
    assert loss_of(head, sampler.batch()) < before


def test_halfway_lies_between_what_was_and_what_came_of_it() -> None:
    torch.manual_seed(0)
    before, after = new_head(LEVELS, width=32, layers=1), new_head(LEVELS, width=32, layers=1)
    rows = zip(before.parameters(), after.parameters(), halfway(before, after).parameters(), strict=True)
    assert all(torch.allclose(mean, (start + end) / 2, atol=1e-6) for start, end, mean in rows)
