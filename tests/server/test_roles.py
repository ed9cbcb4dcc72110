# SPDX-License-Identifier: GPL-3.0-or-later
"""Reasoner and composer: what they guarantee whatever the model says, and what the trained model must know."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace

import pytest
from language_model import language_model

from server.composer import Composer
from server.errors import SmooError
from server.llm import Branch
from server.llm_format import PART_SLOTS, UNCHANGED, phrases
from server.llm_grammar import ChoiceGrammar
from server.motion.skeleton import PARTS
from server.parts.attributes import parse, write
from server.reasoner import Reasoner

CONTENT = write({(part, "action"): "still" for part in ("left_arm", "right_arm")} | {("root", "direction"): "forward"})


class FirstChoice:
    """A language model that always takes the first phrase, and counts how often it is asked."""

    def __init__(self) -> None:
        self.memory = self.encoder = None
        self.asked: list[tuple[Sequence[str], Sequence[Branch]]] = []

    def encode(self, text: str) -> list[int]:
        """Encode letters."""
        return [ord(letter) for letter in text]

    def choose(self, prefixes: Sequence[str], branches: Sequence[Branch]) -> list[list[int]]:
        """Answer with the first phrase of every slot."""
        self.asked.append((prefixes, branches))
        return [[0] * len(_slots(branch.grammar)) for branch in branches]


def _slots(grammar: ChoiceGrammar) -> Sequence[Sequence[str]]:
    return grammar.slots


class SideHeard(FirstChoice):
    """Raises the left arm when asked about the left, the right arm when asked about the right."""

    def choose(self, prefixes: Sequence[str], branches: Sequence[Branch]) -> list[list[int]]:
        """Answer with the third action for the arm that the prompt names."""
        answers = super().choose(prefixes, branches)
        for part, branch, answer in zip(PARTS, branches, answers, strict=False):
            if part.endswith("arm") and part.split("_")[0] in prefixes[branch.prefix]:
                answer[0] = 2
        return answers


@pytest.mark.parametrize("side", ["left", "right"])
def test_the_right_is_asked_about_as_the_left_and_answered_as_the_right(side: str) -> None:
    model = SideHeard()
    said = parse(Reasoner(model).content(f"raises the {side} hand"))
    other = "left" if side == "right" else "right"
    assert said[f"{side}_arm", "action"] == "raises"
    assert said[f"{other}_arm", "action"] == "still"
    assert "right" not in model.asked[0][0][0]
    composed = Composer(model).compose(f"raises the {side} hand", "old", CONTENT, write({("backbone", "lean"): side}))
    assert parse(composed)[f"{side}_arm", "action"] == "raises"
    assert "right" not in model.asked[1][0][0]


@pytest.mark.parametrize("prompt", ["", "   \n"])
def test_an_empty_content_is_refused(prompt: str) -> None:
    model = FirstChoice()
    with pytest.raises(SmooError, match="walks forward") as caught:
        Reasoner(model).content(prompt)  # type: ignore[arg-type]
    assert caught.value.code == "empty_prompt"
    assert not model.asked


def test_the_laziest_model_still_says_something_of_every_part() -> None:
    content, style = Reasoner(FirstChoice()).both("walks", "sadly")  # type: ignore[arg-type]
    assert set(parse(content)) >= {("right_arm", "action"), ("backbone", "pitch"), ("root", "direction")}
    assert all(content[part] for part in PARTS)
    assert style == dict.fromkeys(PARTS, UNCHANGED)
    assert parse(style) == {}


def test_both_prompts_are_one_batch_and_an_empty_style_is_not_asked_for() -> None:
    model = FirstChoice()
    reasoner = Reasoner(model)  # type: ignore[arg-type]
    reasoner.both("walks", "sadly")
    reasoner.both("walks", " ")
    assert [len(branches) for _, branches in model.asked] == [12, 6]


def test_without_a_style_the_content_stays_word_for_word() -> None:
    model = FirstChoice()
    texts = CONTENT | {"root": "strolls forward in her own words"}
    assert Composer(model).compose("walks", "", texts, dict.fromkeys(PARTS, UNCHANGED)) == texts  # type: ignore[arg-type]
    assert not model.asked


def test_the_composer_reads_the_texts_in_any_wording() -> None:
    model = FirstChoice()
    style = dict.fromkeys(PARTS, UNCHANGED) | {"backbone": "chin on the chest"}
    composed = Composer(model).compose("walks", "sadly", CONTENT, style)  # type: ignore[arg-type]
    (_, branches), *_ = model.asked
    assert "hung" in branches[PARTS.index("backbone")].text
    assert all(composed[part] for part in PARTS)


def test_where_nothing_was_recorded_the_rule_has_a_say_and_where_it_was_the_model_alone() -> None:
    style = write({("right_arm", "action"): "still", ("right_arm", "hold"): "waist"})
    asked = {}
    for meant in ("recorded", "written"):
        model = FirstChoice()
        model.encoder = SimpleNamespace(vectors=lambda prompts: [prompts])
        chance = 1.0 if meant == "recorded" else 0.25
        model.memory = SimpleNamespace(recorded_chance=lambda *_, chance=chance: chance)
        Composer(model).compose("walks", "like a puppet", CONTENT, style)  # type: ignore[arg-type]
        asked[meant] = model.asked[0][1][PARTS.index("right_arm")].prior
    hold = [slot.name for slot in PART_SLOTS["right_arm"]].index("hold")
    assert all(not votes.any() for votes in asked["recorded"])
    assert float(asked["written"][hold].max()) == 1 - 0.25**2
    assert phrases(PART_SLOTS["right_arm"][hold], may_be_open=True)[int(asked["written"][hold].argmax())] == " waist"


PROMPTS = [
    ("a person walks forward", "like an exhausted old man"),
    ("waves the left hand", "happily"),
    ("plays the trombone on one leg", "like a melting snowman"),
    ("xqzzt!", "???"),
]


@pytest.mark.parametrize(("content", "style"), PROMPTS)
def test_every_prompt_gives_six_valid_texts(content: str, style: str) -> None:
    llm = language_model(adapted=True)
    texts = Reasoner(llm).both(content, style)
    composed = Composer(llm).compose(content, style, *texts)
    for part in PARTS:
        assert write(parse({part: composed[part]}))[part] == composed[part] != ""
        assert texts[0][part]
        assert texts[1][part]


def _composed(content: str, style: str = "") -> dict[tuple[str, str], str]:
    llm = language_model(adapted=True)
    return parse(Composer(llm).compose(content, style, *Reasoner(llm).both(content, style)))


def test_the_hand_that_is_named_is_the_one_that_waves() -> None:
    for side, other in (("left", "right"), ("right", "left")):
        found = _composed(f"a person waves the {side} hand")
        assert found[f"{side}_arm", "peak"] in ("shoulder", "head", "overhead")
        assert found[f"{other}_arm", "peak"] in ("straight_down", "low", "hip")


def test_walking_goes_forward_and_age_slows_and_bends_it() -> None:
    plain, old = _composed("a person walks forward"), _composed("a person walks forward", "like an exhausted old man")
    for found in (plain, old):
        assert found["root", "direction"] == "forward"
        assert found["left_leg", "action"] == "walks"
    speeds = ("none", "creeping", "slow", "walking", "brisk", "running", "sprinting")
    pitches = ("back", "upright", "slight", "forward", "far")
    assert speeds.index(old["root", "speed"]) < speeds.index(plain["root", "speed"])
    assert pitches.index(old["backbone", "pitch"]) > pitches.index(plain["backbone", "pitch"])
