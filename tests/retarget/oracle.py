# SPDX-License-Identifier: GPL-3.0-or-later
"""An independent check: rest poses made of bones, and Blender's way of posing them, frame by frame in 4x4 matrices."""

from __future__ import annotations

import numpy as np
from smoogpt_ext.blender_smoogpt.retarget.rest import RestBone
from smoogpt_ext.blender_smoogpt.retarget.solve import Channels
from smoogpt_ext.server.motion.rotations import matrix_from_quat, quat_from_axis_angle
from smoogpt_ext.server.motion.skeleton import JOINTS, OFFSETS, PARENTS

TO_BLENDER = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]])
"""(x, y, z) of motion space is (x, -z, y) of Blender's."""


def rest_bone(parent: str | None, head: np.ndarray, tail: np.ndarray, roll: float, **flags: bool) -> RestBone:
    """Make a bone whose Y axis points at its tail, turned by a roll in radians."""
    along = (tail - head) / np.linalg.norm(tail - head)
    side = np.cross(along, [0.0, 0.0, 1.0] if abs(along[2]) < 0.9 else [1.0, 0.0, 0.0])
    side /= np.linalg.norm(side)
    frame = matrix_from_quat(quat_from_axis_angle(along, roll)) @ np.stack(
        (side, along, np.cross(side, along)), axis=-1
    )
    matrix = np.eye(4)
    matrix[:3, :3], matrix[:3, 3] = frame, head
    return RestBone(parent, matrix, tail, **flags)


def joints_at_rest(scale: float = 1.0, arms_down: float = 0.0, elbow_bend: float = 0.0) -> dict[str, np.ndarray]:
    """Return the 22 joints standing on the ground, in Blender's axes; arms lowered, elbows bent, by degrees."""
    turns = {}
    for side, sign in (("left", -1.0), ("right", 1.0)):
        down = matrix_from_quat(quat_from_axis_angle(np.eye(3)[2], np.radians(arms_down) * sign))
        bend = matrix_from_quat(quat_from_axis_angle(np.eye(3)[1], np.radians(elbow_bend) * sign))
        turns[f"{side}_elbow"], turns[f"{side}_wrist"] = down, down @ bend
    points = np.zeros((len(JOINTS), 3))
    for joint, parent in enumerate(PARENTS):
        if parent >= 0:
            points[joint] = points[parent] + turns.get(JOINTS[joint], np.eye(3)) @ OFFSETS[joint]
    points[:, 1] -= points[:, 1].min()
    return {name: TO_BLENDER @ point * scale for name, point in zip(JOINTS, points, strict=True)}


def rest_of_joints(points: dict[str, np.ndarray], rolls: np.random.Generator) -> dict[str, RestBone]:
    """Make one bone for each joint, with a random roll."""
    rest = {}
    for joint, name in enumerate(JOINTS):
        child = next((JOINTS[at] for at in range(len(JOINTS)) if PARENTS[at] == joint), None)
        parent = JOINTS[PARENTS[joint]] if PARENTS[joint] >= 0 else None
        ahead = points[child] - points[name] if child else points[name] - points[parent or name]
        tail = points[name] + ahead * (1.0 if child else 0.5)
        rest[name] = rest_bone(parent, points[name], tail, rolls.uniform(-np.pi, np.pi))
    return rest


def posed(rest: dict[str, RestBone], channels: Channels, root: str, frame: int) -> dict[str, np.ndarray]:
    """Return armature-space matrices (4, 4) of all bones: parent's pose, offset in rest, own channels."""
    poses: dict[str, np.ndarray] = {}

    def pose_of(name: str) -> np.ndarray:
        if name not in poses:
            bone = rest[name]
            own = np.eye(4)
            if name in channels.rotations:
                own[:3, :3] = matrix_from_quat(channels.rotations[name][frame])
            if name == root:
                own[:3, 3] = channels.location[frame]
            if bone.parent is None:
                poses[name] = bone.matrix @ own
            else:
                poses[name] = pose_of(bone.parent) @ np.linalg.inv(rest[bone.parent].matrix) @ bone.matrix @ own
        return poses[name]

    for name in rest:
        pose_of(name)
    return poses


def angle(a: np.ndarray, b: np.ndarray) -> float:
    """Return the angle in degrees between two directions."""
    return float(np.degrees(np.arctan2(np.linalg.norm(np.cross(a, b)), a @ b)))
