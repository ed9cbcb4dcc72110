# SPDX-License-Identifier: GPL-3.0-or-later
"""Training examples of the language model as trees: a prompt read once, six answers branching off it.

A tree is one row of tokens. An answer attends to the prompt and to itself, not to the other answers, and its positions
go on from the prompt's: exactly what the server's batched writing computes, at a third of the tokens.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import torch
from torch import Tensor

from server.llm_format import (
    chosen_phrases,
    compose_branch,
    compose_prefix,
    content_prefix,
    describe_branch,
    grammars,
    style_prefix,
)
from server.llm_sides import mirrored_text, names_only_right
from server.motion.skeleton import PARTS
from server.parts.attributes import mirrored
from training.corpus.entries import Attributes

_NO_OPTION: Final = -1
_VERY_LOW: Final = -1e9


@dataclass
class Tree:
    """One example.

    Attributes:
        tokens: the prompt's tokens, then each answer's.
        groups: 0 for the prompt, 1 to 6 for the answers, of each token.
        positions: place of each token behind the prompt's beginning.
        decisions: (index of the token whose state decides, options, index of the right one).
    """

    tokens: list[int] = field(default_factory=list)
    groups: list[int] = field(default_factory=list)
    positions: list[int] = field(default_factory=list)
    decisions: list[tuple[int, tuple[int, ...], int]] = field(default_factory=list)


class TreeMaker:
    """Writes examples in the tokens of a language model."""

    def __init__(self, encode: Callable[[str], list[int]]) -> None:
        """Prepare the grammars that the server uses."""
        self._encode = encode
        self._grammars = {may_be_open: grammars(encode, may_be_open) for may_be_open in (False, True)}

    def content(self, prompt: str, answer: Attributes) -> Tree:
        """Return the example of describing a content; what names only the right is taught as its mirror image."""
        if names_only_right(prompt):
            prompt, answer = mirrored_text(prompt), mirrored(answer)
        return self._tree(content_prefix(prompt), {p: describe_branch(p) for p in PARTS}, answer, may_be_open=False)

    def style(self, prompt: str, answer: Attributes) -> Tree:
        """Return the example of describing a style."""
        if names_only_right(prompt):
            prompt, answer = mirrored_text(prompt), mirrored(answer)
        return self._tree(style_prefix(prompt), {p: describe_branch(p) for p in PARTS}, answer, may_be_open=True)

    def compose(self, prompts: tuple[str, str], content: Attributes, style: Attributes, answer: Attributes) -> Tree:
        """Return the example of composing."""
        if names_only_right(*prompts):
            prompts = (mirrored_text(prompts[0]), mirrored_text(prompts[1]))
            content, style, answer = mirrored(content), mirrored(style), mirrored(answer)
        branches = {part: compose_branch(part, content, style) for part in PARTS}
        return self._tree(compose_prefix(*prompts), branches, answer, may_be_open=False)

    def _tree(self, prefix: str, branches: dict[str, str], answer: Attributes, *, may_be_open: bool) -> Tree:
        tree = Tree()
        start = self._encode(prefix)
        tree.tokens, tree.groups, tree.positions = list(start), [0] * len(start), list(range(len(start)))
        for group, (part, text) in enumerate(branches.items(), start=1):
            question = self._encode(text)
            written, decisions = self._grammars[may_be_open][part].write(chosen_phrases(part, answer, may_be_open))
            offset = len(tree.tokens) + len(question) - 1
            tree.decisions += [(offset + d.position, d.options, d.chosen) for d in decisions]
            branch = question + written[:-1]  # nothing is decided by the state of an answer's last token
            tree.tokens += branch
            tree.groups += [group] * len(branch)
            tree.positions += range(len(start), len(start) + len(branch))
        return tree


@dataclass(frozen=True)
class Batch:
    """Padded trees.

    ids, positions (B, L); mask (B, 1, L, L), 0 where a token may look, else very low. Decisions are flattened:

    rows, columns (D,): whose state decides; options (D, K) token ids, -1 where there are fewer; targets (D,).
    """

    ids: Tensor
    positions: Tensor
    mask: Tensor
    rows: Tensor
    columns: Tensor
    options: Tensor
    targets: Tensor

    def to(self, device: str) -> Batch:
        """Return the batch on a device."""
        return Batch(**{name: getattr(self, name).to(device) for name in self.__dataclass_fields__})


def collate(trees: Sequence[Tree]) -> Batch:
    """Pad trees to the longest one."""
    length = max(len(tree.tokens) for tree in trees)
    ids = torch.zeros(len(trees), length, dtype=torch.long)
    positions = torch.zeros_like(ids)
    groups = torch.full_like(ids, -1)
    decisions = [(row, *decision) for row, tree in enumerate(trees) for decision in tree.decisions]
    for row, tree in enumerate(trees):
        count = len(tree.tokens)
        ids[row, :count] = torch.tensor(tree.tokens)
        positions[row, :count] = torch.tensor(tree.positions)
        groups[row, :count] = torch.tensor(tree.groups)
    same = (groups[:, :, None] == groups[:, None, :]) | (groups[:, None, :] == 0)
    allowed = (same & torch.ones(length, length, dtype=torch.bool).tril())[:, None]
    mask = torch.zeros(allowed.shape, dtype=torch.bfloat16).masked_fill(~allowed, _VERY_LOW)
    widest = max(len(options) for _, _, options, _ in decisions)
    options = torch.full((len(decisions), widest), _NO_OPTION, dtype=torch.long)
    for index, (_, _, choices, _) in enumerate(decisions):
        options[index, : len(choices)] = torch.tensor(choices)
    return Batch(
        ids,
        positions,
        mask,
        torch.tensor([row for row, *_ in decisions]),
        torch.tensor([column for _, column, *_ in decisions]),
        options,
        torch.tensor([target for *_, target in decisions]),
    )


def decision_scores(states: Tensor, embedding: Tensor, batch: Batch) -> Tensor:
    """Return (D, K) scores of the options: states (B, L, W) against the tied embedding, -inf where there is none."""
    deciding = states[batch.rows, batch.columns]
    # The options of all decisions are a few hundred tokens; the product with all 49,152 would cost more than a layer.
    used, place = torch.unique(batch.options.clamp(min=0), return_inverse=True)
    scores = (deciding @ embedding[used].T).float().gather(1, place)
    return scores.masked_fill(batch.options == _NO_OPTION, float("-inf"))
