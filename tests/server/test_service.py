# SPDX-License-Identifier: GPL-3.0-or-later
"""The service's plumbing, with a pipeline whose answers the test knows."""

from __future__ import annotations

import dataclasses
import io
import os
import threading
import time
from typing import Any

import numpy as np
import pytest

from server import protocol
from server.codec import motion_from_json, motion_to_json
from server.errors import SmooError
from server.motion.motion import Motion
from server.motion.skeleton import PARTS
from server.pipeline import GenerateRequest, Take, Texts
from server.service import Service


class Double:
    """Answers at once, or goes on until it is cancelled when the content says so."""

    def __init__(self) -> None:
        self.requests: list[GenerateRequest] = []

    def hello(self) -> dict[str, object]:
        return {"device": "none"}

    def describe(self, content: str, style: str, progress: Any, cancelled: Any) -> Texts:
        if content == "break":
            raise RuntimeError("a bug")
        while content == "for ever":
            progress("reason", 0.5, "on and on")
            if cancelled():
                raise SmooError("cancelled", "Cancelled.")
            time.sleep(0.01)
        return Texts(*(dict.fromkeys(PARTS, f"{word} {content} {style}") for word in ("what", "how", "all")))

    def generate(self, request: GenerateRequest, progress: Any, cancelled: Any) -> list[Take]:
        self.requests.append(request)
        turns = np.zeros((120, 22, 4))
        turns[..., 0] = 1
        texts = Texts({}, {}, request.parts or {})
        motion = Motion(np.zeros((120, 3)), turns)
        return [
            Take(motion, np.zeros((30, 6), np.int64), texts, request.seed + i, {"total": 0.1})
            for i in range(request.variants)
        ]

    def caption(self, motion: Motion) -> dict[str, str]:
        return {"root": f"{motion.frames} frames"}

    def encode(self, motion: Motion) -> np.ndarray:
        return np.ones((motion.frames // 4, 6), np.int64)


class Talk:
    """A service on pipes, in a thread."""

    def __init__(self, load: Any = None) -> None:
        self.double = Double()
        self.loads = 0

        def loader(tell: Any) -> Double:
            self.loads += 1
            tell("load", 0.5, "loading")
            return self.double

        into, self._into = os.pipe()
        self._from, out = os.pipe()
        self._source = open(into, "rb", buffering=0)
        self.service = Service(load or loader, io.BufferedReader(self._source), open(out, "wb", buffering=0))
        self.thread = threading.Thread(target=self.service.run, daemon=True)
        self.thread.start()
        self._lines = open(self._from, "rb")

    def write(self, data: bytes) -> None:
        os.write(self._into, data)

    def ask(self, number: int, method: str, **params: Any) -> None:
        self.write(protocol.to_line(protocol.request(number, method, params)))

    def read(self) -> dict[str, Any]:
        return protocol.from_line(self._lines.readline())

    def answer(self, number: int) -> dict[str, Any]:
        while True:
            message = self.read()
            if message.get("id") == number:
                return message

    def close(self) -> None:
        os.close(self._into)
        self.thread.join(5)


@pytest.fixture
def talk() -> Any:
    session = Talk()
    yield session
    if session.thread.is_alive():
        session.close()


def test_hello_does_not_load_the_models(talk: Talk) -> None:
    talk.ask(1, "hello")
    result = talk.answer(1)["result"]
    assert result["protocol"] == protocol.VERSION
    assert result["limits"]["seconds_most"] == 20
    assert talk.loads == 0


def test_describe_loads_once_and_tells_progress(talk: Talk) -> None:
    talk.ask(1, "describe", content="walks", style="proudly")
    first = talk.read()
    assert first["method"] == "progress"
    assert first["params"]["stage"] == "load"
    assert talk.answer(1)["result"]["composed"]["root"] == "all walks proudly"
    talk.ask(2, "describe", content="runs")
    assert talk.answer(2)["result"]["content"]["root"] == "what runs "
    assert talk.loads == 1


def test_generate_passes_everything_on(talk: Talk) -> None:
    turns = np.zeros((8, 22, 4))
    turns[..., 0] = 1
    kept = motion_to_json(Motion(np.zeros((8, 3)), turns))
    talk.ask(
        4,
        "generate",
        parts={"root": "walks"},
        seconds=2,
        seed=7,
        variants=2,
        locks=["left_arm"],
        lock_motion=kept,
        guidance=2,
        drafts=3,
    )
    takes = talk.answer(4)["result"]["takes"]
    assert [take["seed"] for take in takes] == [7, 8]
    assert motion_from_json(takes[0]["motion"]).frames == 120
    request = talk.double.requests[0]
    assert (request.seconds, request.locks, request.guidance, request.drafts) == (2.0, ("left_arm",), 2.0, 3)
    assert request.lock_motion is not None
    assert request.lock_motion.frames == 8


def test_caption_and_encode(talk: Talk) -> None:
    turns = np.zeros((8, 22, 4))
    turns[..., 0] = 1
    motion = motion_to_json(Motion(np.zeros((8, 3)), turns))
    talk.ask(1, "caption", motion=motion)
    assert talk.answer(1)["result"]["parts"] == {"root": "8 frames"}
    talk.ask(2, "encode", motion=motion)
    assert talk.answer(2)["result"]["tokens"]["shape"] == [2, 6]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"nonsense\n", protocol.PARSE_ERROR),
        (b"[]\n", protocol.PARSE_ERROR),
        (b'{"id":"a","method":"hello"}\n', protocol.INVALID_REQUEST),
        (b'{"id":5,"method":"fly"}\n', protocol.METHOD_NOT_FOUND),
        (b'{"id":5,"method":"describe","params":{"content":""}}\n', protocol.USER_ERROR),
        (b'{"id":5,"method":"generate","params":{"content":"x","seconds":99}}\n', protocol.USER_ERROR),
        (b'{"id":5,"method":"caption","params":{}}\n', protocol.USER_ERROR),
    ],
)
def test_bad_requests_are_answered_and_the_service_goes_on(talk: Talk, line: bytes, code: int) -> None:
    talk.write(line)
    assert talk.read()["error"]["code"] == code
    talk.ask(9, "hello")
    assert "result" in talk.answer(9)


