# SPDX-License-Identifier: GPL-3.0-or-later
"""Reasoner and composer by a bigger model: the same questions and the same kind of answers as the built-in ones."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from ..errors import SmooError
from ..llm_format import UNCHANGED
from ..motion.skeleton import PARTS
from ..parts.attributes import PartTexts, parse, write
from .hugging_face import HuggingFace
from .local_server import LocalServer
from .question import Backend, Question


class BiggerRoles:
    """Writes part texts by a bigger model.

    Attributes:
        name: what the model is called in messages: its address, id or folder.
    """

    def __init__(self, name: str, open_backend: Callable[[], Backend]) -> None:
        """Remember how to open the model; that is done when it is first asked."""
        self.name = name
        self._open_backend = open_backend
        self._backend: Backend | None = None

    def both(self, content: str, style: str) -> tuple[PartTexts, PartTexts]:
        """Describe what is done and what a style changes; a part that the style leaves alone reads "as usual".

        Raises:
            SmooError: ``empty_prompt`` if there is no content; ``bigger_model`` if the model gives no usable answer.
        """
        if not content.strip():
            raise SmooError("empty_prompt", "Say what the character does, for example 'walks forward'.")
        described = write(self._answer(Question("content", content=content)))
        if not style.strip():
            return described, dict.fromkeys(PARTS, UNCHANGED)
        changed = write(self._answer(Question("style", style=style)))
        return described, {part: text or UNCHANGED for part, text in changed.items()}

    def compose(
        self, content_prompt: str, style_prompt: str, content_texts: PartTexts, style_texts: PartTexts
    ) -> PartTexts:
        """Return the composed part texts; see `server.composer.Composer.compose`.

        Raises:
            SmooError: ``bigger_model`` if the model gives no usable answer.
        """
        content, style = parse(content_texts), parse(style_texts)
        if not style and not style_prompt.strip():
            return dict(content_texts)
        return write(self._answer(Question("composition", content_prompt, style_prompt, content, style)))

    def _answer(self, question: Question) -> dict[tuple[str, str], str]:
        if self._backend is None:
            self._backend = self._open_backend()
        return self._backend.answer(question)


def open_bigger(where: str) -> BiggerRoles:
    """Return the roles by a model; it is loaded or reached when it is first asked.

    Args:
        where: the address of an OpenAI-compatible server on this machine (``http://localhost:11434/v1``, with
            ``#model-name`` to choose a model), a folder, or a Hugging Face id.

    Raises:
        SmooError: ``bad_request`` for the address of another machine.
    """
    where = where.strip()
    if where.lower().startswith(("http://", "https://")):
        server = LocalServer(where)
        return BiggerRoles(server.url, lambda: server)
    return BiggerRoles(where, partial(HuggingFace, where))
