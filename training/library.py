# SPDX-License-Identifier: GPL-3.0-or-later
"""The prepared clips as the trainers read them: features of every clip, and of its mirror image, in one array."""

from __future__ import annotations

import json
import os
import struct
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Final
from zipfile import ZIP_STORED, ZipFile

import numpy as np
import numpy.typing as npt
from tqdm import tqdm

from server.errors import SmooError
from server.motion.features import FEATURE_SIZE, features
from server.motion.motion import Motion

Floats = npt.NDArray[np.float32]
_ZIP_HEADER: Final = 30  # bytes of a member's own header before its name
_ZIP_LENGTHS: Final = 26  # where in it the lengths of name and extra field stand


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
    """All prepared clips; arrays stay on disk and are mapped into memory.

    Attributes:
        entries: the clips.
        plain: (N, 140) float16 features of all clips, one after the other.
        mirror: the same of their mirror images.
    """

    def __init__(self, folder: Path) -> None:
        """Open what ``training.prepare`` wrote; features are computed on the first use and kept beside it.

        Raises:
            SmooError: ``data_missing`` when there is nothing prepared in the folder.
        """
        if not (folder / "clips.json").is_file():
            message = (
                f"There are no prepared clips in {folder}. Make them with 'python -m training.prepare DATA {folder}'."
            )
            raise SmooError("data_missing", message)
        rows = json.loads((folder / "clips.json").read_text(encoding="utf-8"))
        names = Entry.__dataclass_fields__
        self.entries = [Entry(**{name: row[name] for name in names}) for row in rows]
        self._root = mapped(folder / "motions.npz", "root_positions")
        self._rotations = mapped(folder / "motions.npz", "rotations")
        self.plain = self._features(folder / "features.npy", mirrored=False)
        self.mirror = self._features(folder / "features_mirrored.npy", mirrored=True)

    def motion(self, entry: Entry) -> Motion:
        """Return a clip's motion, canonical."""
        rows = slice(entry.start, entry.start + entry.frames)
        return Motion(np.array(self._root[rows]), np.array(self._rotations[rows], dtype=np.float32)).canonical()

    def _features(self, path: Path, *, mirrored: bool) -> npt.NDArray[np.float16]:
        if not path.exists() or path.stat().st_mtime < (path.parent / "motions.npz").stat().st_mtime:
            partial_path = path.with_suffix(".partial.npy")
            shape = (len(self._root), FEATURE_SIZE)
            values = np.lib.format.open_memmap(partial_path, mode="w+", dtype=np.float16, shape=shape)
            with get_context("fork").Pool(os.cpu_count(), _keep, (self,)) as pool:
                rows = pool.imap(partial(_clip_features, mirrored=mirrored), self.entries, chunksize=16)
                for entry, row in zip(self.entries, tqdm(rows, "features", len(self.entries)), strict=True):
                    values[entry.start : entry.start + entry.frames] = row
            values.flush()
            partial_path.replace(path)
        loaded: npt.NDArray[np.float16] = np.load(path, mmap_mode="r")
        return loaded


def mapped(path: Path, name: str) -> npt.NDArray[np.float32]:
    """Return an array of an uncompressed ``.npz`` file without reading it: its pages are fetched when they are used.

    Raises:
        ValueError: when the file is compressed or has no such array.
    """
    with ZipFile(path) as archive, path.open("rb") as file:
        member = archive.getinfo(f"{name}.npy")
        if member.compress_type != ZIP_STORED:
            raise ValueError(f"{path} is compressed; write it with numpy.savez")
        # a member lies behind a header of its own, whose name and extra field may differ in length from the directory's
        file.seek(member.header_offset + _ZIP_LENGTHS)
        name_length, extra_length = struct.unpack("<HH", file.read(4))
        file.seek(member.header_offset + _ZIP_HEADER + name_length + extra_length)
        version = np.lib.format.read_magic(file)
        read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        shape, fortran, dtype = read(file)
        return np.memmap(path, dtype, "r", file.tell(), shape, "F" if fortran else "C")


_kept: list[Library] = []
"""The library that a process forked off to compute features reads from: clips are not sent to it one by one."""


def _keep(library: Library) -> None:
    _kept[:] = [library]


def _clip_features(entry: Entry, *, mirrored: bool) -> npt.NDArray[np.float16]:
    motion = _kept[0].motion(entry)
    moved = motion.mirrored().canonical() if mirrored else motion
    return features(moved).astype(np.float16)
