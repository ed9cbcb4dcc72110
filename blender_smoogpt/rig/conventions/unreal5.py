# SPDX-License-Identifier: GPL-3.0-or-later
"""Unreal Engine 5's mannequins and MetaHuman: the names of 4 with five spine bones and two neck bones."""

from __future__ import annotations

from typing import Final

from ..mapping import Convention, both_sides

CONVENTION: Final = Convention(
    key="unreal5",
    label="Unreal Engine 5",
    bones={
        "pelvis": "pelvis",
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
    },
    spine=("spine_01", "spine_02", "spine_03", "spine_04", "spine_05"),
    neck=("neck_01", "neck_02"),
    signature=("spine_04", "spine_05"),
)
