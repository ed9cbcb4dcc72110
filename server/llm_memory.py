# SPDX-License-Identifier: GPL-3.0-or-later
"""What the reasoner has at hand beside the language model: the contents and styles that it was taught.

A small adapter remembers the gist of some 2,600 contents and styles, but in new words not every value of each. So its
file also holds their values (of what was recorded, those of the recordings) and, for each entry, a vector that
recognises it in what a prompt means (`server.encoder`). Where the model chooses a word, its own probability is mixed with
that of the recognised entries, as a nearest-neighbour language model does (Khandelwal et al., 2020). A prompt that is no
entry's wording is a blend of those it resembles: of more of them where none of the recorded is meant, and rather of those that say
what a style does than of those that leave it open. To composing it lends one thing: whether recordings are meant.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import torch
from safetensors import safe_open
from torch import Tensor
from torch.nn.functional import normalize

from .llm_bytes import from_bytes, in_bytes
from .llm_format import PART_SLOTS
from .llm_sides import BOTH, side_of
from .motion.skeleton import PARTS
from .parts.vocabulary import SLOT_INDEX

Kind = Literal["content", "style"]
Prior = list[Tensor]
"""For each slot of a part the probability of each value, "left open" first."""

WEIGHT: Final = 0.8
"""Share of the memory in a choice; the rest is the language model's own."""
_PREFIX: Final = "memory."
_LENGTH: Final = 8.0
_SURE: Final = 0.5
"""Chance of all recorded entries together above which a prompt is taken for one of them."""
_BLEND: Final = 1.5
"""Temperature at which all other prompts are blended."""
_SILENT: Final = 0.45
"""What a vote of a style's entry for leaving a slot open counts beside one for a value."""
_USUAL: Final = 0.35
"""Power of the share of styles that have a value, by which votes for it are divided: most styles are slow, few swagger."""


@dataclass(frozen=True)
class Memory:
    """Entries and what recognises them.

    Attributes:
        content_scale, style_scale: (2, width) mean and spread of the prompts' vectors.
        content_heads, style_heads: (entries, width) vectors that score a prompt's, made even by these.
        content_sides, style_sides: (entries,) 1 where an entry's wordings name the left, else 0; those of the
            right are kept mirrored.
        content_recorded, style_recorded: (entries,) 1 for entries of recordings, else 0.
        content_values, style_values: (entries, slots) attribute vectors.
    """

    content_scale: Tensor
    style_scale: Tensor
    content_heads: Tensor
    style_heads: Tensor
    content_sides: Tensor
    style_sides: Tensor
    content_recorded: Tensor
    style_recorded: Tensor
    content_values: Tensor
    style_values: Tensor

    @classmethod
    def read(cls, path: Path) -> Memory | None:
        """Return the memory in an adapter's file, or None if there is none."""
        with safe_open(path, framework="pt") as file:
            if f"{_PREFIX}content_values" not in file.keys():  # noqa: SIM118 (no mapping)
                return None
            kept = {name: file.get_tensor(name) for name in file.keys() if name.startswith(_PREFIX)}  # noqa: SIM118 (no mapping)
        tensors = {name.removeprefix(_PREFIX): tensor for name, tensor in from_bytes(kept).items()}
        # copied: a file that is replaced while the process runs would change what was read from it
        return cls(**{name: t.clone() if t.is_floating_point() else t.long() for name, t in tensors.items()})

    def tensors(self) -> dict[str, Tensor]:
        """Return what `read` reads: of each head a byte a number and the size of its step, of the rest bytes."""
        kept: dict[str, Tensor] = {}
        for name in self.__dataclass_fields__:
            tensor: Tensor = getattr(self, name).detach()
            if name.endswith("heads"):
                kept |= in_bytes(_PREFIX + name, tensor, along=1)
            else:
                kept[_PREFIX + name] = tensor.to(torch.float32 if name.endswith("scale") else torch.uint8).contiguous()
        return kept

    def recognise(self, kind: Kind, prompt: str, vector: Tensor) -> Tensor:
        """Return (entries,) probabilities, given a prompt and its (width,) vector; wider where none of the recorded is meant.

        Left and right are too alike in a sentence's vector to be left to it: an entry of one side is meant only by a
        prompt that names this side.
        """
        return _blended(self._scores(kind, prompt, vector), self._recorded(kind))

    def recorded_chance(self, kind: Kind, prompt: str, vector: Tensor) -> float:
        """Return how likely it is that a prompt means an entry that was recorded."""
        return float(self._scores(kind, prompt, vector).softmax(0)[self._recorded(kind)].sum())

    def _recorded(self, kind: Kind) -> Tensor:
        return (self.style_recorded if kind == "style" else self.content_recorded) > 0

    def _scores(self, kind: Kind, prompt: str, vector: Tensor) -> Tensor:
        heads, scale, sides = self.content_heads, self.content_scale, self.content_sides
        if kind == "style":
            heads, scale, sides = self.style_heads, self.style_scale, self.style_sides
        scores = heads @ even(vector, scale)
        side = side_of(prompt)
        return scores if side == BOTH else scores.masked_fill((sides != 0) & (sides != side), float("-inf"))

    def describe(self, kind: Kind, chances: Tensor) -> dict[str, Prior]:
        """Return what the recognised entries say of each part."""
        if kind == "content":
            return {part: _votes(part, self.content_values, chances) for part in PARTS}
        return {part: _telling(part, self.style_values, _votes(part, self.style_values, chances)) for part in PARTS}


