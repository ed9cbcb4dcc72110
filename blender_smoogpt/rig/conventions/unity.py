# SPDX-License-Identifier: GPL-3.0-or-later
"""Unity's humanoid bones, which are also those of VRM 0 and 1 (``leftUpperArm``) where a rig is named after them."""

from __future__ import annotations

from typing import Final

from ..mapping import Convention, both_sides

CONVENTION: Final = Convention(
    key="unity",
    label="Unity Humanoid",
    bones={
        "pelvis": "Hips",
        "head": "Head",
        **both_sides(
            {
                "collar": "{side}Shoulder",
                "shoulder": "{side}UpperArm",
                "elbow": "{side}LowerArm",
                "wrist": "{side}Hand",
                "hip": "{side}UpperLeg",
                "knee": "{side}LowerLeg",
                "ankle": "{side}Foot",
                "foot": "{side}Toes",
            },
            "Left",
            "Right",
        ),
    },
    spine=("Spine", "Chest", "UpperChest"),
    neck=("Neck",),
)
