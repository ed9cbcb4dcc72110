# SPDX-License-Identifier: GPL-3.0-or-later
"""Every clip of a data set on the 22-joint skeleton, several processes at a time, with figures of how well it went.

Splits, for all data sets: by a hash of the clip's name, 10 % test and 5 % validation, so that no clip ever changes its
split and none depends on what else there is. Test clips whose content and style together have training clips are
held-out takes; those of which training has none are held-out pairs (`training.evaluate.splits` tells them apart and
names the styles that are set aside altogether). Two kinds of Bandai-Namco clips are treated apart.
In set 1 nearly every pair of content and style (127 of 144) was recorded once, so that a clip held out is a pair that
training never sees: only 6 % are for test there and 2 % for validation. And call, dance-short, kick, punch, respond
and slash exist in one or two takes of a single style: they all train, or the content would be lost.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from multiprocessing import get_all_start_methods, get_context
from pathlib import Path
from typing import Final, Self, TypeVar

import numpy as np
from tqdm import tqdm

from server.errors import SmooError
from server.motion.bvh_file import shown
from server.motion.foreign import Body
from server.motion.motion import Motion
from server.motion.rotations import Array
from training.datasets import bandai_namco, format_named
from training.datasets.agreement import ankle_slides, direction_errors
from training.datasets.clip import Clip, finished, split_of
from training.datasets.formats import UNREADABLE, Format, Item, contents_of
from training.datasets.learning import learnt, references, skeletons
from training.datasets.repair import good_stretches, off_the_belt

T = TypeVar("T")
SHORTEST: Final = 4
"""Frames: less is a pose, not a motion."""
_SINGLE_TAKES: Final = frozenset({"call", "dance-short", "kick", "punch", "respond", "slash"})
_FAULTS: Final = (
    SmooError,
    ValueError,
    KeyError,
    IndexError,
    ArithmeticError,
    np.linalg.LinAlgError,
    OSError,
    MemoryError,
)


@dataclass(frozen=True)
class Converted:
    """One clip of a data set after conversion.

    Attributes:
        motions: one motion; several where joints flip in between; none where nothing usable is left.
        errors: (T, 9) angle in degrees between our bones and the source's, NaN where the source has no such bone.
        source_slides: (N,) ground speed in m/s of the source's planted ankles.
        slides: (N,) the same of our ankles at the same moments.
        frames_left_out: frames around flips that are in no motion.
        walked: whether a walk on the spot was made to travel.
        problem: why the file could not be used, or "".
        found_out: what was found out about its skeleton where that was not known, in words, or "".
    """

    motions: tuple[Motion, ...] = ()
    errors: Array = field(default_factory=lambda: np.zeros((0, 9), np.float32))
    source_slides: Array = field(default_factory=lambda: np.zeros(0, np.float32))
    slides: Array = field(default_factory=lambda: np.zeros(0, np.float32))
    frames_left_out: int = 0
    walked: bool = False
    problem: str = ""
    found_out: str = ""

    def clips(self, item: Item, dataset: str) -> list[Clip]:
        """Return the motions with the labels of their item; several are numbered from 1."""
        several = len(self.motions) > 1
        labels = (dataset, item.content, item.style, item.description)
        split = split_for(item, dataset)
        return [
            Clip(f"{item.name}.{number}" if several else item.name, *labels, motion, split)
            for number, motion in enumerate(self.motions, 1)
        ]


def split_for(item: Item, dataset: str) -> str:
    """Return the split of a clip; see the top of the module for the rule and its exceptions."""
    if dataset == bandai_namco.DATASET and item.content in _SINGLE_TAKES:
        return "train"
    if dataset == bandai_namco.DATASET and item.name.startswith("dataset-1"):
        return split_of(item.name, test_share=0.06, val_share=0.02)
    return split_of(item.split_name or item.name)


def convert(form: Format, item: Item, body: Body) -> Converted:
    """Convert one clip.

    Raises:
        SmooError: when it cannot be read or is no motion.
    """
    source = body.upright(form.read(item))
    frames = len(source.positions)
    if frames < SHORTEST:
        raise SmooError("bad_clip", f"it has {frames} frame{'s' * (frames != 1)}: a motion takes at least {SHORTEST}")
    motion = body.calibration.posed(source)
    errors = direction_errors(source, motion, body.mapping)
    theirs, ours = ankle_slides(source, motion, body.mapping, body.calibration.scale)
    stretches = good_stretches(motion) if form.SOLVED else [(0, motion.frames)]
    motions, walked = [], False
    for start, end in stretches:
        part = motion.sliced(start, end)
        moved = off_the_belt(part) if form.ON_THE_SPOT else part
        walked = walked or moved is not part
        motions.append(finished(moved))
    lost = motion.frames - sum(end - start for start, end in stretches)
    errors, theirs, ours = (figure.astype(np.float32) for figure in (errors, theirs, ours))
    found_out = "" if item.skeleton in form.SKELETONS else body.words
    return Converted(tuple(motions), errors, theirs, ours, lost, walked, found_out=found_out)


def attempted(form: Format, item: Item, body: Body | str) -> tuple[Converted, bool]:
    """Convert one clip, or say why it cannot be: no file stops the others.

    Args:
        form: the data set's format.
        item: the clip.
        body: its skeleton, or why nothing is known of it.

    Returns:
        The result, and whether it would be the same another time: not where the disk or memory failed.
    """
    try:
        if isinstance(body, str):
            form.read(item)  # what is wrong with the file itself counts first
            return Converted(problem=body), True
        return convert(form, item, body), True
    except _FAULTS as error:
        passing = isinstance(error, OSError | MemoryError) or isinstance(error.__cause__, OSError)
        return Converted(problem=shown(str(error)) or type(error).__name__), not passing


def body_for(form: Format, skeleton: str, items: Sequence[Item]) -> Body | str:
    """Return a learnt skeleton, or why it cannot be learnt."""
    try:
        return learnt(form, skeleton, items)
    except _FAULTS as error:
        return str(error) or type(error).__name__


@dataclass(frozen=True)
class Task:
    """What a process is to do: convert one clip; picklable.

    Attributes:
        dataset: name of the data set.
        item: the clip.
        body: its skeleton, or why nothing is known of it.
    """

    dataset: str
    item: Item
    body: Body | str

    def __call__(self) -> tuple[Converted, bool]:
        """Convert it."""
        return attempted(format_named(self.dataset), self.item, self.body)


@dataclass(frozen=True)
class Lesson:
    """What a process is to do: learn one skeleton; picklable."""

    dataset: str
    skeleton: str
    items: tuple[Item, ...]

    def __call__(self) -> Body | str:
        """Learn it."""
        return body_for(format_named(self.dataset), self.skeleton, self.items)


class Pool:
    """Processes, one a core."""

    def __init__(self, processes: int | None = None) -> None:
        """Start them when they are first needed."""
        method = "fork" if "fork" in get_all_start_methods() else "spawn"
        self._pool = ProcessPoolExecutor(processes or os.cpu_count() or 1, mp_context=get_context(method))

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Stop; what has not begun is dropped."""
        self._pool.shutdown(cancel_futures=True)

    def run(self, jobs: Sequence[Callable[[], T]], words: str) -> Iterator[T]:
        """Yield what some jobs return, in their order, showing progress.

        Raises:
            SmooError: ``process_died`` when a process is killed, as the system does when memory runs out.
        """
        try:
            chunk = max(1, min(8, len(jobs) // 32))
            yield from tqdm(self._pool.map(_called, jobs, chunksize=chunk), words, len(jobs), disable=not jobs)
        except BrokenProcessPool as error:
            raise SmooError(
                "process_died",
                f"A process was killed while it worked on {words}, perhaps because memory ran out. "
                "Start again: what is done is kept; --processes 1 takes the least memory.",
            ) from error


def _called(job: Callable[[], T]) -> T:
    return job()


def bodies(
    form: Format, items: Sequence[Item], pool: Pool, wanted: Iterable[str] | None = None
) -> dict[str, Body | str]:
    """Learn the skeletons of a data set.

    Args:
        form: the data set's format.
        items: all its clips.
        pool: processes.
        wanted: the skeletons; by default all.
    """
    names = list(wanted) if wanted is not None else skeletons(items)
    lessons = [Lesson(form.DATASET, name, tuple(references(form, name, items))) for name in names]
    return {UNREADABLE: "its hierarchy cannot be read"} | dict(
        zip(names, pool.run(lessons, f"{form.DATASET}: skeletons"), strict=True)
    )


def converted(form: Format, folder: Path, pool: Pool) -> Iterator[tuple[Item, Converted]]:
    """Yield every clip of a data set, converted or with its problem."""
    items = contents_of(form, folder).items
    learnt_bodies = bodies(form, items, pool)
    tasks = [Task(form.DATASET, item, learnt_bodies[item.skeleton]) for item in items]
    for item, (result, _) in zip(items, pool.run(tasks, form.DATASET), strict=True):
        yield item, result
