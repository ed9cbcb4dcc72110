# SPDX-License-Identifier: GPL-3.0-or-later
"""Tokenizer, motion head and generator: what must hold whatever the weights are, on small untrained networks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from sample_motions import stepping

from server.errors import SmooError
from server.generator import FREE, GROUPS, Generator, remaining_steps
from server.motion.features import features
from server.motion.motion import Motion
from server.motion.skeleton import PARTS
from server.networks.digits import Digits
from server.networks.files import WEIGHTS_FOLDER, load_weights, save_weights, weights_folder, write_checksums
from server.networks.kinematics import heading_positions, world_positions
from server.networks.motion_head import HeadConfig, MotionHead, config_from
from server.networks.reconstruction import reconstruction_loss
from server.networks.refinement import ROUNDS, rounds_for
from server.networks.tokenizer import PartTokenizer, TokenizerConfig, tokenizer_config_from
from server.sampling import Sampling
from tests.server.motion.test_motion import random_motion

CONFIG = HeadConfig(
    tuple(i % 6 for i in range(12)), (4,) * 12, levels=(4, 4, 4), width=32, layers=2, heads=4, hidden=24, context=8
)


@pytest.fixture
def head() -> MotionHead:
    torch.manual_seed(0)
    return MotionHead(CONFIG).eval()


@pytest.fixture
def tokenizer() -> PartTokenizer:
    torch.manual_seed(0)
    return PartTokenizer(TokenizerConfig(encoder_width=16, decoder_width=32, decoder_blocks=1)).eval()


def test_differentiable_kinematics_agree_with_the_motions() -> None:
    motion = random_motion(40).canonical()
    values = torch.from_numpy(features(motion))[None]
    assert np.abs(world_positions(values)[0].numpy() - motion.positions()).max() < 1e-4
    heading = heading_positions(values)[0].numpy()
    assert np.abs(heading[:, 0, [0, 2]]).max() < 1e-6


def test_tokens_have_the_motions_length_and_every_part_its_own(tokenizer: PartTokenizer) -> None:
    motion = random_motion(42)
    tokens = tokenizer.encode(motion)
    assert tokens.shape == (11, 6)
    assert tokens.min() >= 0
    assert tokens.max() < tokenizer.config.codes
    decoded, values = tokenizer.decode(tokens, 42)
    assert decoded.frames == 42
    assert values.shape == (42, 140)
    columns = features(motion)
    changed = columns.copy()
    changed[:, 24:48] += np.random.default_rng(0).normal(0, 3, (42, 24)).astype(np.float32)  # the left arm
    pair = torch.from_numpy(np.stack((columns[:40], changed[:40])))
    before, after = tokenizer.tokens_of(pair).numpy()
    different = (before != after).any(axis=0)
    assert different[PARTS.index("left_arm")]
    assert not np.delete(different, PARTS.index("left_arm")).any()


def test_refined_tokens_decode_to_something_closer(tokenizer: PartTokenizer) -> None:
    motion = stepping(60).canonical()
    values = torch.from_numpy(features(motion))[None]

    @torch.no_grad()
    def loss(rounds: int) -> float:
        made = tokenizer.features_of(torch.from_numpy(tokenizer.encode(motion, rounds))[None])
        return float(reconstruction_loss(made, values, tokenizer.mean, tokenizer.scale, 2.0)[0])

    first, better = loss(0), loss(60)
    assert better < 0.98 * first
    assert np.array_equal(tokenizer.encode(motion), tokenizer.encode(motion, 0))
    assert all(parameter.grad is None for parameter in tokenizer.parameters()), "the network itself stays as it is"


def test_long_clips_are_refined_with_fewer_rounds() -> None:
    assert rounds_for(30) == rounds_for(600) == ROUNDS
    assert 0 < rounds_for(1800) < ROUNDS
    assert rounds_for(1800) * 1800 <= ROUNDS * 600
    assert rounds_for(10**6) == 0


def told(head: MotionHead, rows: torch.Tensor, steps: int) -> torch.Tensor:
    """Return the condition of clips that are one phase each."""
    which = torch.arange(len(rows))[:, None].expand(-1, steps)
    left = torch.arange(steps, 0, -1)[None, :, None].expand(len(rows), -1, 6)
    return head.condition(rows, which, left)


def test_steps_one_by_one_give_what_all_at_once_gives(head: MotionHead) -> None:
    tokens = torch.randint(0, 64, (2, 7, 6))
    rows = torch.randint(0, 5, (3, 12))
    which = torch.tensor([[0] * 7, [1] * 3 + [2] * 4])
    left = torch.randint(1, 8, (2, 7, 6))
    steps = torch.tensor([7, 9])
    before = torch.cat((torch.full((2, 1, 6), 64), tokens[:, :-1]), dim=1)
    with torch.inference_mode():
        condition = head.condition(rows, which, left)
        at_once = head.states(before, condition, steps)
        cache, given = head.begin(2, 7), head.embedded(before) + head.known(condition, steps)
        one_by_one = [head.advance(given[:, i], i, cache) for i in range(7)]
    assert torch.allclose(torch.stack(one_by_one, 1), at_once, atol=1e-5)


def test_nothing_looks_ahead(head: MotionHead) -> None:
    tokens, rows = torch.randint(0, 64, (1, 6, 6)), torch.randint(0, 5, (1, 12))
    changed = tokens.clone()
    changed[:, 4:] = (changed[:, 4:] + 1) % 64
    steps = torch.tensor([6])
    with torch.inference_mode():
        one, two = (head(tokens, t, told(head, rows, 6), steps) for t in (tokens, changed))
    for digit in range(3):
        assert torch.allclose(one[digit][:, :4], two[digit][:, :4], atol=1e-6)
        assert not torch.allclose(one[digit][:, 4:], two[digit][:, 4:], atol=1e-3)


def test_a_phase_is_told_from_its_first_step_on(head: MotionHead) -> None:
    rows = torch.tensor([[1] * 12, [2] * 12])
    left = torch.full((1, 6, 6), 3)
    with torch.inference_mode():
        one = head.condition(rows, torch.tensor([[0] * 6]), left)
        two = head.condition(rows, torch.tensor([[0, 0, 0, 1, 1, 1]]), left)
    assert torch.equal(one[:, :3], two[:, :3])
    assert not torch.isclose(one[:, 3:], two[:, 3:]).all(-1).any()


def test_digits_are_the_quantisers(tokenizer: PartTokenizer) -> None:
    digits = Digits(tokenizer.config.levels)
    tokens = torch.randint(0, digits.codes, (5, 9, 6))
    assert torch.equal(digits.join(digits.of(tokens)), tokens)
    codes = tokenizer.quantizer.indices_to_codes(tokens).view(5, 9, 6, -1)
    for place in range(len(tokenizer.config.levels)):  # a digit decides one number of the code, in order
        values = [codes[..., place][digits.of(tokens)[..., place] == value] for value in range(8)]
        assert all(torch.allclose(value, value[:1]) for value in values if len(value))
        means = [float(value.mean()) for value in values if len(value)]
        assert means == sorted(means)


def test_what_is_left_open_adds_nothing(head: MotionHead) -> None:
    with torch.inference_mode():
        head.attributes.table.weight[0] += 5.0  # the row that "unspecified" points at
        one = told(head, torch.zeros(1, 12, dtype=torch.int64), 2)
        head.attributes.table.weight[0] -= 9.0
        two = told(head, torch.zeros(1, 12, dtype=torch.int64), 2)
    assert torch.equal(one, two)


def test_remaining_steps_count_down_part_by_part() -> None:
    said = np.zeros((5, 12), dtype=np.int64)
    said[3:, 1] = 2  # slot 1 belongs to part 1
    left = remaining_steps(said, np.array(CONFIG.slot_parts))
    assert left[:, 0].tolist() == [5, 4, 3, 2, 1]
    assert left[:, 1].tolist() == [3, 2, 1, 2, 1]


def test_seeds_decide_and_neighbours_do_not(head: MotionHead) -> None:
    generator = Generator(head)
    said = np.ones((3, 9, 12), dtype=np.int64)
    together = generator.generate(said, [5, 6, 5])
    assert np.array_equal(together[0], together[2])
    assert not np.array_equal(together[0], together[1])
    assert np.array_equal(generator.generate(said[:1], [6])[0], together[1])


def test_a_part_is_asked_what_its_groups_own_words_want(head: MotionHead) -> None:
    group = next(some for some in GROUPS if PARTS.index("root") in some)
    assert sorted(part for some in GROUPS for part in some) == list(range(len(PARTS)))
    lower = np.isin(CONFIG.slot_parts, group)
    dice = np.random.default_rng(0)
    said = np.repeat(dice.integers(1, 5, (8, 1, 12)), 2, axis=1)
    others = np.where(lower, said, np.repeat(dice.integers(1, 5, (8, 1, 12)), 2, axis=1))

    def first(words: np.ndarray, how: Sampling) -> np.ndarray:
        return Generator(head).generate(words, list(range(8)), sampling=how)[:, 0, PARTS.index("root")]

    own, all_words = Sampling(0.0, guidance=0.0, own=40.0), Sampling(0.0, guidance=40.0, own=0.0)
    assert np.array_equal(first(said, own), first(others, own)), "what other groups are told does not count"
    assert not np.array_equal(first(said, own), first(dice.permutation(said), own)), "what the group is told does"
    assert not np.array_equal(first(said, all_words), first(others, all_words)), "with all words it all counts"


def test_locked_parts_and_a_prefix_are_kept(head: MotionHead) -> None:
    forced = np.full((1, 12, 6), FREE, dtype=np.int64)
    forced[0, :, PARTS.index("left_arm")] = np.arange(12)
    forced[0, :3] = 7
    tokens = Generator(head).generate(np.zeros((1, 12, 12), np.int64), [0], forced)[0]
    assert (tokens[:3] == 7).all()
    assert np.array_equal(tokens[3:, PARTS.index("left_arm")], np.arange(3, 12))


def test_longer_than_the_context(head: MotionHead) -> None:
    tokens = Generator(head).generate(np.zeros((1, 30, 12), np.int64), [0], sampling=Sampling(guidance=1.0, own=0.0))
    assert tokens.shape == (1, 30, 6)
    assert tokens.max() < 64


def test_cancelling_stops_between_steps(head: MotionHead) -> None:
    seen: list[float] = []
    with pytest.raises(SmooError) as caught:
        Generator(head).generate(
            np.zeros((1, 50, 12), np.int64),
            [0],
            progress=lambda stage, fraction, message: seen.append(fraction),
            cancelled=lambda: len(seen) >= 3,
        )
    assert caught.value.code == "cancelled"
    assert len(seen) == 3


def test_weights_there_and_back_and_damaged(tmp_path: Path, head: MotionHead, tokenizer: PartTokenizer) -> None:
    save_weights(head, CONFIG.as_dict(), tmp_path / "generator.safetensors")
    save_weights(tokenizer, tokenizer.config.as_dict(), tmp_path / "tokenizer.safetensors")
    with pytest.raises(SmooError, match="no line for"):
        load_weights(tmp_path / "generator.safetensors")
    write_checksums(tmp_path)
    tensors, values = load_weights(tmp_path / "generator.safetensors")
    assert config_from(values) == CONFIG
    MotionHead(CONFIG).load_state_dict(tensors)
    assert tokenizer_config_from(load_weights(tmp_path / "tokenizer.safetensors")[1]) == tokenizer.config
    data = bytearray((tmp_path / "generator.safetensors").read_bytes())
    data[-1] ^= 1
    (tmp_path / "generator.safetensors").write_bytes(data)
    with pytest.raises(SmooError, match="damaged") as caught:
        load_weights(tmp_path / "generator.safetensors")
    assert caught.value.code == "weights_damaged"
    (tmp_path / "generator.safetensors").unlink()
    with pytest.raises(SmooError, match="missing"):
        load_weights(tmp_path / "generator.safetensors")


def test_a_set_of_weights_is_a_name_or_a_folder(tmp_path: Path, head: MotionHead) -> None:
    assert weights_folder() == weights_folder("standard") == WEIGHTS_FOLDER
    save_weights(head, CONFIG.as_dict(), tmp_path / "generator.safetensors")
    with pytest.raises(SmooError) as caught:
        weights_folder(str(tmp_path))
    assert caught.value.code == "weights_missing"
    assert "python -m training" in caught.value.message
    write_checksums(tmp_path)
    assert weights_folder(str(tmp_path)) == tmp_path


def test_overfitting_one_batch_is_possible() -> None:
    """A head that cannot learn eight clips by heart could learn nothing."""
    torch.manual_seed(0)
    head = MotionHead(CONFIG)
    tokens = torch.randint(0, 64, (8, 6, 6))
    before = torch.cat((torch.full((8, 1, 6), 64), tokens[:, :-1]), dim=1)
    rows, steps = torch.randint(0, 5, (8, 12)), torch.full((8,), 6)
    digits = CONFIG.digits.of(tokens)
    optimizer = torch.optim.AdamW(head.parameters(), lr=5e-3)
    for _ in range(150):
        logits = head(tokens, before, told(head, rows, 6), steps)
        losses = [
            torch.nn.functional.cross_entropy(row.flatten(0, 2), digits[..., place].flatten())
            for place, row in enumerate(logits)
        ]
        loss = torch.stack(losses).sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert loss.item() < 0.2


def test_motion_type_is_refused_nowhere(tokenizer: PartTokenizer) -> None:
    motion = random_motion(10)
    at60 = Motion(motion.root_positions, motion.rotations, 60.0)
    assert tokenizer.encode(at60).shape == (2, 6)


def test_long_clips_are_cut_without_seams(tokenizer: PartTokenizer, monkeypatch: pytest.MonkeyPatch) -> None:
    motion = random_motion(1400)
    whole = tokenizer.encode(motion)
    _, values = tokenizer.decode(whole)
    monkeypatch.setattr("server.networks.tokenizer._CHUNK", 40)
    assert np.array_equal(tokenizer.encode(motion), whole)
    assert np.abs(tokenizer.decode(whole)[1] - values).max() < 1e-4
