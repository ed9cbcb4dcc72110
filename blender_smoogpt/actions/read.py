# SPDX-License-Identifier: GPL-3.0-or-later
"""The current animation of a mapped character, read back as a motion of the 22 joints.

The evaluated pose is read frame by frame, so constraints, IK, NLA and hand-set keys all count.
"""

from __future__ import annotations

import bpy
import numpy as np

from ...server.motion.motion import Motion
from ...server.motion.rotations import Array
from ..errors import UserError
from ..retarget.plan import make_plan
from ..retarget.reverse import motion_of, read_bones
from ..rig.detect import armature_of
from ..rig.properties import mapping_of
from .apply import scene_fps
from .rest_pose import read_rest


def action_of(armature_object: bpy.types.Object) -> bpy.types.Action:
    """Return the object's current Action.

    Raises:
        UserError: when there is none, or it is empty.
    """
    data = armature_object.animation_data
    action = data.action if data else None
    if action is None or action.frame_range[1] - action.frame_range[0] <= 0:
        raise UserError(
            f"'{armature_object.name}' has no animation. Generate a motion or choose an Action, then try again."
        )
    return action


def frames_of(action: bpy.types.Action) -> tuple[int, int]:
    """Return the first and last frame of an Action: its own range if it has one, else that of its keys."""
    start, end = action.frame_range
    return round(start), round(end)


def _evaluated_poses(
    context: bpy.types.Context, armature: bpy.types.Object, names: set[str], frames: range
) -> dict[str, Array]:
    """Return armature-space matrices (T, 4, 4) of bones; the scene's frame is put back afterwards."""
    scene = context.scene
    poses: dict[str, Array] = {name: np.empty((len(frames), 4, 4)) for name in names}
    current, subframe = scene.frame_current, scene.frame_subframe
    try:
        for at, frame in enumerate(frames):
            scene.frame_set(frame)
            bones = armature.evaluated_get(context.evaluated_depsgraph_get()).pose.bones
            for name, matrices in poses.items():
                matrices[at] = bones[name].matrix
    finally:
        scene.frame_set(current, subframe=subframe)
    return poses


def read_motion(
    context: bpy.types.Context, armature_object: bpy.types.Object, start: int | None = None, end: int | None = None
) -> Motion:
    """Read what a character does.

    Args:
        context: its scene gives the frame rate.
        armature_object: the character.
        start: first frame; by default that of the current Action.
        end: last frame, included; by default that of the current Action.

    Returns:
        The motion at the scene's frame rate, where it takes place in the armature's space; see `Motion.canonical`.

    Raises:
        UserError: when the object is no armature, no humanoid, or has no animation.
    """
    armature = armature_of(armature_object)
    mapping = mapping_of(armature)
    first, last = frames_of(action_of(armature))
    frames = range(first if start is None else start, (last if end is None else end) + 1)
    rest = read_rest(armature, mapping)
    names = set(read_bones(mapping).values())
    poses = _evaluated_poses(context, armature, names, frames)
    return motion_of(make_plan(rest, mapping), rest, mapping, poses, scene_fps(context.scene))
