# SPDX-License-Identifier: GPL-3.0-or-later
"""Rigify's deform bones alone, as games get them; limbs come in two halves, of which the upper turns with the joint.

Generated rigs have them too, but there the controls are animated (see ``rigify``). Exporters have to parent thighs to
``DEF-spine`` and shoulders to ``DEF-spine.003``: in the generated rig they hang from bones that do not deform.
"""

from __future__ import annotations

from typing import Final

from ..mapping import Convention, both_sides

CONVENTION: Final = Convention(
    key="rigify_deform",
    label="Rigify (deform bones)",
    bones={
        "pelvis": "DEF-spine",
        "head": "DEF-spine.006",
        **both_sides(
            {
                "collar": "DEF-shoulder.{side}",
                "shoulder": "DEF-upper_arm.{side}",
                "elbow": "DEF-forearm.{side}",
                "wrist": "DEF-hand.{side}",
                "hip": "DEF-thigh.{side}",
                "knee": "DEF-shin.{side}",
                "ankle": "DEF-foot.{side}",
                "foot": "DEF-toe.{side}",
            },
            "L",
            "R",
        ),
    },
    spine=("DEF-spine.001", "DEF-spine.002", "DEF-spine.003"),
    neck=("DEF-spine.004", "DEF-spine.005"),
    signature=("DEF-spine.003",),
)
