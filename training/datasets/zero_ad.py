# SPDX-License-Identifier: GPL-3.0-or-later
"""0 A.D.'s hand-made game animations (CC BY-SA 3.0, Wildfire Games): the words are in the file names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from server.motion.source import Source

from .formats import Item, both_sides, source_from_bvh

DATASET: Final = "zero_ad"
SOLVED: Final = False
ON_THE_SPOT: Final = True
SKELETONS: Final[Mapping[str, Mapping[str, str]]] = {
    "zero_ad": {
        "pelvis": "hip",
        "spine1": "spine",
        "spine2": "spine1",
        "spine3": "chest",
        "neck": "neck",
        "head": "head",
        **both_sides(
            {
                "collar": "shoulder_{side}",
                "shoulder": "arm_{side}",
                "elbow": "forearm_{side}",
                "wrist": "hand_{side}",
                "hip": "thigh_{side}",
                "knee": "leg_{side}",
                "ankle": "foot_{side}",
            },
            "L",
            "R",
        ),
    }
}


def items(folder: Path) -> list[Item]:
    """Return every clip; walks and idles are the reference."""
    rows: list[Item] = []
    for path in sorted(folder.glob("*.bvh")):
        words = re.sub(r"[_\d]+", " ", re.sub(r"_[mfhta]$", "", path.stem)).strip()
        reference = "walk_relax" in path.stem or "idle_relax" in path.stem
        rows.append(Item(path, DATASET, f"zero_ad_{path.stem}", description=words, reference=reference))
    return rows


def read(item: Item) -> Source:
    """Read one clip."""
    return source_from_bvh(item.path)
