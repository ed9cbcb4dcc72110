# SPDX-License-Identifier: GPL-3.0-or-later
"""Several drafts of a take: the captioner reads each one back, and the one that does most of what was asked is kept.

A model that samples errs now and then; where its answers can be checked, drawing several and checking them is the
plainest remedy (Cobbe et al., arXiv 2110.14168, rank the answers of a language model in this way). Here the check is
exact: the captioner measures the very attributes that the part texts name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt

from .captioner import attributes_of
from .generator import Sampling
from .motion.contacts import planted_slide
from .motion.floor import floating
from .motion.motion import Motion
from .motion.skeleton import PARTS
from .parts.attributes import to_vector
from .parts.vocabulary import SLOT_PARTS

DRAFTS: Final = 6
"""Drafts a take; six of 4 s take a quarter longer than four."""

_STRENGTHS: Final = ((1.0, 1.0), (0.6, 1.0), (0.6, 1.5), (1.0, 1.5), (1.0, 0.75), (1.4, 1.0))
"""Of guidance and own, a draft."""
_EDIT_STRENGTHS: Final = (
    *((1.0, 1.5), (1.0, 3.0), (0.6, 1.5), (0.6, 3.0)),
    *((0.4, 4.0), (0.4, 6.0), (0.6, 3.0), (0.4, 4.0)),
)
"""The same where parts are locked: a new sentence beside old ones has to be pushed harder. More, as they are quicker drawn."""
_STRIDE: Final = 1_000_003  # between the seeds of the drafts, so that takes with neighbouring seeds share none
_SHORTEST: Final = 15  # frames of a phase that the captioner can judge
_SLIDE: Final = 0.5  # parts' worth of words that 1 m/s of sliding feet outweighs
_FLOAT: Final = 1.0  # and hanging in the air all the time


def drafts_for(drafts: int, locks: Sequence[str]) -> int:
    """Return how many drafts a take gets, of which ``drafts`` are asked for: one where nothing is left to be drawn."""
    if set(locks) == set(PARTS):
        return 1
    return drafts * len(_EDIT_STRENGTHS) // len(_STRENGTHS) if locks else drafts


def draft_seeds(seed: int, drafts: int) -> list[int]:
    """Return the seeds of a take's drafts; the first is the take's own."""
    return [seed + _STRIDE * number for number in range(drafts)]


def draft_samplings(how: Sampling, drafts: int, locks: Sequence[str] = ()) -> list[Sampling]:
    """Return how each draft is drawn: some are pushed harder to the words, as the best strength is not the same for all."""
    strengths = _EDIT_STRENGTHS if locks else _STRENGTHS
    chosen = [strengths[number % len(strengths)] for number in range(drafts)]
    return [replace(how, guidance=how.guidance * all_words, own=how.own * own) for all_words, own in chosen]


def best_draft(said: npt.NDArray[np.int64], motions: Sequence[Motion], frames: int, locks: Sequence[str] = ()) -> int:
    """Return which motion does most of what was asked; the first of equals.

    Args:
        said: (steps, slots) what the part texts say of each step, 0 for what is left open.
        motions: the drafts.
        frames: a step.
        locks: parts that are the same in all drafts.
    """
    if len(motions) == 1:
        return 0
    faults = [_SLIDE * planted_slide(motion) + _FLOAT * floating(motion) for motion in motions]
    scores = [words_done(said, m, frames, locks) - fault for m, fault in zip(motions, faults, strict=True)]
    return int(np.argmax(scores))


def words_done(said: npt.NDArray[np.int64], motion: Motion, frames: int, locks: Sequence[str] = ()) -> float:
    """Return of how many parts a motion does what is said, 0 to 6: of each part the share of its words, phase by phase.

    A part with few words counts as much as one with many, so that a short sentence is not outvoted.
    """
    total = 0.0
    for first, last in _phases(said):
        seen = motion.sliced(first * frames, min(last * frames, motion.frames))
        if seen.frames < _SHORTEST:
            continue
        right = to_vector(attributes_of(seen)) == said[first]
        share = (last - first) / len(said)
        for number, part in enumerate(PARTS):
            words = (number == SLOT_PARTS) & (said[first] > 0)
            if part not in locks and words.any():
                total += share * float(right[words].mean())
    return total


def _phases(said: npt.NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Yield the first step and the one after the last of every stretch in which the same is said."""
    changes = np.flatnonzero((said[1:] != said[:-1]).any(axis=1)) + 1
    edges = [0, *changes.tolist(), len(said)]
    yield from zip(edges[:-1], edges[1:], strict=True)
