# SPDX-License-Identifier: GPL-3.0-or-later
"""Characters that have been through a file of another program: what importers do to rests, rolls and scale."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

bpy = pytest.importorskip("bpy")

import rigs
from bodies import RESTS
from families import FAMILIES
from family_rigs import family_armature, limb_errors
from sample_motions import walk
from smoogpt_ext.blender_smoogpt.actions.apply import apply_motion
from smoogpt_ext.blender_smoogpt.retarget.options import Options
from smoogpt_ext.blender_smoogpt.rig.properties import mapping_of

MOTION = walk(12, turn=0.4)


@pytest.fixture(autouse=True, scope="module")
def _registered() -> Iterator[None]:
    with rigs.registered():
        yield


@pytest.fixture(autouse=True)
def _empty_scene() -> Iterator[None]:
    rigs.empty_scene()
    bpy.context.scene.render.fps = 30
    yield


def skin(armature: bpy.types.Object) -> None:
    """Give every bone a triangle, so that exporters take the armature for a skin."""
    mesh = bpy.data.meshes.new("Body")
    points, faces = [], []
    for at, bone in enumerate(armature.data.bones):
        head = bone.head_local
        points += [head, head + (bone.tail_local - head) * 0.5, bone.tail_local.lerp(head, 0.5) * 1.01]
        faces.append((3 * at, 3 * at + 1, 3 * at + 2))
    mesh.from_pydata(points, [], faces)
    body = bpy.data.objects.new("Body", mesh)
    bpy.context.scene.collection.objects.link(body)
    for at, bone in enumerate(armature.data.bones):
        body.vertex_groups.new(name=bone.name).add([3 * at, 3 * at + 1, 3 * at + 2], 1.0, "REPLACE")
    body.parent = armature
    body.modifiers.new("Armature", "ARMATURE").object = armature


def through_gltf(folder: Path) -> None:
    path = str(folder / "hero.glb")
    bpy.ops.export_scene.gltf(filepath=path, export_animations=False)
    rigs.empty_scene()
    bpy.ops.import_scene.gltf(filepath=path)


def through_fbx(folder: Path) -> None:
    path = str(folder / "hero.fbx")
    bpy.ops.export_scene.fbx(filepath=path, add_leaf_bones=True, bake_anim=False)
    rigs.empty_scene()
    bpy.ops.import_scene.fbx(filepath=path)


@pytest.mark.parametrize("way", [through_gltf, through_fbx], ids=["glTF", "FBX"])
@pytest.mark.parametrize("rest", ["T-pose", "A-pose", "relaxed"])
@pytest.mark.parametrize("key", ["mixamo", "unreal5", "vroid"])
def test_a_character_from_a_file_moves_as_the_motion_says(
    key: str, rest: str, way: Callable[[Path], None], tmp_path: Path
) -> None:
    armature, _ = family_armature(FAMILIES[key], RESTS[rest])
    skin(armature)
    way(tmp_path)
    bpy.context.scene.render.fps = 30
    armature = next(item for item in bpy.data.objects if item.type == "ARMATURE")
    mapping = mapping_of(armature)
    assert mapping.convention in (FAMILIES[key].convention, "mixamo")
    apply_motion(bpy.context, armature, MOTION, "Walk", 1, Options(keep_feet=False, keep_hands=False))
    errors = limb_errors(armature, mapping, MOTION, (0, 5, 11), in_world=True)
    assert errors.mean() < 2.0
    assert errors.max() < 5.0
