# SPDX-License-Identifier: GPL-3.0-or-later
"""Every clip of a data set on the 22-joint skeleton, several processes at a time, with figures of how well it went.

Splits: by a hash of the clip's name, 10 % test and 5 % validation. Two kinds of Bandai-Namco clips are treated apart.
In set 1 nearly every pair of content and style (127 of 144) was recorded once, so that a clip held out is a pair that
training never sees: only 6 % are for test there and 2 % for validation. And call, dance-short, kick, punch, respond
and slash exist in one or two takes of a single style: they all train, or the content would be lost.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Final

import numpy as np
from tqdm import tqdm

from server.errors import SmooError
from server.motion.rotations import Array
from training.datasets import FORMATS, bandai_namco
from training.datasets.agreement import ankle_slides, direction_errors
from training.datasets.clip import Clip, split_of
from training.datasets.convert import Calibration, finished
from training.datasets.formats import Format, Item
from training.datasets.repair import good_stretches, off_the_belt

_REFERENCES: Final = 60  # clips from which a skeleton's calibration is learnt
_SINGLE_TAKES: Final = frozenset({"call", "dance-short", "kick", "punch", "respond", "slash"})


@dataclass(frozen=True)
class Converted:
    """One file after conversion.

    Attributes:
        item: the file.
        clips: one clip; several where joints flip in between; none where nothing usable is left.
        errors: (T, 9) angle in degrees between our bones and the source's, NaN where the source has no such bone.
        source_slides: (N,) ground speed in m/s of the source's planted ankles.
        slides: (N,) the same of our ankles at the same moments.
        frames_left_out: frames around flips that are in no clip.
        walked: whether a walk on the spot was made to travel.
        problem: why the file could not be read, or "".
    """

    item: Item
    clips: tuple[Clip, ...] = ()
    errors: Array = field(default_factory=lambda: np.zeros((0, 9), np.float32))
    source_slides: Array = field(default_factory=lambda: np.zeros(0, np.float32))
    slides: Array = field(default_factory=lambda: np.zeros(0, np.float32))
    frames_left_out: int = 0
    walked: bool = False
    problem: str = ""


def calibrations(form: Format, items: list[Item]) -> dict[str, Calibration]:
    """Learn each skeleton of a data set from its reference clips, or from all clips where none is one."""
    learnt: dict[str, Calibration] = {}
    for skeleton, mapping in form.SKELETONS.items():
        own = [item for item in items if item.skeleton == skeleton]
        chosen = [item for item in own if item.reference] or own
        sources = []
        for item in chosen[:: max(1, len(chosen) // _REFERENCES)]:
            try:
                sources.append(form.read(item))
            except SmooError:
                continue  # reported when its turn to be converted comes
        if sources:
            learnt[skeleton] = Calibration(mapping, sources)
    return learnt


def split_for(item: Item, dataset: str) -> str:
    """Return the split of a file; see the top of the module for the exceptions."""
    if dataset == bandai_namco.DATASET and item.content in _SINGLE_TAKES:
        return "train"
    if dataset == bandai_namco.DATASET and item.name.startswith("dataset-1"):
        return split_of(item.name, test_share=0.06, val_share=0.02)
    return split_of(item.name)


class _Worker:
    """Converts one file; knows its data set's calibrations."""

    def __init__(self, form: Format, learnt: dict[str, Calibration]) -> None:
        self._dataset, self._learnt = form.DATASET, learnt

    def __call__(self, item: Item) -> Converted:
        form = next(form for form in FORMATS if self._dataset == form.DATASET)
        try:
            return self._convert(form, item)
        except (SmooError, ValueError, KeyError) as error:
            return Converted(item, problem=f"{item.path.name}: {error}")

    def _convert(self, form: Format, item: Item) -> Converted:
        source = form.read(item)
        calibration = self._learnt[item.skeleton]
        motion = calibration.posed(source)
        errors = direction_errors(source, motion, calibration.mapping)
        theirs, ours = ankle_slides(source, motion, calibration.mapping, calibration.scale)
        stretches = good_stretches(motion) if form.SOLVED else [(0, motion.frames)]
        clips, walked = [], False
        for number, (start, end) in enumerate(stretches, 1):
            part = motion.sliced(start, end)
            moved = off_the_belt(part) if form.ON_THE_SPOT else part
            walked = walked or moved is not part
            name = item.name if len(stretches) == 1 else f"{item.name}.{number}"
            labels = (self._dataset, item.content, item.style, item.description)
            clips.append(Clip(name, *labels, finished(moved), split_for(item, self._dataset)))
        lost = motion.frames - sum(end - start for start, end in stretches)
        errors, theirs, ours = (figure.astype(np.float32) for figure in (errors, theirs, ours))
        return Converted(item, tuple(clips), errors, theirs, ours, lost, walked)


def converted(form: Format, folder: Path) -> Iterator[Converted]:
    """Yield every file of a data set, converted or with its problem."""
    items = form.items(folder)
    worker = _Worker(form, calibrations(form, items))
    with ProcessPoolExecutor(min(2, os.cpu_count() or 1), mp_context=get_context("fork")) as pool:
        yield from tqdm(pool.map(worker, items, chunksize=8), form.DATASET, len(items))
