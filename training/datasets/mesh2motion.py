# SPDX-License-Identifier: GPL-3.0-or-later
"""Mesh2Motion's hand-made clips (CC0): Unreal's joint names, 24 frames a second, zero pose = the relaxed A-pose."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from server.motion.source import Source

from .formats import Item, both_sides, descriptions, source_from_bvh

DATASET: Final = "mesh2motion"
SOLVED: Final = False
ON_THE_SPOT: Final = False
SKELETONS: Final[Mapping[str, Mapping[str, str]]] = {
    "mesh2motion": {
        "pelvis": "pelvis",
        "spine1": "spine_01",
        "spine2": "spine_02",
        "spine3": "spine_03",
        "neck": "neck_01",
        "head": "head",
        **both_sides(
            {
                "collar": "clavicle_{side}",
                "shoulder": "upperarm_{side}",
                "elbow": "lowerarm_{side}",
                "wrist": "hand_{side}",
                "hip": "thigh_{side}",
                "knee": "calf_{side}",
                "ankle": "foot_{side}",
                "foot": "ball_{side}",
            },
            "l",
            "r",
        ),
    }
}


def items(folder: Path) -> list[Item]:
    """Return every clip; all are the reference, being few."""
    texts = descriptions(folder)
    return [
        Item(path, DATASET, f"mesh2motion_{path.stem}", description=texts.get(path.name, ""), reference=True)
        for path in sorted(folder.glob("*.bvh"))
    ]


def read(item: Item) -> Source:
    """Read one clip."""
    return source_from_bvh(item.path)
