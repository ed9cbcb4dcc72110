# SPDX-License-Identifier: GPL-3.0-or-later
"""The trained ruler: what it says of motions and of texts. Made by `training.evaluate.train_ruler`, kept in ``weights/``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import torch

from server.errors import SmooError
from server.motion.motion import Motion
from server.networks.files import load_weights
from server.parts.attributes import AttributeSet, to_vector
from server.parts.vocabulary import SLOTS
from training.library import Entry

from .inputs import network_inputs, window
from .networks import Networks, RulerConfig, config_from

Floats = npt.NDArray[np.float32]

WEIGHTS: Final = Path(__file__).resolve().parent / "weights" / "ruler.safetensors"
_AGAIN: Final = "Check out training/evaluate/weights again, or run 'python -m training.evaluate.train_ruler'."


def label_words(content: str, style: str, description: str = "") -> tuple[str, ...]:
    """Return the words of a clip's labels or description, each once, in order."""
    found = re.findall(r"[a-z]+", f"{content} {style} {description}".lower())
    return tuple(dict.fromkeys(word for word in found if len(word) > 1))


@dataclass(frozen=True)
class Judgement:
    """What the networks say of N motions.

    Attributes:
        contents, styles: logits (N, labels).
        embeddings: (N, 64) of the classifier, in which Frechet and kernel distances are taken.
        places: (N, 64) unit vectors of the retrieval model.
    """

    contents: Floats
    styles: Floats
    embeddings: Floats
    places: Floats

    def __len__(self) -> int:
        return len(self.embeddings)

    def __getitem__(self, rows: Sequence[int] | npt.NDArray[np.intp] | slice) -> Judgement:
        """Return the judgement of some of the motions."""
        return Judgement(self.contents[rows], self.styles[rows], self.embeddings[rows], self.places[rows])


def joined(parts: Iterable[Judgement]) -> Judgement:
    """Return the judgement of several batches as one."""
    rows = list(parts)
    return Judgement(
        *(np.concatenate([getattr(p, n) for p in rows]) for n in ("contents", "styles", "embeddings", "places"))
    )


class Ruler:
    """Classifier and retrieval model, ready to judge."""

    def __init__(self, networks: Networks, config: RulerConfig) -> None:
        """Wrap trained networks."""
        self.networks, self.config = networks.eval(), config

    @classmethod
    def load(cls, path: Path = WEIGHTS) -> Ruler:
        """Load the committed weights.

        Raises:
            SmooError: ``weights_missing`` or ``weights_damaged``, saying what to do.
        """
        try:
            tensors, values = load_weights(path)
        except SmooError as error:
            raise SmooError(error.code, f"{error.message.split('. ')[0]}. {_AGAIN}") from error
        config = config_from(values)
        if config.slot_sizes != tuple(len(slot.values) for slot in SLOTS):
            raise SmooError("weights_damaged", f"The ruler knows another vocabulary of attributes. {_AGAIN}")
        networks = Networks(config)
        networks.load_state_dict(tensors)
        return cls(networks, config)

    @torch.inference_mode()
    def judge(self, motions: Iterable[Motion], batch: int = 64) -> Judgement:
        """Judge motions of any length."""
        windows = [window(network_inputs(motion)) for motion in motions]
        rows = []
        for start in range(0, len(windows), batch):
            values = torch.from_numpy(np.stack(windows[start : start + batch]))
            content, style, embedding = self.networks.classifier(values)
            places = self.networks.retrieval.of_motion(values)
            rows.append(Judgement(content.numpy(), style.numpy(), embedding.numpy(), places.numpy()))
        return joined(rows)

    @torch.inference_mode()
    def read(self, attributes: Sequence[AttributeSet], words: Sequence[Iterable[str]]) -> Floats:
        """Return unit vectors (N, 64) of texts: what they say as attributes, and label words; either may be empty."""
        vectors = np.stack([to_vector(said) for said in attributes])
        counts = np.stack([self.word_row(row) for row in words])
        return np.asarray(
            self.networks.retrieval.of_text(torch.from_numpy(vectors), torch.from_numpy(counts)).numpy(),
            dtype=np.float32,
        )

    def word_row(self, words: Iterable[str]) -> Floats:
        """Return which known words (W,) are among the given ones."""
        row = np.zeros(len(self.config.words), dtype=np.float32)
        for word in words:
            if word in self.config.words:
                row[self.config.words.index(word)] = 1.0
        return row

    def content_right(self, judged: Judgement, contents: Sequence[str], top: int = 1) -> npt.NDArray[np.bool_]:
        """Return (N,) whether the true content is among the ``top`` likeliest."""
        return _right(judged.contents, [self.config.contents.index(name) for name in contents], top)

    def style_right(self, judged: Judgement, styles: Sequence[str], top: int = 1) -> npt.NDArray[np.bool_]:
        """Return (N,) whether the true style is among the ``top`` likeliest."""
        return _right(judged.styles, [self.config.styles.index(name) for name in styles], top)


def _right(logits: Floats, truth: Sequence[int], top: int) -> npt.NDArray[np.bool_]:
    best = np.argsort(-logits, axis=1)[:, :top]
    return np.asarray((best == np.asarray(truth)[:, None]).any(axis=1))


def words_of(entry: Entry) -> tuple[str, ...]:
    """Return the label words of a recorded clip."""
    return label_words(entry.content, entry.style, entry.description)
