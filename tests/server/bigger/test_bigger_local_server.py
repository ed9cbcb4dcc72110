# SPDX-License-Identifier: GPL-3.0-or-later
"""A bigger model behind a server on this machine, with a stand-in that answers well, badly or not at all."""

from __future__ import annotations

import socket
import time
from typing import Any

import pytest
from stand_in_server import Reply, said, stand_in

from server.bigger.examples import examples
from server.bigger.local_server import LocalServer
from server.bigger.question import Question
from server.bigger.roles import BiggerRoles, open_bigger
from server.bigger.schema import answer_text
from server.errors import SmooError
from server.llm_format import UNCHANGED
from server.motion.skeleton import PARTS
from server.parts.attributes import parse, write

WALK, WAVE, _ = (example.answer for example in examples("content"))
PROUD = examples("style")[1].answer
QUESTION = Question("content", "walks")


def well(asked: dict[str, Any]) -> Reply:
    """Answer each role with a valid answer."""
    question = asked["messages"][-1]["content"]
    if question.startswith("style:"):
        return said(answer_text(PROUD))
    return said(answer_text(WAVE if "style:" in question else WALK))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_both_roles_through_a_server() -> None:
    with stand_in(well) as server:
        roles = open_bigger(server.url)
        content, style = roles.both("walks", "proudly")
        composed = roles.compose("walks", "proudly", content, style)
    assert content == write(WALK)
    assert parse(style) == PROUD
    assert style["left_arm"] == UNCHANGED
    assert composed == write(WAVE)
    assert roles.name == server.url
    first = server.asked[0]
    assert first["model"] == "first-model"
    assert first["temperature"] == 0
    assert first["response_format"]["type"] == "json_schema"
    assert first["response_format"]["json_schema"]["strict"] is True
    assert answer_text(PROUD) in server.asked[2]["messages"][-1]["content"]


def test_an_empty_style_is_not_asked_for() -> None:
    with stand_in(well) as server:
        roles = open_bigger(server.url)
        content, style = roles.both("walks", " ")
        assert style == dict.fromkeys(PARTS, UNCHANGED)
        assert roles.compose("walks", "", content, style) == content
        assert len(server.asked) == 1
        with pytest.raises(SmooError, match="walks forward") as caught:
            roles.both(" ", "proudly")
    assert caught.value.code == "empty_prompt"


def test_a_server_that_knows_no_schemas_is_asked_for_json() -> None:
    def reply(asked: dict[str, Any]) -> Reply:
        return (400, {"error": "unknown"}) if asked["response_format"]["type"] == "json_schema" else well(asked)

    with stand_in(reply) as server:
        backend = LocalServer(server.url)
        assert backend.answer(QUESTION) == WALK
        assert backend.answer(QUESTION) == WALK
    assert [asked["response_format"]["type"] for asked in server.asked] == ["json_schema", "json_object", "json_object"]


def test_an_invalid_answer_is_asked_for_again_with_the_complaint() -> None:
    answers = iter(["no idea", answer_text(WALK)])
    with stand_in(lambda _: said(next(answers))) as server:
        assert LocalServer(server.url).answer(QUESTION) == WALK
    *_, wrong, complaint = server.asked[1]["messages"]
    assert wrong == {"role": "assistant", "content": "no idea"}
    assert "no JSON" in complaint["content"]


def test_invalid_answers_are_given_up() -> None:
    with stand_in(lambda _: said('{"root": {}}')) as server, pytest.raises(SmooError, match="twice") as caught:
        LocalServer(server.url).answer(QUESTION)
    assert caught.value.code == "bigger_model"
    assert len(server.asked) == 2


def test_the_model_can_be_named() -> None:
    with stand_in(well, models=(500, "broken")) as server:
        assert LocalServer(f"{server.url}#qwen3:8b").answer(QUESTION) == WALK
    assert server.asked[0]["model"] == "qwen3:8b"
    assert server.paths == ["/v1/chat/completions"]


@pytest.mark.parametrize(
    ("reply", "models", "complaint"),
    [
        ((500, "out of memory"), None, "HTTP 500 out of memory"),
        ((400, "too long"), None, "HTTP 400 too long"),
        ((200, "<html>"), None, "does not answer in JSON"),
        ((200, b"\xff\xfe{"), None, "does not answer in JSON"),
        ((200, {"choices": []}), None, "does not answer as an OpenAI-compatible server"),
        ((200, []), None, "does not answer as an OpenAI-compatible server"),
        ((302, "http://example.com/"), None, "HTTP 302"),
        (said(""), (200, {"data": []}), "offers no model"),
        (said(""), (404, "nothing here"), "HTTP 404 nothing here"),
    ],
)
def test_whatever_goes_wrong_is_told(reply: Reply, models: Reply | None, complaint: str) -> None:
    with stand_in(lambda _: reply, models) as server, pytest.raises(SmooError, match=complaint) as caught:
        LocalServer(server.url).answer(QUESTION)
    assert caught.value.code == "bigger_model"


def test_nobody_there_and_nobody_answering() -> None:
    with pytest.raises(SmooError, match="cannot be reached.*Start it"):
        LocalServer(f"http://localhost:{free_port()}").answer(QUESTION)

    def slow(_: dict[str, Any]) -> Reply:
        time.sleep(0.6)
        return said("")

    with stand_in(slow) as server, pytest.raises(SmooError, match="no answer within 0.2 seconds"):
        LocalServer(f"{server.url}#slow", seconds=0.2).answer(QUESTION)


def test_a_proxy_of_the_environment_is_passed_by(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    with stand_in(well) as server:
        assert LocalServer(server.url).answer(QUESTION) == WALK


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/v1",
        "https://api.openai.com/v1",
        "http://192.168.0.2:11434",
        "http://localhost@example.com/v1",
        "http://localhost.example.com",
        "http://127.0.0.1.example.com",
        "http://",
        "http://localhost:port/v1",
        "http://[::1/v1",
    ],
)
def test_other_machines_are_refused(url: str) -> None:
    with pytest.raises(SmooError, match="http://localhost:11434/v1") as caught:
        open_bigger(url)
    assert caught.value.code == "bad_request"


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("http://localhost:11434", "http://localhost:11434/v1"),
        (" HTTP://LocalHost:11434/ ", "http://LocalHost:11434/v1"),
        ("http://127.0.0.1:8080/v1/", "http://127.0.0.1:8080/v1"),
        ("http://[::1]:1234/api/v0#a model", "http://[::1]:1234/api/v0"),
        ("http://name:secret@localhost/v1", "http://localhost/v1"),
    ],
)
def test_addresses_of_this_machine(given: str, url: str) -> None:
    roles = open_bigger(given)
    assert isinstance(roles, BiggerRoles)
    assert roles.name == url
