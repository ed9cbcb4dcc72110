# SPDX-License-Identifier: GPL-3.0-or-later
"""The tab in the 3D view's sidebar."""

from __future__ import annotations

import textwrap
from typing import Final

import bpy

from ...server.protocol import PARTS
from .properties import SMOOGPT_PG_prompts, SMOOGPT_PG_state, texts_are_old

_LETTER: Final = 6.2  # mean width of a letter of the default font at scale 1, pixels
_MARGIN: Final = 70.0  # pixels of a line that are no text: panel's edge and tabs, icon
_WIDE: Final = 62  # letters from which a part's name and text fit side by side


def _letters(context: bpy.types.Context) -> int:
    """Return how many letters a line of the sidebar takes."""
    width = context.region.width / context.preferences.system.ui_scale
    return max(16, int((width - _MARGIN) / _LETTER))


def _draw_part(layout: bpy.types.UILayout, prompts: SMOOGPT_PG_prompts, part: str, letters: int) -> None:
    """Draw name, text, lock and regenerate button, and below them what the last take did not do.

    In a narrow sidebar the text has a line of its own.
    """
    data, wide = getattr(prompts, part), letters >= _WIDE
    row = layout.row(align=True)
    if wide:
        row = row.split(factor=0.14, align=True)
    row.label(text=part.replace("_", " ").capitalize())
    if wide:
        row = row.row(align=True)
        row.prop(data, "text", text="", placeholder="anything")
    row.prop(data, "lock", text="", icon="LOCKED" if data.lock else "UNLOCKED")
    again = row.operator("smoogpt.regenerate_part", text="", icon="FILE_REFRESH")
    again.part = part
    if not wide:
        layout.prop(data, "text", text="", placeholder="anything")
    if data.unmet:
        _draw_lines(layout, f"Not done: {data.unmet}", letters, "DOT", dim=True)


def _draw_lines(
    layout: bpy.types.UILayout, text: str, letters: int, icon: str, *, alert: bool = False, dim: bool = False
) -> None:
    column = layout.column(align=True)
    column.scale_y = 0.8
    column.alert, column.active = alert, not dim
    for number, line in enumerate(textwrap.wrap(text, letters)):
        column.label(text=line, icon=icon if number == 0 else "BLANK1")


def _draw_parts(layout: bpy.types.UILayout, prompts: SMOOGPT_PG_prompts, letters: int) -> None:
    column = layout.column(align=True)
    for part in PARTS:
        _draw_part(column, prompts, part, letters)


def _draw_state(layout: bpy.types.UILayout, state: SMOOGPT_PG_state, letters: int) -> None:
    if state.busy:
        row = layout.row(align=True)
        row.progress(factor=state.fraction, text=state.message)
        row.operator("smoogpt.cancel", text="", icon="CANCEL")
        return
    _draw_lines(layout, state.message, letters, "ERROR" if state.is_error else "INFO", alert=state.is_error)


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
        letters = _letters(context)
        armature = context.active_object
        if armature is None or armature.type != "ARMATURE":
            layout.label(text="Select a character's armature", icon="INFO")
            _draw_state(layout, state, letters)
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
        _draw_parts(buttons, prompts, letters)
        big = buttons.row()
        big.scale_y = 1.4
        big.operator("smoogpt.generate", icon="PLAY")
        _draw_state(layout, state, letters)


CLASSES = (SMOOGPT_PT_main,)


def register() -> None:
    """Register the panel."""
    for cls in CLASSES:
        bpy.utils.register_class(cls)


def unregister() -> None:
    """Unregister it."""
    for cls in reversed(CLASSES):
        bpy.utils.unregister_class(cls)
