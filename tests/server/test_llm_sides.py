# SPDX-License-Identifier: GPL-3.0-or-later
"""What names the right alone is asked about mirrored, and the answer comes back on the right."""

from __future__ import annotations

import pytest

from server.llm_sides import BOTH, mirrored_text, names_only_right, side_of


@pytest.mark.parametrize(
    ("text", "side"),
    [
        ("walks forward", 0),
        ("waves the left hand", 1),
        ("Right hand up", 2),
        ("raises his right arm, left arm still", BOTH),
        ("turns right away", 0),
        ("elbow at a right angle", 0),
        ("walks upright and bright", 0),
        ("turns rightwards", 2),
    ],
)
def test_sides_that_are_named(text: str, side: int) -> None:
    assert side_of(text) == side


def test_sides_of_several_texts_count_together() -> None:
    assert names_only_right("waves the right hand", "proudly")
    assert not names_only_right("waves the right hand", "dragging the left leg")
    assert mirrored_text("Left foot, then right foot") == "right foot, then left foot"
