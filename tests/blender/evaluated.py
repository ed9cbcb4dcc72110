# SPDX-License-Identifier: GPL-3.0-or-later
"""Poses as Blender's depsgraph evaluates them, beside the motion that they should show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import bpy
import numpy as np
from smoogpt_ext.blender_smoogpt.rig.mapping import Mapping
from smoogpt_ext.server.motion.motion import Motion
from smoogpt_ext.server.motion.skeleton import JOINT_INDEX

LIMBS = tuple(
    (f"{side}_{above}", f"{side}_{below}")
    for side in ("left", "right")
    for above, below in (("shoulder", "elbow"), ("elbow", "wrist"), ("hip", "knee"), ("knee", "ankle"))
)
SPINE = (("spine1", "spine2"), ("spine2", "spine3"), ("spine3", "neck"), ("neck", "head"))
_RIGIFY = {
    "shoulder": "upper_arm",
    "elbow": "forearm",
    "wrist": "hand",
    "hip": "thigh",
    "knee": "shin",
    "ankle": "foot",
    "spine1": "spine.001",
    "spine2": "spine.002",
    "spine3": "spine.003",
    "neck": "spine.004",
    "head": "spine.006",
}


def joint_bones(mapping: Mapping) -> dict[str, str]:
    """Return joint to the bone at whose head it is seen: on Rigify the deform bones, else the mapped ones."""
    if mapping.convention == "rigify":
        found = {}
        for joint, bone in _RIGIFY.items():
            if joint.startswith(("spine", "neck", "head")):
                found[joint] = f"DEF-{bone}"
            else:
                found |= {f"left_{joint}": f"DEF-{bone}.L", f"right_{joint}": f"DEF-{bone}.R"}
        return found
    spine = {f"spine{at}": bone for at, bone in enumerate(mapping.spine, start=1)}
    return {**mapping.bones, **spine, "neck": mapping.neck[0]}


def heads(
    context: bpy.types.Context, armature: bpy.types.Object, bones: Sequence[str], frames: Iterable[int]
) -> np.ndarray:
    """Return the evaluated heads (T, B, 3) of bones in armature space."""
    rows = []
    for frame in frames:
        context.scene.frame_set(frame)
        pose = armature.evaluated_get(context.evaluated_depsgraph_get()).pose.bones
        rows.append([tuple(pose[bone].head) for bone in bones])
    return np.array(rows)


def direction_errors(
    context: bpy.types.Context,
    armature: bpy.types.Object,
    mapping: Mapping,
    motion: Motion,
    start: int,
    frames: Sequence[int],
) -> dict[tuple[str, str], list[float]]:
    """Return, for each limb and spine bone, the angles in degrees between what is seen and what the motion shows.

    Motion is compared relative to its heading at the first frame, at the scene's frame rate.
    """
    bones = joint_bones(mapping)
    names = sorted({joint for pair in LIMBS + SPINE for joint in pair})
    seen = heads(context, armature, [bones[name] for name in names], [start + frame for frame in frames])
    points = motion.positions()[list(frames)].astype(float)
    errors = {}
    for above, below in LIMBS + SPINE:
        got = seen[:, names.index(below)] - seen[:, names.index(above)]
        ours = points[:, JOINT_INDEX[below]] - points[:, JOINT_INDEX[above]]
        wanted = np.stack((ours[:, 0], -ours[:, 2], ours[:, 1]), axis=-1)
        sine = np.linalg.norm(np.cross(got, wanted), axis=-1)
        errors[above, below] = np.degrees(np.arctan2(sine, np.sum(got * wanted, axis=-1))).tolist()
    return errors
