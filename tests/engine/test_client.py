# SPDX-License-Identifier: GPL-3.0-or-later
"""The client against real child processes that behave as scripted."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from smoogpt_ext.blender_smoogpt.engine.client import Client, Event, Failure, Progress, Reply
from smoogpt_ext.blender_smoogpt.engine.environment import child_environment, find_interpreter, interpreter_of
from smoogpt_ext.blender_smoogpt.errors import UserError

CHILD = """
import json, sys, time
for line in sys.stdin:
    request = json.loads(line)
    number, method, params = request["id"], request["method"], request["params"]
    if method == "slow":
        time.sleep(params["seconds"])
    if method == "die":
        print("last words", file=sys.stderr, flush=True)
        sys.exit(3)
    if method == "cancel":
        continue
    if method == "chatty":
        print("this is no message", flush=True)
        for i in range(3):
            note = {"id": number, "stage": "s", "fraction": i / 3, "message": "m"}
            print(json.dumps({"jsonrpc": "2.0", "method": "progress", "params": note}), flush=True)
    if method == "steady":
        note = {"id": number, "stage": "s", "fraction": 0, "message": "m"}
        print(json.dumps({"jsonrpc": "2.0", "method": "progress", "params": note}), flush=True)
        time.sleep(0.2)
    if method == "odd":
        for odd in ({"method": "progress"}, {"method": "progress", "params": {"id": None}}, {"id": []}, {"id": "x"}, {}):
            print(json.dumps(odd), flush=True)
    if method == "bad":
        print(json.dumps({"jsonrpc": "2.0", "id": number, "error": {"code": -32000, "message": "no"}}), flush=True)
        continue
    print(json.dumps({"jsonrpc": "2.0", "id": number, "result": {"echo": params}}), flush=True)
"""


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    made = Client([sys.executable, "-c", CHILD], tmp_path, tmp_path / "log.txt")
    yield made
    made.close()


def wait(client: Client, number: int, seconds: float = 10.0) -> tuple[Event, list[Event]]:
    """Poll until a request is answered; returns its answer and everything before."""
    seen: list[Event] = []
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        for event in client.poll():
            if event.number == number and not isinstance(event, Progress):
                return event, seen
            seen.append(event)
        time.sleep(0.01)
    raise AssertionError(f"no answer; seen {seen}")


def test_answers_and_progress(client: Client) -> None:
    number = client.send("chatty", {"a": "ü"})
    answer, before = wait(client, number)
    assert answer == Reply(number, {"echo": {"a": "ü"}})
    assert [event.fraction for event in before if isinstance(event, Progress)] == [0.0, 1 / 3, 2 / 3]
    assert not client.busy


def test_errors_of_the_child(client: Client) -> None:
    number = client.send("bad", {})
    assert wait(client, number)[0] == Failure(number, "no")


def test_polling_never_waits(client: Client) -> None:
    number = client.send("slow", {"seconds": 0.3})
    assert client.poll() == []
    assert client.busy
    wait(client, number)


def test_a_cancelled_request_never_answers_the_next_one(client: Client) -> None:
    first = client.send("slow", {"seconds": 0.3})
    client.cancel(first)
    second = client.send("echo", {"mine": 2})
    answer, before = wait(client, second)
    assert answer == Reply(second, {"echo": {"mine": 2}})
    assert before == [Failure(first, "Cancelled.", cancelled=True)]
    time.sleep(0.4)
    assert client.poll() == []


def test_a_late_answer_is_dropped(client: Client) -> None:
    first = client.send("slow", {"seconds": 0.5}, timeout=0.1)
    answer, _ = wait(client, first)
    assert isinstance(answer, Failure)
    assert "too long" in answer.message
    second = client.send("echo", {})
    assert wait(client, second)[0] == Reply(second, {"echo": {}})


def test_a_child_that_dies_is_reported_and_started_again(client: Client) -> None:
    number = client.send("die", {})
    answer, _ = wait(client, number)
    assert isinstance(answer, Failure)
    assert "code 3" in answer.message
    assert "last words" in answer.message
    again = client.send("echo", {})
    assert isinstance(wait(client, again)[0], Reply)


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_a_child_that_is_killed_in_the_middle_of_a_job(client: Client) -> None:
    number = client.send("slow", {"seconds": 30})
    time.sleep(0.2)
    assert client.process_id is not None
    os.kill(client.process_id, signal.SIGKILL)
    answer, _ = wait(client, number)
    assert isinstance(answer, Failure)
    assert not answer.cancelled
    again = client.send("echo", {})
    assert isinstance(wait(client, again)[0], Reply)


def test_a_child_that_keeps_dying_is_given_up(client: Client) -> None:
    for _ in range(4):
        wait(client, client.send("die", {}))
    with pytest.raises(UserError, match="keeps ending"):
        client.send("die", {})


def test_closing_ends_the_child(client: Client) -> None:
    wait(client, client.send("echo", {}))
    assert client.alive
    client.close()
    assert not client.alive


def test_what_cannot_be_started_is_said(tmp_path: Path) -> None:
    client = Client([str(tmp_path / "nothing")], tmp_path, tmp_path / "log.txt")
    with pytest.raises(UserError, match="python install.py"):
        client.send("hello", {})


def test_the_interpreter_is_found_or_its_absence_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMOOGPT_HOME", str(tmp_path))
    with pytest.raises(UserError, match="Run 'python install.py' once"):
        find_interpreter()
    with pytest.raises(UserError, match="preferences"):
        find_interpreter(str(tmp_path / "python"))
    assert find_interpreter(sys.executable) == Path(sys.executable)


def test_blenders_python_settings_do_not_reach_the_child(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONHOME", "/somewhere")
    variables = child_environment(Path(sys.executable))
    assert "PYTHONHOME" not in variables
    assert variables["PYTHONUTF8"] == "1"
    assert variables["HF_HUB_OFFLINE"] == "1"


def test_a_process_that_does_not_read_holds_up_nobody(tmp_path: Path) -> None:
    """A request larger than a pipe's buffer: if sending waited, this test would never end."""
    client = Client([sys.executable, "-c", "import time; time.sleep(600)"], tmp_path, tmp_path / "log.txt")
    number = client.send("generate", {"lock_motion": "x" * 5_000_000})
    assert client.poll() == []
    client.cancel(number)
    assert client.poll() == [Failure(number, "Cancelled.", cancelled=True)]
    client.close()


