# SPDX-License-Identifier: GPL-3.0-or-later
"""VRChat models as the Cats plug-in names them when it fixes a model."""

from __future__ import annotations

from typing import Final

from ..mapping import Convention, both_sides

CONVENTION: Final = Convention(
    key="cats",
    label="Cats (VRChat)",
    bones={
        "pelvis": "Hips",
        "head": "Head",
        **both_sides(
            {
                "collar": "{side} shoulder",
                "shoulder": "{side} arm",
                "elbow": "{side} elbow",
                "wrist": "{side} wrist",
                "hip": "{side} leg",
                "knee": "{side} knee",
                "ankle": "{side} ankle",
                "foot": "{side} toe",
            },
            "Left",
            "Right",
        ),
    },
    spine=("Spine", "Chest", "Upper Chest"),
    neck=("Neck",),
)
