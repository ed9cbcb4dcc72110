# SPDX-License-Identifier: GPL-3.0-or-later
"""The extension's one connection to the inference process, and the jobs that wait for it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import bpy

from ..errors import UserError
from .client import Client, Event, Failure, Progress, Reply
from .environment import EXTENSION_ROOT, find_interpreter

_log = logging.getLogger(__name__)
_INTERVAL: Final = 0.1  # seconds between two looks at the queue


@dataclass(frozen=True)
class Job:
    """What waits for an answer: the character by its session id, and what to do with each event."""

    armature: int
    on_event: Callable[[Job, Event], None]
    context: Mapping[str, Any]


class Session:
    """Owns the client and the jobs; made once, opened and closed with the extension."""

    def __init__(self) -> None:
        """Nothing is started."""
        self._client: Client | None = None
        self._jobs: dict[int, Job] = {}
        self.longest_tick = 0.0

    @property
    def busy(self) -> bool:
        """Whether a job runs."""
        return bool(self._jobs)

    @property
    def process_id(self) -> int | None:
        """The inference process's id, None when it does not run."""
        return self._client.process_id if self._client else None

    def command(self) -> list[str]:
        """Return the command that starts the inference process.

        Raises:
            UserError: when set-up has not been run.
        """
        addon = bpy.context.preferences.addons.get(__package__.rpartition(".blender_smoogpt")[0])
        chosen = addon.preferences.interpreter if addon and addon.preferences else ""
        return [str(find_interpreter(chosen)), "-m", "server", "serve"]

    def submit(self, method: str, params: Mapping[str, Any], job: Job) -> None:
        """Send a request; its events go to the job.

        Raises:
            UserError: when one is running already, or the process cannot be started.
        """
        if self.busy:
            raise UserError("A motion is being generated. Wait for it or press Cancel.")
        command = self.command()
        if self._client is None or self._client.command != command:
            self.close()
            folder = bpy.utils.extension_path_user(__package__.rpartition(".blender_smoogpt")[0], path="", create=True)
            self._client = Client(command, EXTENSION_ROOT, _log_path(folder))
        self._jobs[self._client.send(method, params)] = job
        if not bpy.app.timers.is_registered(self.tick):
            bpy.app.timers.register(self.tick, first_interval=_INTERVAL, persistent=True)

    def cancel(self) -> None:
        """Stop what runs."""
        if self._client is not None:
            for number in list(self._jobs):
                self._client.cancel(number)

    def tick(self) -> float | None:
        """Hand events to their jobs; called by Blender's timer, and never raises. Returns when to be called again."""
        started = time.perf_counter()
        events = self._client.poll() if self._client else []
        for event in events:
            job = self._jobs.get(event.number)
            if job is None:
                continue
            if isinstance(event, Reply | Failure):
                del self._jobs[event.number]
            try:
                job.on_event(job, event)
            except Exception:  # a timer that raises is dropped by Blender, and with it every later answer
                _log.exception("applying an answer failed")
        if not any(isinstance(event, Reply) for event in events):
            self.longest_tick = max(self.longest_tick, time.perf_counter() - started)
        return _INTERVAL if self.busy else None

    def close(self) -> None:
        """End the inference process and forget the jobs."""
        if bpy.app.timers.is_registered(self.tick):
            bpy.app.timers.unregister(self.tick)
        self._jobs = {}
        if self._client is not None:
            self._client.close()
            self._client = None


def _log_path(folder: str) -> Path:
    return Path(folder) / "inference.log"


SESSION: Final = Session()
"""The connection; `register` of the extension leaves it closed, `unregister` closes it."""

__all__ = ["SESSION", "Failure", "Job", "Progress", "Reply", "Session"]
