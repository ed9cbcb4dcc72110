# SPDX-License-Identifier: GPL-3.0-or-later
"""What a step of the generator's training learns from, drawn from the files of ``training.samples``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn.functional import pad

from server.generator import GROUPS, remaining_steps
from server.motion.skeleton import PARTS
from server.parts.vocabulary import SLOT_INDEX, SLOT_PARTS
from training.samples import LONGEST, PRACTISED
from training.variations import VARIED

UPPER: Final[tuple[tuple[str, ...], ...]] = (
    ("right_arm",),
    ("left_arm",),
    ("right_arm", "left_arm"),
    ("backbone",),
)
"""Parts that can do what another clip's do while the legs go on."""
_ALONE: Final = (*GROUPS, *((part,) for group in GROUPS for part in group if len(group) > 1))
"""Parts that may speak alone."""
IGNORED: Final = -100
"""In tokens: behind the end of a clip."""
_BATCHES_SORTED: Final = 8  # batches that are drawn at once and sorted by length
_ROWS_EACH: Final = 6
"""Of attributes that a stretch has at the most: three phases of its own, cut by three of a guest's."""
_RAREST: Final = 5.0  # how much more often than usual the stretch of which the rarest things are said is drawn


@dataclass(frozen=True)
class Settings:
    """Hyperparameters of a run."""

    steps: int = 4000
    batch: int = 64
    rate: float = 8e-4
    seed: int = 0
    practised: float = 0.2
    varied: float = 0.45
    labelled: float = 0.4
    recombined: float = 0.25
    hidden: float = 0.10
    wrong: float = 0.05
    silent: float = 0.10
    alone: float = 0.20
    part_left_out: float = 0.10
    slot_left_out: float = 0.12
    sparse: float = 0.4
    dropout: float = 0.05
    average: float = 0.998


Drawn = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]
"""Tokens (T, 6) of a stretch and what is said of each step (T, slots)."""


@dataclass(frozen=True)
class Batch:
    """What one step learns from.

    Attributes:
        tokens: (B, T, 6) to be predicted, `IGNORED` behind the end.
        before: (B, T, 6) tokens of the step before, partly hidden or wrong.
        rows: (R, slots) attribute vectors, one for each stretch of steps that are told the same.
        which: (B, T) the row of each step.
        remaining: (B, T, 6) for how many more steps it holds for each part.
        lengths: (B,) in steps.
    """

    tokens: Tensor
    before: Tensor
    rows: Tensor
    which: Tensor
    remaining: Tensor
    lengths: Tensor

    def tensors(self, device: str) -> list[Tensor]:
        """Return all of it on a device, in the order of the attributes."""
        return [getattr(self, name).to(device) for name in self.__dataclass_fields__]

    def padded(self) -> Batch:
        """Return the batch at the one shape that all batches of its size fit into."""
        behind, rows = LONGEST - self.tokens.shape[1], _ROWS_EACH * len(self.tokens) - len(self.rows)
        return Batch(
            pad(self.tokens, (0, 0, 0, behind), value=IGNORED),
            pad(self.before, (0, 0, 0, behind)),
            pad(self.rows, (0, 0, 0, rows)),
            pad(self.which, (0, behind)),
            pad(self.remaining, (0, 0, 0, behind)),
            self.lengths,
        )


def _rarity(said: npt.NDArray[np.int8]) -> npt.NDArray[np.float64]:
    """Return how rare what is said (N, slots) of each row is: its values' inverse frequencies added up, squared, around 1."""
    rarity = np.zeros(len(said))
    for values in said.T:
        rarity += np.where(values == 0, 0.0, len(values) / np.bincount(values, minlength=1)[values])
    usual = np.median(rarity) if len(rarity) else 1.0
    return np.clip((rarity / max(usual, 1e-9)) ** 2, 1 / _RAREST, _RAREST)


def joined(files: Sequence[Path]) -> dict[str, npt.NDArray[Any]]:
    """Return the arrays of some files of samples (`training.samples.build`) as if they were one file's."""
    rows: dict[str, list[npt.NDArray[Any]]] = {}
    steps = phases = 0
    for file in files:
        arrays = dict(np.load(file))
        arrays["first"], arrays["phase"] = arrays["first"] + steps, arrays["phase"] + phases
        steps, phases = steps + len(arrays["tokens"]), phases + len(arrays["said"])
        for name, values in arrays.items():
            rows.setdefault(name, []).append(values)
    return {name: np.concatenate(values) for name, values in rows.items()}


