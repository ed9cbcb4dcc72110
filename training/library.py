# SPDX-License-Identifier: GPL-3.0-or-later
"""The prepared clips as the trainers read them: features of every clip, and of its mirror image, in one array."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tqdm import tqdm

from server.motion.features import FEATURE_SIZE, features
from server.motion.motion import Motion

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Entry:
    """One clip of the library.

    Attributes:
        name: unique name.
        dataset: folder name of its data set.
        content: what is done, or "" where the data set has no labels.
        style: how it is done, or "".
        description: free text, or "".
        split: ``train``, ``val`` or ``test``.
        start: its first frame in the arrays.
        frames: its number of frames.
    """

    name: str
    dataset: str
    content: str
    style: str
    description: str
    split: str
    start: int
    frames: int


class Library:
    """All prepared clips.

    Attributes:
        entries: the clips.
        plain: (N, 140) float16 features of all clips, one after the other.
        mirror: the same of their mirror images.
    """

    def __init__(self, folder: Path) -> None:
        """Open what ``training.prepare`` wrote; features are computed on the first use and kept beside it."""
        rows = json.loads((folder / "clips.json").read_text(encoding="utf-8"))
        names = Entry.__dataclass_fields__
        self.entries = [Entry(**{name: row[name] for name in names}) for row in rows]
        self._arrays = np.load(folder / "motions.npz")
        self._root = self._arrays["root_positions"]
        self._rotations = self._arrays["rotations"]
        self.plain = self._features(folder / "features.npy", mirrored=False)
        self.mirror = self._features(folder / "features_mirrored.npy", mirrored=True)

    def motion(self, entry: Entry) -> Motion:
        """Return a clip's motion, canonical."""
        rows = slice(entry.start, entry.start + entry.frames)
        return Motion(self._root[rows], self._rotations[rows].astype(np.float32)).canonical()

    def _features(self, path: Path, *, mirrored: bool) -> npt.NDArray[np.float16]:
        if not path.exists() or path.stat().st_mtime < (path.parent / "motions.npz").stat().st_mtime:
            values = np.zeros((len(self._root), FEATURE_SIZE), dtype=np.float16)
            motions = [self.motion(entry) for entry in self.entries]
            with get_context("fork").Pool(2) as pool:
                rows = pool.imap(partial(_clip_features, mirrored=mirrored), motions, chunksize=16)
                for entry, row in zip(self.entries, tqdm(rows, "features", len(motions)), strict=True):
                    values[entry.start : entry.start + entry.frames] = row
            np.save(path.with_suffix(".partial.npy"), values)
            path.with_suffix(".partial.npy").replace(path)
        loaded: npt.NDArray[np.float16] = np.load(path, mmap_mode="r")
        return loaded


def _clip_features(motion: Motion, *, mirrored: bool) -> npt.NDArray[np.float16]:
    moved = motion.mirrored().canonical() if mirrored else motion
    return features(moved).astype(np.float16)
