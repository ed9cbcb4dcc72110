# SPDX-License-Identifier: GPL-3.0-or-later
"""The joint names of Biovision and Poser BVH files, which Xsens MVN and others export too: ``LeftShoulder`` is the upper arm."""

from __future__ import annotations

from typing import Final

from ..mapping import Convention, both_sides

CONVENTION: Final = Convention(
    key="biovision",
    label="Biovision BVH",
    bones={
        "pelvis": "Hips",
        "head": "Head",
        **both_sides(
            {
                "collar": "{side}Collar",
                "shoulder": "{side}Shoulder",
                "elbow": "{side}Elbow",
                "wrist": "{side}Wrist",
                "hip": "{side}Hip",
                "knee": "{side}Knee",
                "ankle": "{side}Ankle",
                "foot": "{side}Toe",
            },
            "Left",
            "Right",
        ),
    },
    spine=("Spine", "Chest", "Chest2", "Chest3", "Chest4"),
    neck=("Neck", "Neck2"),
    signature=("LeftElbow", "LeftKnee"),
)
