# SPDX-License-Identifier: GPL-3.0-or-later
"""A child process and its three pipes, each served by a thread, so that nobody waits for the child. No bpy."""

from __future__ import annotations

import contextlib
import queue
import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Final

from ...server import protocol
from .environment import child_environment, creation_flags

_LOG_BYTES: Final = 1_000_000  # beyond this the log is begun anew
_PATIENCE: Final = 3.0  # seconds from the end of its input to the end by force


class Channel:
    """One run of the inference process.

    Attributes:
        inbox: messages as they come, None when the process has closed its output.
    """

    def __init__(self, command: Sequence[str], folder: Path, log: Path) -> None:
        """Start the process.

        Raises:
            OSError: when that is impossible.
        """
        self.inbox: queue.SimpleQueue[protocol.Json | None] = queue.SimpleQueue()
        self._outbox: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        log.parent.mkdir(parents=True, exist_ok=True)
        anew = log.exists() and log.stat().st_size > _LOG_BYTES
        with log.open("wb" if anew else "ab") as errors:
            self._child = subprocess.Popen(
                command,
                cwd=folder,
                env=child_environment(Path(command[0])),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                creationflags=creation_flags(),
            )
        for work, pipe in ((self._read, self._child.stdout), (self._feed, self._child.stdin)):
            threading.Thread(target=work, args=(pipe,), daemon=True).start()

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._child.poll() is None

    @property
    def process_id(self) -> int:
        """The process's id."""
        return self._child.pid

    def write(self, line: bytes) -> None:
        """Send a line; returns at once, however busy the process is."""
        self._outbox.put(line)

    def _feed(self, stream: IO[bytes]) -> None:
        """Runs in a thread: lines into the process; a full pipe holds up nobody else."""
        # a process that has gone away is noticed by the end of its output
        with contextlib.suppress(OSError, ValueError):
            while (line := self._outbox.get()) is not None:
                stream.write(line)
                stream.flush()
        with contextlib.suppress(OSError):
            stream.close()

    def _read(self, stream: IO[bytes]) -> None:
        """Runs in a thread: messages into the inbox, None at the end."""
        with contextlib.suppress(OSError, ValueError):
            for line in stream:
                with contextlib.suppress(ValueError):  # a line that is no message is nobody's answer
                    self.inbox.put(protocol.from_line(line))
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._child.wait(_PATIENCE)  # so that its exit code is known when the end is told
        self.inbox.put(None)

    def close(self) -> int | None:
        """End the process by closing its input, in a while by force; returns its exit code if it has ended already."""
        self._outbox.put(None)
        code = self._child.poll()
        if code is None:
            threading.Thread(target=self._reap, daemon=True).start()
        return code

    def _reap(self) -> None:
        try:
            self._child.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
