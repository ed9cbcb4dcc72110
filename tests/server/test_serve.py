# SPDX-License-Identifier: GPL-3.0-or-later
"""The inference process as a process: what is on its standard output, and when it ends."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from server import protocol

ROOT = Path(__file__).resolve().parents[2]
DOUBLE = [sys.executable, str(Path(__file__).with_name("service_process.py"))]


class Child:
    """A child and its pipes."""

    def __init__(self, command: list[str]) -> None:
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=pipe)

    def write(self, line: bytes) -> None:
        self.process.stdin.write(line)
        self.process.stdin.flush()

    def ask(self, number: int, method: str, **params: Any) -> None:
        self.write(protocol.to_line(protocol.request(number, method, params)))

    def read(self) -> dict[str, Any]:
        return protocol.from_line(self.process.stdout.readline())

    def answer(self, number: int) -> dict[str, Any]:
        while (message := self.read()).get("id") != number:
            pass
        return message


@pytest.fixture
def double() -> Iterator[Child]:
    child = Child(DOUBLE)
    yield child
    child.process.kill()
    child.process.wait(30)


def test_hello_and_nonsense_on_the_real_command_line() -> None:
    child = Child([sys.executable, "-m", "server", "serve"])
    child.write("no message: ü\n".encode())
    assert child.read()["error"]["code"] == protocol.PARSE_ERROR
    child.ask(1, "hello")
    assert child.answer(1)["result"]["limits"] == protocol.limits_as_json()
    child.process.stdin.close()
    assert child.process.wait(30) == 0


def test_stray_prints_go_to_the_log(double: Child) -> None:
    double.ask(1, "describe", content="print")
    assert double.answer(1)["result"]["content"]["root"] == "print"
    double.ask(2, "shutdown")
    out, errors = double.process.communicate(timeout=30)
    assert b"stray" not in out
    for source in (b"Python", b"another program", b"C"):
        assert b"a stray line from " + source in errors


@pytest.mark.parametrize("content", ["for ever", "sleep"])
def test_the_end_of_input_ends_the_process_even_if_the_job_does_not_listen(double: Child, content: str) -> None:
    double.ask(1, "describe", content=content)
    assert double.read()["method"] == "progress"
    double.process.stdin.close()
    assert double.process.wait(30) == 0


def test_shutdown_in_the_middle_of_a_job(double: Child) -> None:
    double.ask(1, "describe", content="sleep")
    assert double.read()["method"] == "progress"
    double.ask(2, "shutdown")
    assert double.process.wait(30) == 0


def test_cancel_in_the_middle_of_a_job(double: Child) -> None:
    double.ask(1, "describe", content="for ever")
    assert double.read()["method"] == "progress"
    double.ask(2, "cancel", id=1)
    assert double.answer(1)["error"]["code"] == protocol.CANCELLED
    double.ask(3, "generate", content="walks", seconds=1.0, seed=7)
    take = double.answer(3)["result"]["takes"][0]
    assert take["seed"] == 7
    assert take["tokens"]["shape"] == [8, 6]


def test_the_process_needs_nothing_of_the_shell() -> None:
    bare = {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}
    line = protocol.to_line(protocol.request(1, "hello"))
    done = subprocess.run(
        [sys.executable, "-m", "server", "serve"],
        cwd=ROOT,
        env=bare,
        input=line,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert protocol.from_line(done.stdout.splitlines()[0])["result"]["protocol"] == protocol.VERSION
