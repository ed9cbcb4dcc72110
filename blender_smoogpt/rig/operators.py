# SPDX-License-Identifier: GPL-3.0-or-later
"""Detecting which bone is which, and the registration of all operators that a rig has."""

from __future__ import annotations

import bpy

from . import preset_operators, row_operators, t_pose_operators
from .detect import detect
from .properties import store_mapping
from .rig_operator import RigOperator


class SMOOGPT_OT_detect_rig(RigOperator, bpy.types.Operator):
    """Find out by the bones' names which bone is which; rows that were changed by hand are replaced."""

    bl_idname = "smoogpt.detect_rig"
    bl_label = "Detect Bones"

    def act(self, context: bpy.types.Context, armature: bpy.types.Object) -> str:
        """Detect and store the mapping on the armature object."""
        mapping = detect(armature)
        store_mapping(armature, mapping)
        return f"{mapping.label}: {len(mapping.rows())} bones mapped"


CLASSES = (SMOOGPT_OT_detect_rig, *row_operators.CLASSES, *t_pose_operators.CLASSES, *preset_operators.CLASSES)


def register() -> None:
    """Register the operators and the menu of presets."""
    for cls in CLASSES:
        bpy.utils.register_class(cls)


def unregister() -> None:
    """Unregister them."""
    for cls in reversed(CLASSES):
        bpy.utils.unregister_class(cls)
