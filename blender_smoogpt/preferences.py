# SPDX-License-Identifier: GPL-3.0-or-later
"""The extension's preferences."""

from __future__ import annotations

import bpy


class SMOOGPT_AP_preferences(bpy.types.AddonPreferences):
    """Where the inference process runs."""

    bl_idname = __package__.rpartition(".blender_smoogpt")[0] or "smoogpt"

    interpreter: bpy.props.StringProperty(
        name="Interpreter",
        description="Python of the environment that set-up made; leave empty to use the usual place",
        subtype="FILE_PATH",
    )

    def draw(self, _: bpy.types.Context) -> None:
        """Draw the settings."""
        self.layout.prop(self, "interpreter", placeholder="made by 'python install.py'")


CLASSES = (SMOOGPT_AP_preferences,)


def register() -> None:
    """Register the preferences."""
    for cls in CLASSES:
        bpy.utils.register_class(cls)


def unregister() -> None:
    """Unregister them."""
    for cls in reversed(CLASSES):
        bpy.utils.unregister_class(cls)
