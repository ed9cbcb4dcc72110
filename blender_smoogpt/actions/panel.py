# SPDX-License-Identifier: GPL-3.0-or-later
"""The export sub-panel."""

from __future__ import annotations

import bpy


class SMOOGPT_PT_export(bpy.types.Panel):
    """Save the current Action as a file."""

    bl_idname = "SMOOGPT_PT_export"
    bl_label = "Export"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "SMooGPT"
    bl_parent_id = "SMOOGPT_PT_main"
    bl_options = {"DEFAULT_CLOSED"}
    bl_order = 90

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the three buttons, and which Action they save."""
        armature = context.active_object
        data = armature.animation_data if armature else None
        action = data.action if data else None
        self.layout.label(text=action.name if action else "No Action", icon="ACTION")
        row = self.layout.row(align=True)
        row.enabled = action is not None
        for name in ("bvh", "fbx", "gltf"):
            row.operator(f"smoogpt.export_{name}")


CLASSES = (SMOOGPT_PT_export,)


def register() -> None:
    """Register the panel."""
    for cls in CLASSES:
        bpy.utils.register_class(cls)


def unregister() -> None:
    """Unregister it."""
    for cls in reversed(CLASSES):
        bpy.utils.unregister_class(cls)
