# SPDX-License-Identifier: GPL-3.0-or-later
"""The reasoner: from a prompt (what is done, or how) to the six part texts."""

from __future__ import annotations

from .errors import SmooError
from .llm import Branch, LanguageModel
from .llm_format import UNCHANGED, attributes_from, content_prefix, describe_branch, grammars, style_prefix
from .motion.skeleton import PARTS
from .parts.attributes import PartTexts, write


class Reasoner:
    """Writes part texts by the language model; all parts of all prompts in one batch."""

    def __init__(self, llm: LanguageModel) -> None:
        """Prepare the grammars of the answers."""
        self._llm = llm
        self._content_grammars = grammars(llm.encode, may_be_open=False)
        self._style_grammars = grammars(llm.encode, may_be_open=True)

    def content(self, prompt: str) -> PartTexts:
        """Describe what is done.

        Raises:
            SmooError: ``empty_prompt``.
        """
        return self.both(prompt, "")[0]

    def style(self, prompt: str) -> PartTexts:
        """Describe what a style changes; a part that it leaves alone reads "as usual"."""
        if not prompt.strip():
            return dict.fromkeys(PARTS, UNCHANGED)
        chosen = self._llm.choose([style_prefix(prompt)], self._style_branches(0))
        return _style_texts(chosen)

    def both(self, content: str, style: str) -> tuple[PartTexts, PartTexts]:
        """Describe content and style together.

        Raises:
            SmooError: ``empty_prompt`` if there is no content.
        """
        if not content.strip():
            raise SmooError("empty_prompt", "Say what the character does, for example 'walks forward'.")
        prefixes = [content_prefix(content)]
        branches = [Branch(0, describe_branch(part), self._content_grammars[part]) for part in PARTS]
        if style.strip():
            prefixes.append(style_prefix(style))
            branches += self._style_branches(1)
        chosen = self._llm.choose(prefixes, branches)
        attributes: dict[tuple[str, str], str] = {}
        for part, phrases in zip(PARTS, chosen, strict=False):
            attributes |= attributes_from(part, phrases, may_be_open=False)
        styled = _style_texts(chosen[len(PARTS) :]) if style.strip() else self.style("")
        return write(attributes), styled

    def _style_branches(self, prefix: int) -> list[Branch]:
        return [Branch(prefix, describe_branch(part), self._style_grammars[part]) for part in PARTS]


def _style_texts(chosen: list[list[int]]) -> PartTexts:
    attributes: dict[tuple[str, str], str] = {}
    for part, phrases in zip(PARTS, chosen, strict=True):
        attributes |= attributes_from(part, phrases, may_be_open=True)
    return {part: text or UNCHANGED for part, text in write(attributes).items()}
