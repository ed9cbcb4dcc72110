# SPDX-License-Identifier: GPL-3.0-or-later
"""Kimodo's SOMA skeleton of 77 joints: ``LeftLeg`` is the thigh here, the shin of Mixamo's kind of names is ``LeftShin``."""

from __future__ import annotations

from typing import Final

from ..mapping import Convention, both_sides

CONVENTION: Final = Convention(
    key="soma",
    label="SOMA (Kimodo)",
    bones={
        "pelvis": "Hips",
        "head": "Head",
        **both_sides(
            {
                "collar": "{side}Shoulder",
                "shoulder": "{side}Arm",
                "elbow": "{side}ForeArm",
                "wrist": "{side}Hand",
                "hip": "{side}Leg",
                "knee": "{side}Shin",
                "ankle": "{side}Foot",
                "foot": "{side}ToeBase",
            },
            "Left",
            "Right",
        ),
    },
    spine=("Spine1", "Spine2", "Chest"),
    neck=("Neck1", "Neck2"),
)
