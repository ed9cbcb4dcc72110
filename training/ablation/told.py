# SPDX-License-Identifier: GPL-3.0-or-later
"""What a variant of the generator is told, in place of `server.networks.conditions.AttributeEmbedding`.

Three sources, any of which may be missing: a learned vector for each attribute; the language model's state behind the clause
that says it, so that a sentence is its clauses' states added up; and the state behind one sentence for the whole body.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from torch import Tensor, nn

from server.motion.skeleton import PARTS
from server.networks.conditions import AttributeEmbedding
from server.parts.vocabulary import SLOT_PARTS, SLOTS, wordings

Encode = Callable[[Sequence[str]], Tensor]
"""Texts to states (texts, width)."""
WHOLE_PART: Final = -1
"""In slot parts: the column that says which whole text holds, which belongs to no part."""
SLOTS_TOLD: Final = np.append(SLOT_PARTS, WHOLE_PART)
TRAINED: Final = (0, 1)
"""Of each value's wordings, those to train on."""
HELD_OUT: Final = 2
_WORDINGS: Final = 3


@dataclass(frozen=True)
class Sources:
    """What there is to tell.

    Attributes:
        clauses: (values, wordings, width) states of the clauses, the first row nothing; None without.
        whole: (texts, wordings, width) states of the whole texts, the first row nothing; None without.
        values: whether each attribute has a learned vector.
    """

    clauses: Tensor | None
    whole: Tensor | None
    values: bool


class Told(AttributeEmbedding):
    """Embeds rows (R, slots + 1), of which the last column is a row of the whole texts.

    Attributes:
        wording: which wording of clauses and whole texts is heard; None draws one of those to train on.
    """

    def __init__(self, sources: Sources, width: int) -> None:
        """Take what there is to tell and the generator's width."""
        super().__init__(SLOT_PARTS.tolist(), [len(slot.values) for slot in SLOTS], width)
        self.values = sources.values
        self.wording: int | None = None
        self.register_buffer("clauses", sources.clauses, persistent=False)
        self.register_buffer("whole", sources.whole, persistent=False)
        size = next((t.shape[-1] for t in (sources.clauses, sources.whole) if t is not None), 1)
        self.of_clause, self.of_whole = nn.Linear(size, width, bias=False), nn.Linear(size, width, bias=False)

    def heard(self, wording: int | None) -> None:
        """Choose the wording that is heard from now on."""
        self.wording = wording

    def forward(self, attributes: Tensor) -> Tensor:
        """Return (R, 6, width)."""
        said, text = attributes[:, :-1], attributes[:, -1]
        rows = torch.where(said > 0, said + self.first_row, torch.zeros_like(said))
        vectors = (
            self.table(rows) if self.values else self.table.weight.new_zeros(*rows.shape, self.table.embedding_dim)
        )
        if isinstance(self.clauses, Tensor):
            vectors = vectors + self.of_clause(self._one(self.clauses, rows))
        vectors = vectors * (said > 0)[..., None]
        summed = vectors.new_zeros(len(said), len(PARTS), vectors.shape[-1]).index_add(1, self.slot_part, vectors)
        mixed: Tensor = self.mix(summed + self.part)
        if isinstance(self.whole, Tensor):
            mixed = mixed + self.of_whole(self._one(self.whole, text))[:, None]
        return mixed + self.part

    def _one(self, table: Tensor, rows: Tensor) -> Tensor:
        """Return states (..., width) of rows in the wording that is heard."""
        if self.wording is not None:
            return table[rows, min(self.wording, table.shape[1] - 1)]
        return table[rows, torch.randint(len(TRAINED), rows.shape, device=rows.device)]


def clause_states(encode: Encode) -> Tensor:
    """Return (values, wordings, width) the states behind every clause, made even, the first row nothing."""
    texts = []
    for slot in SLOTS:
        for value in slot.values:
            known = wordings(slot, value)
            part = slot.part.replace("_", " ")
            texts += [f"{part}: {known[min(number, len(known) - 1)]}" for number in range(_WORDINGS)]
    return with_nothing(encode(texts), _WORDINGS)


def with_nothing(states: Tensor, each: int) -> Tensor:
    """Return (1 + N / each, each, width) states at mean 0 and spread 1, with a first row of zeros for "nothing said"."""
    values = states.float().cpu()
    values = (values - values.mean(0)) / (values.std(0) + 1e-3)
    grouped = values.view(-1, each, values.shape[-1])
    return torch.cat((torch.zeros_like(grouped[:1]), grouped))