class SampleSampler:
    """Random batches of stretches; labelled clips evenly over their labels, the others as they come."""

    def __init__(self, samples: Sequence[Path], settings: Settings, codes: int) -> None:
        """Open what ``training.samples`` wrote, and ``training.practice``."""
        arrays = joined(samples)
        self.tokens = (arrays["tokens"], arrays["tokens_mirrored"])
        self.said = (arrays["said"], arrays["said_mirrored"])
        self.first, self.length = arrays["first"], arrays["length"]
        self.phase, self.phases = arrays["phase"], arrays["phases"]
        self.settings, self.codes, self.slot_parts = settings, codes, SLOT_PARTS
        groups: dict[str, list[int]] = {}
        for index, label in enumerate(arrays["label"].tolist()):
            groups.setdefault(label, []).append(index)
        self.varied, self.other, self.practised = (
            np.array(groups.pop(label, []), dtype=np.int64) for label in (VARIED, "", PRACTISED)
        )
        self.groups = [np.array(group) for group in groups.values()]
        rarity = _rarity(self.said[0][self.phase[self.varied]])
        self.rarity_so_far = np.cumsum(rarity) / rarity.sum()
        self.ready: list[list[Drawn]] = []
        self.dice = np.random.default_rng(settings.seed)

    def _row(self) -> int:
        """Draw a stretch: its kind first, of the kinds that there are; labelled ones evenly over the labels.

        Practised ones come first, the others share the rest. Varied ones are drawn the more often the rarer what is said of
        them, as they are there for what is rarely seen.
        """
        how = self.settings
        if self.practised.size and self.dice.random() < how.practised:
            return int(self.dice.choice(self.practised))
        labelled = self.groups[self.dice.integers(len(self.groups))] if self.groups else np.array([], dtype=np.int64)
        kinds = ((how.varied, self.varied), (how.labelled, labelled), (1 - how.varied - how.labelled, self.other))
        shares = np.array([share if rows.size else 0.0 for share, rows in kinds])
        kind = self.dice.choice(len(kinds), p=shares / shares.sum())
        rows = kinds[kind][1]
        if kind == 0:
            return int(rows[np.searchsorted(self.rarity_so_far, self.dice.random())])
        return int(self.dice.choice(rows))

    def _one(self) -> Drawn:
        row, side = self._row(), int(self.dice.random() < 0.5)
        phases = slice(self.phase[row], self.phase[row] + self.phases[row])
        lengths = self.length[phases]
        first = self.first[phases][0]
        said = np.repeat(self.said[side][phases].astype(np.int64), lengths, axis=0)
        return self.tokens[side][first : first + lengths.sum()].astype(np.int64), said

    def _recombined(self) -> Drawn:
        tokens, said = self._one()
        guest, guest_said = self._one()
        length = min(len(tokens), len(guest))
        tokens, said = tokens[:length].copy(), said[:length].copy()
        for part in UPPER[self.dice.integers(len(UPPER))]:
            index = PARTS.index(part)
            tokens[:, index] = guest[:length, index]
            said[:, index == self.slot_parts] = guest_said[:length, index == self.slot_parts]
        both = [SLOT_INDEX[part, "pair"] for part in ("right_arm", "left_arm")]
        said[:, both] = 0  # how one arm goes with the other is no longer known
        return tokens, said

    def _leave_out(self, said: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Leave out parts and slots, of some parts most of them: a sentence may say little, and must be obeyed the same.

        At times one part or one group alone speaks, as groups do where the generator asks what their own words want.
        """
        how = self.settings
        if self.dice.random() < how.silent:
            return np.zeros_like(said)
        parts = self.dice.random(len(PARTS)) < how.part_left_out
        if self.dice.random() < how.alone:
            parts = ~np.isin(np.arange(len(PARTS)), _ALONE[self.dice.integers(len(_ALONE))])
        sparse = self.dice.random(len(PARTS)) < how.sparse
        chance = np.where(sparse, self.dice.uniform(how.slot_left_out, 1, len(PARTS)), how.slot_left_out)
        return np.where(parts[self.slot_parts] | (self.dice.random(said.shape[1]) < chance[self.slot_parts]), 0, said)

    def _drawn(self) -> list[Drawn]:
        """Return stretches of about the same length, so that little of a batch is padding."""
        how = self.settings
        if not self.ready:
            count = _BATCHES_SORTED * how.batch
            some = [self._recombined() if self.dice.random() < how.recombined else self._one() for _ in range(count)]
            some.sort(key=lambda drawn: len(drawn[0]))
            self.ready = [some[first : first + how.batch] for first in range(0, count, how.batch)]
            self.dice.shuffle(self.ready)
        return self.ready.pop()

    def batches(self, number: int = 0, *, one_shape: bool = False) -> Iterator[Batch]:
        """Yield batches without end; rows of other numbers are drawn with other seeds."""
        self.dice, self.ready = np.random.default_rng([self.settings.seed, number]), []
        while True:
            yield self.batch().padded() if one_shape else self.batch()

    def batch(self) -> Batch:
        """Return a batch."""
        how = self.settings
        drawn = self._drawn()
        longest = max(len(tokens) for tokens, _ in drawn)
        target = np.full((how.batch, longest, len(PARTS)), IGNORED)
        said = np.zeros((how.batch, longest, len(self.slot_parts)), dtype=np.int64)
        remaining = np.zeros(target.shape, dtype=np.int64)
        for row, (tokens, words) in enumerate(drawn):
            target[row, : len(tokens)] = tokens
            said[row, : len(tokens)] = self._leave_out(words)
            remaining[row, : len(tokens)] = remaining_steps(words, self.slot_parts)
        before = np.concatenate((np.full((how.batch, 1, len(PARTS)), self.codes), target[:, :-1]), axis=1)
        before[before == IGNORED] = self.codes
        chance = self.dice.random(before.shape)
        before[chance < how.hidden] = self.codes
        mistaken = chance > 1 - how.wrong
        before[mistaken] = self.dice.integers(0, self.codes, int(mistaken.sum()))
        new = np.ones(said.shape[:2], dtype=bool)
        new[:, 1:] = (said[:, 1:] != said[:, :-1]).any(axis=-1)
        which = np.cumsum(new).reshape(new.shape) - 1
        lengths = np.array([len(tokens) for tokens, _ in drawn])
        arrays = (target, before, said[new], which, remaining, lengths)
        return Batch(*(torch.from_numpy(np.ascontiguousarray(array)) for array in arrays))
