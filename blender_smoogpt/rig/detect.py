# SPDX-License-Identifier: GPL-3.0-or-later
"""Which bones of an armature object are which."""

from __future__ import annotations

import bpy

from ..errors import UserError
from .mapping import Mapping
from .matching import match


def armature_of(candidate: bpy.types.Object | None) -> bpy.types.Object:
    """Return the object if it is an armature.

    Raises:
        UserError: when nothing is selected or the object is no armature.
    """
    if candidate is None:
        raise UserError("No armature is selected. Click a character's armature in the viewport, then try again.")
    if candidate.type != "ARMATURE":
        raise UserError(f"'{candidate.name}' is not an armature. Select the character's armature, then try again.")
    return candidate


def detect(armature_object: bpy.types.Object) -> Mapping:
    """Return which bones are which, by their names and hierarchy.

    Raises:
        UserError: when the object is no armature, or no humanoid; the message names the missing bones.
    """
    armature = armature_of(armature_object)
    parents = {bone.name: bone.parent.name if bone.parent else None for bone in armature.data.bones}
    return match(parents, armature.name)
