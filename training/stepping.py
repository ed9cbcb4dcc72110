# SPDX-License-Identifier: GPL-3.0-or-later
"""A training step; on a GPU it is recorded once and played back.

The networks here are small: on a GPU most of a step would be the launching of a thousand short kernels. A CUDA graph launches
them at once, which needs batches of one shape and no copy from the processor within the step (`server.networks.constants`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic

import torch
from torch import Tensor

from training.checkpoint import Learner, Network

Losses = Callable[[Sequence[Tensor]], tuple[Tensor, Tensor]]
"""From the tensors of a batch to the loss and a figure to be shown."""
_WARM_UP = 3  # steps before the recording, in which everything that is made once is made


class Stepper(Generic[Network]):
    """Learns batch after batch."""

    def __init__(self, learner: Learner[Network], losses: Losses) -> None:
        """Take what learns and how a batch is judged."""
        self.learner, self.losses = learner, losses
        self._graph: torch.cuda.CUDAGraph | None = None
        self._given: list[Tensor] = []
        self._shown = torch.zeros(())

    def __call__(self, batch: Sequence[Tensor], rate: float, average: float) -> Tensor:
        """Learn from a batch at a learning rate; return the figure to be shown, which the next step may overwrite.

        Args:
            batch: tensors on the network's device; on a GPU always of the same shapes.
            rate: learning rate.
            average: how much of the moving average stays.
        """
        self.learner.set_rate(rate)
        if not batch[0].is_cuda:
            shown = self._learn(batch)
        elif self._graph is None:
            shown = self._recorded(batch)
        else:
            for mine, new in zip(self._given, batch, strict=True):
                mine.copy_(new)
            self._graph.replay()
            shown = self._shown
        self.learner.follow(average)
        return shown

    def _learn(self, batch: Sequence[Tensor]) -> Tensor:
        loss, shown = self.losses(batch)
        self.learner.descend(loss)
        return shown.detach()

    def _recorded(self, batch: Sequence[Tensor]) -> Tensor:
        """Learn a few times from the first batch, then record a step for all others."""
        self._given = [tensor.clone() for tensor in batch]
        beside = torch.cuda.Stream()
        beside.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(beside):
            for _ in range(_WARM_UP):
                shown = self._learn(self._given)
        torch.cuda.current_stream().wait_stream(beside)
        self.learner.optimizer.zero_grad()
        self._graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self._graph):
            self._shown = self._learn(self._given)
        return shown
