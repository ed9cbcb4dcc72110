# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a character stands and looks at a frame, from its Action's curves or, without curves, from its pose."""

from __future__ import annotations

import bpy
import numpy as np

from ...server.motion.rotations import Array
from ..retarget.plan import Plan
from ..retarget.solve import Place, present_place
from .channels import from_channels, rotation_property
from .versions import curves_of
from .write import bone_path


def place_at(armature: bpy.types.Object, plan: Plan, frame: float) -> Place:
    """Return where the hips are over the ground and where they look, relative to what carries the root bone."""
    curves = {(curve.data_path, curve.array_index): curve for curve in curves_of(armature)}

    def values(bone: bpy.types.PoseBone, name: str) -> Array:
        now = np.array(getattr(bone, name), dtype=np.float64)
        path = bone_path(bone.name, name)
        for index in range(len(now)):
            curve = curves.get((path, index))
            if curve is not None:
                now[index] = curve.evaluate(frame)
        return now

    needed = {link.carrier for links in plan.hip_links for link in links} | {plan.pelvis}
    rotations = {}
    for at in sorted(needed - {-1}):
        bone = armature.pose.bones[plan.driven[at].bone]
        rotations[bone.name] = from_channels(values(bone, rotation_property(bone.rotation_mode)), bone.rotation_mode)
    return present_place(plan, values(armature.pose.bones[plan.root], "location"), rotations)
