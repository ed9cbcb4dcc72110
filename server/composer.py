# SPDX-License-Identifier: GPL-3.0-or-later
"""The composer: two sets of part texts, what is done and how, become one without conflicts."""

from __future__ import annotations

from collections.abc import Mapping

from .llm import Branch, LanguageModel
from .llm_format import (
    attributes_from,
    compose_branch,
    compose_prefix,
    grammars,
    prior_of_phrases,
)
from .llm_sides import mirrored_text, names_only_right
from .llm_spoken import insist, to_insist_on
from .motion.skeleton import PARTS
from .parts.attributes import PartTexts, mirrored, parse, write
from .parts.spoken import spoken

AttributeSet = Mapping[tuple[str, str], str]


class Composer:
    """Composes by the language model, all six parts in one batch."""

    def __init__(self, llm: LanguageModel) -> None:
        """Prepare the grammars of the answers."""
        self._llm = llm
        self._grammars = grammars(llm.encode, may_be_open=False)

    def compose(
        self, content_prompt: str, style_prompt: str, content_texts: PartTexts, style_texts: PartTexts
    ) -> PartTexts:
        """Return the composed part texts.

        The texts may be in anybody's wording; they are understood by `server.parts`. A style that says nothing leaves
        the content's texts as they are, without asking the model.
        """
        content, style = parse(content_texts), parse(style_texts)
        if not style and not style_prompt.strip():
            return dict(content_texts)
        turned = names_only_right(content_prompt, style_prompt)
        if turned:
            content_prompt, style_prompt = mirrored_text(content_prompt), mirrored_text(style_prompt)
            content, style = mirrored(content), mirrored(style)
        kept = to_insist_on(
            spoken(content_prompt, True).attributes, spoken(style_prompt, False).attributes, content, style
        )
        votes = {part: prior_of_phrases(vote, False) for part, vote in insist({}, kept, silent_else=True).items()}
        branches = [
            Branch(0, compose_branch(part, content, style), self._grammars[part], votes.get(part)) for part in PARTS
        ]
        chosen = self._llm.choose([compose_prefix(content_prompt, style_prompt)], branches)
        attributes: dict[tuple[str, str], str] = {}
        for part, phrases in zip(PARTS, chosen, strict=True):
            attributes |= attributes_from(part, phrases, may_be_open=False)
        return write(mirrored(attributes) if turned else attributes)
