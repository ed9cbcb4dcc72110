# SPDX-License-Identifier: GPL-3.0-or-later
"""Saying that a pose is the T-pose, for characters whose rest is none that a body could be told from."""

from __future__ import annotations

import bpy

from ..errors import UserError
from .properties import NO_TURN, mapping_of
from .rig_operator import RigOperator


class SMOOGPT_OT_capture_t_pose(RigOperator, bpy.types.Operator):
    """Take the pose that the character is in now for its T-pose: arms level to the sides, legs straight down."""

    bl_idname = "smoogpt.capture_t_pose"
    bl_label = "This Pose Is the T-Pose"

    def act(self, context: bpy.types.Context, armature: bpy.types.Object) -> str:
        """Store how far every mapped bone is turned away from its rest."""
        if armature.mode == "EDIT":
            raise UserError("There is no pose in Edit Mode. Leave it, pose the character as a T, then try again.")
        if armature.data.pose_position == "REST":
            raise UserError(
                f"'{armature.name}' is shown in its rest position. "
                "Choose Pose Position in its data properties, pose it as a T, then try again."
            )
        mapping_of(armature)
        context.view_layer.update()  # a pose set by a script or another operator may not be evaluated yet
        rows = [row for row in armature.smoogpt_rig.rows if row.bone]
        for row in rows:
            pose = armature.pose.bones[row.bone]
            rest = pose.bone.matrix_local.to_3x3()
            row.t_pose = (pose.matrix.to_3x3().normalized() @ rest.inverted()).to_quaternion().normalized()
        return f"T-pose taken from {len(rows)} bones"


class SMOOGPT_OT_forget_t_pose(RigOperator, bpy.types.Operator):
    """Take the character's rest as it is again."""

    bl_idname = "smoogpt.forget_t_pose"
    bl_label = "Forget T-Pose"

    def act(self, context: bpy.types.Context, armature: bpy.types.Object) -> str:
        """Set all turns to none."""
        for row in armature.smoogpt_rig.rows:
            row.t_pose = NO_TURN
        return "The rest pose counts again"


CLASSES = (SMOOGPT_OT_capture_t_pose, SMOOGPT_OT_forget_t_pose)
