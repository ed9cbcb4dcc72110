# SPDX-License-Identifier: GPL-3.0-or-later
"""The extension's one connection to the inference process, and the job that waits for it."""

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
_EXTENSION: Final = __package__.rpartition(".blender_smoogpt")[0]
_INTERVAL: Final = 0.1  # seconds between two looks at the queue
_IDLE_INTERVAL: Final = 5.0  # seconds between two looks at whether the process is still needed


@dataclass(frozen=True)
class Job:
    """What waits for an answer: the character by its session id, and what to do with each event."""

    armature: int
    on_event: Callable[[Job, Event], None]
    context: Mapping[str, Any]


class Session:
    """Owns the client and the jobs; made once, opened and closed with the extension.

    Attributes:
        timer: what Blender calls while jobs run.
        answers: results between the timer and the operator that applies them; empty outside that call.
        longest_tick: the longest time in seconds that a look at the queue took, other than for applying an answer.
        longest_apply: the same, for those in which an answer was applied.
    """

    def __init__(self) -> None:
        """Nothing is started."""
        self._client: Client | None = None
        self._jobs: dict[int, Job] = {}
        self._last_use = 0.0
        # one object: Blender knows a timer by its address, and a method is a new object each time it is looked up
        self.timer = self.tick
        self.answers: list[tuple[Job, Any]] = []
        self.longest_tick = 0.0
        self.longest_apply = 0.0

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
        chosen = _preferences()
        interpreter = find_interpreter(getattr(chosen, "interpreter", ""))
        command = [str(interpreter), "-m", "server", "serve", "--weights", chosen_weights()]
        words = bpy.path.abspath(getattr(chosen, "language_model", "").strip())
        return [*command, f"--language-model={words}"] if words else command

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
            self._client = Client(command, EXTENSION_ROOT, log_path())
        self._jobs[self._client.send(method, params)] = job
        self._stop_looking()  # the timer may be sleeping through its long interval
        bpy.app.timers.register(self.timer, first_interval=_INTERVAL, persistent=True)

    def cancel(self) -> None:
        """Stop what runs."""
        if self._client is not None:
            for number in list(self._jobs):
                self._client.cancel(number)

    def tick(self) -> float | None:
        """Hand events to their jobs; called by Blender's timer, and never raises. Returns when to be called again."""
        started = time.perf_counter()
        applied = False
        try:
            for event in self._client.poll() if self._client else []:
                self._hand_over(event)
                applied |= isinstance(event, Reply)
        except Exception:  # noqa: BLE001 (a timer that raises is dropped by Blender, and with it every later answer)
            _log.exception("looking for answers failed")
        took = time.perf_counter() - started
        if applied:
            self.longest_apply = max(self.longest_apply, took)
        else:
            self.longest_tick = max(self.longest_tick, took)
        return self._next_look()

    def _hand_over(self, event: Event) -> None:
        job = self._jobs.get(event.number)
        if job is None:
            return
        if isinstance(event, Reply | Failure):
            del self._jobs[event.number]
            self._last_use = time.monotonic()
        try:
            job.on_event(job, event)
        except Exception as error:  # noqa: BLE001 (as in tick)
            _log.exception("applying an answer failed")
            job.on_event(job, Failure(event.number, f"The answer could not be applied: {error}"))

    def _next_look(self) -> float | None:
        if self.busy:
            return _INTERVAL
        if self._client is None or not self._client.alive:
            return None
        minutes = getattr(_preferences(), "idle_minutes", 0)
        if minutes and time.monotonic() - self._last_use > 60.0 * minutes:
            _log.info("the inference process is ended after %s minutes without use", minutes)
            self._client.close()
            return None
        return _IDLE_INTERVAL if minutes else None

    def _stop_looking(self) -> None:
        if bpy.app.timers.is_registered(self.timer):
            bpy.app.timers.unregister(self.timer)

    def close(self) -> None:
        """End the inference process and forget the jobs."""
        self._stop_looking()
        self._jobs.clear()
        self.answers.clear()
        if self._client is not None:
            self._client.close()
            self._client = None


def _preferences() -> bpy.types.AddonPreferences | None:
    addon = bpy.context.preferences.addons.get(_EXTENSION)
    return addon.preferences if addon else None


def chosen_weights() -> str:
    """Return the set of weights of the preferences, as ``--weights`` takes it: a name, or a folder.

    Raises:
        UserError: when a folder is wanted and none is chosen.
    """
    preferences = _preferences()
    choice = str(getattr(preferences, "weights", "STANDARD"))
    if choice != "FOLDER":
        return choice.lower()
    folder = str(bpy.path.abspath(getattr(preferences, "weights_folder", "")))
    if not folder:
        raise UserError("No folder of weights is chosen. Choose one in the extension's preferences.")
    return folder


def log_path() -> Path:
    """Return the file that takes what the inference process says on its standard error."""
    return Path(bpy.utils.extension_path_user(_EXTENSION, path="", create=True)) / "inference.log"


SESSION: Final = Session()
"""The connection; `register` of the extension leaves it closed, `unregister` closes it."""

__all__ = ["SESSION", "Failure", "Job", "Progress", "Reply", "Session", "log_path"]
