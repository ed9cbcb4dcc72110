# SPDX-License-Identifier: GPL-3.0-or-later
"""Make the adapter's memory: the entries' values, and the vectors that recognise an entry behind a prompt.

The vectors are a softmax regression on what the sentence encoder makes of every wording that may be trained on, fitted by
gradient descent with a small penalty on their size. Recorded entries count more, for prompts mean them most often.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from server.encoder import SentenceEncoder
from server.llm_memory import Memory, even
from server.llm_sides import BOTH, RIGHT, mirrored_text, names_only_right, side_of
from server.parts.attributes import mirrored, to_vector
from training.corpus.entries import Attributes, Entry
from training.corpus.recorded import NORMAL
from training.llm_lessons import SUBJECTS, Lessons, is_third_person

_STEPS: Final = 300
_RATE: Final = 0.03
_SIDED_SHARE: Final = 0.7
_PENALTY: Final = 3e-5
_RECORDED_WEIGHT: Final = 30.0


def make_memory(encoder: SentenceEncoder, lessons: Lessons) -> Memory:
    """Return the memory of all entries of the lessons."""
    recorded = lessons.recorded
    contents, styles = sorted(lessons.contents), sorted(lessons.styles)
    content_scale, content_heads = _heads(
        encoder, [lessons.contents[name] for name in contents], set(recorded.contents)
    )
    style_scale, style_heads = _heads(encoder, [lessons.styles[name] for name in styles], {*recorded.styles, NORMAL})
    return Memory(
        content_scale,
        style_scale,
        content_heads,
        style_heads,
        torch.tensor([int(_side(lessons.contents[name]) > 0) for name in contents]),
        torch.tensor([int(_side(lessons.styles[name]) > 0) for name in styles]),
        torch.tensor([int(name in recorded.contents) for name in contents]),
        torch.tensor([int(name in recorded.styles or name == NORMAL) for name in styles]),
        torch.stack([_values(lessons.contents[name], lessons.content_values[name]) for name in contents]),
        torch.stack([_values(lessons.styles[name], lessons.style_values[name]) for name in styles]),
    )


def _side(entry: Entry) -> int:
    named = Counter(side_of(wording) for wording in entry.trained)
    side, count = named.most_common(1)[0]
    return side if side != BOTH and count >= _SIDED_SHARE * len(entry.trained) else 0


def _values(entry: Entry, attributes: Attributes) -> Tensor:
    """Return (slots,) what is taught of an entry, mirrored if it is one of the right: only the left is asked about."""
    turned = mirrored(attributes) if _side(entry) == RIGHT else attributes
    return torch.from_numpy(to_vector(turned))


def _heads(encoder: SentenceEncoder, entries: Sequence[Entry], recorded: set[str]) -> tuple[Tensor, Tensor]:
    prompts: list[str] = []
    labels: list[int] = []
    weights: list[float] = []
    for label, entry in enumerate(entries):
        for wording in (mirrored_text(w) if names_only_right(w) else w for w in entry.trained):
            variants = sorted({subject + wording for subject in SUBJECTS}) if is_third_person(wording) else [wording]
            prompts += variants
            labels += [label] * len(variants)
            weights += [(_RECORDED_WEIGHT if entry.name in recorded else 1.0) / len(variants)] * len(variants)
    return fit(encoder.vectors(prompts).clone(), torch.tensor(labels), torch.tensor(weights), len(entries))


def fit(vectors: Tensor, labels: Tensor, weights: Tensor, classes: int) -> tuple[Tensor, Tensor]:
    """Return the scale (2, width) and the heads (classes, width) of a weighted softmax regression."""
    scale = torch.stack([vectors.mean(0), vectors.std(0) + 1e-3])
    inputs = even(vectors, scale)
    heads = torch.zeros(classes, vectors.shape[1], requires_grad=True)
    optimizer = torch.optim.Adam([heads], lr=_RATE)
    for _ in range(_STEPS):
        losses = cross_entropy(inputs @ heads.T, labels, reduction="none")
        loss = (losses * weights).sum() / weights.sum() + _PENALTY * heads.square().sum()
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        optimizer.step()
    return scale, heads.detach()
