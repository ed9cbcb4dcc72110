# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a character stands and looks at a frame, from its Action's curves or, without curves, from its pose."""

from __future__ import annotations

import bpy
import numpy as np

from ...server.motion.rotations import Array, quat_inv, quat_rotate, yaw_of
from ..retarget.axes import conjugated
from ..retarget.plan import Plan
from ..retarget.solve import Place, present_place
from .channels import from_channels, rotation_property
from .paths import bone_path
from .versions import curves_of


class _Now:
    """Channel values at a frame."""

    def __init__(self, armature: bpy.types.Object, frame: float) -> None:
        self._curves = {(curve.data_path, curve.array_index): curve for curve in curves_of(armature)}
        self._frame = frame

    def values(self, owner: bpy.types.Object | bpy.types.PoseBone, name: str) -> Array:
        """Return a vector property of a bone or of the object."""
        now = np.array(getattr(owner, name), dtype=np.float64)
        path = bone_path(owner.name, name) if isinstance(owner, bpy.types.PoseBone) else name
        for index in range(len(now)):
            curve = self._curves.get((path, index))
            if curve is not None:
                now[index] = curve.evaluate(self._frame)
        return now

    def rotation(self, owner: bpy.types.Object | bpy.types.PoseBone) -> Array:
        """Return the quaternion (4,) of its rotation channels."""
        mode = owner.rotation_mode
        return from_channels(self.values(owner, rotation_property(mode)), mode)


def place_at(armature: bpy.types.Object, plan: Plan, frame: float) -> Place:
    """Return where the hips are over the ground and where they look, relative to what carries the root bone."""
    now, bones = _Now(armature, frame), armature.pose.bones
    needed = {link.carrier for leg in plan.legs for link in leg.hip} | {plan.pelvis}
    names = [plan.driven[at].bone for at in sorted(needed - {-1})]
    rotations = {name: now.rotation(bones[name]) for name in names}
    return present_place(plan, now.values(bones[plan.root], "location"), rotations)


def ground_place(armature: bpy.types.Object, plan: Plan, place: Place, frame: float) -> Place:
    """Return a place as seen by the armature, from one as seen by the bone that carries everything."""
    if plan.ground is None:
        return place
    now, bone = _Now(armature, frame), armature.pose.bones[plan.ground.bone]
    turn = conjugated(quat_inv(plan.ground.into_bone), now.rotation(bone))
    shift = plan.ground.location_frame.T @ now.values(bone, "location")
    point = np.array([place.ground[0], 0.0, place.ground[1]])
    moved = plan.ground.head + shift + quat_rotate(turn, point - plan.ground.head)
    return Place(moved[[0, 2]], place.heading + float(yaw_of(turn)))


def object_basis(armature: bpy.types.Object, frame: float) -> tuple[Array, Array, Array]:
    """Return location (3,), quaternion (4,) and scale (3,) of the object's own channels."""
    now = _Now(armature, frame)
    return now.values(armature, "location"), now.rotation(armature), now.values(armature, "scale")
