# SPDX-License-Identifier: GPL-3.0-or-later
"""Detecting which bone is which."""

from __future__ import annotations

import bpy

from ..errors import UserError
from .detect import armature_of, detect
from .properties import store_mapping


class SMOOGPT_OT_detect_rig(bpy.types.Operator):
    """Find out by the bones' names which bone is which."""

    bl_idname = "smoogpt.detect_rig"
    bl_label = "Detect Bones"
    bl_options = {"REGISTER", "UNDO"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Detect and store the mapping on the armature object."""
        try:
            armature = armature_of(context.active_object)
            mapping = detect(armature)
        except UserError as error:
            self.report({"ERROR"}, error.message)
            return {"CANCELLED"}
        store_mapping(armature, mapping)
        self.report({"INFO"}, f"{mapping.label}: {len(mapping.rows())} bones mapped")
        return {"FINISHED"}


CLASSES = (SMOOGPT_OT_detect_rig,)


def register() -> None:
    """Register the operator."""
    for cls in CLASSES:
        bpy.utils.register_class(cls)


def unregister() -> None:
    """Unregister it."""
    for cls in reversed(CLASSES):
        bpy.utils.unregister_class(cls)
