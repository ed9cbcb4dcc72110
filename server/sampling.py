# SPDX-License-Identifier: GPL-3.0-or-later
"""How tokens are drawn from what the generator's network says: guidance, temperature and nucleus.

In numpy: a digit has five or eight values, which are drawn 900 times for four seconds of motion; on so little a numpy call
costs a third of a torch call.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Sampling:
    """How tokens are drawn.

    Attributes:
        temperature: below 1 plays safe, above 1 varies more.
        guidance: 1 takes the condition as it is; above 1 pushes away from what would be done unconditioned.
        own: how much further each part is pushed to what the words of its group (`GROUPS`) alone ask for; 0 leaves it to
            all words together.
        top_p: only the likeliest values of a digit that together have this probability are drawn from (Holtzman et al., 2019).
    """

    temperature: float = 0.9
    guidance: float = 2.5
    own: float = 2.0
    top_p: float = 0.95


@dataclass(frozen=True)
class SamplingRows:
    """The `Sampling` of every clip of a batch, each value (B, 1)."""

    temperature: Floats
    guidance: Floats
    own: Floats
    top_p: Floats

    @classmethod
    def of(cls, hows: Sequence[Sampling]) -> SamplingRows:
        """Return the rows of one `Sampling` a clip."""
        return cls(*(np.array([[getattr(how, f.name)] for how in hows], dtype=np.float32) for f in fields(Sampling)))


def guided(logits: Floats, rows: SamplingRows) -> Floats:
    """Return (B, levels) of logits (views, B, levels): pushed away from what would be done untold.

    Classifier-free guidance (Ho and Salimans, arXiv 2207.12598) to all words and to the group's own ones at once, as
    conditions are composed by Liu et al. (arXiv 2206.01714): all words together tell a recording so well that a single
    sentence that was changed would go unheard.
    """
    told: Floats = logits[0]
    if len(logits) == 1:
        return told
    untold = logits[1]
    pushed: Floats = untold + rows.guidance * (told - untold)
    if len(logits) > 2:
        pushed += rows.own * (logits[2] - untold)
    return pushed


def draw(logits: Floats, rows: SamplingRows, rolls: Floats) -> npt.NDArray[np.int64]:
    """Draw one value (B,) a row of logits (B, levels) by nucleus sampling, as the rolls (B,) from 0 to 1 fall.

    Temperature 0 takes the likeliest.
    """
    scaled = logits / np.maximum(rows.temperature, 1e-6)
    weight = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    order = np.argsort(-weight, axis=-1, kind="stable")
    row = np.arange(len(weight))
    chance = weight[row[:, None], order] / weight.sum(axis=-1, keepdims=True)
    reached = chance.cumsum(axis=-1)
    within = (reached - chance < rows.top_p).sum(axis=-1) - 1  # the last value that may be drawn
    passed = (reached <= (rolls * reached[row, within])[:, None]).sum(axis=-1)
    return np.asarray(order[row, np.minimum(passed, within)], dtype=np.int64)
