# SPDX-License-Identifier: GPL-3.0-or-later
"""Training state on disk, outside the source tree, so that a run that was cut goes on where it stood."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import torch


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
