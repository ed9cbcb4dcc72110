# SPDX-License-Identifier: GPL-3.0-or-later
"""Export of the selected character's Action."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import bpy
from bpy_extras.io_utils import ExportHelper

from ..errors import UserError
from .export import export_bvh, export_fbx, export_gltf

_Export: TypeAlias = Callable[[bpy.types.Context, bpy.types.Object | None, str], Path]


def _finish(operator: bpy.types.Operator, context: bpy.types.Context, export: _Export, path: str) -> set[str]:
    try:
        target = export(context, context.active_object, path)
    except UserError as error:
        operator.report({"ERROR"}, error.message)
        return {"CANCELLED"}
    operator.report({"INFO"}, f"Saved {target}")
    return {"FINISHED"}


class SMOOGPT_OT_export_bvh(bpy.types.Operator, ExportHelper):
    """Save the character's Action as BVH: 22 joints, T-pose rest, centimetres."""

    bl_idname = "smoogpt.export_bvh"
    bl_label = "BVH"
    bl_options = {"REGISTER"}
    filename_ext = ".bvh"
    filter_glob: bpy.props.StringProperty(default="*.bvh", options={"HIDDEN"})

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Export."""
        return _finish(self, context, export_bvh, self.filepath)


class SMOOGPT_OT_export_fbx(bpy.types.Operator, ExportHelper):
    """Save the character with its Action as FBX; nothing else of the scene is in the file."""

    bl_idname = "smoogpt.export_fbx"
    bl_label = "FBX"
    bl_options = {"REGISTER"}
    filename_ext = ".fbx"
    filter_glob: bpy.props.StringProperty(default="*.fbx", options={"HIDDEN"})

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Export."""
        return _finish(self, context, export_fbx, self.filepath)


class SMOOGPT_OT_export_gltf(bpy.types.Operator, ExportHelper):
    """Save the character with its Action as binary glTF; nothing else of the scene is in the file."""

    bl_idname = "smoogpt.export_gltf"
    bl_label = "glTF"
    bl_options = {"REGISTER"}
    filename_ext = ".glb"
    filter_glob: bpy.props.StringProperty(default="*.glb", options={"HIDDEN"})

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Export."""
        return _finish(self, context, export_gltf, self.filepath)


CLASSES = (SMOOGPT_OT_export_bvh, SMOOGPT_OT_export_fbx, SMOOGPT_OT_export_gltf)


def register() -> None:
    """Register the operators."""
    for cls in CLASSES:
        bpy.utils.register_class(cls)


def unregister() -> None:
    """Unregister them."""
    for cls in reversed(CLASSES):
        bpy.utils.unregister_class(cls)
