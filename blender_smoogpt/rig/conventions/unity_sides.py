# SPDX-License-Identifier: GPL-3.0-or-later
"""Unity's humanoid words with the side last, as many game characters and Bandai Namco's motion data have them."""

from __future__ import annotations

from typing import Final

from ..mapping import Convention, both_sides

CONVENTION: Final = Convention(
    key="unity_sides",
    label="Unity Humanoid (sides last)",
    bones={
        "pelvis": "Hips",
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
    },
    spine=("Spine", "Chest", "UpperChest"),
    neck=("Neck",),
)
