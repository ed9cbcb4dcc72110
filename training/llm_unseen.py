# SPDX-License-Identifier: GPL-3.0-or-later
"""How well contents and styles that were never trained on are described, beside looking up the nearest that were.

F1 of attributes against the written entry, all wordings of an entry counted. The look-up answers with the entry of the trained
wording that is most like the prompt: by what it means to the sentence encoder (cosine), by the state of the untouched language
model behind it (cosine, made even), and by words and letter triples in common (cosine of tf-idf).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final

import torch

from server.encoder import SentenceEncoder
from server.llm import LanguageModel
from server.parts.attributes import parse
from server.reasoner import Reasoner
from training.corpus.entries import Attributes, Entry, Kind

Answer = Callable[[str], Attributes]
_BATCH: Final = 64


class Overlap:
    """Right, said and true attributes counted over many answers."""

    def __init__(self) -> None:
        """Start with nothing counted."""
        self.right = self.said = self.true = 0

    def add(self, found: Attributes, truth: Attributes) -> None:
        """Count an answer."""
        self.right += sum(truth.get(key) == value for key, value in found.items())
        self.said += len(found)
        self.true += len(truth)

    def percent(self) -> float:
        """Return F1 in percent."""
        return round(200 * self.right / max(1, self.said + self.true), 1)


def by_meaning(encoder: SentenceEncoder, known: Sequence[Entry]) -> Answer:
    """Return the look-up by a sentence encoder."""
    wordings = [(wording, entry) for entry in known for wording in entry.trained]
    vectors = encoder.vectors([wording for wording, _ in wordings])
    return lambda prompt: wordings[int((vectors @ encoder.vectors([prompt])[0]).argmax())][1].attributes


def by_states(llm: LanguageModel, known: Sequence[Entry]) -> Answer:
    """Return the look-up by the states of a language model."""
    wordings = [(wording, entry) for entry in known for wording in entry.trained]
    texts = [wording for wording, _ in wordings]
    states = torch.cat([llm.states(texts[first : first + _BATCH]).float() for first in range(0, len(texts), _BATCH)])
    mean, spread = states.mean(0), states.std(0) + 1e-3
    unit = torch.nn.functional.normalize((states - mean) / spread, dim=-1)

    def answer(prompt: str) -> Attributes:
        state = (llm.states([prompt]).float()[0] - mean) / spread
        return wordings[int((unit @ state).argmax())][1].attributes

    return answer


def by_words(known: Sequence[Entry]) -> Answer:
    """Return the look-up by words and letter triples in common."""
    wordings = [(_terms(wording), entry) for entry in known for wording in entry.trained]
    seen = Counter(term for terms, _ in wordings for term in terms)
    weight = {term: math.log(len(wordings) / count) for term, count in seen.items()}

    def length(terms: Counter[str]) -> float:
        return math.sqrt(sum((count * weight.get(term, 0.0)) ** 2 for term, count in terms.items())) or 1.0

    lengths = [length(terms) for terms, _ in wordings]

    def answer(prompt: str) -> Attributes:
        asked = _terms(prompt)
        scores = [
            sum(asked[term] * count * weight[term] ** 2 for term, count in terms.items() if term in asked) / size
            for (terms, _), size in zip(wordings, lengths, strict=True)
        ]
        return wordings[max(range(len(scores)), key=scores.__getitem__)][1].attributes

    return answer


def _terms(text: str) -> Counter[str]:
    words = re.findall(r"[a-z]+", text.lower())
    return Counter(words) + Counter(f"_{word}_"[at : at + 3] for word in words for at in range(len(word)))


def by_reasoner(llm: LanguageModel, kind: Kind) -> Answer:
    """Return the reasoner's answers."""
    reasoner = Reasoner(llm)
    describe = reasoner.style if kind == "styles" else reasoner.content
    return lambda prompt: dict(parse(describe(prompt)))


def f1(answer: Answer, aside: Sequence[Entry], most: int) -> float:
    """Return F1 in percent over up to ``most`` wordings of each entry that was set aside."""
    overlap = Overlap()
    for entry in aside:
        for wording in entry.wordings[:most]:
            overlap.add(answer(wording), entry.attributes)
    return overlap.percent()
