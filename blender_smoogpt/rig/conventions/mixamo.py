# SPDX-License-Identifier: GPL-3.0-or-later
"""Mixamo, with whatever ``mixamorigN:`` prefix or none.

Ready Player Me, MocapOnline and HumanIK rigs with three spine bones and one neck bone have the same names and nothing
that would tell them apart, so that they are shown under this label; their bones are mapped the same. HumanIK rigs with
more bones than that fit ``humanik`` better.
"""

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
