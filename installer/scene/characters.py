# SPDX-License-Identifier: GPL-3.0-or-later
"""The characters of the demonstration: a generated Rigify human, the plain 22-joint mannequin, or one from a file."""

from __future__ import annotations

from pathlib import Path

import bpy

from server.motion.skeleton import JOINTS, OFFSETS, PARENTS

from .body import add_body


def _empty_scene() -> None:
    bpy.ops.wm.read_factory_settings(use_empty=True)


def rigify_human() -> bpy.types.Object:
    """Return a generated Rigify control rig with a body."""
    _empty_scene()
    bpy.ops.preferences.addon_enable(module="rigify")
    bpy.ops.object.armature_human_metarig_add()
    metarig = bpy.context.active_object
    bpy.ops.object.mode_set(mode="POSE")
    bpy.ops.pose.rigify_generate()
    bpy.ops.object.mode_set(mode="OBJECT")
    rig = next(ob for ob in bpy.data.objects if ob.type == "ARMATURE" and ob is not metarig)
    bpy.data.objects.remove(metarig, do_unlink=True)
    rig.name = "Rigify human"
    add_body(rig)
    return rig


def mannequin() -> bpy.types.Object:
    """Return the 22-joint skeleton in its T-pose with a body; metres, facing -Y as Blender's characters do."""
    _empty_scene()
    bpy.ops.object.armature_add()
    armature = bpy.context.active_object
    armature.name = "Mannequin"
    bpy.ops.object.mode_set(mode="EDIT")
    bones = armature.data.edit_bones
    bones.remove(bones[0])
    places = []
    for joint, parent in enumerate(PARENTS):
        x, y, z = (float(v) for v in OFFSETS[joint])
        base = places[parent] if parent >= 0 else (0.0, 0.0, 0.955)
        places.append((base[0] + x, base[1] - z, base[2] + y))
    for joint, name in enumerate(JOINTS):
        bone = bones.new(name)
        bone.head = places[joint]
        children = [child for child in range(len(JOINTS)) if PARENTS[child] == joint]
        middle = next((child for child in children if OFFSETS[child][0] == 0 or len(children) == 1), None)
        if middle is not None:
            bone.tail = places[middle]
        else:
            step = OFFSETS[joint] * (0.6 if "foot" in name else 0.7)
            x, y, z = (float(v) for v in (step if name != "head" else (0.0, 0.16, 0.0)))
            bone.tail = (places[joint][0] + x, places[joint][1] - z, places[joint][2] + (0.0 if "foot" in name else y))
        if PARENTS[joint] >= 0:
            bone.parent = bones[JOINTS[PARENTS[joint]]]
    bpy.ops.object.mode_set(mode="OBJECT")
    add_body(armature)
    return armature


def from_file(path: Path) -> bpy.types.Object:
    """Open a .blend file and return its character: the active armature, else the one with the most bones.

    Raises:
        SystemExit: when there is none.
    """
    bpy.ops.wm.open_mainfile(filepath=str(path))
    active = bpy.context.view_layer.objects.active
    if active is not None and active.type == "ARMATURE":
        return active
    armatures = [ob for ob in bpy.context.view_layer.objects if ob.type == "ARMATURE"]
    if not armatures:
        raise SystemExit(f"{path} has no armature. Choose a file with a character.")
    return max(armatures, key=lambda ob: len(ob.data.bones))


def make_character(rig: str) -> bpy.types.Object:
    """Return the character that ``--rig`` names."""
    if rig == "rigify":
        return rigify_human()
    return mannequin() if rig == "mannequin" else from_file(Path(rig))
