# SPDX-License-Identifier: GPL-3.0-or-later
"""A bigger model behind an OpenAI-compatible server on this machine, such as llama.cpp, Ollama or LM Studio.

Only this machine is ever asked: what an animator types is nobody else's business. So other hosts are refused, proxies are
passed by, and redirections are not followed.
"""

from __future__ import annotations

import http.client
import json
from typing import Any, Final
from urllib.error import HTTPError, URLError
from urllib.parse import unquote, urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, ProxyHandler, Request, build_opener

from ..errors import SmooError
from .prompting import Form, Message, messages
from .question import Question
from .schema import answer_schema, answer_text, attributes_from_answer

_HOSTS: Final = ("localhost", "127.0.0.1", "::1")
_SECONDS: Final = 120.0
_MOST_TOKENS: Final = 4096  # an answer has a thousand; a model that cannot end is stopped
_MOST_BYTES: Final = 4_000_000
_FORM: Final = Form(
    "Answer with one JSON object and nothing else: for each of the six parts an object from slot to value. A slot that "
    "is not said is left out; a part of which nothing is said is {}.",
    answer_text,
)


class _NoRedirect(HTTPRedirectHandler):
    """Makes a redirection an error."""

    def redirect_request(self, *_: Any) -> None:
        """Follow nowhere."""


class _RefusedError(SmooError):
    """The server understood the request and will not do it (HTTP 400)."""


class LocalServer:
    """Asks a model through ``/chat/completions``."""

    def __init__(self, url: str, seconds: float = _SECONDS) -> None:
        """Read the address; nothing is asked yet.

        Args:
            url: such as ``http://localhost:11434/v1``, with ``#model-name`` at the end to choose a model; the server's
                first one otherwise.
            seconds: to wait for the connection, and for each answer.

        Raises:
            SmooError: ``bad_request`` if it is no address, or not one of this machine.
        """
        self.url, self._model = _address(url)
        self._seconds = seconds
        self._knows_schemas = True
        self._opener: OpenerDirector = build_opener(ProxyHandler({}), _NoRedirect())

    def answer(self, question: Question) -> dict[tuple[str, str], str]:
        """Return the attributes that the model answers with; what cannot be used is asked for once more.

        Raises:
            SmooError: ``bigger_model`` if the server cannot be reached, or twice gives no usable answer.
        """
        chat = messages(question, _FORM)
        said = self._complete(chat, question)
        try:
            return attributes_from_answer(said, may_be_open=question.may_be_open)
        except SmooError as error:
            complaint = f"That cannot be used: {error.message} Give the whole answer once more."
        chat += [{"role": "assistant", "content": said}, {"role": "user", "content": complaint}]
        said = self._complete(chat, question)
        try:
            return attributes_from_answer(said, may_be_open=question.may_be_open)
        except SmooError as error:
            message = f"its answer could not be used, twice: {error.message} Try another model."
            raise SmooError("bigger_model", message) from error

    def _complete(self, chat: list[Message], question: Question) -> str:
        schema = answer_schema(may_be_open=question.may_be_open)
        strict = {"type": "json_schema", "json_schema": {"name": "parts", "strict": True, "schema": schema}}
        if self._knows_schemas:
            try:
                return self._chat(chat, strict)
            except _RefusedError:
                said = self._chat(chat, {"type": "json_object"})
            self._knows_schemas = False
            return said
        return self._chat(chat, {"type": "json_object"})

    def _chat(self, chat: list[Message], response_format: dict[str, Any]) -> str:
        body = {
            "model": self._chosen_model(),
            "messages": chat,
            "temperature": 0,
            "max_tokens": _MOST_TOKENS,
            "response_format": response_format,
        }
        completion = self._ask("/chat/completions", body)
        try:
            said = completion["choices"][0]["message"]["content"]
        except (KeyError, IndexError, TypeError) as error:
            raise SmooError("bigger_model", f"{self.url} does not answer as an OpenAI-compatible server.") from error
        return said if isinstance(said, str) else ""

    def _chosen_model(self) -> str:
        if not self._model:
            try:
                self._model = str(self._ask("/models")["data"][0]["id"])
            except (KeyError, IndexError, TypeError) as error:
                message = f"the server offers no model. Load one, or name it: {self.url}#model-name."
                raise SmooError("bigger_model", message) from error
        return self._model

    def _ask(self, path: str, body: dict[str, Any] | None = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        # the address is http or https: `_address` has seen to it
        request = Request(self.url + path, data, {"Content-Type": "application/json"})  # noqa: S310
        try:
            with self._opener.open(request, timeout=self._seconds) as reply:
                return json.loads(reply.read(_MOST_BYTES))
        except HTTPError as error:
            raise self._refusal(error) from error
        except (OSError, http.client.HTTPException) as error:
            raise SmooError("bigger_model", self._trouble(error)) from error
        except (ValueError, RecursionError) as error:
            message = f"{self.url}{path} does not answer in JSON. Check the address."
            raise SmooError("bigger_model", message) from error

    def _trouble(self, error: Exception) -> str:
        reason = error.reason if isinstance(error, URLError) else error
        if isinstance(reason, TimeoutError):
            return f"no answer within {self._seconds:g} seconds. Wait until it has loaded, or choose a smaller model."
        text = (reason.strerror if isinstance(reason, OSError) else None) or str(reason) or type(reason).__name__
        return f"the server cannot be reached: {text}. Start it, or correct the address in the settings."

    def _refusal(self, error: HTTPError) -> SmooError:
        try:
            text = " ".join(error.read(2000).decode("utf-8", "replace").split())[:200]
        except (OSError, http.client.HTTPException):
            text = ""
        told = f"the server refused: HTTP {error.code} {text or error.reason}. Check the address and the model's name."
        return (_RefusedError if error.code == http.client.BAD_REQUEST else SmooError)("bigger_model", told)


def _address(url: str) -> tuple[str, str]:
    """Return an address without its model, and the model's name, empty where none is given."""
    try:
        parts = urlsplit(url)
        _ = parts.port  # a wrong one is noticed only when asked for
    except ValueError as error:
        raise SmooError("bad_request", f"{url!r} is no address ({error}). Try http://localhost:11434/v1.") from error
    if parts.scheme not in ("http", "https") or parts.hostname not in _HOSTS:
        message = (
            f"{url!r} is not on this machine. What you write is sent to no other one: give the address of a server "
            "that runs here, such as http://localhost:11434/v1."
        )
        raise SmooError("bad_request", message)
    path = parts.path.rstrip("/") or "/v1"
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{path}", unquote(parts.fragment)
