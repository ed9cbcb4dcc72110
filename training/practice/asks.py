# SPDX-License-Identifier: GPL-3.0-or-later
"""What the generator is asked for when it practises: other sentences on a clip's caption, and contents in written styles."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

from server.composition import compose
from server.motion.skeleton import PARTS
from server.parts.attributes import to_vector
from server.parts.vocabulary import SLOT_PARTS, SLOTS
from training.corpus.entries import Attributes, Entry, Kind, entries
from training.evaluate.expectations import reserved
from training.evaluate.splits import is_trained
from training.sampler import UPPER
from training.variations import VARIED

Words = npt.NDArray[np.int64]

_LOWER: Final[tuple[str, ...]] = ("right_leg", "left_leg", "root")
_COMPOSED: Final = 0.35  # of the asks that put a written style on a written content
_ALSO_SAID: Final = 0.25  # how likely each further word of a sentence is said beside the one that is practised
_RECORDED: Final = 0.7  # of the captions that a sentence is exchanged in; the others are varied clips'
_HOPE: Final = 0.25  # a value that nobody was asked for yet counts as done this often


@dataclass(frozen=True)
class Ask:
    """What is asked for.

    Attributes:
        said: (slots,) what is said, 0 for what is left open.
        slot: the slot that is practised, or -1 where all are.
    """

    said: Words
    slot: int


class Asks:
    """Draws asks; a value that is seldom done is asked for more often."""

    def __init__(self, said: npt.NDArray[np.int8], labels: npt.NDArray[np.str_], seed: int) -> None:
        """Take the captions (N, slots) of stretches and their labels (N,), see `training.samples.build`."""
        self.dice = np.random.default_rng(seed)
        self._said = said
        varied = labels == VARIED
        self._bases = (np.flatnonzero(~varied), np.flatnonzero(varied))
        self._values = [(slot, value) for slot in range(len(SLOTS)) for value in range(1, len(SLOTS[slot].values) + 1)]
        self._having = {pair: np.flatnonzero(said[:, pair[0]] == pair[1]) for pair in self._values}
        self._values = [pair for pair in self._values if len(self._having[pair])]
        self.asked = dict.fromkeys(self._values, 1.0)
        self.done = dict.fromkeys(self._values, _HOPE)

    def draw(self) -> Ask:
        """Return one thing to ask for."""
        if self.dice.random() < _COMPOSED:
            return Ask(to_vector(compose(self._any("contents"), self._any("styles"))), -1)
        return self._exchanged()

    def note(self, ask: Ask, share: float) -> None:
        """Remember in which share of the drafts the practised value was done."""
        if ask.slot >= 0:
            pair = (ask.slot, int(ask.said[ask.slot]))
            self.asked[pair] += 1
            self.done[pair] += share

    def _any(self, kind: Kind) -> Attributes:
        some = _trained(kind)
        return some[self.dice.integers(len(some))].attributes

    def _exchanged(self) -> Ask:
        """Give a clip's caption another sentence that holds one value, and a few words that go with it in some clip."""
        failing = np.array([1.02 - self.done[pair] / self.asked[pair] for pair in self._values])
        slot, value = self._values[self.dice.choice(len(self._values), p=failing / failing.sum())]
        bases = self._bases[int(self.dice.random() > _RECORDED)]
        said = self._said[self.dice.choice(bases)].astype(np.int64)
        donor = self._said[self.dice.choice(self._having[slot, value])].astype(np.int64)
        part = PARTS[SLOT_PARTS[slot]]
        groups = [group for group in UPPER if part in group] or [_LOWER]
        group = groups[self.dice.integers(len(groups))]
        exchanged = np.isin(SLOT_PARTS, [PARTS.index(name) for name in group])
        heard = exchanged & (self.dice.random(len(SLOTS)) < _ALSO_SAID)
        if group == _LOWER:  # what the legs do and where it leads make a gait only together
            heard |= exchanged & np.array([s.name in ("action", "direction", "speed", "height") for s in SLOTS])
        said[exchanged] = 0
        said[heard] = donor[heard]
        said[slot] = value
        return Ask(said, slot)


@cache
def _trained(kind: Kind) -> tuple[Entry, ...]:
    kept = reserved()
    return tuple(entry for name, entry in entries(kind).items() if is_trained(kind, name, kept))
