# SPDX-License-Identifier: GPL-3.0-or-later
"""What is left of a content's habits beside a style that they go badly with."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.composition import compose, without_leftovers
from server.contradictions import Contradictions
from server.networks.files import SETS
from server.parts.attributes import AttributeSet, parse, write
from training.corpus.entries import entries

SWINGING = "swings with the steps, rising to the hip, in medium movements, quickly, forward and back"
WALKS: AttributeSet = parse({"left_arm": SWINGING, "left_leg": "takes walking steps", "root": "moves forward"})
HELD: AttributeSet = parse({"left_arm": "keeps still, hand at chest height"})


def composed(
    content: AttributeSet,
    style: AttributeSet,
    insisted: set[tuple[str, str]] | None = None,
    folder: Path = SETS["standard"],
) -> dict[tuple[str, str], str]:
    go_badly = Contradictions.load(folder).go_badly
    return without_leftovers(compose(content, style), content, style, insisted or set(), go_badly)


@pytest.mark.parametrize("folder", SETS.values(), ids=SETS)
def test_an_arm_that_a_style_holds_does_not_swing_on(folder: Path) -> None:
    said = composed(WALKS, HELD, folder=folder)
    assert {key: said[key] for key in HELD} == HELD
    for name in ("way", "tempo", "size", "peak"):
        assert ("left_arm", name) in compose(WALKS, HELD)
        assert ("left_arm", name) not in said, write(said)["left_arm"]
    assert said["left_leg", "action"] == "walks"
    assert said["root", "direction"] == "forward"


def test_what_the_prompt_says_outright_stays() -> None:
    assert composed(WALKS, HELD, {("left_arm", "tempo")})["left_arm", "tempo"] == "quick"


def test_a_style_that_goes_with_it_takes_nothing_away() -> None:
    bent = parse({"backbone": "bent forward, head hung"})
    assert composed(WALKS, bent) == {**WALKS, **bent}
    assert composed(WALKS, {}) == WALKS


def test_of_written_entries_only_habits_go() -> None:
    go_badly = Contradictions.load().go_badly
    contents, styles = (list(entries(kind).values())[:: len(entries(kind)) // 20] for kind in ("contents", "styles"))
    dropped = 0
    for content in contents:
        for style in styles:
            before = compose(content.attributes, style.attributes)
            after = without_leftovers(before, content.attributes, style.attributes, (), go_badly)
            dropped += len(before) - len(after)
            assert all(after[key] == before[key] for key in after)
            assert all(key in after for key in style.attributes if key in before)
            assert ("root", "direction") in after or ("root", "direction") not in before
    assert dropped > 0
