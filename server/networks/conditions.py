# SPDX-License-Identifier: GPL-3.0-or-later
"""What the generator is told: typed attributes of the six parts, embedded part by part."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from ..motion.skeleton import PARTS


class AttributeEmbedding(nn.Module):
    """Embeds an attribute vector into one vector a part.

    Every (slot, value) pair has its own learned vector; value 0, "unspecified", adds nothing, so that leaving something
    unsaid is the same as never having had the slot.
    """

    slot_part: Tensor
    first_row: Tensor

    def __init__(self, slot_parts: Sequence[int], slot_sizes: Sequence[int], width: int) -> None:
        """Take each slot's part (index into `PARTS`) and its number of values, "unspecified" not counted."""
        super().__init__()
        starts = torch.cumsum(torch.tensor([0, *slot_sizes[:-1]]), 0)
        self.register_buffer("slot_part", torch.tensor(list(slot_parts)), persistent=False)
        self.register_buffer("first_row", starts, persistent=False)
        self.table = nn.Embedding(int(sum(slot_sizes)) + 1, width)
        self.mix = nn.Sequential(
            nn.LayerNorm(width), nn.Linear(width, 2 * width), nn.SiLU(), nn.Linear(2 * width, width)
        )
        self.part = nn.Parameter(torch.randn(len(PARTS), width) * 0.02)

    def forward(self, attributes: Tensor) -> Tensor:
        """Return (B, 6, width) of attribute vectors (B, slots)."""
        rows = torch.where(attributes > 0, attributes + self.first_row, torch.zeros_like(attributes))
        vectors = self.table(rows) * (attributes > 0)[..., None]
        summed = vectors.new_zeros(len(attributes), len(PARTS), vectors.shape[-1])
        summed = summed.index_add(1, self.slot_part, vectors)
        mixed: Tensor = self.mix(summed + self.part)
        return mixed + self.part
