# SPDX-License-Identifier: GPL-3.0-or-later
"""Rigify's human meta-rig, animated directly: the spine is numbered from the hips to the head."""

from __future__ import annotations

from typing import Final

from ..mapping import Convention, both_sides

CONVENTION: Final = Convention(
    key="rigify_metarig",
    label="Rigify meta-rig",
    bones={
        "pelvis": "spine",
        "head": "spine.006",
        **both_sides(
            {
                "collar": "shoulder.{side}",
                "shoulder": "upper_arm.{side}",
                "elbow": "forearm.{side}",
                "wrist": "hand.{side}",
                "hip": "thigh.{side}",
                "knee": "shin.{side}",
                "ankle": "foot.{side}",
                "foot": "toe.{side}",
            },
            "L",
            "R",
        ),
    },
    spine=("spine.001", "spine.002", "spine.003"),
    neck=("spine.004", "spine.005"),
    signature=("spine.006", "spine.003"),
)
