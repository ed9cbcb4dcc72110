# SPDX-License-Identifier: GPL-3.0-or-later
"""Values to keyframes: a new Action, in bulk, tagged as generated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import bpy
import numpy as np
from mathutils import Matrix

from ...server.motion.rotations import Array, continuous
from ..retarget.plan import Plan
from ..rig.mapping import Extras
from .channels import rotation_property, to_channels
from .keys import Keys
from .paths import bone_path
from .thin import kept_keys
from .versions import CurveWriter

# numbers of Blender's enums, which foreach_set takes (the same from 4.2 to 5.2)
_LINEAR: Final = 1
_CONSTANT: Final = 0
_GENERATED: Final = 5


def _fill(curve: bpy.types.FCurve, frames: Array, values: Array, interpolation: int) -> None:
    count = len(frames)
    keys = curve.keyframe_points
    keys.add(count)
    keys.foreach_set("co", np.stack((frames, values), axis=-1).astype(np.float32).ravel())
    keys.foreach_set("interpolation", np.full(count, interpolation, dtype=np.int32))
    keys.foreach_set("type", np.full(count, _GENERATED, dtype=np.int32))
    curve.update()


def _unlocked_rotations(bone: bpy.types.PoseBone | bpy.types.Object) -> list[int]:
    """Return the rotation channels that the animator has not locked."""
    locked = list(bone.lock_rotation)
    if rotation_property(bone.rotation_mode) == "rotation_euler":
        return [index for index in range(3) if not locked[index]]
    # the lock of W counts only where the four channels are locked one by one
    free = [0] if not (bone.lock_rotations_4d and bone.lock_rotation_w) else []
    return free + [index + 1 for index in range(3) if not locked[index]]


@dataclass(frozen=True)
class _Thinning:
    """How far keys may be left out: an angle in radians, and a length in the rig's unit."""

    angle: float = 0.0
    length: float = 0.0


def _write_rotation(
    writer: CurveWriter, owner: bpy.types.PoseBone | bpy.types.Object, turns: Array, frames: Array, thinning: _Thinning
) -> None:
    values = to_channels(turns, owner.rotation_mode)
    name = rotation_property(owner.rotation_mode)
    if name == "rotation_euler":
        kept = kept_keys(values, thinning.angle, norm=1)
    else:
        # half the angle is what unit quaternions differ by; of angle and axis, seen as quaternions, no more
        kept = kept_keys(continuous(turns), thinning.angle / 2)
    path, group = _path_and_group(owner, name)
    for index in _unlocked_rotations(owner):
        _fill(writer.new(path, index, group), frames[kept], values[kept, index], _LINEAR)


def _write_location(
    writer: CurveWriter, owner: bpy.types.PoseBone | bpy.types.Object, places: Array, frames: Array, thinning: _Thinning
) -> None:
    path, group = _path_and_group(owner, "location")
    kept = kept_keys(places, thinning.length)
    for index in range(3):
        if not owner.lock_location[index]:
            _fill(writer.new(path, index, group), frames[kept], places[kept, index], _LINEAR)


def _path_and_group(owner: bpy.types.PoseBone | bpy.types.Object, name: str) -> tuple[str, str]:
    if isinstance(owner, bpy.types.PoseBone):
        return bone_path(owner.name, name), owner.name
    return name, "Object Transforms"


def _write_extras(writer: CurveWriter, armature: bpy.types.Object, extras: Extras, start: float) -> None:
    """Set and key what the rig needs so that the keys are seen: switches, and neighbouring controls at rest."""
    first = np.array([start])
    for switch in extras.switches:
        bone = armature.pose.bones.get(switch.bone)
        if bone is None or switch.name not in bone:
            continue  # older and slimmer rigs of the family have fewer switches
        bone[switch.name] = switch.value
        path = bone_path(switch.bone, f'["{switch.name}"]')
        _fill(writer.new(path, 0, switch.bone), first, np.array([switch.value]), _CONSTANT)
    for name in extras.neutral:
        bone = armature.pose.bones.get(name)
        if bone is not None:
            bone.matrix_basis = Matrix.Identity(4)
            _write_rotation(writer, bone, np.array([[1.0, 0.0, 0.0, 0.0]]), first, _Thinning())
            _write_location(writer, bone, np.zeros((1, 3)), first, _Thinning())


def _inverse_kinematics(armature: bpy.types.Object, mapped: set[str]) -> Iterator[tuple[str, bpy.types.Constraint]]:
    """Yield the active IK constraints, with their bones, that would pose a mapped bone in place of our keys."""
    for bone in armature.pose.bones:
        for constraint in bone.constraints:
            if constraint.type != "IK" or constraint.mute or constraint.influence == 0.0:
                continue
            chain = [bone.name, *(parent.name for parent in bone.parent_recursive)]
            if mapped.intersection(chain[: constraint.chain_count or None]):
                yield bone.name, constraint


def _switch_off_ik(writer: CurveWriter, armature: bpy.types.Object, mapped: set[str], start: float) -> None:
    """Key the influence of such constraints to nothing; families with switches of their own have no such constraint."""
    for bone, constraint in list(_inverse_kinematics(armature, mapped)):
        name = bpy.utils.escape_identifier(constraint.name)
        path = f'{bone_path(bone, "constraints")}["{name}"].influence'
        if armature.animation_data and any(curve.data_path == path for curve in armature.animation_data.drivers):
            continue  # a switch of the rig decides, and a key would be overruled
        constraint.influence = 0.0
        _fill(writer.new(path, 0, bone), np.array([start]), np.zeros(1), _CONSTANT)


def write_action(
    armature: bpy.types.Object, name: str, keys: Keys, plan: Plan, extras: Extras, start_frame: int, thin_error: float
) -> bpy.types.Action:
    """Make a new Action; it is not assigned yet.

    Args:
        armature: the character.
        name: the Action's; Blender adds a number where it is taken.
        keys: values for every frame.
        plan: the rig, for its size.
        extras: what its family of rigs needs besides.
        start_frame: of the first key.
        thin_error: largest error in degrees that leaving out keys may make, and a tenth of what that angle moves a foot
            by for places; 0 keys every frame.
    """
    action = bpy.data.actions.new(name)
    writer = CurveWriter(action, armature)
    count = len(next(iter(keys.rotations.values())))
    frames = np.arange(start_frame, start_frame + count, dtype=np.float64)
    angle = float(np.radians(thin_error))
    thinning = _Thinning(angle, 0.1 * angle * plan.legs[0].length)
    bones = armature.pose.bones
    for bone, places in keys.locations.items():
        _write_location(writer, bones[bone], places, frames, thinning)
    for bone, turns in keys.rotations.items():
        _write_rotation(writer, bones[bone], turns, frames, thinning)
    if keys.object_location is not None and keys.object_rotation is not None:
        _write_location(writer, armature, keys.object_location, frames, thinning)
        _write_rotation(writer, armature, keys.object_rotation, frames, thinning)
    _write_extras(writer, armature, extras, float(start_frame))
    _switch_off_ik(writer, armature, {bone.bone for bone in plan.driven}, float(start_frame))
    action.use_frame_range = True
    action.frame_start, action.frame_end = start_frame, start_frame + count - 1
    action.use_fake_user = True
    return action
