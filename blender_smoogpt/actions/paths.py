# SPDX-License-Identifier: GPL-3.0-or-later
"""Where Blender keeps what is animated."""

from __future__ import annotations

import bpy


def bone_path(bone: str, name: str) -> str:
    """Return the data path of a bone's property, or of its custom property if the name is in brackets."""
    joint = "" if name.startswith("[") else "."
    return f'pose.bones["{bpy.utils.escape_identifier(bone)}"]{joint}{name}'
