# SPDX-License-Identifier: GPL-3.0-or-later
"""Talks to the inference process: a child, its pipes, a reader thread and a queue. Nothing here ever waits. No bpy."""

from __future__ import annotations

import contextlib
import queue
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from ...server import protocol
from ..errors import UserError
from .environment import child_environment, creation_flags

_RESTARTS: Final = 4  # more starts than this within the window below, and something is broken for good
_RESTART_WINDOW: Final = 30.0  # seconds


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


class Client:
    """One inference process at a time; started when first needed and again after it died."""

    def __init__(self, command: Sequence[str], folder: Path, log: Path) -> None:
        """Say how to start the child; nothing is started yet."""
        self.command, self.folder, self.log = list(command), folder, log
        self._child: subprocess.Popen[bytes] | None = None
        self._inbox: queue.Queue[tuple[int, protocol.Json | None]] = queue.Queue()
        self._deadlines: dict[int, float] = {}
        self._next = 1
        self._starts: list[float] = []
        self._generation = 0

    @property
    def busy(self) -> bool:
        """Whether a request waits for its answer."""
        return bool(self._deadlines)

    @property
    def alive(self) -> bool:
        """Whether the child runs."""
        return self._child is not None and self._child.poll() is None

    @property
    def process_id(self) -> int | None:
        """The child's process id, None when it does not run."""
        return self._child.pid if self._child is not None and self.alive else None

    def start(self) -> None:
        """Start the child if it does not run.

        Raises:
            UserError: when it cannot be started, or died again and again.
        """
        if self.alive:
            return
        now = time.monotonic()
        self._starts = [moment for moment in self._starts if now - moment < _RESTART_WINDOW]
        if len(self._starts) >= _RESTARTS:
            raise UserError(f"The inference process keeps ending. {self._last_words()} Its log is {self.log}.")
        self._starts.append(now)
        self._generation += 1
        self.log.parent.mkdir(parents=True, exist_ok=True)
        try:
            with self.log.open("wb") as log:
                self._child = subprocess.Popen(
                    self.command,
                    cwd=self.folder,
                    env=child_environment(),
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    creationflags=creation_flags(),
                )
        except OSError as error:
            message = f"Cannot start {self.command[0]}: {error}. Run 'python install.py' again."
            raise UserError(message) from error
        threading.Thread(target=self._read, args=(self._child.stdout, self._generation), daemon=True).start()

    def _read(self, stream: IO[bytes], generation: int) -> None:
        """Runs in a thread: lines into the queue, None at the end."""
        for line in stream:
            with contextlib.suppress(ValueError, UnicodeDecodeError):
                self._inbox.put((generation, protocol.from_line(line)))
        self._inbox.put((generation, None))

    def _write(self, message: protocol.Json) -> bool:
        child = self._child
        if child is None or child.stdin is None:
            return False
        try:
            child.stdin.write(protocol.to_line(message))
            child.stdin.flush()
        except OSError:
            return False
        return True

    def send(self, method: str, params: Mapping[str, Any], timeout: float = 600.0) -> int:
        """Send a request and return its number; the answer comes through `poll`.

        Raises:
            UserError: when the child cannot be started.
        """
        self.start()
        number = self._next
        self._next += 1
        self._deadlines[number] = time.monotonic() + timeout
        self._write(protocol.request(number, method, dict(params)))
        return number

    def cancel(self, number: int) -> None:
        """Stop a request. Its `Failure` comes with the next `poll`; whatever the child still says of it is dropped."""
        if self._deadlines.pop(number, None) is not None:
            self._write(protocol.request(0, "cancel", {"id": number}))
            self._inbox.put((self._generation, protocol.failure(-number, protocol.CANCELLED, "Cancelled.")))

    def poll(self, budget: float = 0.02) -> list[Event]:
        """Return what has happened since the last call, within a time budget in seconds."""
        events: list[Event] = []
        until = time.monotonic() + budget
        while time.monotonic() < until:
            try:
                generation, message = self._inbox.get_nowait()
            except queue.Empty:
                break
            if generation == self._generation:
                events += self._ended() if message is None else self._understood(message)
        events += self._overdue()
        return events

    def _understood(self, message: protocol.Json) -> list[Event]:
        if message.get("method") == "progress":
            told = message.get("params", {})
            number = told.get("id")
            if number not in self._deadlines:
                return []
            return [Progress(number, str(told["stage"]), float(told["fraction"]), str(told["message"]))]
        number = message.get("id")
        if isinstance(number, int) and number < 0:
            return [Failure(-number, "Cancelled.", cancelled=True)]
        if not isinstance(number, int) or self._deadlines.pop(number, None) is None:
            return []  # an answer to a request that was cancelled or given up: never the answer to another
        if "error" in message:
            error = message["error"]
            cancelled = error.get("code") == protocol.CANCELLED
            return [Failure(number, str(error.get("message", "unknown error")), cancelled)]
        return [Reply(number, message.get("result"))]

    def _ended(self) -> list[Event]:
        code = self._child.wait() if self._child else None
        waiting, self._deadlines = list(self._deadlines), {}
        text = f"The inference process ended (code {code}). {self._last_words()} Press the button again to restart it."
        return [Failure(number, text) for number in waiting]

    def _overdue(self) -> list[Event]:
        late = [number for number, deadline in self._deadlines.items() if time.monotonic() > deadline]
        for number in late:
            del self._deadlines[number]
            self._write(protocol.request(0, "cancel", {"id": number}))
        return [Failure(number, "The inference process took too long. Try a shorter motion.") for number in late]

    def _last_words(self) -> str:
        try:
            lines = self.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        except OSError:
            return ""
        return " / ".join(lines[-1:])[:200]

    def close(self) -> None:
        """End the child: by closing its input, and by force if it does not heed that."""
        child, self._child = self._child, None
        self._deadlines = {}
        self._generation += 1
        if child is None:
            return
        for stream in (child.stdin,):
            with contextlib.suppress(OSError):
                if stream is not None:
                    stream.close()
        try:
            child.wait(timeout=1.0)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        if child.stdout is not None:
            child.stdout.close()
