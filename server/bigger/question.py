# SPDX-License-Identifier: GPL-3.0-or-later
"""What a bigger model is asked, whatever backend it runs in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, Protocol

from ..llm_format import AttributeSet

Role = Literal["content", "style", "composition"]


@dataclass(frozen=True)
class Question:
    """One question.

    Attributes:
        role: what is wanted: the attributes of a content, of a style, or of both composed.
        content, style: the prompts.
        content_says, style_says: for a composition, what is to be composed.
    """

    role: Role
    content: str = ""
    style: str = ""
    content_says: AttributeSet = field(default_factory=dict)
    style_says: AttributeSet = field(default_factory=dict)

    @property
    def may_be_open(self) -> bool:
        """Whether a part may stay without an answer: everybody does something, but a style may leave a part alone."""
        return self.role == "style"


class Backend(Protocol):
    """A bigger model that can be asked."""

    def answer(self, question: Question) -> dict[tuple[str, str], str]:
        """Return the attributes that the model answers with.

        Raises:
            SmooError: when there is no usable answer, saying why.
        """
