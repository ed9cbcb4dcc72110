# SPDX-License-Identifier: GPL-3.0-or-later
"""A rig's rest pose as numbers, and where our joints lie in it."""

from __future__ import annotations

from collections.abc import Mapping as Table
from dataclasses import dataclass
from typing import TypeAlias

from ...server.motion.rotations import Array, matrix_from_quat, quat_from_matrix
from ..rig.mapping import Mapping
from .axes import Axes, axes_of


@dataclass(frozen=True)
class RestBone:
    """One bone at rest, in armature space.

    Attributes:
        parent: name of the bone that carries it, None for roots.
        matrix: (4, 4) of ``Bone.matrix_local``.
        tail: (3,).
        inherit_rotation: whether the parent's rotation turns it.
        local_location: whether its location channels run along its own axes, or its parent's.
        connected: whether its head is tied to the parent's tail, so that location has no effect.
    """

    parent: str | None
    matrix: Array
    tail: Array
    inherit_rotation: bool = True
    local_location: bool = True
    connected: bool = False

    @property
    def head(self) -> Array:
        """Where the bone begins (3,)."""
        return self.matrix[:3, 3]

    @property
    def rotation(self) -> Array:
        """Its axes as columns (3, 3), free of scale."""
        return matrix_from_quat(quat_from_matrix(self.matrix[:3, :3]))


Rest: TypeAlias = Table[str, RestBone]


@dataclass(frozen=True)
class JointPoints:
    """Where the joints of a rig are in rest, in motion axes, in the rig's own unit of length.

    Attributes:
        joints: joint name to point (3,), for the joints that have one bone each.
        spine: points of the spine bones' joints, upwards.
        neck: likewise for the neck.
        tips: far end of hands and feet.
    """

    joints: dict[str, Array]
    spine: tuple[Array, ...]
    neck: tuple[Array, ...]
    tips: dict[str, Array]

    @property
    def mid_hips(self) -> Array:
        """The middle between the hip joints."""
        return (self.joints["left_hip"] + self.joints["right_hip"]) / 2


def place_joints(rest: Rest, mapping: Mapping) -> tuple[Axes, JointPoints]:
    """Return how the rig lies against motion space and where its joints are."""

    def bone_at(bone: str) -> RestBone:
        return rest[mapping.extras.joints_at.get(bone, bone)]

    upper = mapping.neck[0] if mapping.neck else mapping.bones["head"]
    left, right = (bone_at(mapping.bones[f"{side}_hip"]).head for side in ("left", "right"))
    axes = axes_of(left, right, bone_at(upper).head)
    joints = {joint: axes.to_motion(bone_at(bone).head) for joint, bone in mapping.bones.items()}
    tips = {
        joint: axes.to_motion(bone_at(mapping.bones[joint]).tail)
        for joint in ("left_wrist", "right_wrist", "left_ankle", "right_ankle")
    }
    spine = tuple(axes.to_motion(bone_at(bone).head) for bone in mapping.spine)
    neck = tuple(axes.to_motion(bone_at(bone).head) for bone in mapping.neck)
    return axes, JointPoints(joints, spine, neck, tips)
