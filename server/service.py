# SPDX-License-Identifier: GPL-3.0-or-later
"""The inference process: reads requests from a stream, works on one at a time, writes replies and progress.

A reader thread takes lines as they come, so that ``cancel`` and the end of the stream are noticed in the middle of a
job. The models are loaded by the first job that needs them; ``hello`` answers at once.
"""

from __future__ import annotations

import contextlib
import logging
import os
import queue
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, Final, Protocol

import numpy as np
import numpy.typing as npt

from . import protocol
from .codec import motion_from_json, motion_to_json, tokens_from_json, tokens_to_json
from .errors import SmooError
from .motion.motion import Motion
from .protocol import Json

_log = logging.getLogger(__name__)
_PROGRESS_EVERY: Final = 0.05  # seconds between two progress messages of one stage
_GRACE: Final = 1.0  # seconds that a job has to notice that nobody listens any more


class PipelineLike(Protocol):
    """What the service needs of a pipeline; see `server.pipeline.Pipeline`."""

    def hello(self) -> dict[str, object]:
        """Return versions and device."""

    def describe(self, content: str, style: str, progress: Any, cancelled: Any) -> Any:
        """Return texts."""

    def generate(self, request: Any, progress: Any, cancelled: Any) -> Any:
        """Return takes."""

    def caption(self, motion: Motion) -> dict[str, str]:
        """Return part texts."""

    def encode(self, motion: Motion) -> npt.NDArray[np.int64]:
        """Return tokens."""


Tell = Callable[[str, float, str], None]
Loader = Callable[[Tell], PipelineLike]


class Service:
    """Answers one stream of requests."""

    def __init__(self, load: Loader, source: BinaryIO, sink: BinaryIO, leave: Callable[[], None] | None = None) -> None:
        """Serve ``source`` to ``sink``.

        Args:
            load: makes the pipeline when it is first needed.
            source: where requests come from; its end is the end of the service.
            sink: where replies go.
            leave: ends the process; called when a job does not stop soon after the source has ended.
        """
        self._load, self._source, self._sink, self._leave = load, source, sink, leave
        self._pipeline: PipelineLike | None = None
        self._jobs: queue.Queue[Json | None] = queue.Queue()
        self._cancelled: set[int] = set()
        self._open: set[int] = set()
        self._lock = threading.Lock()
        self._closing = threading.Event()

    def run(self) -> None:
        """Serve until the source ends or ``shutdown`` is asked for."""
        threading.Thread(target=self._read, name="reader", daemon=True).start()
        while (job := self._jobs.get()) is not None:
            self._work(job)

    def _send(self, message: Json) -> None:
        try:
            line = protocol.to_line(message)
        except (TypeError, ValueError):
            _log.exception("a message cannot be written as JSON")
            text = "The answer cannot be sent: it contains undefined numbers. See the log."
            line = protocol.to_line(protocol.failure(message.get("id"), protocol.INTERNAL_ERROR, text, "internal"))
        # a reader that has gone away is noticed by the end of the source
        with self._lock, contextlib.suppress(OSError, ValueError):
            self._sink.write(line)
            self._sink.flush()

    def _read(self) -> None:
        try:
            self._read_lines()
        finally:
            self._closing.set()
            self._jobs.put(None)
            if self._leave is not None:
                timer = threading.Timer(_GRACE, self._leave)
                timer.daemon = True
                timer.start()

    def _read_lines(self) -> None:
        while line := self._source.readline(limit := protocol.LIMITS.line_bytes):
            if len(line) == limit and not line.endswith(b"\n"):
                self._skip_line()
                text = f"A line must not be longer than {limit} bytes."
                self._send(protocol.failure(None, protocol.PARSE_ERROR, text))
            elif line.strip() and not self._take_line(line):
                return

    def _skip_line(self) -> None:
        while (rest := self._source.readline(protocol.LIMITS.line_bytes)) and not rest.endswith(b"\n"):
            pass

    def _take_line(self, line: bytes) -> bool:
        """Understand a line; returns False when the process shall end."""
        try:
            message = protocol.from_line(line)
        except ValueError as error:
            self._send(protocol.failure(None, protocol.PARSE_ERROR, f"Not a JSON object on one line: {error}"))
            return True
        number, method, params = message.get("id"), message.get("method"), message.get("params", {})
        if type(number) is not int or not isinstance(method, str) or not isinstance(params, dict):
            known = number if type(number) is int else None
            text = "A request needs a whole number as id, a method and an object as params."
            self._send(protocol.failure(known, protocol.INVALID_REQUEST, text))
            return True
        return self._accept(number, method, params)

    def _accept(self, number: int, method: str, params: Json) -> bool:
        """Queue a request or answer it at once; returns False when the process shall end."""
        if method not in protocol.METHODS:
            text = f"There is no method {method!r}; there are {', '.join(protocol.METHODS)}."
            self._send(protocol.failure(number, protocol.METHOD_NOT_FOUND, text))
        elif number in self._open:
            text = f"Request {number} is still being worked on; every request needs an id of its own."
            self._send(protocol.failure(number, protocol.INVALID_REQUEST, text))
        elif method == "shutdown":
            self._send(protocol.result(number, None))
            return False
        elif method == "cancel":
            wanted = params.get("id")
            found = {wanted} & self._open if type(wanted) is int else set()
            self._cancelled |= found
            self._send(protocol.result(number, {"cancelled": bool(found)}))
        elif method == "hello":
            self._send(protocol.result(number, self._hello()))
        else:
            self._open.add(number)
            self._jobs.put({"id": number, "method": method, "params": params})
        return True

    def _hello(self) -> Json:
        known = self._pipeline.hello() if self._pipeline else {}
        return {"protocol": protocol.VERSION, "limits": protocol.limits_as_json(), "loaded": bool(known), **known}

    def _work(self, job: Json) -> None:
        number, method = job["id"], job["method"]
        try:
            self._stop_if(number)
            answer = self._answer(number, method, job["params"], self._teller(number))
            self._stop_if(number)
            reply = protocol.result(number, answer)
        except SmooError as error:
            code = protocol.CANCELLED if error.code == "cancelled" else protocol.USER_ERROR
            reply = protocol.failure(number, code, error.message, error.code)
        except Exception as error:  # noqa: BLE001 (whatever goes wrong in one job, the process lives for the next)
            _log.exception("%s failed", method)
            text = f"The inference process failed: {type(error).__name__}: {error}. See its log."
            reply = protocol.failure(number, protocol.INTERNAL_ERROR, text, "internal")
        self._open.discard(number)
        self._cancelled.discard(number)
        self._send(reply)

    def _stop_if(self, number: int) -> None:
        if self._is_cancelled(number):
            raise SmooError("cancelled", "Cancelled.")

    def _is_cancelled(self, number: int) -> bool:
        return number in self._cancelled or self._closing.is_set()

    def _teller(self, number: int) -> Tell:
        last: dict[str, float] = {}

        def tell(stage: str, fraction: float, message: str) -> None:
            now = time.monotonic()
            if fraction >= 1.0 or now - last.get(stage, 0.0) > _PROGRESS_EVERY:
                last[stage] = now
                self._send(protocol.progress(number, stage, fraction, message))

        return tell

    def _ready(self, number: int, tell: Tell) -> PipelineLike:
        """Return the pipeline, loaded if need be; a request that was cancelled meanwhile goes no further."""
        if self._pipeline is None:
            self._pipeline = self._load(tell)
        self._stop_if(number)
        return self._pipeline

    def _answer(self, number: int, method: str, params: Json, tell: Tell) -> Any:
        if method == "describe":
            content = protocol.check_prompt(params.get("content", ""), "content", may_be_empty=False)
            style = protocol.check_prompt(params.get("style", ""), "style", may_be_empty=True)
            texts = self._ready(number, tell).describe(content, style, tell, lambda: self._is_cancelled(number))
            return _texts_to_json(texts)
        if method == "generate":
            values = generate_values(params)
            pipeline = self._ready(number, tell)
            takes = pipeline.generate(_request(values), tell, lambda: self._is_cancelled(number))
            return {"takes": [_take_to_json(take) for take in takes]}
        motion = motion_from_json(params.get("motion"))
        if method == "caption":
            return {"parts": self._ready(number, tell).caption(motion)}
        return {"tokens": tokens_to_json(self._ready(number, tell).encode(motion))}


