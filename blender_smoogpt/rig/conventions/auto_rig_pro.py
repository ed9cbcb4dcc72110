# SPDX-License-Identifier: GPL-3.0-or-later
"""Auto-Rig Pro's FK controls, with the limbs switched from IK to FK. Taken from other tools' tables, not measured.

``c_root_master.x`` carries the spine and, through ``c_root.x``, the legs; ``c_root.x`` adds to the legs' motion and is
therefore held at rest.
"""

from __future__ import annotations

from typing import Final

from ..mapping import Convention, Extras, Switch, both_sides

_SIDES: Final = ("l", "r")

CONVENTION: Final = Convention(
    key="auto_rig_pro",
    label="Auto-Rig Pro",
    bones={
        "pelvis": "c_root_master.x",
        "head": "c_head.x",
        **both_sides(
            {
                "collar": "c_shoulder.{side}",
                "shoulder": "c_arm_fk.{side}",
                "elbow": "c_forearm_fk.{side}",
                "wrist": "c_hand_fk.{side}",
                "hip": "c_thigh_fk.{side}",
                "knee": "c_leg_fk.{side}",
                "ankle": "c_foot_fk.{side}",
                "foot": "c_toes_fk.{side}",
            },
            *_SIDES,
        ),
    },
    spine=tuple(f"c_spine_0{at}.x" for at in range(1, 7)),
    neck=("c_neck.x",),
    signature=("c_root_master.x", "c_thigh_fk.l"),
    extras=Extras(
        switches=tuple(
            Switch(f"c_{end}_ik.{side}", "ik_fk_switch", 1.0) for end in ("hand", "foot") for side in _SIDES
        ),
        neutral=("c_root.x",),
        deform_only=True,
    ),
    chain=False,
)
