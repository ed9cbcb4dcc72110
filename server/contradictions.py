# SPDX-License-Identifier: GPL-3.0-or-later
"""Words that no motion does together.

"Crouched" beside "knee slightly bent" cannot be had: under such low hips knees bend deeper than that. Such pairs are counted
among the captions that the generator learnt from. They serve two ends:

- Of two words of different parts that contradict each other the commoner is not told to the generator. The rarer one says
  more about what is meant, as the commoner is often left over from before a sentence was edited. Within one sentence,
  which its writer had before their eyes, nothing is left out.
- What is left of a content's habits and goes badly with its style is not written at all (`server.composition`). For this
  a pair need only be rare.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from .errors import SmooError
from .motion.skeleton import PARTS
from .networks.files import WEIGHTS_FOLDER, load_weights
from .parts.attributes import Word
from .parts.vocabulary import SLOT_INDEX, SLOT_PARTS, SLOTS

FILE: Final = "contradictions.safetensors"
SIZES: Final = [len(slot.values) for slot in SLOTS]
FIRST: Final[npt.NDArray[np.int64]] = np.cumsum([0, *(size + 1 for size in SIZES)])
"""Where the values of each slot begin when all are counted through; the first of each is "left open"."""


class Contradictions:
    """Pairs of values that hardly ever stand together, and how often each stands at all."""

    def __init__(
        self, pairs: npt.NDArray[np.int64], counts: npt.NDArray[np.int64], rare: npt.NDArray[np.int64] | None = None
    ) -> None:
        """Take pairs of values that are counted through as in `FIRST`.

        Args:
            pairs: (P, 2) those that hardly ever stand together.
            counts: (V,) how often each value stands.
            rare: (R, 2) those that rarely do, the former among them; without it, just those.
        """
        self.counts = counts
        self._together = _joined(pairs, len(counts))
        self._go_well = _joined(pairs if rare is None else rare, len(counts))

    @classmethod
    def none(cls) -> Contradictions:
        """Return those of a generator of which nobody counted any: all words are said."""
        return cls(np.zeros((0, 2), dtype=np.int64), np.zeros(int(FIRST[-1]), dtype=np.int64))

    @classmethod
    def load(cls, folder: Path = WEIGHTS_FOLDER) -> Contradictions:
        """Load ``contradictions.safetensors``.

        Raises:
            SmooError: ``weights_missing`` or ``weights_damaged``.
        """
        tensors, config = load_weights(folder / FILE)
        if config.get("sizes") != SIZES or not {"pairs", "counts", "rare"} <= tensors.keys():
            raise SmooError("weights_damaged", f"{FILE} belongs to another version. Install SMooGPT again.")
        return cls(*(tensors[name].numpy().astype(np.int64) for name in ("pairs", "counts", "rare")))

    def go_badly(self, one: Word, other: Word) -> bool:
        """Tell whether two words rarely stand together."""
        return not self._go_well[_counted_through(one), _counted_through(other)]

    def unsaid(self, said: npt.NDArray[np.int64], locks: Sequence[str] = ()) -> npt.NDArray[np.int64]:
        """Return what is said (T, slots) of each step without what contradicts a rarer word of another part.

        Parts that are locked do what they do, whatever is said of them, so that their words give way first.
        """
        locked = np.isin(SLOT_PARTS, [PARTS.index(part) for part in locks])
        rows, which = np.unique(said, axis=0, return_inverse=True)
        return np.stack([self._without(row, locked) for row in rows])[which.reshape(-1)]

    def _without(self, said: npt.NDArray[np.int64], locked: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
        values = FIRST[:-1] + said
        kept: list[int] = []
        order = np.lexsort((self.counts[values], locked))
        for slot in order[said[order] > 0].tolist():
            others = [other for other in kept if SLOT_PARTS[other] != SLOT_PARTS[slot]]
            if self._together[values[slot], values[others]].all():
                kept.append(slot)
        told = np.zeros_like(said)
        told[kept] = said[kept]
        return told


def _joined(pairs: npt.NDArray[np.int64], values: int) -> npt.NDArray[np.bool_]:
    """Return (values, values) what stands together: all but the pairs."""
    together = np.ones((values, values), dtype=bool)
    together[pairs[:, 0], pairs[:, 1]] = together[pairs[:, 1], pairs[:, 0]] = False
    return together


def _counted_through(word: Word) -> int:
    """Return a word's number in the order of `FIRST`."""
    slot = SLOT_INDEX[word[0]]
    return int(FIRST[slot]) + 1 + SLOTS[slot].values.index(word[1])
