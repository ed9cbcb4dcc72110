# SPDX-License-Identifier: GPL-3.0-or-later
"""Daz Genesis 3 and 8, which share their names, and 1 and 2, whose limbs are not split into bend and twist.

``hip`` carries both the pelvis, which has the legs, and the abdomen. The bend bone of a limb turns with the joint; its
twist bone is left alone.
"""

from __future__ import annotations

from typing import Final

from ..mapping import Convention, both_sides, either

_SIDES: Final = ("l", "r")

CONVENTION: Final = Convention(
    key="daz8",
    label="Daz Genesis 3 / 8",
    bones={
        "pelvis": "hip",
        "head": "head",
        **either(
            both_sides(
                {
                    "collar": "{side}Collar",
                    "shoulder": "{side}ShldrBend",
                    "elbow": "{side}ForearmBend",
                    "wrist": "{side}Hand",
                    "hip": "{side}ThighBend",
                    "knee": "{side}Shin",
                    "ankle": "{side}Foot",
                    "foot": "{side}Toe",
                },
                *_SIDES,
            ),
            both_sides({"shoulder": "{side}Shldr", "elbow": "{side}ForeArm", "hip": "{side}Thigh"}, *_SIDES),
        ),
    },
    spine=("abdomenLower", "abdomen", "abdomenUpper", "abdomen2", "chestLower", "chest", "chestUpper"),
    neck=("neckLower", "neck", "neckUpper"),
)
