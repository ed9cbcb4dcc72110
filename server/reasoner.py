# SPDX-License-Identifier: GPL-3.0-or-later
"""The reasoner: from a prompt (what is done, or how) to the six part texts."""

from __future__ import annotations

from .errors import SmooError
from .llm import Branch, LanguageModel
from .llm_format import (
    UNCHANGED,
    attributes_from,
    content_prefix,
    describe_branch,
    grammars,
    prior_of_phrases,
    style_prefix,
)
from .llm_memory import Kind, Prior
from .llm_sides import mirrored_text, names_only_right
from .llm_spoken import agrees, insist
from .motion.skeleton import PARTS
from .parts.attributes import PartTexts, mirrored, write
from .parts.spoken import spoken


class Reasoner:
    """Writes part texts by the language model; all parts of all prompts in one batch."""

    def __init__(self, llm: LanguageModel) -> None:
        """Prepare the grammars of the answers."""
        self._llm = llm
        # Everybody does something, so a content leaves no part without a text; a style may.
        self._may_be_open: dict[Kind, bool] = {"content": False, "style": True}
        self._grammars = {kind: grammars(llm.encode, may_be_open) for kind, may_be_open in self._may_be_open.items()}

    def content(self, prompt: str) -> PartTexts:
        """Describe what is done.

        Raises:
            SmooError: ``empty_prompt``.
        """
        return self.both(prompt, "")[0]

    def style(self, prompt: str) -> PartTexts:
        """Describe what a style changes; a part that it leaves alone reads "as usual"."""
        return self._describe([("style", prompt)])[0] if prompt.strip() else dict.fromkeys(PARTS, UNCHANGED)

    def both(self, content: str, style: str) -> tuple[PartTexts, PartTexts]:
        """Describe content and style together.

        Raises:
            SmooError: ``empty_prompt`` if there is no content.
        """
        if not content.strip():
            raise SmooError("empty_prompt", "Say what the character does, for example 'walks forward'.")
        if not style.strip():
            return self._describe([("content", content)])[0], self.style("")
        described = self._describe([("content", content), ("style", style)])
        return described[0], described[1]

    def _describe(self, prompts: list[tuple[Kind, str]]) -> list[PartTexts]:
        turned = [names_only_right(text) for _, text in prompts]
        prompts = [
            (kind, mirrored_text(text) if turn else text) for (kind, text), turn in zip(prompts, turned, strict=True)
        ]
        prefixes = [content_prefix(text) if kind == "content" else style_prefix(text) for kind, text in prompts]
        priors = self._priors(prompts)
        branches = [
            Branch(index, describe_branch(part), self._grammars[kind][part], priors[index].get(part))
            for index, (kind, _) in enumerate(prompts)
            for part in PARTS
        ]
        chosen = iter(self._llm.choose(prefixes, branches))
        described = []
        for (kind, _), turn in zip(prompts, turned, strict=True):
            attributes: dict[tuple[str, str], str] = {}
            for part in PARTS:
                attributes |= attributes_from(part, next(chosen), self._may_be_open[kind])
            attributes = mirrored(attributes) if turn else attributes
            described.append({part: text or UNCHANGED for part, text in write(attributes).items()})
        return described

    def _priors(self, prompts: list[tuple[Kind, str]]) -> list[dict[str, Prior]]:
        """Return the votes of each part.

        What a prompt says outright is believed. If the entries that the whole prompt recalls say otherwise, those
        count that the rest of it recalls.
        """
        said = [spoken(text, kind == "content") for kind, text in prompts]
        whole = self._recalled(prompts)
        rest = self._recalled([(kind, some.rest or text) for (kind, text), some in zip(prompts, said, strict=True)])
        found = []
        for (kind, _), some, of_whole, of_rest in zip(prompts, said, whole, rest, strict=True):
            priors = of_whole
            if some.attributes:
                known = bool(of_whole) and agrees(of_whole, some.attributes)
                priors = insist(of_whole if known else of_rest, some.attributes, silent_else=not known)
            found.append({part: prior_of_phrases(vote, self._may_be_open[kind]) for part, vote in priors.items()})
        return found

    def _recalled(self, prompts: list[tuple[Kind, str]]) -> list[dict[str, Prior]]:
        """Return what the memory says of each part; nothing if there is none."""
        memory, encoder = self._llm.memory, self._llm.encoder
        if memory is None or encoder is None:
            return [{} for _ in prompts]
        vectors = encoder.vectors([text for _, text in prompts])
        return [
            memory.describe(kind, memory.recognise(kind, prompt, vector))
            for (kind, prompt), vector in zip(prompts, vectors, strict=True)
        ]
