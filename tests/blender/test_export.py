# SPDX-License-Identifier: GPL-3.0-or-later
"""Exported files, read again and compared with the motion; what cannot be exported is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

bpy = pytest.importorskip("bpy")

import evaluated
import rigs
from rig_rows import drawn
from sample_motions import walk
from smoogpt_ext.blender_smoogpt.actions.apply import apply_motion
from smoogpt_ext.blender_smoogpt.actions.export import export_bvh, export_fbx, export_gltf
from smoogpt_ext.blender_smoogpt.actions.panel import SMOOGPT_PT_export
from smoogpt_ext.blender_smoogpt.errors import UserError
from smoogpt_ext.blender_smoogpt.retarget.options import Options
from smoogpt_ext.blender_smoogpt.rig.detect import detect
from smoogpt_ext.server.motion.bvh import motion_from_bvh

MOTION = walk(8)
FRAMES = (0, 4, 7)
_RIGIFY_DEFORM = {
    "left_shoulder": "DEF-upper_arm.L",
    "left_elbow": "DEF-forearm.L",
    "left_wrist": "DEF-hand.L",
    "right_hip": "DEF-thigh.R",
    "right_knee": "DEF-shin.R",
    "right_ankle": "DEF-foot.R",
}
PAIRS = [
    ("left_shoulder", "left_elbow"),
    ("left_elbow", "left_wrist"),
    ("right_hip", "right_knee"),
    ("right_knee", "right_ankle"),
]


@pytest.fixture(autouse=True, scope="module")
def _registered() -> Iterator[None]:
    with rigs.registered():
        yield


@pytest.fixture(autouse=True)
def _empty_scene() -> Iterator[None]:
    rigs.empty_scene()
    bpy.context.scene.render.fps = 30
    yield


def dressed(armature: bpy.types.Object) -> bpy.types.Object:
    """Give an armature a mesh, and the scene things that do not belong to it."""
    for name, parent in (("Body", armature), ("Chair", None)):
        mesh = bpy.data.meshes.new(name)
        mesh.from_pydata([(0, 0, 0), (1, 0, 0), (0, 1, 0)], [], [(0, 1, 2)])
        item = bpy.data.objects.new(name, mesh)
        bpy.context.scene.collection.objects.link(item)
        item.parent = parent
        if parent:
            item.vertex_groups.new(name=armature.data.bones[0].name).add([0, 1, 2], 1.0, "REPLACE")
            item.modifiers.new("Armature", "ARMATURE").object = armature
    other = rigs.snake()
    other.animation_data_create().action = bpy.data.actions.new("Slither")
    bpy.context.view_layer.objects.active = armature
    return armature


def animated(armature: bpy.types.Object) -> bpy.types.Object:
    apply_motion(bpy.context, dressed(armature), walk(5), "Old", 1)
    apply_motion(bpy.context, armature, MOTION, "Walk", 1, Options(keep_feet=False, keep_hands=False))
    return armature


def test_bvh_holds_the_motion(tmp_path: Path) -> None:
    armature = animated(rigs.mixamo(arms_down=45, odd_rolls=True))
    motion = motion_from_bvh(export_bvh(bpy.context, armature, tmp_path / "walk"))
    assert motion.frames == MOTION.frames and motion.fps == pytest.approx(30.0, abs=0.01)
    assert np.abs(np.sum(motion.rotations * MOTION.rotations, axis=-1)).min() > 1 - 1e-4
    assert np.abs(np.diff(motion.root_positions - MOTION.root_positions, axis=0)).max() < 1e-3


def import_fbx(path: Path) -> None:
    bpy.ops.import_scene.fbx(filepath=str(path))


def import_gltf(path: Path) -> None:
    bpy.ops.import_scene.gltf(filepath=str(path))


@pytest.mark.parametrize(
    ("export", "load"), [(export_fbx, import_fbx), (export_gltf, import_gltf)], ids=["fbx", "gltf"]
)
@pytest.mark.parametrize(
    "make", [lambda: rigs.mixamo("mixamorig:", 45, 20, True), rigs.rigify_human], ids=["mixamo", "rigify"]
)
def test_the_character_and_its_action_come_back(
    make: Callable[[], bpy.types.Object], export: Callable[..., Path], load: Callable[[Path], None], tmp_path: Path
) -> None:
    armature = animated(make())
    convention = detect(armature)
    bones = _RIGIFY_DEFORM if convention.convention == "rigify" else convention.bones
    before = directions(armature, bones, 1)
    selected = [item.name for item in bpy.context.selected_objects]
    span = (bpy.context.scene.frame_start, bpy.context.scene.frame_end)
    path = export(bpy.context, armature, tmp_path / "walk")
    assert [item.name for item in bpy.context.selected_objects] == selected
    assert (bpy.context.scene.frame_start, bpy.context.scene.frame_end) == span

    rigs.empty_scene()
    bpy.context.scene.render.fps = 30
    load(path)
    names = {item.name.split(".")[0] for item in bpy.data.objects}
    assert "Body" in names and not names & {"Chair", "Snake"}
    loaded = next(item for item in bpy.data.objects if item.type == "ARMATURE")
    assert len(bpy.data.actions) == 1
    if convention.convention == "rigify" and path.suffix == ".glb":
        assert not [bone for bone in loaded.data.bones if bone.name.startswith("MCH-")]
    start = round(loaded.animation_data.action.frame_range[0])
    after = directions(loaded, bones, start)
    angles = np.degrees(np.arccos(np.clip(np.sum(before * after, axis=-1), -1, 1)))
    assert angles.max() < 1.0


def directions(armature: bpy.types.Object, bones: dict[str, str], start: int) -> np.ndarray:
    """Return world directions (T, pairs, 3) of some limbs."""
    joints = sorted({joint for pair in PAIRS for joint in pair})
    seen = evaluated.heads(bpy.context, armature, [bones[joint] for joint in joints], [start + at for at in FRAMES])
    way = np.stack([seen[:, joints.index(b)] - seen[:, joints.index(a)] for a, b in PAIRS], axis=1)
    way = way @ np.array(armature.matrix_world.to_3x3()).T
    return way / np.linalg.norm(way, axis=-1, keepdims=True)


@pytest.mark.parametrize("export", [export_bvh, export_fbx, export_gltf])
def test_nothing_to_export_is_told(export: Callable[..., Path], tmp_path: Path) -> None:
    with pytest.raises(UserError, match="No armature is selected"):
        export(bpy.context, None, tmp_path / "x")
    with pytest.raises(UserError, match=r"has no animation\. Generate a motion"):
        export(bpy.context, rigs.mixamo(), tmp_path / "x")
    armature = animated(rigs.mixamo())
    with pytest.raises(UserError, match="does not exist"):
        export(bpy.context, armature, tmp_path / "nowhere" / "x")
    assert list(tmp_path.iterdir()) == []


def test_dots_in_names_are_kept(tmp_path: Path) -> None:
    armature = animated(rigs.mixamo())
    assert export_bvh(bpy.context, armature, tmp_path / "walk 1.5").name == "walk 1.5.bvh"
    assert export_bvh(bpy.context, armature, tmp_path / "walk.BVH").name == "walk.BVH"


def test_export_works_from_pose_mode_and_goes_back_to_it(tmp_path: Path) -> None:
    armature = animated(rigs.mixamo())
    bpy.ops.object.mode_set(mode="POSE")
    assert export_fbx(bpy.context, armature, tmp_path / "walk").stat().st_size > 1000
    assert armature.mode == "POSE"


@pytest.mark.parametrize("kind", ["bvh", "fbx", "gltf"])
def test_exporting_reports_what_is_wrong_and_saves_what_is_right(kind: str, tmp_path: Path) -> None:
    export = getattr(bpy.ops.smoogpt, f"export_{kind}")
    suffix = {"gltf": "glb"}.get(kind, kind)
    target = tmp_path / f"walk.{suffix}"
    with pytest.raises(RuntimeError, match="No armature is selected"):
        export(filepath=str(target))
    armature = rigs.mixamo()
    with pytest.raises(RuntimeError, match="has no animation"):
        export(filepath=str(target))
    assert not target.exists()
    apply_motion(bpy.context, armature, walk(5), "Walk", 1)
    assert drawn(SMOOGPT_PT_export, armature) == ["Walk"]
    assert export(filepath=str(target)) == {"FINISHED"}
    assert target.stat().st_size > 500
