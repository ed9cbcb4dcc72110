# SPDX-License-Identifier: GPL-3.0-or-later
"""The rig sub-panel: which convention the character follows, and which bones are mapped."""

from __future__ import annotations

import bpy

from .conventions import BY_KEY
from .mapping import NECK, SPINE, plain_name


def _role_label(role: str) -> str:
    kind, _, number = role.partition(".")
    if kind in (SPINE, NECK) and number:
        return f"{kind} {number}"
    return plain_name(role)


class SMOOGPT_PT_rig(bpy.types.Panel):
    """Which bone is which on the selected character."""

    bl_idname = "SMOOGPT_PT_rig"
    bl_label = "Rig"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "SMooGPT"
    bl_parent_id = "SMOOGPT_PT_main"
    bl_options = {"DEFAULT_CLOSED"}
    bl_order = 80

    def draw(self, context: bpy.types.Context) -> None:
        """Draw what is stored; nothing is computed here."""
        layout = self.layout
        armature = context.active_object
        if armature is None or armature.type != "ARMATURE":
            layout.label(text="Select a character's armature", icon="INFO")
            return
        rig = armature.smoogpt_rig
        convention = BY_KEY.get(rig.convention)
        row = layout.row()
        row.label(text=convention.label if convention else "Not detected yet", icon="ARMATURE_DATA")
        row.operator("smoogpt.detect_rig", text="", icon="FILE_REFRESH")
        if convention is None:
            return
        layout.label(text=f"{len(rig.rows)} bones mapped", icon="CHECKMARK")
        for joint in filter(None, rig.missing.split(",")):
            layout.label(text=f"No bone: {plain_name(joint)}", icon="DOT")
        header, body = layout.panel("SMOOGPT_rig_rows", default_closed=True)
        header.label(text="Bones")
        if body:
            for item in rig.rows:
                split = body.split(factor=0.45)
                split.label(text=_role_label(item.name).capitalize())
                split.prop_search(item, "bone", armature.data, "bones", text="")


CLASSES = (SMOOGPT_PT_rig,)


def register() -> None:
    """Register the panel."""
    for cls in CLASSES:
        bpy.utils.register_class(cls)


def unregister() -> None:
    """Unregister it."""
    for cls in reversed(CLASSES):
        bpy.utils.unregister_class(cls)
