# SPDX-License-Identifier: GPL-3.0-or-later
"""MakeHuman's and MPFB's default rig: the spine is numbered downwards, limbs come in two halves, toes one by one."""

from __future__ import annotations

from typing import Final

from ..mapping import Convention, both_sides

CONVENTION: Final = Convention(
    key="mpfb",
    label="MakeHuman / MPFB",
    bones={
        "pelvis": "root",
        "head": "head",
        **both_sides(
            {
                "collar": "shoulder01.{side}",
                "shoulder": "upperarm01.{side}",
                "elbow": "lowerarm01.{side}",
                "wrist": "wrist.{side}",
                "hip": "upperleg01.{side}",
                "knee": "lowerleg01.{side}",
                "ankle": "foot.{side}",
            },
            "L",
            "R",
        ),
    },
    spine=("spine05", "spine04", "spine03", "spine02", "spine01"),
    neck=("neck01", "neck02", "neck03"),
    signature=("spine05", "upperleg01.L"),
)
