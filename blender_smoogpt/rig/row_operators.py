# SPDX-License-Identifier: GPL-3.0-or-later
"""The animator's own rows: pick, clear and mirror bones, more or fewer of spine and neck."""

from __future__ import annotations

import bpy

from ..errors import UserError
from .mapping import NECK, SPINE
from .properties import clear_rows, row_for, set_bone
from .rig_operator import RigOperator
from .roles import BY_HAND, chain_number, checked_role, opposite, role_label
from .sides import other_names

_KINDS = ((SPINE, "Spine", "Bones between hips and neck"), (NECK, "Neck", "Bones between spine and head"))


def _active_bone(armature: bpy.types.Object) -> str:
    bones = armature.data.edit_bones if armature.mode == "EDIT" else armature.data.bones
    if armature.mode not in {"EDIT", "POSE"} or bones.active is None:
        raise UserError(f"No bone of '{armature.name}' is active. Click one in Pose or Edit Mode, then pick it here.")
    return str(bones.active.name)


def _bone_names(armature: bpy.types.Object) -> set[str]:
    # what edit mode adds and renames comes into data.bones only when it is left
    return {bone.name for bone in (armature.data.edit_bones if armature.mode == "EDIT" else armature.data.bones)}


class SMOOGPT_OT_pick_bone(RigOperator, bpy.types.Operator):
    """Let the active bone stand for this part of the body."""

    bl_idname = "smoogpt.pick_bone"
    bl_label = "Pick Active Bone"

    role: bpy.props.StringProperty(name="Part", description="Part of the body", options={"SKIP_SAVE"})

    def act(self, context: bpy.types.Context, armature: bpy.types.Object) -> str:
        """Write the active bone into the row; another row that has it is named."""
        role, bone = checked_role(self.role), _active_bone(armature)
        rig = armature.smoogpt_rig
        others = [role_label(row.name) for row in rig.rows if row.bone == bone and row.name != role]
        set_bone(rig, role, bone)
        if others:
            self.report({"WARNING"}, f"'{bone}' stands for {' and '.join(others)} too: give each its own bone")
        return f"'{bone}' is the {role_label(role)}"


class SMOOGPT_OT_clear_bone(RigOperator, bpy.types.Operator):
    """Leave this part of the body without a bone."""

    bl_idname = "smoogpt.clear_bone"
    bl_label = "Clear Bone"

    role: bpy.props.StringProperty(name="Part", description="Part of the body", options={"SKIP_SAVE"})

    def act(self, context: bpy.types.Context, armature: bpy.types.Object) -> str:
        """Empty the row."""
        role = checked_role(self.role)
        set_bone(armature.smoogpt_rig, role, "")
        return f"No bone is the {role_label(role)}"


class SMOOGPT_OT_mirror_bone(RigOperator, bpy.types.Operator):
    """Let the same bone of the other side stand for this part of the body on the other side."""

    bl_idname = "smoogpt.mirror_bone"
    bl_label = "Mirror Bone"

    role: bpy.props.StringProperty(name="Part", description="Part of the body", options={"SKIP_SAVE"})

    def act(self, context: bpy.types.Context, armature: bpy.types.Object) -> str:
        """Find the bone by its name and write it into the other side's row."""
        role, rig = checked_role(self.role), armature.smoogpt_rig
        other = opposite(role)
        if other is None:
            raise UserError(f"The {role_label(role)} has no other side. Mirror a row of the left or right side.")
        row = rig.rows.get(role)
        if row is None or not row.bone:
            raise UserError(f"No bone stands for the {role_label(role)} yet. Pick one, then mirror it.")
        names = _bone_names(armature)
        bone = next((name for name in other_names(row.bone, bpy.utils.flip_name) if name in names), None)
        if bone is None:
            raise UserError(
                f"'{armature.name}' has no bone on the other side of '{row.bone}' that is named alike. "
                f"Pick the {role_label(other)} yourself."
            )
        set_bone(rig, other, bone)
        return f"'{bone}' is the {role_label(other)}"


class SMOOGPT_OT_add_chain_row(RigOperator, bpy.types.Operator):
    """Add a bone on top of the spine or the neck."""

    bl_idname = "smoogpt.add_chain_row"
    bl_label = "Add Spine or Neck Bone"

    kind: bpy.props.EnumProperty(name="Kind", items=_KINDS, options={"SKIP_SAVE"})

    def act(self, context: bpy.types.Context, armature: bpy.types.Object) -> str:
        """Add an empty row with the next number."""
        rig = armature.smoogpt_rig
        role = f"{self.kind}.{1 + max((chain_number(row.name, self.kind) for row in rig.rows), default=0)}"
        row_for(rig, role)
        return f"Pick a bone for {role_label(role)}"


class SMOOGPT_OT_remove_chain_row(RigOperator, bpy.types.Operator):
    """Take away the uppermost bone of the spine or the neck."""

    bl_idname = "smoogpt.remove_chain_row"
    bl_label = "Remove Spine or Neck Bone"

    kind: bpy.props.EnumProperty(name="Kind", items=_KINDS, options={"SKIP_SAVE"})

    def act(self, context: bpy.types.Context, armature: bpy.types.Object) -> str:
        """Remove the row with the highest number."""
        rows = armature.smoogpt_rig.rows
        number, at = max(((chain_number(row.name, self.kind), at) for at, row in enumerate(rows)), default=(0, 0))
        if not number:
            raise UserError(f"There are no {self.kind} rows to remove. Add one with the plus sign.")
        try:
            rows.remove(at)
        except TypeError:
            raise UserError(
                f"{self.kind.capitalize()} {number} comes from the library file and cannot be removed here. "
                "Clear its bone instead: a row without a bone does not count."
            ) from None
        return f"{self.kind.capitalize()} {number} removed"


class SMOOGPT_OT_map_by_hand(RigOperator, bpy.types.Operator):
    """Begin with empty rows, to say for every part of the body which bone it is."""

    bl_idname = "smoogpt.map_by_hand"
    bl_label = "Map by Hand"

    def act(self, context: bpy.types.Context, armature: bpy.types.Object) -> str:
        """Add a row for every part that has none; rows that are there stay."""
        for role in BY_HAND:
            row_for(armature.smoogpt_rig, role)
        return "Make bones active in Pose Mode and pick them into the rows"


class SMOOGPT_OT_clear_rows(RigOperator, bpy.types.Operator):
    """Forget which bone is which; the next motion detects it anew."""

    bl_idname = "smoogpt.clear_rows"
    bl_label = "Clear All"

    def act(self, context: bpy.types.Context, armature: bpy.types.Object) -> str:
        """Remove all rows; the options stay."""
        clear_rows(armature.smoogpt_rig)
        return "All rows cleared"


CLASSES = (
    SMOOGPT_OT_pick_bone,
    SMOOGPT_OT_clear_bone,
    SMOOGPT_OT_mirror_bone,
    SMOOGPT_OT_add_chain_row,
    SMOOGPT_OT_remove_chain_row,
    SMOOGPT_OT_map_by_hand,
    SMOOGPT_OT_clear_rows,
)
