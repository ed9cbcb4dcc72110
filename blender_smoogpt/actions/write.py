# SPDX-License-Identifier: GPL-3.0-or-later
"""Channel values to keyframes: a new Action, in bulk, tagged as generated."""

from __future__ import annotations

from typing import Final

import bpy
import numpy as np
from mathutils import Matrix

from ...server.motion.rotations import Array
from ..retarget.solve import Channels
from ..rig.mapping import Extras
from .channels import rotation_property, to_channels
from .versions import CurveWriter

# numbers of Blender's enums, which foreach_set takes (the same from 4.2 to 5.2)
_LINEAR: Final = 1
_CONSTANT: Final = 0
_GENERATED: Final = 5


def bone_path(bone: str, name: str) -> str:
    """Return the data path of a bone's property, or of its custom property if the name is in brackets."""
    joint = "" if name.startswith("[") else "."
    return f'pose.bones["{bpy.utils.escape_identifier(bone)}"]{joint}{name}'


def _fill(curve: bpy.types.FCurve, frames: Array, values: Array, interpolation: int) -> None:
    count = len(frames)
    keys = curve.keyframe_points
    keys.add(count)
    keys.foreach_set("co", np.stack((frames, values), axis=-1).astype(np.float32).ravel())
    keys.foreach_set("interpolation", np.full(count, interpolation, dtype=np.int32))
    keys.foreach_set("type", np.full(count, _GENERATED, dtype=np.int32))
    curve.update()


def _unlocked_rotations(bone: bpy.types.PoseBone) -> list[int]:
    """Return the rotation channels that the animator has not locked."""
    locked = list(bone.lock_rotation)
    if rotation_property(bone.rotation_mode) == "rotation_euler":
        return [index for index in range(3) if not locked[index]]
    # the lock of W counts only where the four channels are locked one by one
    free = [0] if not (bone.lock_rotations_4d and bone.lock_rotation_w) else []
    return free + [index + 1 for index in range(3) if not locked[index]]


def _write_rotation(writer: CurveWriter, bone: bpy.types.PoseBone, quaternions: Array, frames: Array) -> None:
    values = to_channels(quaternions, bone.rotation_mode)
    path = bone_path(bone.name, rotation_property(bone.rotation_mode))
    for index in _unlocked_rotations(bone):
        _fill(writer.new(path, index, bone.name), frames, values[:, index], _LINEAR)


def _write_location(writer: CurveWriter, bone: bpy.types.PoseBone, location: Array, frames: Array) -> None:
    path = bone_path(bone.name, "location")
    for index in range(3):
        if not bone.lock_location[index]:
            _fill(writer.new(path, index, bone.name), frames, location[:, index], _LINEAR)


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
            _write_rotation(writer, bone, np.array([[1.0, 0.0, 0.0, 0.0]]), first)
            _write_location(writer, bone, np.zeros((1, 3)), first)


def write_action(
    armature: bpy.types.Object, name: str, channels: Channels, root: str, extras: Extras, start_frame: int
) -> bpy.types.Action:
    """Make a new Action of one key a frame; it is not assigned yet.

    Args:
        armature: the character.
        name: the Action's; Blender adds a number where it is taken.
        channels: values by bone.
        root: the bone that takes the location.
        extras: what its family of rigs needs besides.
        start_frame: of the first key.
    """
    action = bpy.data.actions.new(name)
    writer = CurveWriter(action, armature)
    count = len(channels.location)
    frames = np.arange(start_frame, start_frame + count, dtype=np.float64)
    bones = armature.pose.bones
    _write_location(writer, bones[root], channels.location, frames)
    for bone, quaternions in channels.rotations.items():
        _write_rotation(writer, bones[bone], quaternions, frames)
    _write_extras(writer, armature, extras, float(start_frame))
    action.use_frame_range = True
    action.frame_start, action.frame_end = start_frame, start_frame + count - 1
    action.use_fake_user = True
    return action
