# SPDX-License-Identifier: GPL-3.0-or-later
"""LAFAN1 (Ubisoft La Forge, CC BY-NC-ND 4.0) and recordings in its form: ``{theme}{take}_{subject}.bvh``.

30 frames a second, centimetres, Y up, 22 joints with MotionBuilder's names. The rest pose is no body: bones lie along
one axis. Clips are minutes long. What a theme holds is a word or two (``fallAndGetUp``), which is description and
content alike; all five subjects have the same joints and bones of their own length.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from server.motion.source import Source

from .formats import Item, rest_of_bvh, skeleton_of, thinned_clip, words_of

DATASET: Final = "lafan1"
SOLVED: Final = False
ON_THE_SPOT: Final = False
SKELETONS: Final[Mapping[str, Mapping[str, str]]] = {}
_NAME: Final = re.compile(r"([A-Za-z]+)(\d+)_(subject\d+)")


def is_here(folder: Path) -> bool:
    """Tell whether a folder holds such recordings and little else."""
    names = [path.stem for path in folder.rglob("*.bvh")]
    return bool(names) and sum(_NAME.fullmatch(name) is not None for name in names) > len(names) / 2


def items(folder: Path) -> list[Item]:
    """Return every clip."""
    rows: list[Item] = []
    for path in sorted(folder.rglob("*.bvh")):
        named = _NAME.fullmatch(path.stem)
        if named:
            words = words_of(named[1])
            # a take's subjects were recorded at the same time, fighting each other: they stay in one split
            content, take = words.replace(" ", "-"), f"lafan1_{named[1]}{named[2]}"
            name = f"lafan1_{path.stem}"
            rows.append(Item(path, skeleton_of(path), name, content, description=words, split_name=take))
    return rows


def read(item: Item) -> Source:
    """Read one clip."""
    return thinned_clip(item)


def rest(item: Item) -> Source:
    """Return the pose with all rotations at zero."""
    return rest_of_bvh(item)
