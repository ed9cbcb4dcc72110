# SPDX-License-Identifier: GPL-3.0-or-later
"""The tab in the 3D view's sidebar."""

from __future__ import annotations

import textwrap

import bpy

from ...server.protocol import PARTS
from .properties import SMOOGPT_PG_prompts, SMOOGPT_PG_state, texts_are_old

_COLUMN = 44  # characters of a message line


def _draw_parts(layout: bpy.types.UILayout, prompts: SMOOGPT_PG_prompts) -> None:
    box = layout.column(align=True)
    for part in PARTS:
        row = box.row(align=True)
        data = getattr(prompts, part)
        split = row.split(factor=0.24, align=True)
        split.label(text=part.replace("_", " ").capitalize())
        line = split.row(align=True)
        line.prop(data, "text", text="", placeholder="anything")
        line.prop(data, "lock", text="", icon="LOCKED" if data.lock else "UNLOCKED")
        again = line.operator("smoogpt.regenerate_part", text="", icon="FILE_REFRESH")
        again.part = part


def _draw_state(layout: bpy.types.UILayout, state: SMOOGPT_PG_state) -> None:
    if state.busy:
        row = layout.row(align=True)
        row.progress(factor=state.fraction, text=state.message)
        row.operator("smoogpt.cancel", text="", icon="CANCEL")
        return
    lines = textwrap.wrap(state.message, _COLUMN)
    for number, line in enumerate(lines):
        icon = ("ERROR" if state.is_error else "INFO") if number == 0 else "BLANK1"
        layout.label(text=line, icon=icon)


class SMOOGPT_PT_main(bpy.types.Panel):
    """Words to motion on the selected character."""

    bl_idname = "SMOOGPT_PT_main"
    bl_label = "SMooGPT"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "SMooGPT"

    def draw(self, context: bpy.types.Context) -> None:
        """Draw what is stored; nothing is read or computed here."""
        layout = self.layout
        state = context.window_manager.smoogpt_state
        armature = context.active_object
        if armature is None or armature.type != "ARMATURE":
            layout.label(text="Select a character's armature", icon="INFO")
            _draw_state(layout, state)
            return
        prompts = armature.smoogpt_prompts
        column = layout.column(align=True)
        column.prop(prompts, "content", text="", icon="ARMATURE_DATA", placeholder="What: walks forward")
        column.prop(prompts, "style", text="", icon="BRUSH_DATA", placeholder="How: like an old man")
        row = layout.row(align=True)
        row.prop(prompts, "seconds")
        row.prop(prompts, "seed")
        buttons = layout.column()
        buttons.enabled = not state.busy
        buttons.operator("smoogpt.describe", icon="TEXT")
        if texts_are_old(prompts):
            buttons.label(text="Prompts changed: describe again?", icon="INFO")
        _draw_parts(buttons, prompts)
        big = buttons.row()
        big.scale_y = 1.4
        big.operator("smoogpt.generate", icon="PLAY")
        _draw_state(layout, state)


CLASSES = (SMOOGPT_PT_main,)


def register() -> None:
    """Register the panel."""
    for cls in CLASSES:
        bpy.utils.register_class(cls)


def unregister() -> None:
    """Unregister it."""
    for cls in reversed(CLASSES):
        bpy.utils.unregister_class(cls)
