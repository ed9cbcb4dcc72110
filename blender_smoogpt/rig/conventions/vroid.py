# SPDX-License-Identifier: GPL-3.0-or-later
"""VRoid Studio; jiggling bones begin with ``J_Sec_``, adjusting ones with ``J_Adj_``."""

from __future__ import annotations

from typing import Final

from ..mapping import Convention, both_sides

CONVENTION: Final = Convention(
    key="vroid",
    label="VRoid Studio",
    bones={
        "pelvis": "J_Bip_C_Hips",
        "head": "J_Bip_C_Head",
        **both_sides(
            {
                "collar": "J_Bip_{side}_Shoulder",
                "shoulder": "J_Bip_{side}_UpperArm",
                "elbow": "J_Bip_{side}_LowerArm",
                "wrist": "J_Bip_{side}_Hand",
                "hip": "J_Bip_{side}_UpperLeg",
                "knee": "J_Bip_{side}_LowerLeg",
                "ankle": "J_Bip_{side}_Foot",
                "foot": "J_Bip_{side}_ToeBase",
            },
            "L",
            "R",
        ),
    },
    spine=("J_Bip_C_Spine", "J_Bip_C_Chest", "J_Bip_C_UpperChest"),
    neck=("J_Bip_C_Neck",),
)
