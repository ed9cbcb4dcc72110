# SPDX-License-Identifier: GPL-3.0-or-later
"""3ds Max Biped, whatever stands before the names (``Bip001``, ``Bip01``, ``ValveBiped.Bip01``), with spaces or underscores.

Microsoft Rocketbox has the same names. Thighs mostly hang from the lowest spine bone, clavicles from the neck.
"""

from __future__ import annotations

from typing import Final

from ..mapping import Convention, both_sides

CONVENTION: Final = Convention(
    key="biped",
    label="3ds Max Biped",
    bones={
        "pelvis": "Pelvis",
        "head": ("Head", "Head1"),
        **both_sides(
            {
                "collar": "{side} Clavicle",
                "shoulder": "{side} UpperArm",
                "elbow": "{side} Forearm",
                "wrist": "{side} Hand",
                "hip": "{side} Thigh",
                "knee": "{side} Calf",
                "ankle": "{side} Foot",
                "foot": "{side} Toe0",
            },
            "L",
            "R",
        ),
    },
    spine=("Spine", "Spine1", "Spine2", "Spine3", "Spine4"),
    neck=("Neck", "Neck1"),
)