def test_a_bug_is_reported_and_the_service_goes_on(talk: Talk) -> None:
    talk.ask(1, "describe", content="break")
    error = talk.answer(1)["error"]
    assert error["code"] == protocol.INTERNAL_ERROR
    assert "a bug" in error["message"]
    talk.ask(2, "describe", content="walks")
    assert "result" in talk.answer(2)


def test_cancel_stops_the_job_and_the_next_one_runs(talk: Talk) -> None:
    talk.ask(1, "describe", content="for ever")
    while talk.read()["params"]["stage"] != "reason":
        pass
    talk.ask(2, "describe", content="walks")
    talk.ask(3, "cancel", id=1)
    assert talk.answer(3)["result"] == {"cancelled": True}
    assert talk.answer(1)["error"]["code"] == protocol.CANCELLED
    assert talk.answer(2)["result"]["content"]["root"] == "what walks "


def test_cancelling_what_waits_or_is_unknown(talk: Talk) -> None:
    talk.ask(1, "describe", content="for ever")
    talk.ask(2, "describe", content="walks")
    talk.ask(3, "cancel", id=2)
    talk.ask(4, "cancel", id=99)
    talk.ask(5, "cancel", id=1)
    assert talk.answer(4)["result"] == {"cancelled": False}
    assert talk.answer(2)["error"]["code"] == protocol.CANCELLED


def test_the_end_of_input_ends_the_process_in_the_middle_of_a_job(talk: Talk) -> None:
    talk.ask(1, "describe", content="for ever")
    while talk.read()["params"]["stage"] != "reason":
        pass
    talk.close()
    assert not talk.thread.is_alive()


def test_shutdown(talk: Talk) -> None:
    talk.ask(1, "shutdown")
    assert talk.answer(1)["result"] is None
    talk.thread.join(5)
    assert not talk.thread.is_alive()


def test_what_cannot_be_loaded_is_said_each_time() -> None:
    def missing(tell: Any) -> Any:
        raise SmooError("weights_missing", "The weights file x is missing.")

    talk = Talk(missing)
    for number in (1, 2):
        talk.ask(number, "describe", content="walks")
        error = talk.answer(number)["error"]
        assert error["data"]["code"] == "weights_missing"
    talk.close()


@pytest.mark.parametrize("wanted", [[1], {"a": 1}, "1", None, True])
def test_cancel_with_an_odd_id(talk: Talk, wanted: object) -> None:
    talk.ask(1, "cancel", id=wanted)
    assert talk.answer(1)["result"] == {"cancelled": False}


def test_a_line_nested_too_deeply(talk: Talk) -> None:
    talk.write(b'{"a":' * 20000 + b"\n")
    assert talk.read()["error"]["code"] == protocol.PARSE_ERROR
    talk.ask(2, "hello")
    assert "result" in talk.answer(2)


def test_a_line_that_is_too_long(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "LIMITS", dataclasses.replace(protocol.LIMITS, line_bytes=1000))
    talk.ask(1, "hello")  # the limit counts from the next line on
    talk.answer(1)
    talk.ask(2, "describe", content="x" * 5000)
    assert "longer than 1000 bytes" in talk.read()["error"]["message"]
    talk.ask(3, "hello")
    assert "result" in talk.answer(3)


def test_an_id_that_is_in_use(talk: Talk) -> None:
    talk.ask(1, "describe", content="for ever")
    talk.ask(1, "describe", content="walks")
    error = talk.answer(1)["error"]
    assert error["code"] == protocol.INVALID_REQUEST
    assert "id of its own" in error["message"]


def test_an_answer_with_undefined_numbers_is_an_error_reply(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(talk.double, "caption", lambda motion: {"root": float("nan")})
    turns = np.zeros((8, 22, 4))
    turns[..., 0] = 1
    talk.ask(1, "caption", motion=motion_to_json(Motion(np.zeros((8, 3)), turns)))
    assert talk.answer(1)["error"]["code"] == protocol.INTERNAL_ERROR


def test_locks_need_something_to_keep(talk: Talk) -> None:
    talk.ask(1, "generate", content="walks", locks=["root"])
    assert talk.answer(1)["error"]["data"]["code"] == "no_motion"
    assert talk.loads == 0


def test_seeds_of_variants_stay_within_the_limit(talk: Talk) -> None:
    most = protocol.LIMITS.seed_most
    talk.ask(1, "generate", content="walks", seed=most)
    assert talk.answer(1)["result"]["takes"][0]["seed"] == most
    talk.ask(2, "generate", content="walks", seed=most, variants=2)
    assert f"to {most - 1}" in talk.answer(2)["error"]["message"]
