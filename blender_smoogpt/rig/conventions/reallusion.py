# SPDX-License-Identifier: GPL-3.0-or-later
"""Reallusion's Character Creator, ActorCore and AccuRIG.

``CC_Base_Hip`` carries both the pelvis, which has the legs, and the waist; the neck bones are called twist bones.
"""

from __future__ import annotations

from typing import Final

from ..mapping import Convention, both_sides

CONVENTION: Final = Convention(
    key="reallusion",
    label="Character Creator / iClone",
    bones={
        "pelvis": "CC_Base_Hip",
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
    spine=("CC_Base_Waist", "CC_Base_Spine01", "CC_Base_Spine02"),
    neck=("CC_Base_NeckTwist01", "CC_Base_NeckTwist02"),
)
