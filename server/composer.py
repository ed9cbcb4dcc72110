# SPDX-License-Identifier: GPL-3.0-or-later
"""The composer: two sets of part texts, what is done and how, become one without conflicts."""

from __future__ import annotations

from .composition import compose, without_leftovers
from .contradictions import Contradictions
from .llm import Branch, LanguageModel
from .llm_format import (
    attributes_from,
    compose_branch,
    compose_prefix,
    grammars,
    prior_of_phrases,
)
from .llm_memory import Kind, Prior
from .llm_sides import mirrored_text, names_only_right
from .llm_spoken import insist, to_insist_on, votes_for
from .motion.skeleton import PARTS
from .parts.attributes import AttributeSet, PartTexts, mirrored, parse, write
from .parts.spoken import spoken


class Composer:
    """Composes by the language model, all six parts in one batch."""

    def __init__(self, llm: LanguageModel, contradictions: Contradictions | None = None) -> None:
        """Prepare the grammars of the answers; ``contradictions`` are words that motions rarely do together."""
        self._llm = llm
        self._contradictions = contradictions or Contradictions.none()
        self._grammars = grammars(llm.encode, may_be_open=False)

    def compose(
        self, content_prompt: str, style_prompt: str, content_texts: PartTexts, style_texts: PartTexts
    ) -> PartTexts:
        """Return the composed part texts.

        Of pairs that were recorded the language model knows what the recordings show. For all others it was taught a rule
        (`server.composition`), which therefore has a vote of its own: in a pair that it never saw the model lets the habits of the
        content win over what the style says.

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
        votes = insist(self._ruled(content_prompt, style_prompt, content, style), kept, silent_else=False)
        branches = [
            Branch(0, compose_branch(part, content, style), self._grammars[part], prior_of_phrases(votes[part], False))
            for part in PARTS
        ]
        chosen = self._llm.choose([compose_prefix(content_prompt, style_prompt)], branches)
        attributes: dict[tuple[str, str], str] = {}
        for part, phrases in zip(PARTS, chosen, strict=True):
            attributes |= attributes_from(part, phrases, may_be_open=False)
        # An answer has a value for every slot, so habits that do not fit are taken out of it afterwards.
        attributes = without_leftovers(attributes, content, style, kept, self._contradictions.go_badly)
        return write(mirrored(attributes) if turned else attributes)

    def _ruled(
        self, content_prompt: str, style_prompt: str, content: AttributeSet, style: AttributeSet
    ) -> dict[str, Prior]:
        """Return the votes of the rule (`server.composition`), which count the less the surer it is that recordings are meant."""
        share = 1.0 - self._recorded("content", content_prompt) * self._recorded("style", style_prompt)
        return votes_for(compose(content, style), share)

    def _recorded(self, kind: Kind, prompt: str) -> float:
        """Return the chance that a prompt means something that was recorded; 1 where there is no memory to say so."""
        memory, encoder = self._llm.memory, self._llm.encoder
        if memory is None or encoder is None:
            return 1.0
        return memory.recorded_chance(kind, prompt, encoder.vectors([prompt])[0]) if prompt.strip() else 0.0
