# SPDX-License-Identifier: GPL-3.0-or-later
"""Bandai-Namco-Research-Motiondataset (CC BY-NC 4.0): ``dataset-{1,2}_{content}_{style}_{take}.bvh``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from server.motion.source import Source

from .formats import Item, both_sides, source_from_bvh

DATASET: Final = "bandai_namco"
SOLVED: Final = False
ON_THE_SPOT: Final = False
SKELETONS: Final[Mapping[str, Mapping[str, str]]] = {
    "bandai_namco": {
        "pelvis": "Hips",
        "spine1": "Spine",
        "spine2": "Chest",
        "spine3": "Chest",
        "neck": "Neck",
        "head": "Head",
        **both_sides(
            {
                "collar": "Shoulder_{side}",
                "shoulder": "UpperArm_{side}",
                "elbow": "LowerArm_{side}",
                "wrist": "Hand_{side}",
                "hip": "UpperLeg_{side}",
                "knee": "LowerLeg_{side}",
                "ankle": "Foot_{side}",
                "foot": "Toes_{side}",
            },
            "L",
            "R",
        ),
    }
}
# the two sets call the same manner by different names
_STYLES: Final = {"elderly": "old", "exhausted": "tired", "masculinity": "masculine"}


def items(folder: Path) -> list[Item]:
    """Return every clip; normal walks, turns and runs are the reference."""
    rows: list[Item] = []
    for path in sorted(folder.rglob("dataset-*_*_*_*.bvh")):
        _, content, style, _ = path.stem.split("_")
        style = _STYLES.get(style, style)
        reference = style == "normal" and content.startswith(("walk", "run", "wave"))
        rows.append(Item(path, DATASET, path.stem, content, style, reference=reference))
    return rows


def read(item: Item) -> Source:
    """Read one clip."""
    return source_from_bvh(item.path)
