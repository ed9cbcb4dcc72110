# SPDX-License-Identifier: GPL-3.0-or-later
"""The variants of the generator that are compared, and how one is trained: the same network, seed, samples and steps."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, cast

import numpy as np
import numpy.typing as npt
import torch

from server.networks.digits import Digits
from server.networks.motion_head import MotionHead
from training.sampler import Drawn, SampleSampler, Settings
from training.train_generator import new_head, train

from .told import SLOTS_TOLD, Sources, Told

_WIDTH: Final = 192
_LAYERS: Final = 4


@dataclass(frozen=True)
class Variant:
    """One way of telling and training.

    Attributes:
        name: unique.
        parts: what tells the part texts: ``attributes``, ``states``, ``both`` or ``none``.
        whole: whether a sentence for the whole body is told.
        tuned: whether states are the tuned language model's; otherwise the untouched one's.
        recombined, varied: whether such samples are trained on.
    """

    name: str
    parts: str = "attributes"
    whole: bool = False
    tuned: bool = True
    recombined: bool = True
    varied: bool = True

    def settings(self, steps: int, batch: int) -> Settings:
        """Return the hyperparameters."""
        how = replace(Settings(), steps=steps, batch=batch)
        if not self.recombined:
            how = replace(how, recombined=0.0)
        return how if self.varied else replace(how, varied=0.0)


VARIANTS: Final = (
    Variant("part texts as attributes (as shipped)"),
    Variant("whole text only", parts="none", whole=True),
    Variant("whole text and part texts", whole=True),
    Variant("part texts as states, tuned language model", parts="states"),
    Variant("part texts as states, untouched language model", parts="states", tuned=False),
    Variant("part texts as attributes and states", parts="both"),
    Variant("without recombination", recombined=False),
    Variant("without variations", varied=False),
)


class LabelledSampler(SampleSampler):
    """Samples that also tell which label a stretch has, as a last column: 0 for none."""

    def __init__(self, samples: Path, settings: Settings, codes: int, labels: list[str]) -> None:
        """Open what ``training.samples`` wrote; a label's number is its place in ``labels``, from 1."""
        super().__init__([samples], settings, codes)
        arrays = np.load(samples)
        numbers = np.array([labels.index(label) + 1 if label in labels else 0 for label in arrays["label"].tolist()])
        column = np.repeat(numbers, self.phases)[:, None].astype(np.int16)
        plain, mirror = (side.astype(np.int16) for side in self.said)
        # a mirrored clip turns the other way than its label says
        self.said = (np.hstack((plain, column)), np.hstack((mirror, np.zeros_like(column))))
        self.slot_parts = SLOTS_TOLD

    def _recombined(self) -> Drawn:
        tokens, said = super()._recombined()
        said[:, -1] = 0  # no sentence for the whole body is true of two clips
        return tokens, said


def labels_of(samples: Path) -> list[str]:
    """Return the labels ``content|style`` that samples have."""
    names: npt.NDArray[np.str_] = np.unique(np.load(samples)["label"])
    return [name for name in names.tolist() if "|" in name]


def trained(
    variant: Variant, sources: Sources, samples: Path, levels: tuple[int, ...], steps: int, batch: int, folder: Path
) -> tuple[MotionHead, Told]:
    """Return a variant's network, trained or read from the folder's checkpoint, and what of it is told."""
    settings = variant.settings(steps, batch)
    torch.manual_seed(settings.seed)
    head = new_head(levels, settings.dropout, _WIDTH, _LAYERS)
    head.config = replace(head.config, slot_parts=tuple(SLOTS_TOLD.tolist()))
    head.attributes = Told(sources, _WIDTH)
    sampler = LabelledSampler(samples, settings, Digits(levels).codes, labels_of(samples))
    head = train(sampler, head, settings, folder, folder / "generator.safetensors", minutes=1e6).eval()
    return head, cast("Told", head.attributes)
