# SPDX-License-Identifier: GPL-3.0-or-later
"""Several drafts of a take: how many, from which seeds, and how each is drawn. `server.judging` chooses among them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from .motion.skeleton import PARTS
from .sampling import Sampling

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
