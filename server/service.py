# SPDX-License-Identifier: GPL-3.0-or-later
"""The inference process: reads requests from a stream, works on one at a time, writes replies and progress.

A reader thread takes lines as they come, so that ``cancel`` and the end of the stream are noticed in the middle of a job.
The models are loaded by the first job that needs them; ``hello`` answers at once.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, Protocol

import numpy as np
import numpy.typing as npt

from . import protocol
from .codec import motion_from_json, motion_to_json, tokens_from_json, tokens_to_json
from .errors import SmooError
from .motion.motion import Motion
from .protocol import Json

_log = logging.getLogger(__name__)
_PROGRESS_EVERY = 0.05  # seconds between two progress messages of one stage


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


Loader = Callable[[Callable[[str, float, str], None]], PipelineLike]


class Service:
    """Answers one stream of requests."""

    def __init__(self, load: Loader, source: BinaryIO, sink: BinaryIO) -> None:
        """Serve ``source`` to ``sink``; ``load`` makes the pipeline when it is first needed."""
        self._load, self._source, self._sink = load, source, sink
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
        with self._lock, contextlib.suppress(BrokenPipeError, ValueError):
            self._sink.write(protocol.to_line(message))
            self._sink.flush()

    def _read(self) -> None:
        for line in self._source:
            if not line.strip():
                continue
            try:
                message = protocol.from_line(line)
            except (ValueError, UnicodeDecodeError) as error:
                self._send(protocol.failure(None, protocol.PARSE_ERROR, f"Not a JSON object on one line: {error}"))
                continue
            if not self._accept(message):
                break
        self._closing.set()
        self._jobs.put(None)

    def _accept(self, message: Json) -> bool:
        """Queue a request or answer it at once; returns False when the process shall end."""
        number, method, params = message.get("id"), message.get("method"), message.get("params", {})
        if not isinstance(number, int) or not isinstance(method, str) or not isinstance(params, dict):
            known = number if isinstance(number, int) else None
            text = "A request needs a whole number as id, a method and an object as params."
            self._send(protocol.failure(known, protocol.INVALID_REQUEST, text))
        elif method not in protocol.METHODS:
            text = f"There is no method {method!r}; there are {', '.join(protocol.METHODS)}."
            self._send(protocol.failure(number, protocol.METHOD_NOT_FOUND, text))
        elif method == "shutdown":
            self._send(protocol.result(number, None))
            return False
        elif method == "cancel":
            wanted = params.get("id")
            found = wanted in self._open
            if found:
                self._cancelled.add(wanted)
            self._send(protocol.result(number, {"cancelled": found}))
        elif method == "hello":
            self._send(protocol.result(number, self._hello()))
        else:
            self._open.add(number)
            self._jobs.put(message)
        return True

    def _hello(self) -> Json:
        known = self._pipeline.hello() if self._pipeline else {}
        return {"protocol": protocol.VERSION, "limits": protocol.limits_as_json(), "loaded": bool(known), **known}

    def _work(self, job: Json) -> None:
        number, method, params = job["id"], job["method"], job.get("params", {})
        tell = self._teller(number)
        try:
            self._stop_if(number)
            answer = self._answer(number, method, params, tell)
            self._stop_if(number)
            reply = protocol.result(number, answer)
        except SmooError as error:
            code = protocol.CANCELLED if error.code == "cancelled" else protocol.USER_ERROR
            reply = protocol.failure(number, code, error.message, error.code)
        except Exception as error:
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

    def _teller(self, number: int) -> Callable[[str, float, str], None]:
        last: dict[str, float] = {}

        def tell(stage: str, fraction: float, message: str) -> None:
            now = time.monotonic()
            if fraction >= 1.0 or now - last.get(stage, 0.0) > _PROGRESS_EVERY:
                last[stage] = now
                self._send(protocol.progress(number, stage, fraction, message))

        return tell

    def _ready(self, tell: Callable[[str, float, str], None]) -> PipelineLike:
        if self._pipeline is None:
            self._pipeline = self._load(tell)
        return self._pipeline

    def _answer(self, number: int, method: str, params: Json, tell: Callable[[str, float, str], None]) -> Any:
        if method == "describe":
            content = protocol.check_prompt(params.get("content", ""), "content", may_be_empty=False)
            style = protocol.check_prompt(params.get("style", ""), "style", may_be_empty=True)
            texts = self._ready(tell).describe(content, style, tell, lambda: self._is_cancelled(number))
            return {"content": texts.content, "style": texts.style, "composed": texts.composed}
        if method == "generate":
            request = generate_request(params)
            takes = self._ready(tell).generate(request, tell, lambda: self._is_cancelled(number))
            return {"takes": [_take_to_json(take) for take in takes]}
        motion = motion_from_json(params.get("motion"))
        if method == "caption":
            return {"parts": self._ready(tell).caption(motion)}
        return {"tokens": tokens_to_json(self._ready(tell).encode(motion))}


def generate_request(params: Json) -> Any:
    """Check the params of ``generate`` and return a `server.pipeline.GenerateRequest`.

    Raises:
        SmooError: saying which one is wrong and what is allowed.
    """
    limits = protocol.LIMITS
    parts = protocol.check_parts(params.get("parts"))
    seed_most = limits.seed_most - limits.variants_most
    values: Json = {
        "content": protocol.check_prompt(params.get("content", ""), "content", may_be_empty=parts is not None),
        "style": protocol.check_prompt(params.get("style", ""), "style", may_be_empty=True),
        "seconds": protocol.check_seconds(params.get("seconds", 4.0)),
        "seed": min(protocol.check_integer(params.get("seed", 0), "seed", 0, limits.seed_most), seed_most),
        "variants": protocol.check_integer(params.get("variants", 1), "variants", 1, limits.variants_most),
        "parts": parts,
        "locks": protocol.check_locks(params.get("locks", [])),
    }
    for name, least, most in (("temperature", 0.0, 2.0), ("guidance", 0.0, 10.0)):
        if params.get(name) is not None:
            values[name] = protocol.check_number(params[name], name, least, most)
    if params.get("lock_tokens") is not None:
        values["lock_tokens"] = tokens_from_json(params["lock_tokens"], "lock_tokens")
    for name in ("lock_motion", "prefix"):
        if params.get(name) is not None:
            values[name] = motion_from_json(params[name], name)
    # imported here so that bad requests are answered, and the protocol tested, without torch
    from .pipeline import GenerateRequest

    return GenerateRequest(**values)


def _take_to_json(take: Any) -> Json:
    return {
        "motion": motion_to_json(take.motion),
        "tokens": tokens_to_json(take.tokens),
        "texts": {"content": take.texts.content, "style": take.texts.style, "composed": take.texts.composed},
        "seed": take.seed,
        "timing": take.timing,
    }


@contextlib.contextmanager
def clean_stdout() -> Iterator[BinaryIO]:
    """Keep the protocol's stream for the protocol: whatever libraries print goes to the log instead."""
    sink = sys.stdout.buffer
    with contextlib.redirect_stdout(sys.stderr):
        yield sink
