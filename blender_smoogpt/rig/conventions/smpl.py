# SPDX-License-Identifier: GPL-3.0-or-later
"""The SMPL body names, which are our own 22 joints (SMPL, SMPL-H, SMPL-X, and BVH files written by this project)."""

from __future__ import annotations

from typing import Final

from ..mapping import Convention, both_sides

CONVENTION: Final = Convention(
    key="smpl",
    label="SMPL / 22 joints",
    bones={
        "pelvis": "pelvis",
        "head": "head",
        **both_sides(
            {
                name: "{side}_" + name
                for name in ("collar", "shoulder", "elbow", "wrist", "hip", "knee", "ankle", "foot")
            },
            "left",
            "right",
        ),
    },
    spine=("spine1", "spine2", "spine3"),
    neck=("neck",),
)
