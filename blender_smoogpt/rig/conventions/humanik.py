# SPDX-License-Identifier: GPL-3.0-or-later
"""HumanIK, as MotionBuilder and Maya characterise it, and Rokoko's skeleton, which calls thigh and shin so.

With three spine bones and one neck bone its names are those of Mixamo, and of Ready Player Me: such rigs cannot be told
apart and are shown as Mixamo, which maps the same bones.
"""

from __future__ import annotations

from typing import Final

from ..mapping import Convention, both_sides, either

_SIDES: Final = ("Left", "Right")

CONVENTION: Final = Convention(
    key="humanik",
    label="HumanIK / Rokoko",
    bones={
        "pelvis": "Hips",
        "head": "Head",
        **either(
            both_sides(
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
                *_SIDES,
            ),
            both_sides({"hip": "{side}Thigh", "knee": "{side}Shin", "foot": "{side}Toe"}, *_SIDES),
        ),
    },
    spine=("Spine", *(f"Spine{at}" for at in range(1, 10))),
    neck=("Neck", *(f"Neck{at}" for at in range(1, 10))),
)
