# SPDX-License-Identifier: GPL-3.0-or-later
"""The ruler's networks: a classifier of content and style, and encoders of motion and text into one space.

Both are small on purpose, convolutions over time and pooling: they measure, they shall not know a recording by heart. The
encoders are trained by contrast (Radford et al., arXiv 2103.00020), which makes nearest-neighbour retrieval mean what
R-precision asks (Guo et al., CVPR 2022).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import torch
from torch import Tensor, nn

from .inputs import INPUT_SIZE

EMBEDDING: Final = 64


class _Trunk(nn.Module):
    """Motion (B, T, 69) to (B, 2 * width): mean and maximum over time of three strided convolutions."""

    mean: Tensor
    scale: Tensor

    def __init__(self, width: int) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for size, kernel in ((INPUT_SIZE, 5), (width, 5), (width, 3)):
            layers += [nn.Conv1d(size, width, kernel, 2, kernel // 2), nn.BatchNorm1d(width), nn.ReLU()]
        self.layers = nn.Sequential(*layers)
        self.register_buffer("mean", torch.zeros(INPUT_SIZE))
        self.register_buffer("scale", torch.ones(INPUT_SIZE))

    def forward(self, values: Tensor) -> Tensor:
        hidden = self.layers(((values - self.mean) / self.scale).transpose(1, 2))
        return torch.cat((hidden.mean(-1), hidden.amax(-1)), dim=-1)


class Classifier(nn.Module):
    """Says content and style of a motion."""

    def __init__(self, contents: int, styles: int, width: int = 96) -> None:
        """Take the numbers of labels."""
        super().__init__()
        self.trunk = _Trunk(width)
        self.embed = nn.Sequential(nn.Dropout(0.2), nn.Linear(2 * width, EMBEDDING), nn.ReLU())
        self.content, self.style = nn.Linear(EMBEDDING, contents), nn.Linear(EMBEDDING, styles)

    def forward(self, values: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return the logits of content and style and the embedding (B, 64) of motions (B, T, 69)."""
        embedding = self.embed(self.trunk(values))
        return self.content(embedding), self.style(embedding), embedding


class Retrieval(nn.Module):
    """Brings a motion and what is said of it to the same place.

    A text is a vector of attributes (`server.parts.attributes.to_vector`, 0 for what is left open) and a bag of the
    label's words; either may be missing.
    """

    first_row: Tensor
    temperature: Tensor

    def __init__(self, slot_sizes: Sequence[int], words: int, width: int = 96) -> None:
        """Take the number of values of each attribute slot, "open" not counted, and the number of words known."""
        super().__init__()
        self.trunk = _Trunk(width)
        self.motion = nn.Sequential(
            nn.Dropout(0.2), nn.Linear(2 * width, 2 * width), nn.ReLU(), nn.Linear(2 * width, EMBEDDING)
        )
        starts = torch.cumsum(torch.tensor([0, *slot_sizes[:-1]]), 0)
        self.register_buffer("first_row", starts, persistent=False)
        self.attributes = nn.Embedding(int(sum(slot_sizes)) + 1, width)
        self.words = nn.Linear(words, width, bias=False)
        self.text = nn.Sequential(
            nn.LayerNorm(width), nn.Linear(width, 2 * width), nn.ReLU(), nn.Linear(2 * width, EMBEDDING)
        )
        self.temperature = nn.Parameter(torch.tensor(2.5))  # of the exponent

    def of_motion(self, values: Tensor) -> Tensor:
        """Return unit vectors (B, 64) of motions (B, T, 69)."""
        return nn.functional.normalize(self.motion(self.trunk(values)), dim=-1)

    def of_text(self, attributes: Tensor, words: Tensor) -> Tensor:
        """Return unit vectors (B, 64) of attribute vectors (B, slots) and word counts (B, words)."""
        rows = torch.where(attributes > 0, attributes + self.first_row, torch.zeros_like(attributes))
        said = (self.attributes(rows) * (attributes > 0)[..., None]).sum(1)
        return nn.functional.normalize(self.text(said + self.words(words)), dim=-1)

    def loss(self, motions: Tensor, texts: Tensor) -> Tensor:
        """Return the symmetric contrastive loss of matching rows (B, 64)."""
        logits = motions @ texts.T * self.temperature.exp().clamp(max=30.0)
        truth = torch.arange(len(motions), device=motions.device)
        loss: Tensor = nn.functional.cross_entropy(logits, truth) + nn.functional.cross_entropy(logits.T, truth)
        return loss / 2


@dataclass(frozen=True)
class RulerConfig:
    """What the weights belong to, and how they came about.

    Attributes:
        contents, styles: labels in the order of the classifier's outputs.
        words: known words of labels and descriptions.
        slot_sizes: numbers of values of the attribute slots.
        seed: of the training.
        classifier_steps, retrieval_steps: length of the training.
        minutes: time it took on the machine it ran on.
        real: accuracies on real clips, measured at the end of the training; see `training.evaluate.train_ruler`.
    """

    contents: tuple[str, ...]
    styles: tuple[str, ...]
    words: tuple[str, ...]
    slot_sizes: tuple[int, ...]
    seed: int
    classifier_steps: int
    retrieval_steps: int
    minutes: float
    real: dict[str, float]

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for a file's metadata."""
        return asdict(self)


def config_from(values: dict[str, Any]) -> RulerConfig:
    """Return the config of a weights file's metadata."""
    names = ("contents", "styles", "words", "slot_sizes")
    return RulerConfig(**{**values, **{name: tuple(values[name]) for name in names}})


class Networks(nn.Module):
    """Both networks as one, so that they live in one file."""

    def __init__(self, config: RulerConfig) -> None:
        """Make untrained networks."""
        super().__init__()
        self.classifier = Classifier(len(config.contents), len(config.styles))
        self.retrieval = Retrieval(config.slot_sizes, len(config.words))
