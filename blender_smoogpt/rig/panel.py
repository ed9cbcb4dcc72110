# SPDX-License-Identifier: GPL-3.0-or-later
"""The rig sub-panel: which bone is which, the character's T-pose, and how motions are put on it."""

from __future__ import annotations

from collections.abc import Container
from typing import Final

import bpy

from .mapping import NECK, OPTIONAL, REQUIRED, SPINE
from .properties import SMOOGPT_PG_bone, SMOOGPT_PG_rig, convention_label, has_rows, ordered_rows
from .roles import chain_number, opposite, role_label

_OPTIONS: Final = ("root_mode", "heading", "path_turn", "keep_feet", "keep_hands", "thin_error")
_FIRST_SPINE: Final = f"{SPINE}.1"


def _draw_head(layout: bpy.types.UILayout, rig: SMOOGPT_PG_rig) -> None:
    row = layout.row(align=True)
    row.label(text=convention_label(rig.convention) if has_rows(rig) else "Not detected yet", icon="ARMATURE_DATA")
    row.operator("smoogpt.detect_rig", text="", icon="FILE_REFRESH")
    row.menu("SMOOGPT_MT_rig_presets", text="", icon="PRESET")


def _draw_summary(layout: bpy.types.UILayout, rig: SMOOGPT_PG_rig) -> None:
    bones = {item.name: item.bone for item in rig.rows if item.bone}
    layout.label(text=f"{len(bones)} bones mapped", icon="CHECKMARK")
    missing = [role for role in (*REQUIRED, *OPTIONAL) if role not in bones]
    if not any(chain_number(role, SPINE) for role in bones):
        missing.insert(0, SPINE)
    for role in missing:
        line = layout.row()
        line.alert = role not in OPTIONAL
        line.label(text=f"No bone: {role_label(role)}", icon="DOT")


def _draw_row(
    layout: bpy.types.UILayout, item: SMOOGPT_PG_bone, data: bpy.types.Armature, bones: Container[str]
) -> None:
    role, needed = item.name, item.name in REQUIRED or item.name == _FIRST_SPINE
    split = layout.row(align=True).split(factor=0.36, align=True)
    wrong = item.bone not in bones if item.bone else needed
    caption = split.row(align=True)
    caption.alert = wrong  # a search field shows no alert
    caption.label(text=role_label(role).capitalize(), icon="ERROR" if wrong else "NONE")
    cells = split.row(align=True)
    field = cells.row(align=True)
    field.alert = wrong
    field.prop_search(item, "bone", data, "edit_bones" if data.is_editmode else "bones", text="")
    cells.operator("smoogpt.pick_bone", text="", icon="EYEDROPPER").role = role
    if opposite(role):
        cells.operator("smoogpt.mirror_bone", text="", icon="MOD_MIRROR").role = role
    cells.operator("smoogpt.clear_bone", text="", icon="X").role = role


def _draw_rows(layout: bpy.types.UILayout, armature: bpy.types.Object) -> None:
    header, body = layout.panel("SMOOGPT_rig_rows", default_closed=True)
    header.label(text="Bones")
    if not body:
        return
    data = armature.data
    bones = data.edit_bones if data.is_editmode else data.bones
    column = body.column(align=True)
    for item in ordered_rows(armature.smoogpt_rig):
        _draw_row(column, item, data, bones)
    line = body.row()
    for kind in (SPINE, NECK):
        pair = line.row(align=True)
        pair.label(text=kind.capitalize())
        pair.operator("smoogpt.add_chain_row", text="", icon="ADD").kind = kind
        pair.operator("smoogpt.remove_chain_row", text="", icon="REMOVE").kind = kind
    body.operator("smoogpt.clear_rows", icon="TRASH")


def _draw_t_pose(layout: bpy.types.UILayout, rig: SMOOGPT_PG_rig) -> None:
    line = layout.row(align=True)
    line.operator("smoogpt.capture_t_pose", icon="ARMATURE_DATA")
    if any(any(item.t_pose) for item in rig.rows):
        line.operator("smoogpt.forget_t_pose", text="", icon="X")


def _draw_options(layout: bpy.types.UILayout, rig: SMOOGPT_PG_rig) -> None:
    header, body = layout.panel("SMOOGPT_rig_options", default_closed=True)
    header.label(text="Options")
    if not body:
        return
    body.use_property_split = True
    body.use_property_decorate = False
    for name in _OPTIONS:
        body.prop(rig, name)


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
        _draw_head(layout, rig)
        if has_rows(rig):
            _draw_summary(layout, rig)
            _draw_rows(layout, armature)
        else:
            layout.operator("smoogpt.map_by_hand", icon="ADD")
        _draw_t_pose(layout, rig)
        _draw_options(layout, rig)


CLASSES = (SMOOGPT_PT_rig,)


def register() -> None:
    """Register the panel."""
    for cls in CLASSES:
        bpy.utils.register_class(cls)


def unregister() -> None:
    """Unregister it."""
    for cls in reversed(CLASSES):
        bpy.utils.unregister_class(cls)
