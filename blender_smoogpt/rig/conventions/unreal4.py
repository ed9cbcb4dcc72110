# SPDX-License-Identifier: GPL-3.0-or-later
"""Unreal Engine 4's mannequin. MakeHuman's and MPFB's rig for game engines has the same names and fits here."""

from __future__ import annotations

from typing import Final

from ..mapping import Convention, both_sides

CONVENTION: Final = Convention(
    key="unreal4",
    label="Unreal Engine 4",
    bones={
        "pelvis": "pelvis",
        "head": "head",
        **both_sides(
            {
                "collar": "clavicle_{side}",
                "shoulder": "upperarm_{side}",
                "elbow": "lowerarm_{side}",
                "wrist": "hand_{side}",
                "hip": "thigh_{side}",
                "knee": "calf_{side}",
                "ankle": "foot_{side}",
                "foot": "ball_{side}",
            },
            "l",
            "r",
        ),
    },
    spine=("spine_01", "spine_02", "spine_03"),
    neck=("neck_01",),
)
