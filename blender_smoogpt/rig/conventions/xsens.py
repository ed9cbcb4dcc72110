# SPDX-License-Identifier: GPL-3.0-or-later
"""Xsens MVN's segments: the spine is named after vertebrae."""

from __future__ import annotations

from typing import Final

from ..mapping import Convention, both_sides

CONVENTION: Final = Convention(
    key="xsens",
    label="Xsens MVN",
    bones={
        "pelvis": "Pelvis",
        "head": "Head",
        **both_sides(
            {
                "collar": "{side}Shoulder",
                "shoulder": "{side}UpperArm",
                "elbow": "{side}ForeArm",
                "wrist": "{side}Hand",
                "hip": "{side}UpperLeg",
                "knee": "{side}LowerLeg",
                "ankle": "{side}Foot",
                "foot": "{side}Toe",
            },
            "Left",
            "Right",
        ),
    },
    spine=("L5", "L3", "T12", "T8"),
    neck=("Neck",),
)
