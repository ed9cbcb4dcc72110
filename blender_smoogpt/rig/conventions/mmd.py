# SPDX-License-Identifier: GPL-3.0-or-later
"""MikuMikuDance: Japanese names, those with the side at the end as importers rename them, and the usual English ones.

The centre bone carries both the upper and the lower body, so that it stands for the hips; in rest it lies lower than
they do. Legs also have bones for inverse kinematics, which are no part of this.
"""

from __future__ import annotations

from typing import Final

from ..mapping import Convention, both_sides, either

_JAPANESE: Final = {
    "collar": "肩",
    "shoulder": "腕",
    "elbow": "ひじ",
    "wrist": "手首",
    "hip": "足",
    "knee": "ひざ",
    "ankle": "足首",
    "foot": "つま先",
}
_ENGLISH: Final = {
    "collar": "shoulder",
    "shoulder": "arm",
    "elbow": "elbow",
    "wrist": "wrist",
    "hip": "leg",
    "knee": "knee",
    "ankle": "ankle",
    "foot": "toe",
}
_END: Final = ("L", "R")

CONVENTION: Final = Convention(
    key="mmd",
    label="MikuMikuDance",
    bones={
        "pelvis": ("センター", "center"),
        "head": ("頭", "head"),
        **either(
            both_sides({joint: "{side}" + name for joint, name in _JAPANESE.items()}, "左", "右"),
            both_sides({joint: name + ".{side}" for joint, name in _JAPANESE.items()}, *_END),
            both_sides({joint: name + "_{side}" for joint, name in _ENGLISH.items()}, *_END),
            both_sides({"wrist": "{side}手", "foot": "{side}足先EX"}, "左", "右"),
            both_sides({"wrist": "手.{side}", "foot": "足先EX.{side}"}, *_END),
            both_sides({"foot": "toe2_{side}"}, *_END),
        ),
    },
    spine=(
        *("上半身", "upper body", "UpperBody"),
        *("上半身2", "upper body2", "upper body 2", "UpperBody2"),
        *("上半身3", "upper body3", "upper body 3", "UpperBody3"),
    ),
    neck=("首", "neck"),
)
