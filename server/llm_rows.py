# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts that a language model reads side by side, each as far as it has been written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor
from transformers import DynamicCache

from .threads import one_thread


class Rows:
    """A key-value cache whose rows grow by unequal amounts."""

    def __init__(self, decoder: Any, device: torch.device) -> None:
        """Begin with no rows; ``decoder`` is a causal language model without its head."""
        self._decoder, self._device = decoder, device
        self._cache: Any = DynamicCache()
        self._mask = torch.zeros(0, 0, dtype=torch.long)
        self._lengths = torch.zeros(0, dtype=torch.long)

    def start(self, prefixes: Sequence[Sequence[int]], of_row: Sequence[int]) -> None:
        """Read the shared beginnings once, then make one row for each entry of ``of_row``."""
        self._mask = torch.zeros(len(prefixes), 0, dtype=torch.long)
        self._lengths = torch.zeros(len(prefixes), dtype=torch.long)
        if any(prefixes):
            self.read(prefixes)
            rows = torch.tensor(of_row, device=self._device)
            self._cache.reorder_cache(rows)
        self._mask, self._lengths = self._mask[list(of_row)], self._lengths[list(of_row)]

    def keep(self, rows: Sequence[int]) -> None:
        """Go on with some of the rows, in this order."""
        self._cache.reorder_cache(torch.tensor(list(rows), device=self._device))
        self._mask, self._lengths = self._mask[list(rows)], self._lengths[list(rows)]

    def read(self, chunks: Sequence[Sequence[int]]) -> Tensor:
        """Feed the next tokens of each row (none is possible) and return (rows, width) states at their last ones."""
        widest = max(len(chunk) for chunk in chunks)
        ids = torch.zeros(len(chunks), widest, dtype=torch.long)
        valid = torch.zeros(len(chunks), widest, dtype=torch.long)
        for row, chunk in enumerate(chunks):
            ids[row, : len(chunk)] = torch.tensor(list(chunk), dtype=torch.long)
            valid[row, : len(chunk)] = 1
        positions = self._lengths[:, None] + torch.arange(widest)
        self._mask = torch.cat([self._mask, valid], dim=1)
        self._lengths = self._lengths + valid.sum(1)
        with one_thread():
            states: Tensor = self._decoder(
                input_ids=ids.to(self._device),
                attention_mask=self._mask.to(self._device),
                position_ids=positions.to(self._device),
                past_key_values=self._cache,
                use_cache=True,
            ).last_hidden_state
        last = (valid.sum(1) - 1).clamp(min=0)
        return states[torch.arange(len(chunks), device=self._device), last.to(self._device)]
