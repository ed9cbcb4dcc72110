# SPDX-License-Identifier: GPL-3.0-or-later
"""What training on a GPU is made of, as far as a processor can show it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from server.networks.constants import constant
from server.networks.kinematics import LANDMARK_COUNT, heading_landmarks, joint_matrices
from server.parts.vocabulary import SLOT_PARTS, SLOTS
from training.checkpoint import Learner
from training.feeding import fed, workers_for
from training.sampler import IGNORED, Batch
from training.stepping import Stepper
from training.train_generator import loss_of, new_head


def drawn(number: int, *, seed: int) -> Iterator[Tensor]:
    """Yield numbers that tell who drew them."""
    dice = np.random.default_rng([seed, number])
    while True:
        yield torch.tensor([float(number), dice.random()])


@pytest.mark.parametrize("workers", [0, 2])
def test_batches_come_from_all_processes_and_none_draws_what_another_does(workers: int) -> None:
    feed = fed(partial(drawn, seed=3), workers)
    rows = torch.stack([next(feed) for _ in range(8)])
    assert set(rows[:, 0].tolist()) == set(range(max(1, workers)))
    assert len(set(rows[:, 1].tolist())) == 8


def test_a_processor_makes_its_batches_itself() -> None:
    assert workers_for("cpu") == 0


def test_a_step_follows_the_gradient_and_the_average_follows_the_network() -> None:
    torch.manual_seed(0)
    learner = Learner(nn.Linear(3, 1), weight_decay=0.0)
    before = learner.average.weight.clone()

    def losses(batch: list[Tensor]) -> tuple[Tensor, Tensor]:
        error = (learner.network(batch[0]) - batch[1]).square().mean()
        return error, error

    stepper = Stepper(learner, losses)
    x = torch.randn(64, 3)
    batch = [x, x.sum(1, keepdim=True)]
    shown = [float(stepper(batch, 0.05, 0.9)) for _ in range(200)]
    assert shown[-1] < 1e-3 < shown[0]
    assert (learner.average.weight - 1).abs().max() < (before - 1).abs().max() / 10


def test_a_batch_at_the_one_shape_teaches_the_same() -> None:
    torch.manual_seed(1)
    dice = np.random.default_rng(1)
    tokens = torch.from_numpy(dice.integers(0, 48, (2, 9, 6)))
    tokens[1, 7:] = IGNORED
    sizes = np.array([len(slot.values) for slot in SLOTS])
    rows = torch.from_numpy(dice.integers(0, sizes + 1, (3, len(SLOT_PARTS))))
    which = torch.tensor([[0] * 4 + [1] * 5, [2] * 9])
    before = torch.from_numpy(dice.integers(0, 49, (2, 9, 6)))
    remaining = torch.from_numpy(dice.integers(1, 9, (2, 9, 6)))
    batch = Batch(tokens, before, rows, which, remaining, torch.tensor([9, 7]))
    head = new_head((4, 4, 3), width=64, layers=2).eval()
    with torch.no_grad():
        plain, padded = loss_of(head, batch), loss_of(head, batch.padded())
    assert batch.padded().tokens.shape[1] > 9
    assert float(padded) == pytest.approx(float(plain), rel=1e-4)


def test_what_is_made_while_generating_can_be_learnt_from() -> None:
    with torch.inference_mode():
        made = constant((0.5, 2.0), torch.device("cpu"))
    weight = torch.ones(2, requires_grad=True)
    (weight * made).sum().backward()
    assert weight.grad is not None
    assert weight.grad.tolist() == [0.5, 2.0]
    assert constant((1.0, 2.0), torch.device("cpu")).dtype == torch.float32
    assert constant((1, 2), torch.device("cpu")).dtype == torch.int64, "equal numbers, but another kind of them"


def test_landmarks_hang_on_their_joints() -> None:
    torch.manual_seed(2)
    values = torch.randn(1, 4, 140)
    places, local = heading_landmarks(values), joint_matrices(values)
    assert places.shape == (1, 4, LANDMARK_COUNT, 3)
    assert torch.equal(heading_landmarks(values, local), places)
    lengths = (places[:, :, 22:] - places[:, :, [15, 15, 20, 20, 21, 21, 10, 11]]).norm(dim=-1)
    expected = torch.tensor([0.10, 0.15, 0.12, 0.08, 0.12, 0.08, 0.08, 0.08])
    torch.testing.assert_close(lengths, expected.expand_as(lengths), atol=1e-5, rtol=0)