def even(vectors: Tensor, scale: Tensor) -> Tensor:
    """Return (..., width) vectors less their mean, divided by their spread, at a fixed length."""
    return _LENGTH * normalize((vectors - scale[0]) / scale[1], dim=-1)


def mixed(prior: Tensor, choices: Sequence[Sequence[int]], own: Tensor) -> Tensor:
    """Return the probabilities of a decision.

    Args:
        prior: probability of each phrase of the slot; less than one in all where the memory is not sure.
        choices: for each option the phrases that it leads to.
        own: (options,) the language model's probabilities.
    """
    votes = _heard(prior, choices)
    return (1 - votes.sum()) * own + votes


def settled(prior: Tensor, choices: Sequence[Sequence[int]]) -> int | None:
    """Return the option that `mixed` makes the likeliest whatever the model's own probabilities are; None if these decide.

    Args:
        prior: probability of each phrase of the slot.
        choices: for each option the phrases that it leads to.
    """
    votes = _heard(prior, choices)
    first, second = votes.topk(2).values
    return int(votes.argmax()) if first - second > 1 - votes.sum() else None


def _heard(prior: Tensor, choices: Sequence[Sequence[int]]) -> Tensor:
    """Return (options,) the memory's share of each option's probability."""
    return WEIGHT * torch.stack([prior[list(phrases)].sum() for phrases in choices])


def _columns(part: str) -> list[int]:
    return [SLOT_INDEX[slot.key] for slot in PART_SLOTS[part]]


def _blended(scores: Tensor, recorded: Tensor) -> Tensor:
    """Return (entries,) probabilities, wider where a prompt is none of the recorded entries.

    These stand for recordings, which are followed best exactly; written ones are opinions, of which several are better than
    one (docs/decisions.md).
    """
    sharp = scores.softmax(0)
    return sharp if sharp[recorded].sum() > _SURE else (scores / _BLEND).softmax(0)


def _votes(part: str, values: Tensor, chances: Tensor) -> Prior:
    """Return the votes of entries of some values (entries, slots), each with its chance (entries,)."""
    votes = []
    for slot, column in zip(PART_SLOTS[part], _columns(part), strict=True):
        vote = torch.zeros(len(slot.values) + 1).index_add_(0, values[:, column], chances.float())
        votes.append(vote / vote.sum())
    return votes


def _telling(part: str, values: Tensor, votes: Prior) -> Prior:
    """Return votes on a style of which those for what is said of most styles count less, and least that nothing is.

    Entries that resemble a prompt a little agree on what is usual, and would outvote the one that is meant; dividing by a power of
    the share is the logit adjustment of Menon et al. (arXiv 2007.07314).
    """
    share = _votes(part, values, torch.ones(len(values)))
    adjusted = []
    for vote, usual in zip(votes, share, strict=True):
        telling = vote / (usual + 1e-3) ** _USUAL
        telling[0] *= _SILENT
        adjusted.append(telling / telling.sum())
    return adjusted
