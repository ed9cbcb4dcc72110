# SPDX-License-Identifier: GPL-3.0-or-later
"""Auto-Rig Pro's deform bones, as it exports them for games; ``root.x`` is the hips."""

from __future__ import annotations

from typing import Final

from ..mapping import Convention, both_sides

CONVENTION: Final = Convention(
    key="auto_rig_pro_export",
    label="Auto-Rig Pro (export)",
    bones={
        "pelvis": "root.x",
        "head": "head.x",
        **both_sides(
            {
                "collar": "shoulder.{side}",
                "shoulder": "arm_stretch.{side}",
                "elbow": "forearm_stretch.{side}",
                "wrist": "hand.{side}",
                "hip": "thigh_stretch.{side}",
                "knee": "leg_stretch.{side}",
                "ankle": "foot.{side}",
                "foot": "toes_01.{side}",
            },
            "l",
            "r",
        ),
    },
    spine=("spine_01.x", "spine_02.x", "spine_03.x", "spine_04.x", "spine_05.x", "spine_06.x"),
    neck=("neck.x",),
)
