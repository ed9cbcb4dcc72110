# SPDX-License-Identifier: GPL-3.0-or-later
"""Synty's characters: ``Shoulder_L`` is the upper arm, and fingers do not say on which side they are."""

from __future__ import annotations

from typing import Final

from ..mapping import Convention, both_sides

CONVENTION: Final = Convention(
    key="synty",
    label="Synty",
    bones={
        "pelvis": "Hips",
        "head": "Head",
        **both_sides(
            {
                "collar": "Clavicle_{side}",
                "shoulder": "Shoulder_{side}",
                "elbow": "Elbow_{side}",
                "wrist": "Hand_{side}",
                "hip": "UpperLeg_{side}",
                "knee": "LowerLeg_{side}",
                "ankle": "Ankle_{side}",
                "foot": "Ball_{side}",
            },
            "L",
            "R",
        ),
    },
    spine=("Spine_01", "Spine_02", "Spine_03"),
    neck=("Neck",),
)
