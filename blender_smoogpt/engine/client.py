# SPDX-License-Identifier: GPL-3.0-or-later
"""Talks to the inference process. Nothing here ever waits for it. No bpy.

Requests go out and answers come in through the threads of `channel`; `Client.poll` takes what has come.
"""

from __future__ import annotations

import logging
import queue
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ...server import protocol
from ..errors import UserError
from .channel import Channel

_log = logging.getLogger(__name__)
_FAILURES: Final = 4  # more ends in a row than this within the window below, and something is broken for good
_FAILURE_WINDOW: Final = 30.0  # seconds
_SILENCE: Final = 180.0  # seconds without a sign of life (loading models from a slow disk takes a while)
_STOP_GRACE: Final = 30.0  # seconds that a cancelled job has to stop before its process is ended


@dataclass(frozen=True)
class Progress:
    """How far a request is."""

    number: int
    stage: str
    fraction: float
    message: str


@dataclass(frozen=True)
class Reply:
    """The answer to a request."""

    number: int
    result: Any


@dataclass(frozen=True)
class Failure:
    """Why a request has no answer; ``cancelled`` when the animator wanted it so."""

    number: int
    message: str
    cancelled: bool = False


Event = Progress | Reply | Failure


@dataclass
class _Waiting:
    """A request without an answer yet: how long the process may be silent about it, and until when it may be."""

    silence: float
    deadline: float


class Client:
    """One inference process at a time; started when first needed and again after it ended."""

    def __init__(self, command: Sequence[str], folder: Path, log: Path) -> None:
        """Say how to start the process; nothing is started yet.

        Args:
            command: program and arguments.
            folder: where it runs.
            log: file that takes its standard error.
        """
        self.command, self.folder, self.log = list(command), folder, log
        self._channel: Channel | None = None
        self._waiting: dict[int, _Waiting] = {}
        self._stopping: dict[int, float] = {}
        self._events: list[Event] = []
        self._next = 1
        self._failures: list[float] = []

    @property
    def busy(self) -> bool:
        """Whether a request waits for its answer."""
        return bool(self._waiting)

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._channel is not None and self._channel.alive

    @property
    def process_id(self) -> int | None:
        """The process's id, None when it does not run."""
        return self._channel.process_id if self._channel is not None and self.alive else None

    def start(self) -> None:
        """Start the process if it does not run.

        Raises:
            UserError: when it cannot be started, or has ended again and again.
        """
        if self.alive:
            return
        if self._channel is not None:
            self._ended()
        now = time.monotonic()
        self._failures = [moment for moment in self._failures if now - moment < _FAILURE_WINDOW]
        if len(self._failures) >= _FAILURES:
            raise UserError(
                f"The inference process keeps ending. {self._last_words()} Its log is {self.log}. "
                f"Run 'python install.py' again, or try again in {_FAILURE_WINDOW:.0f} seconds."
            )
        try:
            self._channel = Channel(self.command, self.folder, self.log)
        except OSError as error:
            self._failures.append(now)
            message = f"Cannot start {self.command[0]}: {error}. Run 'python install.py' again."
            raise UserError(message) from error

    def send(self, method: str, params: Mapping[str, Any], timeout: float = _SILENCE) -> int:
        """Send a request and return its number; the answer comes through `poll`.

        Args:
            method: one of the protocol's.
            params: its parameters.
            timeout: seconds without answer or progress after which the process is given up.

        Raises:
            UserError: when the process cannot be started.
        """
        self.start()
        number = self._next
        self._next += 1
        self._waiting[number] = _Waiting(timeout, time.monotonic() + timeout)
        self._write(protocol.request(number, method, dict(params)))
        return number

    def _write(self, message: protocol.Json) -> None:
        if self._channel is not None:
            self._channel.write(protocol.to_line(message))

    def cancel(self, number: int) -> None:
        """Stop a request. Its `Failure` comes with the next `poll`; what the process still says of it is dropped."""
        if self._waiting.pop(number, None) is None:
            return
        self._write(protocol.request(0, "cancel", {"id": number}))
        self._stopping[number] = time.monotonic() + _STOP_GRACE
        self._events.append(Failure(number, "Cancelled.", cancelled=True))

    def poll(self, budget: float = 0.02) -> list[Event]:
        """Return what has happened since the last call, within a time budget in seconds."""
        until = time.monotonic() + budget
        while self._channel is not None and time.monotonic() < until:
            try:
                message = self._channel.inbox.get_nowait()
            except queue.Empty:
                break
            if message is None:
                self._ended()
            else:
                self._understand(message)
        self._give_up_what_hangs()
        events, self._events = self._events, []
        return events

    def _understand(self, message: protocol.Json) -> None:
        try:
            if message.get("method") == "progress":
                self._note(message["params"])
            else:
                self._answered(message)
        except (KeyError, TypeError, ValueError, AttributeError):
            _log.warning("a message that cannot be understood: %.200s", message)

    def _note(self, told: protocol.Json) -> None:
        number = int(told["id"])
        waiting = self._waiting.get(number)
        if waiting is not None:
            waiting.deadline = time.monotonic() + waiting.silence
            self._events.append(Progress(number, str(told["stage"]), float(told["fraction"]), str(told["message"])))

    def _answered(self, message: protocol.Json) -> None:
        number = message["id"]
        self._stopping.pop(number, None)
        if self._waiting.pop(number, None) is None:
            return  # an answer to a request that was cancelled or given up: never the answer to another
        self._failures.clear()
        error = message.get("error")
        if error is None:
            self._events.append(Reply(number, message.get("result")))
        else:
            cancelled = error.get("code") == protocol.CANCELLED
            self._events.append(Failure(number, str(error.get("message", "unknown error")), cancelled))

    def _ended(self) -> None:
        """Fail what waits for a process that has ended, and forget the process."""
        if self._channel is None:
            return
        code = self._channel.close()
        self._channel = None
        self._stopping.clear()
        waiting, self._waiting = list(self._waiting), {}
        if waiting:
            self._failures.append(time.monotonic())
        how = "" if code is None else f" (code {code})"
        said = f" {self._last_words()}".rstrip()
        text = f"The inference process ended{how}.{said} Press the button again to restart it."
        self._events += [Failure(number, text) for number in waiting]

    def _give_up_what_hangs(self) -> None:
        now = time.monotonic()
        late = [number for number, waiting in self._waiting.items() if now > waiting.deadline]
        for number in late:
            del self._waiting[number]
            self._events.append(Failure(number, "The inference process took too long and was ended. Try again."))
        if late or any(now > deadline for deadline in self._stopping.values()):
            self._ended()

    def _last_words(self) -> str:
        """Return the last line of the log, where the reason stands."""
        try:
            with self.log.open("rb") as file:
                file.seek(max(0, self.log.stat().st_size - 2000))
                lines = file.read().decode("utf-8", "replace").strip().splitlines()
        except OSError:
            return ""
        return lines[-1][:200] if lines else ""

    def close(self) -> None:
        """End the process; it is waited for elsewhere."""
        self._waiting, self._stopping, self._events = {}, {}, []
        if self._channel is not None:
            self._channel.close()
            self._channel = None
