# SPDX-License-Identifier: GPL-3.0-or-later
"""An armature's rest pose as numbers, read from Blender."""

from __future__ import annotations

import bpy
import numpy as np

from ..retarget.rest import Rest, RestBone
from ..rig.mapping import Mapping


def bones_needed(mapping: Mapping) -> set[str]:
    """Return the names of all bones that retargeting looks at, apart from those that carry them."""
    extras = mapping.extras
    names = {bone for _, bone in mapping.rows()}
    names |= {*extras.also, *extras.joints_at.values(), *extras.read_from.values(), *extras.copies.values()}
    if extras.ground:
        names.add(extras.ground)
    return names


def read_rest(armature_object: bpy.types.Object, mapping: Mapping) -> Rest:
    """Return the rest of the mapped bones and of every bone that carries them, in armature space."""
    bones = armature_object.data.bones
    rest: dict[str, RestBone] = {}
    waiting = sorted(name for name in bones_needed(mapping) if name in bones)
    while waiting:
        name = waiting.pop()
        if name in rest:
            continue
        bone = bones[name]
        rest[name] = RestBone(
            parent=bone.parent.name if bone.parent else None,
            matrix=np.array(bone.matrix_local, dtype=np.float64),
            tail=np.array(bone.tail_local, dtype=np.float64),
            inherit_rotation=bone.use_inherit_rotation,
            local_location=bone.use_local_location,
            connected=bone.use_connect and bone.parent is not None,
        )
        if bone.parent:
            waiting.append(bone.parent.name)
    return rest
