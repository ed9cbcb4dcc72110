# SPDX-License-Identifier: GPL-3.0-or-later
"""What every data set's module offers: its clips as sources, the joint mapping of each, and the reference clips."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol, runtime_checkable

from server.errors import SmooError
from server.motion.bvh_file import hierarchy_key, read_bvh, shown
from server.motion.skeleton import FPS
from server.motion.source import Source

_NOT_READ: Final = "such files are not read: export the motion as BVH"
MOTION_FILES: Final[Mapping[str, str]] = {
    ".bvh": "its name is not one of this data set's",
    ".npz": "it is none of this data set's files",
    **dict.fromkeys((".fbx", ".c3d", ".asf", ".amc", ".glb", ".gltf", ".dae", ".trc", ".vmd", ".bip"), _NOT_READ),
}
"""Endings of files that hold motion, and why those that no reader asks for are left out."""
UNREADABLE: Final = ""
"""Skeleton of items whose hierarchy cannot be read; reading them says why."""


@dataclass(frozen=True)
class Item:
    """One clip of a data set: which file it is in, which skeleton it has and what its labels say.

    Attributes:
        path: the file.
        skeleton: key of the format's `SKELETONS`, or of a skeleton that is yet to be found out about.
        name: unique in all data sets.
        content: what is done, or "".
        style: how it is done, or "".
        description: free text, or "".
        reference: whether the skeleton is learnt from such clips rather than from any.
        frames: first frame and end (excluded) of the clip in the file; None for all of it.
        split_name: what decides on the split in place of the name, so that parts of a take stay together; "" for none.
    """

    path: Path
    skeleton: str
    name: str
    content: str = ""
    style: str = ""
    description: str = ""
    reference: bool = False
    frames: tuple[int, int] | None = None
    split_name: str = ""


@dataclass(frozen=True)
class LeftOut:
    """A file that is not converted, and why."""

    file: str
    reason: str


@dataclass(frozen=True)
class Contents:
    """What a folder holds.

    Attributes:
        items: the clips.
        left_out: files that are no clips or cannot be used, each with its reason.
        notes: what else people should know, such as rows of an index that no file belongs to.
    """

    items: tuple[Item, ...]
    left_out: tuple[LeftOut, ...] = ()
    notes: tuple[str, ...] = ()


class Format(Protocol):
    """A data set's module."""

    DATASET: str
    SOLVED: bool
    """Solved from markers automatically, so that joints may flip over; such stretches are left out."""
    ON_THE_SPOT: bool
    """Made for games that move the character themselves, so that walks stay where they are; see `off_the_belt`."""
    SKELETONS: Mapping[str, Mapping[str, str]]
    """The mappings that are known; other skeletons are found out about from the clips (`Unmapped`)."""

    def items(self, folder: Path) -> list[Item]:
        """Return the clips below a folder."""

    def read(self, item: Item) -> Source:
        """Read one clip."""


@runtime_checkable
class Unmapped(Protocol):
    """A format some of whose skeletons are not in `SKELETONS`."""

    def rest(self, item: Item) -> Source:
        """Return the pose with all rotations at zero of a clip's skeleton, as a clip of one frame."""


@runtime_checkable
class Surveyed(Protocol):
    """A format that knows more of a folder than its clips."""

    def contents(self, folder: Path) -> Contents:
        """Return the clips, the files left out and what else is to be said of a folder."""


def contents_of(form: Format, folder: Path) -> Contents:
    """Return what a folder holds in a format: every file of motion is an item or left out with a reason."""
    known = form.contents(folder) if isinstance(form, Surveyed) else Contents(tuple(form.items(folder)))
    unique = {item.name: item for item in reversed(known.items)}
    doubles = [item for item in known.items if unique[item.name] is not item]
    left_out = [*known.left_out]
    left_out += [LeftOut(printable(item.path, folder), f"{item.name} is there twice") for item in doubles]
    spoken_of = {printable(item.path, folder) for item in known.items} | {row.file for row in known.left_out}
    for path in sorted(folder.rglob("*")):
        reason = MOTION_FILES.get(path.suffix.lower())
        if reason and path.is_file() and printable(path, folder) not in spoken_of:
            left_out.append(LeftOut(printable(path, folder), reason))
    return Contents(tuple(item for item in known.items if unique[item.name] is item), tuple(left_out), known.notes)


def both_sides(pairs: Mapping[str, str], left: str, right: str) -> dict[str, str]:
    """Return left and right joints from ``{"knee": "{side}Calf"}`` with the two spellings of the side."""
    rows = {f"left_{ours}": theirs.format(side=left) for ours, theirs in pairs.items()}
    return rows | {f"right_{ours}": theirs.format(side=right) for ours, theirs in pairs.items()}


def source_from_bvh(path: Path) -> Source:
    """Read a BVH file as a `Source`; the end site of a joint counts as a joint named ``JOINT_end``.

    Raises:
        SmooError: ``bad_bvh``.
    """
    return read_bvh(path).source()


def thinned_clip(item: Item) -> Source:
    """Read a clip from a BVH file at 30 frames a second where its own rate is a multiple; others keep theirs.

    Raises:
        SmooError: ``bad_bvh``.
    """
    bvh = read_bvh(item.path)
    start, end = item.frames or (0, len(bvh.positions))
    return bvh.part(start, end).thinned(FPS).source()


def rest_of_bvh(item: Item) -> Source:
    """Return the pose of a BVH file with all rotations at zero.

    Raises:
        SmooError: ``bad_bvh``.
    """
    return read_bvh(item.path).rest()


def skeleton_of(path: Path) -> str:
    """Return the key of a BVH file's skeleton, or `UNREADABLE`."""
    try:
        return hierarchy_key(path)
    except SmooError:
        return UNREADABLE


def words_of(stem: str) -> str:
    """Return a file's name as words: ``Walk_Tired-02`` becomes ``walk tired``."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", stem)
    return " ".join(re.sub(r"[\W\d_]+", " ", apart).lower().split())


def printable(path: Path, below: Path | None = None) -> str:
    """Return a path as text that can be written anywhere; letters that are no UTF-8 become escapes."""
    place = path.relative_to(below) if below is not None and path.is_relative_to(below) else path
    return shown(place.as_posix())


def table(path: Path) -> list[dict[str, str]]:
    """Read a table with a header row: comma, semicolon or tab between cells, any case in the header; blanks trimmed.

    Raises:
        SmooError: ``bad_table`` when it is no text or has no header.
    """
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    lines = text.splitlines()
    if not lines or "\0" in text:
        raise SmooError("bad_table", f"{path.name} is empty or no text. Save it as CSV with a header row.")
    separator = max(",;\t", key=lines[0].count)
    rows = csv.DictReader(lines, delimiter=separator)
    return [
        {(key or "").strip().lower(): (value or "").strip() for key, value in row.items() if isinstance(value, str)}
        for row in rows
    ]


def descriptions(folder: Path) -> dict[str, str]:
    """Return file name to description from ``index.csv``; empty without one."""
    path = folder / "index.csv"
    if not path.is_file():
        return {}
    return {row["file"]: row.get("description", "") for row in table(path) if row.get("file")}
