# SPDX-License-Identifier: GPL-3.0-or-later
"""Daz Genesis 9: ``hip`` carries both the pelvis, which has the legs, and the spine; ``l_shoulder`` is the clavicle."""

from __future__ import annotations

from typing import Final

from ..mapping import Convention, both_sides

CONVENTION: Final = Convention(
    key="daz9",
    label="Daz Genesis 9",
    bones={
        "pelvis": "hip",
        "head": "head",
        **both_sides(
            {
                "collar": "{side}_shoulder",
                "shoulder": "{side}_upperarm",
                "elbow": "{side}_forearm",
                "wrist": "{side}_hand",
                "hip": "{side}_thigh",
                "knee": "{side}_shin",
                "ankle": "{side}_foot",
                "foot": "{side}_toes",
            },
            "l",
            "r",
        ),
    },
    spine=("spine1", "spine2", "spine3", "spine4"),
    neck=("neck1", "neck2"),
)
