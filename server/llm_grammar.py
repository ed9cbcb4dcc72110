# SPDX-License-Identifier: GPL-3.0-or-later
"""What the language model may write: a row of slots, each filled with one of a few phrases.

The phrases of a slot form a trie of tokens. Where the trie has one way on, the token is forced and the model is not
asked; where it branches, the model's choice is among the branches only. So every completion is valid, and a completion
costs one forward pass a decision instead of one a token. The same walk gives the training loss its decisions, so that
nothing is learnt that decoding does not use.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

Encode = Callable[[str], list[int]]


@dataclass(frozen=True)
class Decision:
    """One branching point of a written completion.

    Attributes:
        position: index, in the completion, of the token that was chosen.
        options: the token ids that were possible there.
        chosen: index into ``options``.
        slot: index of the slot.
    """

    position: int
    options: tuple[int, ...]
    chosen: int
    slot: int


@dataclass
class _Node:
    children: dict[int, _Node] = field(default_factory=dict)
    phrase: int = -1
    leads_to: list[int] = field(default_factory=list)


class ChoiceGrammar:
    """A row of slots with their phrases, as tries of tokens."""

    def __init__(self, encode: Encode, slots: Sequence[Sequence[str]]) -> None:
        """Build the tries.

        Args:
            encode: text to token ids, without special tokens.
            slots: for each slot its phrases as they stand in the completion, with their separator at the end.

        Raises:
            ValueError: if one phrase of a slot begins with another one, or two are equal.
        """
        self.slots = tuple(tuple(phrases) for phrases in slots)
        self._tokens = [[encode(phrase) for phrase in phrases] for phrases in self.slots]
        self._roots = [_trie(phrases) for phrases in self._tokens]

    def write(self, phrases: Sequence[int]) -> tuple[list[int], list[Decision]]:
        """Return the tokens of a completion given the index of the phrase in each slot, and its decisions."""
        tokens: list[int] = []
        decisions: list[Decision] = []
        for slot, (phrase, root) in enumerate(zip(phrases, self._roots, strict=True)):
            node = root
            for token in self._tokens[slot][phrase]:
                if len(node.children) > 1:
                    options = tuple(node.children)
                    decisions.append(Decision(len(tokens), options, options.index(token), slot))
                tokens.append(token)
                node = node.children[token]
        return tokens, decisions

    def walker(self) -> Walker:
        """Return a new walk from the first slot."""
        return Walker(self)

    def root(self, slot: int) -> _Node:
        """Return the trie of a slot."""
        return self._roots[slot]


class Walker:
    """A walk through a grammar while a completion is being written."""

    def __init__(self, grammar: ChoiceGrammar) -> None:
        """Start before the first slot."""
        self.phrases: list[int] = []
        self._grammar = grammar
        self._node = grammar.root(0) if grammar.slots else _Node()

    @property
    def done(self) -> bool:
        """True when every slot has its phrase."""
        return len(self.phrases) == len(self._grammar.slots)

    def forced(self) -> list[int]:
        """Walk on to the next branch (or to the end) and return the tokens on the way."""
        tokens: list[int] = []
        while not self.done and len(self._node.children) == 1:
            token = next(iter(self._node.children))
            tokens.append(token)
            self.take(token)
        return tokens

    def options(self) -> tuple[int, ...]:
        """Return the possible next tokens."""
        return tuple(self._node.children)

    @property
    def slot(self) -> int:
        """Index of the slot that is being filled."""
        return len(self.phrases)

    def phrases_ahead(self) -> list[list[int]]:
        """Return for each possible next token the phrases that it leads to."""
        return [child.leads_to for child in self._node.children.values()]

    def take(self, token: int) -> None:
        """Go down one branch; at the end of a phrase the next slot begins."""
        self._node = self._node.children[token]
        if self._node.phrase >= 0:
            self.phrases.append(self._node.phrase)
            if not self.done:
                self._node = self._grammar.root(len(self.phrases))


def _trie(phrases: Sequence[Sequence[int]]) -> _Node:
    root = _Node()
    for index, tokens in enumerate(phrases):
        node = root
        for token in tokens:
            if node.phrase >= 0:
                raise ValueError("A phrase of a slot begins with another one; end each with a separator.")
            node = node.children.setdefault(token, _Node())
            node.leads_to.append(index)
        if node.children or node.phrase >= 0:
            raise ValueError("A phrase of a slot begins with another one; end each with a separator.")
        node.phrase = index
    return root
