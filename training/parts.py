# SPDX-License-Identifier: GPL-3.0-or-later
"""Converted clips on disk, one file a clip, so that a run that was cut goes on where it was.

A part is good for as long as nothing that went into it has changed: the file, the files that its skeleton is learnt
from, and the code that converts. Labels are no part of it and may change at any time.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

import server.motion
import training.datasets
from server.motion.motion import Motion
from training import conversion
from training.conversion import Converted, Task
from training.datasets.formats import Item


def digest(content: object) -> str:
    """Return a word that changes with what some plain data holds."""
    return hashlib.sha1(repr(content).encode("utf-8", "surrogateescape"), usedforsecurity=False).hexdigest()


@cache
def code_version() -> str:
    """Return a word that changes with the code that converts."""
    folders = [Path(package.__path__[0]) for package in (server.motion, training.datasets)]
    files = [*(path for folder in folders for path in sorted(folder.glob("*.py"))), Path(conversion.__file__)]
    return digest([(path.name, path.read_bytes()) for path in files])


def stamp(path: Path) -> tuple[str, int, int]:
    """Return what tells whether a file has changed: name, size and time of its last change."""
    try:
        state = path.stat()
    except OSError:
        return path.name, -1, -1
    return path.name, state.st_size, state.st_mtime_ns


def key_of(item: Item, learnt_from: Iterable[Item]) -> str:
    """Return a word that changes with everything that a converted clip depends on.

    Args:
        item: the clip.
        learnt_from: the clips that its skeleton is learnt from.
    """
    lesson = [(*stamp(other.path), other.frames) for other in learnt_from]
    return digest((code_version(), item.name, item.skeleton, stamp(item.path), item.frames, lesson))


class Parts:
    """The converted clips of one data set."""

    def __init__(self, folder: Path) -> None:
        """Make the folder where it is not there yet."""
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def path(self, item: Item) -> Path:
        """Return where a clip's part is."""
        return self.folder / f"{digest(item.name)[:20]}.npz"

    def load(self, item: Item, key: str) -> Converted | None:
        """Return a converted clip, or None where there is none or something has changed since."""
        try:
            with np.load(self.path(item), allow_pickle=False) as file:
                about = json.loads(str(file["about"]))
                if about["key"] != key:
                    return None
                ends = np.cumsum(about["frames"])
                bounds = zip([0, *ends[:-1]], ends, strict=True) if len(ends) else ()
                root, turns = file["root_positions"], file["rotations"]
                return Converted(
                    tuple(Motion(root[start:end], turns[start:end]) for start, end in bounds),
                    file["errors"],
                    file["source_slides"],
                    file["slides"],
                    about["frames_left_out"],
                    about["walked"],
                    about["problem"],
                    about["found_out"],
                )
        except (OSError, ValueError, KeyError, EOFError, BadZipFile):
            return None

    def is_good(self, item: Item, key: str) -> bool:
        """Tell whether there is a part and nothing has changed since."""
        try:
            with np.load(self.path(item), allow_pickle=False) as file:
                return bool(json.loads(str(file["about"]))["key"] == key)
        except (OSError, ValueError, KeyError, EOFError, BadZipFile):
            return False

    def forget_others(self, items: Iterable[Item]) -> None:
        """Remove parts of clips that are there no more, and what a cut run has left."""
        wanted = {self.path(item).name for item in items}
        for path in self.folder.iterdir():
            if path.name not in wanted:
                path.unlink(missing_ok=True)


def save(path: Path, key: str, result: Converted) -> None:
    """Write a part; it appears only when it is complete."""
    about = {
        "key": key,
        "frames": [motion.frames for motion in result.motions],
        "frames_left_out": result.frames_left_out,
        "walked": result.walked,
        "problem": result.problem,
        "found_out": result.found_out,
    }
    partial = path.with_suffix(".partial.npz")
    np.savez(
        partial,
        about=json.dumps(about),
        root_positions=np.concatenate(
            [motion.root_positions for motion in result.motions] or [np.zeros((0, 3), np.float32)]
        ),
        rotations=np.concatenate([motion.rotations for motion in result.motions] or [np.zeros((0, 22, 4), np.float32)]),
        errors=result.errors,
        source_slides=result.source_slides,
        slides=result.slides,
    )
    partial.replace(path)


@dataclass(frozen=True)
class SavedTask:
    """A task that writes what it gets beside the other parts instead of returning it; picklable."""

    task: Task
    path: Path
    key: str

    def __call__(self) -> str:
        """Convert the clip; return why it cannot be, where that may change by itself and is therefore not written."""
        result, lasting = self.task()
        if not lasting:
            return result.problem
        save(self.path, self.key, result)
        return ""
