# SPDX-License-Identifier: GPL-3.0-or-later
"""The other way: a rig's evaluated poses to a motion of the 22 joints."""

from __future__ import annotations

from collections.abc import Mapping as Table

import numpy as np

from ...server.motion.motion import Motion, from_global
from ...server.motion.rotations import Array, normalized, quat_from_matrix, quat_inv, quat_mul, quat_rotate, slerp
from ...server.motion.skeleton import JOINT_COUNT, JOINT_INDEX, PARENTS
from ..rig.mapping import Mapping
from .axes import conjugated
from .plan import SOURCE_MID_HIPS, SOURCE_STANDING, SPINE_JOINTS, Plan
from .rest import Rest


def read_bones(mapping: Mapping) -> dict[str, str]:
    """Return, for every keyed bone, the bone whose evaluated pose is to be read."""
    return {bone: mapping.extras.read_from.get(bone, bone) for _, bone in mapping.rows()}


def _world_turns(plan: Plan, rest: Rest, mapping: Mapping, poses: Table[str, Array]) -> dict[str, Array]:
    """Return keyed bone to the world rotation (T, 4) of the joint that it stands for."""
    aligned = {bone.bone: bone.align for bone in plan.driven}
    into_motion = quat_inv(plan.axes.quaternion)
    turns = {}
    for bone, read in read_bones(mapping).items():
        posed = np.swapaxes(normalized(np.swapaxes(poses[read][:, :3, :3], -1, -2)), -1, -2)
        turn = quat_from_matrix(posed @ rest[read].rotation.T)
        turns[bone] = quat_mul(conjugated(into_motion, turn), quat_inv(aligned[bone]))
    return turns


def _along(chain: list[Array], spot: float) -> Array:
    """Return the rotation at a spot from 0 (first) to 1 (last) of a chain."""
    at = spot * (len(chain) - 1)
    low = min(int(at), max(len(chain) - 2, 0))
    high = min(low + 1, len(chain) - 1)
    return slerp(chain[low], chain[high], np.float64(at - low))


def motion_of(plan: Plan, rest: Rest, mapping: Mapping, poses: Table[str, Array], fps: float) -> Motion:
    """Read a motion.

    Args:
        plan: the rig, as `make_plan` prepared it.
        rest: its rest pose, with the bones that are read.
        mapping: its bones.
        poses: evaluated armature-space matrices (T, 4, 4) of all `read_bones`.
        fps: frames a second of the poses.

    Returns:
        The motion; joints without a bone follow the joint before them. Metres by the length of the legs.
    """
    turns = _world_turns(plan, rest, mapping, poses)
    frames = len(next(iter(turns.values())))
    world = np.full((frames, JOINT_COUNT, 4), np.nan)
    for joint, bone in mapping.bones.items():
        world[:, JOINT_INDEX[joint]] = turns[bone]
    spine = [turns[bone] for bone in mapping.spine]
    for joint, spot in zip(SPINE_JOINTS, (0.0, 0.5, 1.0), strict=True):
        world[:, JOINT_INDEX[joint]] = _along(spine, spot)
    if mapping.neck:
        world[:, JOINT_INDEX["neck"]] = turns[mapping.neck[0]]
    for at, parent in enumerate(PARENTS):
        if np.isnan(world[0, at, 0]):
            world[:, at] = world[:, parent]
    reads = read_bones(mapping)
    hips = [poses[reads[mapping.bones[f"{side}_hip"]]][:, :3, 3] for side in ("left", "right")]
    middle = plan.axes.to_motion((hips[0] + hips[1]) / 2)
    middle = (middle - [0.0, plan.standing, 0.0]) / plan.scale + [0.0, SOURCE_STANDING, 0.0]
    root = middle - quat_rotate(world[:, 0], SOURCE_MID_HIPS[None])
    return from_global(root.astype(np.float32), world.astype(np.float32), fps).with_continuous_signs()
