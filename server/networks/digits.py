# SPDX-License-Identifier: GPL-3.0-or-later
"""Tokens of a finite scalar quantiser as rows of digits (mixed radix, as vector-quantize-pytorch's FSQ numbers them)."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from .constants import constant


class Digits:
    """Takes tokens apart and puts them together."""

    def __init__(self, levels: Sequence[int]) -> None:
        """Take how many values each digit has; the first digit counts in ones."""
        self.levels = tuple(levels)
        self._worth = tuple(int(torch.tensor(self.levels[:place]).prod()) for place in range(len(self.levels)))

    @property
    def codes(self) -> int:
        """How many tokens there are."""
        return self._worth[-1] * self.levels[-1]

    def of(self, tokens: Tensor) -> Tensor:
        """Return the digits (..., digits) of tokens (...)."""
        worth, levels = constant(self._worth, tokens.device), constant(self.levels, tokens.device)
        return tokens[..., None] // worth % levels

    def join(self, digits: Tensor) -> Tensor:
        """Return the tokens (...) of digits (..., digits)."""
        return (digits * constant(self._worth, digits.device)).sum(-1)


class DigitEmbedding(nn.Module):
    """Embeds a token as the sum of its digits' vectors; the token ``codes`` means "hidden" or "none yet"."""

    def __init__(self, digits: Digits, width: int) -> None:
        super().__init__()
        self.digits = digits
        self.starts = tuple(sum(digits.levels[:place]) for place in range(len(digits.levels)))
        self.table = nn.Embedding(sum(digits.levels) + 1, width)

    def forward(self, tokens: Tensor) -> Tensor:
        """Return (..., width) of tokens (...)."""
        none = tokens >= self.digits.codes
        rows = self.digits.of(tokens.clamp(max=self.digits.codes - 1))
        rows = rows + constant(self.starts, tokens.device)
        vectors = self.table(rows).sum(-2)
        nothing = self.table.weight[-1]
        return torch.where(none[..., None], nothing.to(vectors.dtype), vectors)
