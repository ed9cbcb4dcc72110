# SPDX-License-Identifier: GPL-3.0-or-later
"""Which bones of an armature object are which."""

from __future__ import annotations

import bpy
import numpy as np

from ..errors import UserError
from .mapping import Mapping
from .matching import best_match, missing_names, refusal
from .structure.shape import map_by_shape
from .structure.skeleton import BonePoints


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
    """Return which bones are which, by their names and hierarchy, or else by their shape.

    Raises:
        UserError: when the object is no armature, or no humanoid; the message names what is missing.
    """
    armature = armature_of(armature_object)
    bones = armature.data.bones
    named = best_match({bone.name: bone.parent.name if bone.parent else None for bone in bones})
    if not named.lacking:
        return named.mapping
    points = {
        bone.name: BonePoints(
            bone.parent.name if bone.parent else None, np.array(bone.head_local), np.array(bone.tail_local)
        )
        for bone in bones
    }
    try:
        return map_by_shape(points, armature.name)
    except UserError as error:
        # a rig that is nearly of a family is told which of its bones are missing, any other what a body needs as well
        if named.is_likely:
            raise refusal(named, armature.name) from None
        raise UserError(f"{error.message} Missing by name: {missing_names(named)}.") from None
