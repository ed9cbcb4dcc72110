# SPDX-License-Identifier: GPL-3.0-or-later
"""SMPL as its FBX and Maya files name it: ``L_Hip``, mostly with ``m_avg_`` or ``f_avg_`` before it."""

from __future__ import annotations

from typing import Final

from ..mapping import Convention, both_sides

CONVENTION: Final = Convention(
    key="smpl_fbx",
    label="SMPL (FBX)",
    bones={
        "pelvis": "Pelvis",
        "head": "Head",
        **both_sides(
            {
                "collar": "{side}_Collar",
                "shoulder": "{side}_Shoulder",
                "elbow": "{side}_Elbow",
                "wrist": "{side}_Wrist",
                "hip": "{side}_Hip",
                "knee": "{side}_Knee",
                "ankle": "{side}_Ankle",
                "foot": "{side}_Foot",
            },
            "L",
            "R",
        ),
    },
    spine=("Spine1", "Spine2", "Spine3"),
    neck=("Neck",),
)
