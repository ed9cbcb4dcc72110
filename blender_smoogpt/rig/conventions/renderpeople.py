# SPDX-License-Identifier: GPL-3.0-or-later
"""Renderpeople's rigged people."""

from __future__ import annotations

from typing import Final

from ..mapping import Convention, both_sides

CONVENTION: Final = Convention(
    key="renderpeople",
    label="Renderpeople",
    bones={
        "pelvis": "hip",
        "head": "head",
        **both_sides(
            {
                "collar": "shoulder_{side}",
                "shoulder": "upperarm_{side}",
                "elbow": "lowerarm_{side}",
                "wrist": "hand_{side}",
                "hip": "upperleg_{side}",
                "knee": "lowerleg_{side}",
                "ankle": "foot_{side}",
                "foot": "ball_{side}",
            },
            "l",
            "r",
        ),
    },
    spine=("spine_01", "spine_02", "spine_03"),
    neck=("neck",),
)
