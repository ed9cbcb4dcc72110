# SPDX-License-Identifier: GPL-3.0-or-later
"""CMU motion capture (mocap.cs.cmu.edu) in two BVH releases: Reallusion's skeleton and cgspeed's."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from .convert import Source
from .formats import Item, both_sides, descriptions, source_from_bvh

DATASET: Final = "cmu"
SOLVED: Final = True
ON_THE_SPOT: Final = False
SKELETONS: Final[Mapping[str, Mapping[str, str]]] = {
    "reallusion": {
        "pelvis": "CC_Base_Pelvis",
        "spine1": "CC_Base_Waist",
        "spine2": "CC_Base_Spine01",
        "spine3": "CC_Base_Spine02",
        "neck": "CC_Base_NeckTwist01",
        "head": "CC_Base_Head",
        **both_sides(
            {
                "collar": "CC_Base_{side}_Clavicle",
                "shoulder": "CC_Base_{side}_Upperarm",
                "elbow": "CC_Base_{side}_Forearm",
                "wrist": "CC_Base_{side}_Hand",
                "hip": "CC_Base_{side}_Thigh",
                "knee": "CC_Base_{side}_Calf",
                "ankle": "CC_Base_{side}_Foot",
                "foot": "CC_Base_{side}_ToeBase",
            },
            "L",
            "R",
        ),
    },
    "cgspeed": {
        "pelvis": "hip",
        "spine1": "abdomen",
        "spine2": "chest",
        "spine3": "chest",
        "neck": "neck",
        "head": "head",
        **both_sides(
            {
                "collar": "{side}Collar",
                "shoulder": "{side}Shldr",
                "elbow": "{side}ForeArm",
                "wrist": "{side}Hand",
                "hip": "{side}Thigh",
                "knee": "{side}Shin",
                "ankle": "{side}Foot",
                "foot": "{side}Foot_end",
            },
            "l",
            "r",
        ),
    },
}


def items(folder: Path) -> list[Item]:
    """Return every clip; numbered files have Reallusion's skeleton, named ones cgspeed's."""
    texts = descriptions(folder)
    rows: list[Item] = []
    for path in sorted(folder.glob("*.bvh")):
        skeleton = "reallusion" if path.stem[0].isdigit() else "cgspeed"
        text = texts.get(path.name, "")
        reference = skeleton == "cgspeed" or "walk" in text
        rows.append(Item(path, skeleton, f"cmu_{path.stem}", description=text, reference=reference))
    return rows


def read(item: Item) -> Source:
    """Read one clip; cgspeed's first frame, a T-pose that is no part of the take, is left out."""
    source = source_from_bvh(item.path)
    return source.sliced(1) if item.skeleton == "cgspeed" and len(source.positions) > 1 else source