def test_a_cancelled_job_that_does_not_stop_loses_its_process(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smoogpt_ext.blender_smoogpt.engine.client._STOP_GRACE", 0.0)
    number = client.send("slow", {"seconds": 600})
    client.cancel(number)
    assert [event.number for event in client.poll()] == [number]
    time.sleep(0.01)
    client.poll()
    assert not client.alive
    again = client.send("echo", {})
    assert isinstance(wait(client, again)[0], Reply)


def test_progress_is_a_sign_of_life(client: Client) -> None:
    number = client.send("steady", {}, timeout=5.0)
    deadline = client._waiting[number].deadline
    while not client.poll():
        time.sleep(0.01)
    assert client._waiting[number].deadline > deadline
    assert isinstance(wait(client, number)[0], Reply)


def test_messages_that_make_no_sense_are_passed_over(client: Client) -> None:
    number = client.send("odd", {})
    assert wait(client, number) == (Reply(number, {"echo": {}}), [])


def test_an_interrupted_set_up_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMOOGPT_HOME", str(tmp_path))
    interpreter = interpreter_of(tmp_path / "env")
    interpreter.parent.mkdir(parents=True)
    interpreter.touch()
    with pytest.raises(UserError, match="interrupted"):
        find_interpreter()
    (tmp_path / "env" / "smoogpt-complete.json").touch()
    assert find_interpreter() == interpreter


def test_the_child_is_told_where_set_up_was_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SMOOGPT_HOME", raising=False)
    interpreter = interpreter_of(tmp_path / "elsewhere" / "env")
    interpreter.parent.mkdir(parents=True)
    (tmp_path / "elsewhere" / "env" / "smoogpt-complete.json").touch()
    assert child_environment(interpreter)["SMOOGPT_HOME"] == str(tmp_path / "elsewhere")
    assert child_environment(Path(sys.executable))["SMOOGPT_HOME"] != str(tmp_path / "elsewhere")


def test_the_installer_marks_what_the_engine_looks_for() -> None:
    from smoogpt_ext.blender_smoogpt.engine import environment

    from installer import environments

    assert environment._COMPLETE == environments._MARK


def test_the_log_keeps_earlier_runs_but_not_for_ever(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(2):
        wait(client, client.send("die", {}))
    assert client.log.read_text().count("last words") == 2
    monkeypatch.setattr("smoogpt_ext.blender_smoogpt.engine.channel._LOG_BYTES", 5)
    wait(client, client.send("die", {}))
    assert client.log.read_text().count("last words") == 1
