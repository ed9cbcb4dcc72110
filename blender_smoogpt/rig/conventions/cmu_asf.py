# SPDX-License-Identifier: GPL-3.0-or-later
"""CMU's recordings under the names of their ASF skeletons.

A bone there begins at its joint: ``lfemur`` is the thigh, ``lwrist`` the lower half of the forearm, ``lhand`` the hand.
"""

from __future__ import annotations

from typing import Final

from ..mapping import Convention, both_sides

CONVENTION: Final = Convention(
    key="cmu_asf",
    label="CMU ASF",
    bones={
        "pelvis": "root",
        "head": "head",
        **both_sides(
            {
                "collar": "{side}clavicle",
                "shoulder": "{side}humerus",
                "elbow": "{side}radius",
                "wrist": "{side}hand",
                "hip": "{side}femur",
                "knee": "{side}tibia",
                "ankle": "{side}foot",
                "foot": "{side}toes",
            },
            "l",
            "r",
        ),
    },
    spine=("lowerback", "upperback", "thorax"),
    neck=("lowerneck", "upperneck"),
)
