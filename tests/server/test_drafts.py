# SPDX-License-Identifier: GPL-3.0-or-later
"""How many drafts a take gets, from which seeds, and how each is drawn."""

from __future__ import annotations

import numpy as np

from server.drafts import draft_samplings, draft_seeds, drafts_for
from server.motion.skeleton import PARTS
from server.sampling import Sampling


def test_takes_with_neighbouring_seeds_share_no_draft() -> None:
    seeds = [seed for take in range(100) for seed in draft_seeds(take, 8)]
    assert len(set(seeds)) == 800
    assert draft_seeds(7, 3)[0] == 7


def test_an_edit_gets_more_drafts_and_what_is_kept_whole_only_one() -> None:
    assert drafts_for(4, ()) == 4
    assert drafts_for(6, ("root", "left_leg")) == 8
    assert drafts_for(1, ("root",)) == 1
    assert drafts_for(4, PARTS) == 1


def test_the_first_draft_is_drawn_as_asked() -> None:
    how = Sampling(temperature=0.5, guidance=2.0, own=1.0)
    first, *others = draft_samplings(how, 5)
    assert first == how
    assert any(other.own > how.own for other in others)
    assert {other.temperature for other in others} == {0.5}


def test_a_sentence_beside_locked_parts_is_pushed_harder() -> None:
    free, beside = (draft_samplings(Sampling(), 8, locks) for locks in ((), ("root",)))
    assert np.mean([how.own for how in beside]) > 1.5 * np.mean([how.own for how in free])
