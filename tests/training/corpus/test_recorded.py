# SPDX-License-Identifier: GPL-3.0-or-later
"""What the recordings say: commonest values, differences of styles, borrowing from the mirror image."""

from __future__ import annotations

from training.corpus.entries import Attributes
from training.corpus.recorded import Recorded, modal

WALK: Attributes = {
    ("root", "direction"): "forward",
    ("root", "speed"): "walking",
    ("root", "turn"): "slight_left",
    ("backbone", "head"): "level",
    ("left_arm", "action"): "swings",
    ("left_arm", "hold"): "low",
    ("right_arm", "action"): "swings",
    ("right_arm", "hold"): "hip",
}
WAVE = WALK | {("root", "direction"): "in_place", ("root", "speed"): "none", ("left_arm", "action"): "waves"}
SAD = {("backbone", "head"): "hung", ("left_arm", "hold"): "straight_down"}


def recorded() -> Recorded:
    """Two contents in two styles, one of them mirrored only."""
    return Recorded(
        {
            ("walk", "normal"): [WALK, WALK, WALK | {("backbone", "head"): "lifted"}],
            ("walk", "sad"): [WALK | SAD | {("root", "speed"): "slow"}],
            ("wave-left-hand", "normal"): [WAVE],
            ("wave-left-hand", "sad"): [WAVE | {("backbone", "head"): "hung", ("left_arm", "hold"): "overhead"}],
        }
    )


def test_the_commonest_value_wins_slot_by_slot() -> None:
    other = WALK | {("backbone", "head"): "hung"}
    assert modal([WALK, other, WALK]) == WALK
    assert modal([WALK, {}, {}]) == {}


def test_a_style_is_what_differs_and_a_waving_arm_has_no_say() -> None:
    style = recorded().styles["sad"]
    assert style["backbone", "head"] == "hung"
    assert style["left_arm", "hold"] == "straight_down"
    assert style["root", "speed"] == "slow"
    assert ("right_arm", "hold") not in style
    assert "normal" not in recorded().styles


def test_a_pair_without_clips_is_the_mirror_of_its_twin() -> None:
    found = recorded()
    mirrored = found.pairs["wave-right-hand", "sad"]
    assert mirrored["right_arm", "action"] == "waves"
    assert mirrored["left_arm", "hold"] == "hip"
    assert mirrored["root", "turn"] == "slight_right"
    assert found.contents["wave-right-hand"] == found.pairs["wave-right-hand", "normal"]
