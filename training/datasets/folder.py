# SPDX-License-Identifier: GPL-3.0-or-later
"""Any folder of BVH files, a studio's own library: whatever skeletons, and an ``index.csv`` that says what they show.

``index.csv`` has a header row; of its columns ``file`` is needed, ``description``, ``style`` and ``content`` are read where
they are there, others passed over. ``file`` is a path below the folder, with or without ``.bvh``. Files without a row are
taken with their name for a description; without an index so are all. Which joint is which, what is up and how large
the body is, is found out from the files (`server.motion.foreign`), once for all files with the same skeleton.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Final

from server.errors import SmooError
from server.motion.source import Source

from .formats import Contents, Item, LeftOut, printable, rest_of_bvh, skeleton_of, table, thinned_clip, words_of

_INDEX: Final = "index.csv"


def is_here(folder: Path) -> bool:
    """Tell whether there is any BVH file in a folder or below."""
    return any(path.suffix.lower() == ".bvh" for path in folder.rglob("*"))


def label(text: str) -> str:
    """Return a style or content as labels are written: small letters, hyphens for blanks."""
    return re.sub(r"[\s_]+", "-", text.strip().lower())


def is_labelled(folder: Path) -> bool:
    """Tell whether a folder has an index with styles or contents, so that it is somebody's own."""
    path = folder / _INDEX
    try:
        rows = table(path) if path.is_file() else []
    except SmooError:
        return False
    return bool(rows) and "file" in rows[0] and not {"style", "content"}.isdisjoint(rows[0])


@dataclass
class Folder:
    """A folder of BVH files as a data set; see `formats.Format`.

    Attributes:
        DATASET: its name, which begins its clips' names.
    """

    DATASET: str
    SOLVED: bool = False
    ON_THE_SPOT: bool = True
    SKELETONS: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def contents(self, folder: Path) -> Contents:
        """Return every BVH file, with the labels of the index."""
        paths = [path for path in sorted(folder.rglob("*")) if path.suffix.lower() == ".bvh" and path.is_file()]
        rows, left_out, notes = self._index(folder)
        found: list[Item] = []
        named = set[str]()
        for path in paths:
            place = printable(path, folder)
            key = _key(place)
            row = rows.get(key, {})
            named.add(key)
            name = f"{self.DATASET}_{re.sub(r'/', '__', place.removesuffix(path.suffix))}"
            description = row.get("description") or words_of(path.stem)
            labels = (label(row.get("content", "")), label(row.get("style", "")), description)
            found.append(Item(path, skeleton_of(path), name, *labels))
        absent = [key for key in rows if key not in named]
        left_out += [LeftOut(rows[key]["file"], f"{_INDEX} names it, but there is no such file") for key in absent]
        without = sum(_key(printable(path, folder)) not in rows for path in paths)
        if rows and without:
            notes.append(f"{without} files have no row in {_INDEX}: their names are their descriptions")
        return Contents(tuple(found), tuple(left_out), tuple(notes))

    def _index(self, folder: Path) -> tuple[dict[str, dict[str, str]], list[LeftOut], list[str]]:
        """Return the rows of the index by file, and what is wrong with it."""
        path = folder / _INDEX
        if not path.is_file():
            return {}, [], [f"no {_INDEX}: the files' names are their descriptions"]
        try:
            rows = table(path)
        except SmooError as error:
            return {}, [LeftOut(_INDEX, error.message)], []
        if rows and "file" not in rows[0]:
            there = ", ".join(column for column in rows[0] if column)
            reason = f"it has no column 'file', only {there}. Name the column with the file names 'file'."
            return {}, [LeftOut(_INDEX, reason)], []
        found: dict[str, dict[str, str]] = {}
        notes = []
        for row in rows:
            if not row.get("file"):
                continue
            key = _key(row["file"])
            if key in found:
                notes.append(f"{_INDEX} has several rows for {row['file']}: the last one counts")
            found[key] = row
        return found, [], notes

    def items(self, folder: Path) -> list[Item]:
        """Return every clip."""
        return list(self.contents(folder).items)

    def read(self, item: Item) -> Source:
        """Read one clip."""
        return thinned_clip(item)

    def rest(self, item: Item) -> Source:
        """Return the pose with all rotations at zero of a clip's skeleton."""
        return rest_of_bvh(item)


def _key(file: str) -> str:
    """Return a path as it is compared: either slash, any case, with or without its ending."""
    path = PurePosixPath(file.replace("\\", "/"))
    return str(path.with_suffix("") if path.suffix.lower() == ".bvh" else path).lower()
