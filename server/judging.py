# SPDX-License-Identifier: GPL-3.0-or-later
"""Of the drafts of a take, the captioner tells which does most of what was asked, and what the others do better is put in.

Where the answers of a model that samples can be checked, drawing several and checking them is the plainest remedy for its
errors (Cobbe et al., arXiv 2110.14168, rank the answers of a language model in this way). Here the check is exact: the
captioner measures the very attributes that the part texts name. And as every part has tokens of its own, a take can have
its arms from one draft and its legs from another: the generator learns from clips that are joined in the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from .captioner import attributes_of
from .generator import GROUPS
from .motion.contacts import planted_slide
from .motion.floor import floating
from .motion.motion import Motion
from .motion.skeleton import PARTS
from .parts.attributes import sentence, to_vector
from .parts.vocabulary import SLOT_PARTS, SLOTS

Tokens = npt.NDArray[np.int64]

_SHORTEST: Final = 15  # frames of a phase that the captioner can judge
_SLIDE: Final = 0.5  # parts' worth of words that 1 m/s of sliding feet outweighs
_FLOAT: Final = 1.0  # and hanging in the air all the time
_JOINED: Final = (*GROUPS, *((part,) for part in GROUPS[0]))
"""Parts that may come from another draft: those that move together do so together, but one arm may do without the other."""
_TRIES: Final = 5  # of putting parts of another draft in
_WORTH: Final = 0.12  # parts' worth of words that one has to gain


@dataclass(frozen=True)
class Draft:
    """Tokens, their motion, and how good that is.

    Attributes:
        tokens: (steps, 6).
        motion: what they decode to.
        done: (6,) of each part the share of its words that the motion does, see `words_done`.
        faults: of the motion as a whole, in the same measure.
    """

    tokens: Tokens
    motion: Motion
    done: npt.NDArray[np.float64]
    faults: float

    @property
    def worth(self) -> float:
        """Of how many parts it does what is said, less its faults."""
        return float(self.done.sum()) - self.faults


@dataclass(frozen=True)
class Judge:
    """Decodes and judges drafts of one take.

    Attributes:
        said: (steps, slots) what the part texts say of each step, 0 for what is left open.
        decode: tokens (steps, 6) to motion.
        frames: a step.
        locks: parts that are the same in all drafts.
    """

    said: Tokens
    decode: Callable[[Tokens], Motion]
    frames: int
    locks: Sequence[str] = ()

    def draft(self, tokens: Tokens) -> Draft:
        """Return what tokens (steps, 6) are worth."""
        motion = self.decode(tokens)
        faults = _SLIDE * planted_slide(motion) + _FLOAT * floating(motion)
        return Draft(tokens, motion, words_done(self.said, motion, self.frames, self.locks), faults)

    def best(self, drafts: Tokens) -> Draft:
        """Return the best that can be had of drafts (drafts, steps, 6): one of them, or one with parts of others."""
        if len(drafts) == 1:
            return Draft(drafts[0], self.decode(drafts[0]), np.zeros(len(PARTS)), 0.0)
        judged = [self.draft(tokens) for tokens in drafts]
        return self._joined(max(judged, key=lambda draft: draft.worth), judged)

    def _joined(self, best: Draft, others: Sequence[Draft]) -> Draft:
        """Put into the best draft what others do better, as long as the whole gains by it."""
        failed: list[tuple[tuple[int, ...], int]] = []
        for _ in range(_TRIES):
            gains = {
                (group, number): float((other.done - best.done)[list(group)].sum())
                for number, other in enumerate(others)
                for group in _JOINED
                if (group, number) not in failed
            }
            choice = max(gains, key=lambda key: gains[key], default=None)
            if choice is None or gains[choice] <= _WORTH:
                break
            group, number = choice
            tokens = best.tokens.copy()
            tokens[:, list(group)] = others[number].tokens[:, list(group)]
            whole = self.draft(tokens)
            if whole.worth > best.worth + _WORTH:
                best, failed = whole, []
            else:
                failed.append(choice)
        return best


def words_done(said: Tokens, motion: Motion, frames: int, locks: Sequence[str] = ()) -> npt.NDArray[np.float64]:
    """Return (6,) what share of each part's words a motion does, phase by phase; 0 for locked parts and those without words.

    A part with few words counts as much as one with many, so that a short sentence is not outvoted.
    """
    done = np.zeros(len(PARTS))
    for first, last in _phases(said):
        seen = motion.sliced(first * frames, min(last * frames, motion.frames))
        if seen.frames < _SHORTEST:
            continue
        right = to_vector(attributes_of(seen)) == said[first]
        for number, part in enumerate(PARTS):
            words = (number == SLOT_PARTS) & (said[first] > 0)
            if part not in locks and words.any():
                done[number] += (last - first) / len(said) * right[words].mean()
    return done


def unmet_words(asked: Tokens, motion: Motion, frames: int, locks: Sequence[str] = ()) -> dict[str, str]:
    """Return for each part that is not locked the clauses that a motion does not do for most of the time they are asked for.

    Args:
        asked: (steps, slots) what the part texts say of each step, with what contradicts other words.
        motion: what was made of it.
        frames: a step.
        locks: parts that are not told of.
    """
    steps, met = (np.zeros((len(SLOTS), 1 + max(len(slot.values) for slot in SLOTS))) for _ in range(2))
    for first, last in _phases(asked):
        seen = motion.sliced(first * frames, min(last * frames, motion.frames))
        if seen.frames < _SHORTEST:
            continue
        words = np.flatnonzero(asked[first])
        values = asked[first, words]
        steps[words, values] += last - first
        met[words, values] += (last - first) * (to_vector(attributes_of(seen))[words] == values)
    unmet: dict[str, list[str]] = {part: [] for part in PARTS if part not in locks}
    for number, value in np.argwhere(met < 0.5 * steps).tolist():
        slot = SLOTS[number]
        if slot.part in unmet:
            unmet[slot.part].append(sentence(slot.part, {slot.name: slot.values[value - 1]}))
    return {part: ", ".join(clauses) for part, clauses in unmet.items()}


def _phases(said: Tokens) -> Iterator[tuple[int, int]]:
    """Yield the first step and the one after the last of every stretch in which the same is said."""
    changes = np.flatnonzero((said[1:] != said[:-1]).any(axis=1)) + 1
    edges = [0, *changes.tolist(), len(said)]
    yield from zip(edges[:-1], edges[1:], strict=True)
