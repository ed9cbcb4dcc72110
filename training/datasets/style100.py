# SPDX-License-Identifier: GPL-3.0-or-later
"""100STYLE (Mason, Starke, Komura 2022; CC BY 4.0): a hundred styles of walking and running by one actor.

``STYLE/STYLE_CONTENT.bvh``, 60 frames a second, 23 joints with Biovision's names and four spine joints, zero pose = a
T-pose that faces +Z. Recordings begin and end with T-poses and standing about: ``Frame_Cuts.csv`` has, in the row of a
``STYLE_NAME`` and the columns ``FW_START``, ``FW_STOP`` and so on, the frames to keep at 60 frames a second, ``N/A``
where there is no such clip. ``Dataset_List.csv`` describes each ``Style Name`` (``Description``, then whether it is
stochastic or symmetric).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from server.motion.source import Source

from .formats import Contents, Item, LeftOut, printable, rest_of_bvh, skeleton_of, table, thinned_clip

DATASET: Final = "100style"
SOLVED: Final = False
ON_THE_SPOT: Final = False
SKELETONS: Final[Mapping[str, Mapping[str, str]]] = {}
CONTENTS: Final[Mapping[str, str]] = {
    "FW": "walk",
    "BW": "walk-back",
    "FR": "run",
    "BR": "run-backward",
    "SW": "sidestep-walk",
    "SR": "sidestep-run",
    "ID": "stand",
    "TR1": "transitions",
    "TR2": "transitions",
    "TR3": "transitions",
}
"""What the codes in the file names stand for, in the corpus's words where it has some."""
_CUTS: Final = "Frame_Cuts.csv"
_LIST: Final = "Dataset_List.csv"
_NAME: Final = re.compile(r"(.+)_([A-Z]{2}\d?)")


def is_here(folder: Path) -> bool:
    """Tell whether a folder holds this data set."""
    return (folder / _CUTS).is_file() or (folder / _LIST).is_file()


def style_label(name: str) -> str:
    """Return a style's name as labels are written: ``OnToesCrouched`` becomes ``on-toes-crouched``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).lower()


def _key(style: str) -> str:
    """Return a style's name as it is compared: the tables spell some with blanks."""
    return re.sub(r"\W|_", "", style).lower()


def _cuts(folder: Path) -> dict[tuple[str, str], tuple[int, int] | None]:
    """Return the frames to keep by style and code; None where the table has none for a clip."""
    path = folder / _CUTS
    found: dict[tuple[str, str], tuple[int, int] | None] = {}
    for row in table(path) if path.is_file() else []:
        for code in CONTENTS:
            start, stop = row.get(f"{code.lower()}_start", ""), row.get(f"{code.lower()}_stop", "")
            whole = start.isdigit() and stop.isdigit() and int(start) < int(stop)
            found[_key(row.get("style_name", "")), code] = (int(start), int(stop)) if whole else None
    return found


def _descriptions(folder: Path) -> dict[str, str]:
    path = folder / _LIST
    return {
        _key(row.get("style name", "")): row.get("description", "") for row in (table(path) if path.is_file() else [])
    }


def contents(folder: Path) -> Contents:
    """Return every clip, cut as the data set's own table says."""
    cuts, texts = _cuts(folder), _descriptions(folder)
    items, left_out, notes = [], [], []
    if not cuts:
        notes.append(f"no {_CUTS}: clips are taken whole, with the standing about at their ends")
    for path in sorted(folder.rglob("*.bvh")):
        named = _NAME.fullmatch(path.stem)
        if not named or named[2] not in CONTENTS:
            left_out.append(LeftOut(printable(path, folder), "its name is not STYLE_CONTENT.bvh"))
            continue
        style, code = named[1], named[2]
        if cuts and cuts.get((_key(style), code)) is None:
            left_out.append(LeftOut(printable(path, folder), f"{_CUTS} has no frames for it"))
            continue
        labels = (CONTENTS[code], style_label(style), texts.get(_key(style), ""))
        frames = cuts.get((_key(style), code))
        items.append(Item(path, skeleton_of(path), f"100style_{style}_{code}", *labels, frames=frames))
    return Contents(tuple(items), tuple(left_out), tuple(notes))


def items(folder: Path) -> list[Item]:
    """Return every clip."""
    return list(contents(folder).items)


def read(item: Item) -> Source:
    """Read one clip."""
    return thinned_clip(item)


def rest(item: Item) -> Source:
    """Return the T-pose of a clip's skeleton."""
    return rest_of_bvh(item)
