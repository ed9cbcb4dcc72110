# SPDX-License-Identifier: GPL-3.0-or-later
"""The menu of mapping presets, and what it does."""

from __future__ import annotations

import bpy

from ..errors import UserError
from .presets import delete_preset, load_preset, preset_names, preset_path, save_preset
from .rig_operator import RigOperator


class SMOOGPT_OT_save_rig_preset(RigOperator, bpy.types.Operator):
    """Save which bone is which, for the next character with the same bones."""

    bl_idname = "smoogpt.save_rig_preset"
    bl_label = "Save Rig Preset"
    bl_options = {"REGISTER"}  # a file is written: nothing that undo could take back

    name: bpy.props.StringProperty(name="Name", description="Name of the preset", maxlen=60, options={"SKIP_SAVE"})
    overwrite: bpy.props.BoolProperty(
        name="Overwrite", description="Replace a preset that has this name", options={"SKIP_SAVE"}
    )

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Ask for a name, or whether to replace the preset that was given."""
        if not self.name:
            asked: set[str] = context.window_manager.invoke_props_dialog(self)
            return asked
        if self.overwrite or self.name not in preset_names():
            return self.execute(context)
        self.overwrite = True
        confirmed: set[str] = context.window_manager.invoke_confirm(
            self, event, title=f"Replace the preset '{self.name}'?", confirm_text="Replace"
        )
        return confirmed

    def act(self, context: bpy.types.Context, armature: bpy.types.Object) -> str:
        """Write the file."""
        if preset_path(self.name).exists() and not self.overwrite:
            raise UserError(
                f"There is a preset '{self.name}' already. Tick Overwrite to replace it, or change the name."
            )
        return f"Saved as {save_preset(armature.smoogpt_rig, self.name)}"


class SMOOGPT_OT_load_rig_preset(RigOperator, bpy.types.Operator):
    """Take which bone is which from this preset."""

    bl_idname = "smoogpt.load_rig_preset"
    bl_label = "Load Rig Preset"

    name: bpy.props.StringProperty(name="Name", description="Name of the preset", options={"SKIP_SAVE"})

    def act(self, context: bpy.types.Context, armature: bpy.types.Object) -> str:
        """Replace the rows."""
        preset = load_preset(armature, self.name)
        return f"{self.name}: {sum(bool(row.bone) for row in preset.rows)} bones mapped"


class SMOOGPT_OT_delete_rig_preset(bpy.types.Operator):
    """Delete this preset's file; characters that it was loaded on keep their rows."""

    bl_idname = "smoogpt.delete_rig_preset"
    bl_label = "Delete Rig Preset"
    bl_options = {"REGISTER"}

    name: bpy.props.StringProperty(name="Name", description="Name of the preset", options={"SKIP_SAVE"})

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Ask first."""
        asked: set[str] = context.window_manager.invoke_confirm(
            self, event, title=f"Delete the preset '{self.name}'?", confirm_text="Delete"
        )
        return asked

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Delete the file."""
        try:
            delete_preset(self.name)
        except UserError as error:
            self.report({"ERROR"}, error.message)
            return {"CANCELLED"}
        self.report({"INFO"}, f"Preset '{self.name}' deleted")
        return {"FINISHED"}


class SMOOGPT_MT_rig_presets(bpy.types.Menu):
    """Mappings that were saved for other characters."""

    bl_idname = "SMOOGPT_MT_rig_presets"
    bl_label = "Rig Presets"

    def draw(self, context: bpy.types.Context) -> None:
        """List the presets; the folder is read when the menu opens, as Blender's own menus of presets do."""
        layout = self.layout
        names = preset_names()
        layout.operator_context = "EXEC_DEFAULT"
        for name in names:
            layout.operator("smoogpt.load_rig_preset", text=name, translate=False).name = name
        if names:
            layout.separator()
        layout.operator_context = "INVOKE_DEFAULT"
        layout.operator("smoogpt.save_rig_preset", text="Save as...", icon="ADD")
        if names:
            layout.menu("SMOOGPT_MT_replace_rig_preset", icon="FILE_TICK")
            layout.menu("SMOOGPT_MT_delete_rig_preset", icon="TRASH")


class SMOOGPT_MT_replace_rig_preset(bpy.types.Menu):
    """Save over a preset."""

    bl_idname = "SMOOGPT_MT_replace_rig_preset"
    bl_label = "Replace"

    def draw(self, context: bpy.types.Context) -> None:
        """List the presets."""
        self.layout.operator_context = "INVOKE_DEFAULT"
        for name in preset_names():
            self.layout.operator("smoogpt.save_rig_preset", text=name, translate=False).name = name


class SMOOGPT_MT_delete_rig_preset(bpy.types.Menu):
    """Delete a preset."""

    bl_idname = "SMOOGPT_MT_delete_rig_preset"
    bl_label = "Delete"

    def draw(self, context: bpy.types.Context) -> None:
        """List the presets."""
        self.layout.operator_context = "INVOKE_DEFAULT"
        for name in preset_names():
            self.layout.operator("smoogpt.delete_rig_preset", text=name, translate=False).name = name


CLASSES = (
    SMOOGPT_OT_save_rig_preset,
    SMOOGPT_OT_load_rig_preset,
    SMOOGPT_OT_delete_rig_preset,
    SMOOGPT_MT_rig_presets,
    SMOOGPT_MT_replace_rig_preset,
    SMOOGPT_MT_delete_rig_preset,
)
