# SPDX-License-Identifier: GPL-3.0-or-later
"""The humanoid that the VRM add-on makes; VRM 0 and 1 differ in their thumbs alone."""

from __future__ import annotations

from typing import Final

from ..mapping import Convention, both_sides

CONVENTION: Final = Convention(
    key="vrm",
    label="VRM",
    bones={
        "pelvis": "hips",
        "head": "head",
        **both_sides(
            {
                "collar": "shoulder.{side}",
                "shoulder": "upper_arm.{side}",
                "elbow": "lower_arm.{side}",
                "wrist": "hand.{side}",
                "hip": "upper_leg.{side}",
                "knee": "lower_leg.{side}",
                "ankle": "foot.{side}",
                "foot": "toes.{side}",
            },
            "L",
            "R",
        ),
    },
    spine=("spine", "chest", "upper_chest"),
    neck=("neck",),
)
