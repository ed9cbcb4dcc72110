# SPDX-License-Identifier: GPL-3.0-or-later
"""The rigs of all families as armatures in Blender, and how well a motion is seen on them, twist included."""

from __future__ import annotations

from collections.abc import Sequence

import bpy
import evaluated
import numpy as np
import rigs
from bodies import SHAPES, TO_BLENDER, Body, Rest, Shape, build
from family_builder import Family
from mathutils import Vector
from smoogpt_ext.blender_smoogpt.rig.mapping import Mapping
from smoogpt_ext.server.motion.motion import Motion
from smoogpt_ext.server.motion.rotations import matrix_from_quat
from smoogpt_ext.server.motion.skeleton import JOINT_INDEX

LIMBS = tuple(
    (f"{side}_{above}", f"{side}_{below}")
    for side in ("left", "right")
    for above, below in (("shoulder", "elbow"), ("elbow", "wrist"), ("hip", "knee"), ("knee", "ankle"))
)
TWISTED = ("left_elbow", "right_elbow", "left_knee", "right_knee")


def family_armature(
    family: Family, rest: Rest, shape: Shape = SHAPES["adult"], unit: float = 1.0
) -> tuple[bpy.types.Object, Body]:
    """Make the armature of a family in a rest pose; every bone has another roll."""
    body = build(family, rest, shape)
    bones, rolls = [], {}
    for at, bone in enumerate(family.bones):
        head, tail = body.heads[bone.name], body.tails[bone.name]
        if np.linalg.norm(tail - head) < 0.005:
            tail = head + [0.0, 0.0, 0.02]
        bones.append((bone.name, bone.parent or "", Vector(head * unit), Vector(tail * unit)))
        rolls[bone.name] = (37.0 * at) % 360 - 180
    armature = rigs.add_armature(family.key, bones, rolls)
    armature.scale = (1 / unit,) * 3
    return armature, body


def limb_errors(
    armature: bpy.types.Object,
    mapping: Mapping,
    motion: Motion,
    frames: Sequence[int],
    start: int = 1,
    in_world: bool = False,
) -> np.ndarray:
    """Return the angles (frames, 8) in degrees between the limbs as evaluated and the motion's.

    In armature space, or in the world where importers turn the object and its bones against each other.
    """
    joints = sorted({joint for pair in LIMBS for joint in pair})
    bones = [mapping.bones[joint] for joint in joints]
    seen = evaluated.heads(bpy.context, armature, bones, [start + at for at in frames])
    if in_world:
        seen = seen @ np.array(armature.matrix_world.to_3x3()).T
    points = motion.positions()[list(frames)].astype(float) @ TO_BLENDER.T
    errors = []
    for above, below in LIMBS:
        got = seen[:, joints.index(below)] - seen[:, joints.index(above)]
        wanted = points[:, JOINT_INDEX[below]] - points[:, JOINT_INDEX[above]]
        sine = np.linalg.norm(np.cross(got, wanted), axis=-1)
        errors.append(np.degrees(np.arctan2(sine, np.sum(got * wanted, axis=-1))))
    return np.stack(errors, axis=-1)


def twist_errors(
    armature: bpy.types.Object, mapping: Mapping, body: Body, motion: Motion, frames: Sequence[int], start: int = 1
) -> np.ndarray:
    """Return by how many degrees (frames, 4) forearms and shins are turned about themselves, against the truth.

    The truth is known because the rest pose was made by turning the T-pose.
    """
    world = motion.global_rotations().astype(float)
    rows = []
    for frame in frames:
        bpy.context.scene.frame_set(start + frame)
        pose = armature.evaluated_get(bpy.context.evaluated_depsgraph_get()).pose.bones
        row = []
        for joint in TWISTED:
            bone = mapping.bones[joint]
            turn = TO_BLENDER @ matrix_from_quat(world[frame, JOINT_INDEX[joint]]) @ TO_BLENDER.T
            rest = np.array(armature.data.bones[bone].matrix_local)[:3, :3]
            wanted = turn @ body.turns[joint].T @ rest
            off = np.array(pose[bone].matrix.to_3x3().normalized()) @ wanted.T
            # the bone's own direction in the T-pose, where the motion takes it
            along = turn @ ([1.0, 0.0, 0.0] if "elbow" in joint else [0.0, 0.0, -1.0])
            skew = np.array([off[2, 1] - off[1, 2], off[0, 2] - off[2, 0], off[1, 0] - off[0, 1]]) / 2
            row.append(np.degrees(np.arctan2(abs(skew @ along), (np.trace(off) - 1) / 2)))
        rows.append(row)
    return np.array(rows)
