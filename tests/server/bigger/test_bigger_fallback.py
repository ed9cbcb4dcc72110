# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever a bigger model does, there are texts: the built-in model writes them, and it is said that it did."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from stand_in_server import said, stand_in

from server import pipeline as pipelines
from server.bigger.question import Question
from server.bigger.roles import BiggerRoles, open_bigger
from server.bigger.schema import answer_text
from server.errors import SmooError
from server.motion.skeleton import PARTS
from server.parts.attributes import parse, write
from server.pipeline import Pipeline

WALK = parse(dict.fromkeys(PARTS, "") | {"root": "moves forward, at a walk", "left_arm": "hangs low"})


class BuiltIn:
    """Both roles of the built-in model, without its model."""

    def both(self, content: str, style: str) -> tuple[dict[str, str], dict[str, str]]:
        return dict.fromkeys(PARTS, f"built in: {content}"), dict.fromkeys(PARTS, style)

    def compose(self, content: str, style: str, content_texts: Any, style_texts: Any) -> dict[str, str]:
        return dict(content_texts)


def made(bigger: BiggerRoles) -> Pipeline:
    pipeline = Pipeline.__new__(Pipeline)
    pipeline.reasoner = pipeline.composer = BuiltIn()  # type: ignore[assignment]
    pipeline.bigger = bigger
    return pipeline


class Fixed:
    """A backend that says one thing to everything, or fails."""

    def __init__(self, error: SmooError | None = None, seconds: float = 0.0) -> None:
        self.error, self.seconds = error, seconds

    def answer(self, _: Question) -> dict[tuple[str, str], str]:
        time.sleep(self.seconds)
        if self.error:
            raise self.error
        return dict(WALK)


def test_the_bigger_model_writes_when_it_can() -> None:
    texts = made(BiggerRoles("big", Fixed)).describe("walks", "proudly")
    assert texts.composed == write(WALK)
    assert texts.note == ""


def test_the_built_in_model_writes_when_the_bigger_one_does_not() -> None:
    refused = SmooError("bigger_model", "the server cannot be reached. Start it.")
    texts = made(BiggerRoles("big", lambda: Fixed(refused))).describe("walks", "proudly")
    assert texts.composed == dict.fromkeys(PARTS, "built in: walks")
    assert texts.note == (
        "The model at big did not answer (the server cannot be reached. Start it). The built-in one wrote these texts."
    )


def test_a_server_that_answers_nonsense_is_told_of() -> None:
    with stand_in(lambda _: said("I would rather talk about the weather.")) as server:
        texts = made(open_bigger(server.url)).describe("walks", "")
    assert texts.composed["root"] == "built in: walks"
    assert "could not be used, twice" in texts.note


def test_an_answer_without_anything_done_is_asked_for_again() -> None:
    answers = iter(["{}", answer_text(WALK)])
    with stand_in(lambda _: said(next(answers, "{}"))) as server:
        texts = made(open_bigger(server.url)).describe("walks", "")
    assert len(server.asked) == 2
    assert texts.note


@pytest.mark.parametrize("error", [SmooError("empty_prompt", "Say."), SmooError("cancelled", "Cancelled.")])
def test_what_the_user_did_is_no_reason_to_fall_back(error: SmooError) -> None:
    with pytest.raises(SmooError) as caught:
        made(BiggerRoles("big", lambda: Fixed(error))).describe("walks", "")
    assert caught.value is error


def test_signs_of_life_while_it_thinks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipelines, "_SIGN_OF_LIFE", 0.02)
    told: list[str] = []
    enough = threading.Event()

    def tell(_stage: str, _fraction: float, message: str) -> None:
        told.append(message)
        if told.count("waiting for big") > 3:
            enough.set()

    class Patient(Fixed):
        def answer(self, question: Question) -> dict[tuple[str, str], str]:
            assert enough.wait(10)
            return super().answer(question)

    made(BiggerRoles("big", Patient)).describe("walks", "", tell)
    assert told[-1] == "described"
