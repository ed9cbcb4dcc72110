# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures of a moving character without a graphics card: Workbench, a contact sheet, a film."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import bpy
import numpy as np
from mathutils import Vector

from installer.console import bar

_TILE = (300, 380)
_FILM = (640, 480)
_GRID = 0.5  # metres between the lines on the floor


def _floor() -> None:
    bpy.ops.mesh.primitive_grid_add(x_subdivisions=80, y_subdivisions=80, size=80 * _GRID, location=(0, 0, -0.002))
    floor = bpy.context.active_object
    floor.name = "Floor"
    floor.display_type = "SOLID"
    dark, light = (bpy.data.materials.new(name) for name in ("Floor dark", "Floor light"))
    dark.diffuse_color, light.diffuse_color = (0.80, 0.81, 0.83, 1), (0.90, 0.91, 0.93, 1)
    floor.data.materials.append(dark)
    floor.data.materials.append(light)
    side = 80
    index = np.arange(len(floor.data.polygons))
    floor.data.polygons.foreach_set("material_index", ((index % side + index // side) % 2).astype(np.int32))


def prepare(armature: bpy.types.Object) -> None:
    """Set up camera, floor and Workbench."""
    scene = bpy.context.scene
    scene.render.engine = "BLENDER_WORKBENCH"
    shading = scene.display.shading
    shading.light, shading.color_type = "STUDIO", "MATERIAL"
    shading.shadow_intensity = 0.3
    shading.show_cavity, shading.show_shadows = True, True
    scene.display.render_aa = "8"
    scene.render.film_transparent = False
    scene.world = scene.world or bpy.data.worlds.new("World")
    scene.world.color = (0.94, 0.95, 0.97)
    if "Floor" not in bpy.data.objects:
        _floor()
    camera = bpy.data.objects.new("Camera", bpy.data.cameras.new("Camera"))
    scene.collection.objects.link(camera)
    camera.data.lens = 70
    scene.camera = camera
    armature.show_in_front = False
    armature.hide_render = True


def _centre(armature: bpy.types.Object) -> Vector:
    """Return where the body is on the ground: the middle of its bones in the evaluated pose."""
    evaluated = armature.evaluated_get(bpy.context.evaluated_depsgraph_get())
    bones = [bone for bone in evaluated.pose.bones if bone.bone.use_deform] or list(evaluated.pose.bones)
    heads = [armature.matrix_world @ bone.head for bone in bones]
    return sum(heads, Vector()) / len(heads)


def _aim(armature: bpy.types.Object, distance: float = 5.6) -> None:
    centre = _centre(armature)
    target = Vector((centre.x, centre.y, 0.92))
    away = Vector((math.sin(math.radians(48)), -math.cos(math.radians(48)), 0.22)).normalized() * distance
    camera = bpy.context.scene.camera
    camera.location = target + away
    camera.rotation_euler = (-away).to_track_quat("-Z", "Y").to_euler()


def _render_tile(path: Path) -> np.ndarray:
    scene = bpy.context.scene
    scene.render.resolution_x, scene.render.resolution_y = _TILE
    scene.render.resolution_percentage = 100
    scene.render.image_settings.file_format = "PNG"
    scene.render.filepath = str(path)
    bpy.ops.render.render(write_still=True)
    image = bpy.data.images.load(str(path))
    pixels = np.empty(len(image.pixels), dtype=np.float32)
    image.pixels.foreach_get(pixels)
    bpy.data.images.remove(image)
    path.unlink()
    return pixels.reshape(_TILE[1], _TILE[0], 4)


def contact_sheet(
    armature: bpy.types.Object, actions: Sequence[bpy.types.Action], assign: object, path: Path, poses: int = 8
) -> None:
    """Render some poses of each Action, one Action a row, the first on top."""
    scene = bpy.context.scene
    rows = []
    show, done = bar("contact sheet", poses * len(actions)), 0
    for action in actions:
        assign(armature, action)  # type: ignore[operator]
        first, last = action.frame_range
        tiles = []
        for frame in np.linspace(first, last, poses).round().astype(int):
            scene.frame_set(int(frame))
            _aim(armature)
            tiles.append(_render_tile(path.with_suffix(".tile.png")))
            done += 1
            show(done)
        rows.append(np.concatenate(tiles, axis=1))
    sheet = np.concatenate(rows[::-1], axis=0)  # images begin at the bottom
    image = bpy.data.images.new("Contact sheet", sheet.shape[1], sheet.shape[0])
    image.pixels.foreach_set(sheet.ravel())
    image.filepath_raw, image.file_format = str(path), "PNG"
    image.save()
    bpy.data.images.remove(image)


def film(armature: bpy.types.Object, path: Path) -> None:
    """Render the scene's frames to an H.264 film; the camera follows the character."""
    scene = bpy.context.scene
    camera = scene.camera
    for frame in range(scene.frame_start, scene.frame_end + 1, 5):
        scene.frame_set(frame)
        _aim(armature)
        camera.keyframe_insert("location", frame=frame)
        camera.keyframe_insert("rotation_euler", frame=frame)
    scene.render.resolution_x, scene.render.resolution_y = _FILM
    settings = scene.render.image_settings
    if hasattr(settings, "media_type"):  # from 5.0 on
        settings.media_type = "VIDEO"
    settings.file_format = "FFMPEG"
    scene.render.ffmpeg.format, scene.render.ffmpeg.codec = "MPEG4", "H264"
    scene.render.ffmpeg.constant_rate_factor = "MEDIUM"
    scene.render.filepath = str(path)
    scene.render.use_file_extension = False
    show = bar("film", scene.frame_end)

    def tell(rendered: bpy.types.Scene, _: object) -> None:
        show(rendered.frame_current)

    bpy.app.handlers.render_post.append(tell)
    bpy.ops.render.render(animation=True)
    bpy.app.handlers.render_post.remove(tell)
