# SPDX-License-Identifier: GPL-3.0-or-later
"""A network that learns, and its state on disk, outside the source tree, so that a run that was cut goes on where it stood."""

from __future__ import annotations

import copy
import os
import time
from pathlib import Path
from typing import Any, Generic, TypeVar

import torch
from torch import Tensor, nn

Network = TypeVar("Network", bound=nn.Module)


class Learner(Generic[Network]):
    """A network, its moving average over the steps, which is what is kept of it, and its optimizer."""

    def __init__(self, network: Network, weight_decay: float) -> None:
        """Take a network that is on its device already."""
        self.network = network
        self.average = copy.deepcopy(network).requires_grad_(False)
        self._on_gpu = next(network.parameters()).is_cuda
        self.optimizer = torch.optim.AdamW(network.parameters(), weight_decay=weight_decay, betas=(0.9, 0.98))
        self._prepare()

    def _prepare(self) -> None:
        """On a GPU keep learning rate and numbers of steps there, where a recorded step reads them."""
        for group in self.optimizer.param_groups:
            group["capturable"] = self._on_gpu
            if self._on_gpu:
                group["lr"] = torch.zeros((), device="cuda")
        for parameter, state in self.optimizer.state.items():
            state["step"] = state["step"].to(parameter.device if self._on_gpu else "cpu")

    def set_rate(self, rate: float) -> None:
        """Set the learning rate of the steps to come."""
        for group in self.optimizer.param_groups:
            if self._on_gpu:
                group["lr"].fill_(rate)
            else:
                group["lr"] = rate

    def descend(self, loss: Tensor) -> None:
        """Follow a loss's gradient once."""
        self.optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self.optimizer.step()

    def follow(self, average: float) -> None:
        """Move the average; ``average`` is how much of it stays."""
        with torch.no_grad():
            torch._foreach_lerp_(list(self.average.parameters()), list(self.network.parameters()), 1 - average)

    def state(self, step: int, minutes: float) -> dict[str, Any]:
        """Return all that is needed to go on, after so many steps and minutes."""
        return {
            "network": self.network.state_dict(),
            "average": self.average.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "step": step,
            "minutes": minutes,
        }

    def restore(self, state: dict[str, Any] | None) -> tuple[int, float]:
        """Go on from a state, if there is one; return its steps and minutes."""
        if state is None:
            return 0, 0.0
        self.network.load_state_dict(state["network"])
        self.average.load_state_dict(state["average"])
        self.optimizer.load_state_dict(state["optimizer"])
        self._prepare()
        return int(state["step"]), float(state["minutes"])


class Checkpointer:
    """Saves every few minutes, atomically."""

    def __init__(self, path: Path, every_seconds: float = 180.0) -> None:
        """Keep the state in one file, whose folder is made."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path, self.every = path, every_seconds
        self._last = time.monotonic()

    def load(self) -> dict[str, Any] | None:
        """Return the last state, or None on a first run."""
        if not self.path.is_file():
            return None
        state: dict[str, Any] = torch.load(self.path, map_location="cpu", weights_only=True)
        return state

    def due(self) -> bool:
        """Tell whether it is time to save."""
        return time.monotonic() - self._last > self.every

    def save(self, state: dict[str, Any]) -> None:
        """Write a state; the old one stays until the new one is complete."""
        partial = self.path.with_suffix(".partial")
        torch.save(state, partial)
        os.replace(partial, self.path)
        self._last = time.monotonic()
