# SPDX-License-Identifier: GPL-3.0-or-later
"""A server on this machine that stands in for an OpenAI-compatible one, and says what it was told to say."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Reply = tuple[int, Any]
"""Status, and what is sent as JSON (text and bytes as they are)."""


def said(text: str) -> Reply:
    """Return a chat completion."""
    return 200, {"choices": [{"message": {"role": "assistant", "content": text}}]}


class StandIn:
    """A running server.

    Attributes:
        url: its address with ``/v1``.
        paths: of all requests.
        asked: the bodies of all questions.
    """

    def __init__(self, reply: Callable[[dict[str, Any]], Reply], models: Reply) -> None:
        self.reply, self.models = reply, models
        self.paths: list[str] = []
        self.asked: list[dict[str, Any]] = []
        self.url = ""

    def respond(self, path: str, body: bytes) -> Reply:
        """Return what is sent for a request."""
        self.paths.append(path)
        if path == "/v1/models":
            return self.models
        if path != "/v1/chat/completions":
            return 404, "no such page"
        self.asked.append(json.loads(body))
        return self.reply(self.asked[-1])


@contextmanager
def stand_in(reply: Callable[[dict[str, Any]], Reply], models: Reply | None = None) -> Iterator[StandIn]:
    """Run a server; ``reply`` answers the questions."""
    made = StandIn(reply, models or (200, {"data": [{"id": "first-model"}, {"id": "second-model"}]}))

    class Handler(BaseHTTPRequestHandler):
        def _respond(self) -> None:
            status, value = made.respond(self.path, self.rfile.read(int(self.headers.get("Content-Length") or 0)))
            data = (
                value if isinstance(value, bytes) else (value if isinstance(value, str) else json.dumps(value)).encode()
            )
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", data.decode())
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            with contextlib.suppress(BrokenPipeError):  # a caller that ran out of patience has hung up
                self.wfile.write(data)

        do_GET = do_POST = _respond  # noqa: N815 (the base class looks for these names)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    made.url = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
