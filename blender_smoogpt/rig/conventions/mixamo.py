# SPDX-License-Identifier: GPL-3.0-or-later
"""Mixamo, with whatever ``mixamorigN:`` prefix or none; HumanIK rigs with the same names fit as well."""

from __future__ import annotations

from typing import Final

from ..mapping import Convention, both_sides

CONVENTION: Final = Convention(
    key="mixamo",
    label="Mixamo",
    bones={
        "pelvis": "Hips",
        "head": "Head",
        **both_sides(
            {
                "collar": "{side}Shoulder",
                "shoulder": "{side}Arm",
                "elbow": "{side}ForeArm",
                "wrist": "{side}Hand",
                "hip": "{side}UpLeg",
                "knee": "{side}Leg",
                "ankle": "{side}Foot",
                "foot": "{side}ToeBase",
            },
            "Left",
            "Right",
        ),
    },
    spine=("Spine", "Spine1", "Spine2"),
    neck=("Neck",),
)
