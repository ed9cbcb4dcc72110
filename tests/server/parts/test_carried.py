# SPDX-License-Identifier: GPL-3.0-or-later
"""Arms that keep still beside a trunk that moves."""

from __future__ import annotations

import numpy as np
import pytest

from server.parts.attributes import from_vector, parse, to_vector
from server.parts.carried import unsaid_where_carried
from server.parts.phases import schedule

HANGS = "hangs down at the side, keeps still"


def _told(backbone: str) -> dict[tuple[str, str], str]:
    texts = {"left_arm": HANGS, "right_arm": "waves, hand above the head", "backbone": backbone}
    (row,) = unsaid_where_carried(to_vector(parse(texts))[None])
    return from_vector(row)


@pytest.mark.parametrize(
    "backbone", ["bows and rises again", "twisting strongly", "swaying strongly from side to side"]
)
def test_a_trunk_that_moves_carries_still_arms_along(backbone: str) -> None:
    told = _told(backbone)
    assert ("left_arm", "action") not in told
    assert told["left_arm", "hold"] == "low"
    assert told["right_arm", "action"] == "waves"


def test_arms_keep_still_beside_a_still_trunk() -> None:
    assert _told("upright, steady")["left_arm", "action"] == "still"


def test_it_holds_for_the_phase_in_which_the_trunk_moves() -> None:
    texts = {"left_arm": HANGS, "backbone": "first upright, steady, then bows and rises again"}
    said = schedule(texts, 20, 4 / 30)
    told = [from_vector(row).get(("left_arm", "action")) for row in unsaid_where_carried(said)]
    assert told[0] == "still"
    assert told[-1] is None
    assert np.array_equal(said, schedule(texts, 20, 4 / 30)), "what was said stays as it was"
