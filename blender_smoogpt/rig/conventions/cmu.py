# SPDX-License-Identifier: GPL-3.0-or-later
"""CMU's recordings as MotionBuilder-friendly BVH (cgspeed), and MPFB's rig for them; the hips are joined by offset bones."""

from __future__ import annotations

from typing import Final

from ..mapping import Convention, both_sides

CONVENTION: Final = Convention(
    key="cmu",
    label="CMU BVH",
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
    spine=("LowerBack", "Spine", "Spine1"),
    neck=("Neck", "Neck1"),
    signature=("LowerBack",),
)
