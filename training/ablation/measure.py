# SPDX-License-Identifier: GPL-3.0-or-later
"""What a variant is measured by: the ruler's own checks, on validation clips and plain phrases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from server.captioner import attributes_of
from server.generator import Generator
from server.motion.contacts import clean_feet
from server.motion.features import contact_features
from server.motion.motion import Motion
from server.motion.skeleton import PARTS
from server.networks.tokenizer import PartTokenizer
from server.parts.attributes import to_vector
from server.parts.phases import schedule
from server.parts.vocabulary import SLOT_PARTS
from server.sampling import Sampling
from training.evaluate.obedience import chosen_phrases, holds
from training.evaluate.ruler import Ruler
from training.library import Entry, Library

Vectors = npt.NDArray[np.int64]

_FRAMES: Final = 120
_BATCH: Final = 16
_ARMS: Final = np.isin(SLOT_PARTS, [PARTS.index("right_arm"), PARTS.index("left_arm")])
# without the push to each part's own words, which a text for the whole body does not have
_HOW: Final = Sampling(own=0.0)


@dataclass(frozen=True)
class Requests:
    """What every variant is asked.

    Attributes:
        entries: recorded clips of known labels.
        captions: (N, slots) what the captioner says of them.
        exchanged: (N, slots) the same with the arms of the clip after.
        labels: (N,) the whole text of each, as its number; 0 for none.
    """

    entries: tuple[Entry, ...]
    captions: Vectors
    exchanged: Vectors
    labels: Vectors


def requests(library: Library, labels: Sequence[str], ruler: Ruler, count: int) -> Requests:
    """Choose validation clips of labels that are trained on and known to the ruler."""
    known = [
        e
        for e in library.entries
        if e.split == "val" and f"{e.content}|{e.style}" in labels and e.content in ruler.config.contents
    ]
    chosen = [known[row] for row in np.random.default_rng(0).permutation(len(known))[:count]]
    captions = np.stack([to_vector(attributes_of(library.motion(entry).sliced(0, _FRAMES))) for entry in chosen])
    exchanged = np.where(_ARMS, np.roll(captions, -1, axis=0), captions)
    numbers = np.array([labels.index(f"{e.content}|{e.style}") + 1 for e in chosen])
    return Requests(tuple(chosen), captions, exchanged, numbers)


class Measure:
    """Generates with a variant and judges what comes."""

    def __init__(self, generator: Generator, tokenizer: PartTokenizer, ruler: Ruler) -> None:
        """Take a variant's network, the tokenizer of its samples, and the ruler."""
        self.generator, self.tokenizer, self.ruler = generator, tokenizer, ruler

    def motions(self, said: Vectors, labels: Vectors) -> list[Motion]:
        """Return a clip of four seconds for each row of attributes (N, [steps,] slots) and number of a whole text (N,)."""
        steps = _FRAMES // self.tokenizer.config.frames
        each = said if said.ndim == 3 else np.repeat(said[:, None], steps, axis=1)
        column = np.repeat(labels[:, None, None], steps, axis=1)
        told = np.concatenate((each, column), axis=-1)
        made = []
        for first in range(0, len(told), _BATCH):
            some = told[first : first + _BATCH]
            tokens = self.generator.generate(some, list(range(first, first + len(some))), sampling=_HOW)
            for row in tokens:
                motion, values = self.tokenizer.decode(row, _FRAMES)
                made.append(clean_feet(motion, contact_features(values) > 0.5).canonical())
        return made

    def captions(self, asked: Requests) -> dict[str, float]:
        """Return recognition and the share of attributes found, for clips asked for by label and caption."""
        made = self.motions(asked.captions, asked.labels)
        judged = self.ruler.judge(made)
        return {
            "content": _percent(self.ruler.content_right(judged, [e.content for e in asked.entries])),
            "style": _percent(self.ruler.style_right(judged, [e.style for e in asked.entries])),
            "attributes": _found(asked.captions, made, np.ones_like(_ARMS)),
        }

    def exchanged(self, asked: Requests) -> float:
        """Return the share of the arms' attributes found where the arms are asked to do what another clip's do."""
        made = self.motions(asked.exchanged, np.zeros_like(asked.labels))
        return _found(asked.exchanged, made, _ARMS)

    def phrases(self, count: int, first_whole: int) -> float:
        """Return the share of plain phrases met; ``first_whole`` is the number of the first one's whole text, or 0."""
        chosen = chosen_phrases(count)
        steps = _FRAMES // self.tokenizer.config.frames
        said = np.stack([schedule(phrase.texts, steps, _FRAMES / steps / 30) for phrase in chosen])
        numbers = np.arange(len(chosen)) + first_whole if first_whole else np.zeros(len(chosen), dtype=np.int64)
        made = self.motions(said.astype(np.int64), numbers.astype(np.int64))
        return _percent([holds(phrase.checks, motion) for phrase, motion in zip(chosen, made, strict=True)])


def _found(asked: Vectors, made: Sequence[Motion], slots: npt.NDArray[np.generic]) -> float:
    found = np.stack([to_vector(attributes_of(motion)) for motion in made])
    said = (asked > 0) & slots.astype(bool)
    return _percent(found[said] == asked[said])


def _percent(right: npt.ArrayLike) -> float:
    return round(100 * float(np.mean(np.asarray(right, dtype=float))), 1)
