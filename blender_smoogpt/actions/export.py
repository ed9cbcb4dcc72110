# SPDX-License-Identifier: GPL-3.0-or-later
"""A character's Action as a file: BVH of the 22 joints, FBX or glTF of the character itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import bpy

from ...server.motion.bvh import write_motion
from ..errors import UserError
from ..rig.detect import armature_of
from ..rig.properties import mapping_of
from .read import action_of, frames_of, read_motion


def character_objects(armature: bpy.types.Object) -> list[bpy.types.Object]:
    """Return the armature and the meshes that it moves, by modifier or as children."""
    worn = [
        item
        for item in armature.users_scene[0].objects
        if item.type == "MESH"
        and (item.parent == armature or any(m.type == "ARMATURE" and m.object == armature for m in item.modifiers))
    ]
    return [armature, *worn]


@contextmanager
def _alone(context: bpy.types.Context, armature: bpy.types.Object) -> Iterator[None]:
    """Select the character and nothing else, in object mode and over its Action's frames; put all back afterwards."""
    scene, layer = context.scene, context.view_layer
    mode, active, selected = armature.mode, layer.objects.active, [item for item in layer.objects if item.select_get()]
    span, current = (scene.frame_start, scene.frame_end), scene.frame_current
    layer.objects.active = armature
    if mode != "OBJECT":
        bpy.ops.object.mode_set(mode="OBJECT")
    # what is in an excluded collection cannot be selected
    objects = [item for item in character_objects(armature) if item.name in layer.objects]
    for item in selected:
        item.select_set(False)
    for item in objects:
        item.select_set(True)
    scene.frame_start, scene.frame_end = frames_of(action_of(armature))
    try:
        yield
    finally:
        scene.frame_start, scene.frame_end = span
        scene.frame_set(current)
        for item in objects:
            item.select_set(False)
        for item in selected:
            item.select_set(True)
        layer.objects.active = armature
        if mode != "OBJECT":
            bpy.ops.object.mode_set(mode=mode)
        layer.objects.active = active


def _checked(armature_object: bpy.types.Object | None, path: str | Path, suffix: str) -> tuple[bpy.types.Object, Path]:
    """Return the armature and the full path, after seeing that there is something to export and where to."""
    armature = armature_of(armature_object)
    action_of(armature)
    target = Path(bpy.path.abspath(str(path)))
    if target.suffix.lower() != suffix:
        target = target.with_name(target.name + suffix)  # with_suffix would take "walk 1.5" for "walk 1"
    if not target.parent.is_dir():
        raise UserError(f"The folder {target.parent} does not exist. Choose another one.")
    return armature, target


def export_bvh(context: bpy.types.Context, armature_object: bpy.types.Object | None, path: str | Path) -> Path:
    """Write what the character does as BVH: 22 joints, T-pose rest, centimetres.

    Raises:
        UserError: nothing to export, no humanoid, or the file cannot be written.
    """
    armature, target = _checked(armature_object, path, ".bvh")
    motion = read_motion(context, armature)
    try:
        write_motion(motion, target)
    except OSError as error:
        raise UserError(f"Cannot write {target}: {error.strerror}. Choose another folder.") from error
    return target


def _run(exporter: object, target: Path, **options: object) -> None:
    """Call one of Blender's exporters and turn its failure into ours."""
    try:
        result = exporter(filepath=str(target), **options)  # type: ignore[operator]
    except (RuntimeError, OSError) as error:
        raise UserError(f"Blender's exporter could not write {target}: {error}") from error
    if "FINISHED" not in result:
        raise UserError(f"Blender's exporter did not write {target}.")


def export_fbx(context: bpy.types.Context, armature_object: bpy.types.Object | None, path: str | Path) -> Path:
    """Write the character with its current Action as FBX; control rigs with their deform bones only.

    Raises:
        UserError: nothing to export, or the exporter failed.
    """
    armature, target = _checked(armature_object, path, ".fbx")
    deform_only = mapping_of(armature).extras.deform_only
    with _alone(context, armature):
        _run(
            bpy.ops.export_scene.fbx,
            target,
            use_selection=True,
            object_types={"ARMATURE", "MESH"},
            add_leaf_bones=False,
            use_armature_deform_only=deform_only,
            bake_anim=True,
            bake_anim_use_all_bones=True,
            bake_anim_use_nla_strips=False,
            bake_anim_use_all_actions=False,
            bake_anim_simplify_factor=0.0,
        )
    return target


def export_gltf(context: bpy.types.Context, armature_object: bpy.types.Object | None, path: str | Path) -> Path:
    """Write the character with its current Action as binary glTF; control rigs with their deform bones only.

    Raises:
        UserError: nothing to export, or the exporter failed.
    """
    armature, target = _checked(armature_object, path, ".glb")
    deform_only = mapping_of(armature).extras.deform_only
    with _alone(context, armature):
        _run(
            bpy.ops.export_scene.gltf,
            target,
            export_format="GLB",
            use_selection=True,
            export_animations=True,
            # as it plays in the scene: 4.2's ACTIVE_ACTIONS takes any Action that fits the bones
            export_animation_mode="SCENE",
            export_anim_scene_split_object=False,
            export_force_sampling=True,
            export_def_bones=deform_only,
            export_optimize_animation_size=False,
        )
    return target
