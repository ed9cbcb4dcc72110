# SPDX-License-Identifier: GPL-3.0-or-later
"""The extension's preferences: where the inference process runs, and for how long it is kept."""

from __future__ import annotations

import bpy

from .engine.session import log_path
from .errors import UserError


class SMOOGPT_OT_open_log(bpy.types.Operator):
    """Open the log of the inference process in Blender's text editor."""

    bl_idname = "smoogpt.open_log"
    bl_label = "Open Log as Text"
    bl_options = {"INTERNAL"}

    def execute(self, _: bpy.types.Context) -> set[str]:
        """Load the log as a text data-block; an older one is replaced."""
        path = log_path()
        try:
            lines = _tail(path.read_text(encoding="utf-8", errors="replace") if path.is_file() else "")
        except UserError as error:
            self.report({"ERROR"}, error.message)
            return {"CANCELLED"}
        text = bpy.data.texts.get(path.name) or bpy.data.texts.new(path.name)
        text.from_string(lines)
        self.report({"INFO"}, f"The log is in the text '{text.name}'; choose it in a Text Editor.")
        return {"FINISHED"}


def _tail(text: str, lines: int = 500) -> str:
    if not text.strip():
        raise UserError("There is no log yet: the inference process has not run, or has had nothing to say.")
    return "\n".join(text.splitlines()[-lines:])


class SMOOGPT_AP_preferences(bpy.types.AddonPreferences):
    """Settings of this machine."""

    bl_idname = __package__.rpartition(".blender_smoogpt")[0]

    interpreter: bpy.props.StringProperty(
        name="Interpreter",
        description="Python of the environment that set-up made; leave empty to use the usual place",
        subtype="FILE_PATH",
    )
    weights: bpy.props.EnumProperty(
        name="Weights",
        description="Trained networks that make the motion; a change counts from the next motion on",
        items=(
            ("STANDARD", "Standard", "The best motion; trained on data for non-commercial use only"),
            (
                "OPEN",
                "Open",
                "Trained on data that may be used commercially, with credit and share-alike; fewer motions",
            ),
            ("FOLDER", "Folder", "Your own, made by 'python -m training'"),
        ),
    )
    weights_folder: bpy.props.StringProperty(
        name="Folder of Weights",
        description="Where 'python -m training' has put tokenizer, generator and adapter",
        subtype="DIR_PATH",
    )
    language_model: bpy.props.StringProperty(
        name="Language Model",
        description="A bigger model that writes the part texts: a folder, a Hugging Face id, or the address of a server "
        "on this machine such as http://localhost:11434/v1; leave empty for the built-in one",
    )
    idle_minutes: bpy.props.IntProperty(
        name="Unload after Minutes Idle",
        description="End the inference process when it has not been used for so long, to free its memory; 0 keeps it",
        default=10,
        min=0,
        soft_max=120,
    )

    def draw(self, _: bpy.types.Context) -> None:
        """Draw the settings."""
        layout = self.layout
        layout.use_property_split = True
        layout.prop(self, "interpreter", placeholder="made by 'python install.py'")
        layout.prop(self, "weights")
        if self.weights == "FOLDER":
            layout.prop(self, "weights_folder")
        layout.prop(self, "language_model", placeholder="built-in")
        layout.prop(self, "idle_minutes")
        layout.operator("smoogpt.open_log", icon="TEXT")


CLASSES = (SMOOGPT_OT_open_log, SMOOGPT_AP_preferences)


def register() -> None:
    """Register the preferences."""
    for cls in CLASSES:
        bpy.utils.register_class(cls)


def unregister() -> None:
    """Unregister them."""
    for cls in reversed(CLASSES):
        bpy.utils.unregister_class(cls)