def generate_values(params: Json) -> Json:
    """Check the params of ``generate`` and return them as a `server.pipeline.GenerateRequest` takes them.

    Raises:
        SmooError: saying which one is wrong and what is allowed.
    """
    limits = protocol.LIMITS
    parts = protocol.check_parts(params.get("parts"))
    variants = protocol.check_integer(params.get("variants", 1), "variants", 1, limits.variants_most)
    values: Json = {
        "content": protocol.check_prompt(params.get("content", ""), "content", may_be_empty=parts is not None),
        "style": protocol.check_prompt(params.get("style", ""), "style", may_be_empty=True),
        "seconds": protocol.check_seconds(params.get("seconds", 4.0)),
        # the seeds of further variants count up and must stay within the limit too
        "seed": protocol.check_integer(params.get("seed", 0), "seed", 0, limits.seed_most - variants + 1),
        "variants": variants,
        "parts": parts,
        "locks": protocol.check_locks(params.get("locks", [])),
    }
    for name, least, most in (("temperature", 0.0, 2.0), ("guidance", 0.0, 10.0)):
        if params.get(name) is not None:
            values[name] = protocol.check_number(params[name], name, least, most)
    if params.get("drafts") is not None:
        values["drafts"] = protocol.check_integer(params["drafts"], "drafts", 1, limits.drafts_most)
    if params.get("lock_tokens") is not None:
        values["lock_tokens"] = tokens_from_json(params["lock_tokens"], "lock_tokens")
    for name in ("lock_motion", "prefix"):
        if params.get(name) is not None:
            values[name] = motion_from_json(params[name], name)
    if values["locks"] and values.get("lock_tokens") is None and values.get("lock_motion") is None:
        raise SmooError("no_motion", "There is no earlier take whose parts could be kept. Generate once without locks.")
    return values


def _request(values: Json) -> Any:
    # imported here so that bad requests are answered, and the service is tested, without torch
    from .pipeline import GenerateRequest

    return GenerateRequest(**values)


def _texts_to_json(texts: Any) -> Json:
    written = {"content": texts.content, "style": texts.style, "composed": texts.composed}
    return {**written, "note": texts.note} if texts.note else written


def _take_to_json(take: Any) -> Json:
    return {
        "motion": motion_to_json(take.motion),
        "tokens": tokens_to_json(take.tokens),
        "texts": _texts_to_json(take.texts),
        "seed": take.seed,
        "unmet": take.unmet,
        "timing": take.timing,
    }


@contextlib.contextmanager
def own_stdout() -> Iterator[BinaryIO]:
    """Keep standard output for the protocol: what libraries print, from Python or from C, goes to the log instead."""
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    with os.fdopen(kept, "wb") as sink, contextlib.redirect_stdout(sys.stderr):
        yield sink
