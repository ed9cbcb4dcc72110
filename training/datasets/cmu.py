# SPDX-License-Identifier: GPL-3.0-or-later
"""CMU motion capture (mocap.cs.cmu.edu) in its BVH releases, told apart by the joints of each file.

Reallusion's skeleton and cgspeed's release for Daz Studio have their mappings here. cgspeed's releases for MotionBuilder
(``Hips``, ``LHipJoint``, ``LeftUpLeg``; legs apart at rest, a T-pose as the first frame) and for 3ds Max (Biovision's names, arms
down at rest), each with bones of the actor's own length at 120 frames a second, are found out about from the clips.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from server.motion.source import Source

from .formats import (
    UNREADABLE,
    Item,
    both_sides,
    descriptions,
    rest_of_bvh,
    skeleton_of,
    source_from_bvh,
    thinned_clip,
)

DATASET: Final = "cmu"
SOLVED: Final = True
ON_THE_SPOT: Final = False
_MARKS: Final = {re.compile(rb"\bCC_Base_"): "reallusion", re.compile(rb"\blShldr\b"): "cgspeed"}
_MOTIONBUILDER: Final = re.compile(rb"\bLHipJoint\b")
_HEAD_BYTES: Final = 40_000
_NUMBERED: Final = re.compile(r"\d{2,3}_\d{2}")
_INDEX_LINE: Final = re.compile(r"\s*(\d{2,3}_\d{2})(?:\.bvh)?\s+(\S.*)")
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


def is_here(folder: Path) -> bool:
    """Tell whether a folder holds files that are numbered as CMU's are, subject and take, with a skeleton of a release."""
    paths = sorted(folder.rglob("*.bvh"))
    if not paths or sum(_NUMBERED.fullmatch(path.stem) is not None for path in paths) <= len(paths) / 2:
        return False
    with paths[0].open("rb") as file:
        head = file.read(_HEAD_BYTES)
    return "cmu" in folder.name.lower() or any(mark.search(head) for mark in (*_MARKS, _MOTIONBUILDER))


def _skeleton(path: Path) -> str:
    """Return which release a file is of, by the joints that only that has; the key of its hierarchy for others."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError:
        return UNREADABLE
    for mark, skeleton in _MARKS.items():
        if mark.search(head):
            return skeleton
    return skeleton_of(path)


def _texts(folder: Path) -> dict[str, str]:
    """Return file name to description, from ``index.csv`` and from the text index that comes with cgspeed's releases."""
    texts: dict[str, str] = {}
    for path in sorted(folder.glob("*index*.txt")):
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
            row = _INDEX_LINE.match(line)
            if row:
                texts[f"{row[1]}.bvh"] = row[2].strip()
    return texts | descriptions(folder)


def items(folder: Path) -> list[Item]:
    """Return every clip; of Reallusion's the walks are the reference, of others all."""
    texts = _texts(folder)
    rows: list[Item] = []
    for path in sorted(folder.rglob("*.bvh")):
        skeleton = _skeleton(path)
        text = texts.get(path.name, "")
        reference = skeleton != "reallusion" or "walk" in text
        rows.append(Item(path, skeleton, f"cmu_{path.stem}", description=text, reference=reference))
    return rows


def read(item: Item) -> Source:
    """Read one clip; the first frame of cgspeed's Daz release, a T-pose that is no part of the take, is left out."""
    if item.skeleton not in SKELETONS:
        return thinned_clip(item)
    source = source_from_bvh(item.path)
    return source.sliced(1) if item.skeleton == "cgspeed" and len(source.positions) > 1 else source


def rest(item: Item) -> Source:
    """Return the pose with all rotations at zero, for skeletons that are not in `SKELETONS`."""
    return rest_of_bvh(item)
