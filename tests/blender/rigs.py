# SPDX-License-Identifier: GPL-3.0-or-later
"""Characters made in Blender for the tests: Mixamo-named ones in T- and A-pose, and Rigify's human."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import bpy
from mathutils import Matrix, Vector

# Mixamo body in T-pose, Blender's axes, metres: bone, parent, head, tail
_MIXAMO: tuple[tuple[str, str, tuple[float, float, float], tuple[float, float, float]], ...] = (
    ("Hips", "", (0.0, 0.0, 1.0), (0.0, 0.0, 1.1)),
    ("Spine", "Hips", (0.0, 0.01, 1.1), (0.0, 0.0, 1.22)),
    ("Spine1", "Spine", (0.0, 0.0, 1.22), (0.0, 0.0, 1.35)),
    ("Spine2", "Spine1", (0.0, 0.0, 1.35), (0.0, 0.02, 1.5)),
    ("Neck", "Spine2", (0.0, 0.02, 1.5), (0.0, 0.0, 1.6)),
    ("Head", "Neck", (0.0, 0.0, 1.6), (0.0, 0.0, 1.8)),
    ("LeftShoulder", "Spine2", (0.06, 0.01, 1.44), (0.18, 0.02, 1.44)),
    ("LeftArm", "LeftShoulder", (0.18, 0.02, 1.44), (0.46, 0.02, 1.44)),
    ("LeftForeArm", "LeftArm", (0.46, 0.02, 1.44), (0.73, 0.02, 1.44)),
    ("LeftHand", "LeftForeArm", (0.73, 0.02, 1.44), (0.83, 0.02, 1.44)),
    ("LeftUpLeg", "Hips", (0.09, 0.0, 0.93), (0.1, -0.005, 0.5)),
    ("LeftLeg", "LeftUpLeg", (0.1, -0.005, 0.5), (0.1, 0.02, 0.08)),
    ("LeftFoot", "LeftLeg", (0.1, 0.02, 0.08), (0.11, -0.1, 0.02)),
    ("LeftToeBase", "LeftFoot", (0.11, -0.1, 0.02), (0.12, -0.17, 0.02)),
    ("LeftHandIndex1", "LeftHand", (0.83, 0.0, 1.44), (0.87, 0.0, 1.44)),
)
_ARM = ("Arm", "ForeArm", "Hand", "HandIndex1")


def _mirrored(name: str) -> str:
    return name.replace("Left", "Right")


def _both_sides() -> list[tuple[str, str, Vector, Vector]]:
    bones = []
    for name, parent, head, tail in _MIXAMO:
        bones.append((name, parent, Vector(head), Vector(tail)))
        if name.startswith("Left"):
            flip = Vector((-1.0, 1.0, 1.0))
            bones.append((_mirrored(name), _mirrored(parent), Vector(head) * flip, Vector(tail) * flip))
    return bones


def _lowered(name: str, point: Vector, degrees: float, bend: float) -> Vector:
    """Turn a point of an arm down about the shoulder, and forward about the elbow first."""
    side = 1.0 if name.startswith("Left") else -1.0
    shoulder, elbow = Vector((0.18 * side, 0.02, 1.44)), Vector((0.46 * side, 0.02, 1.44))
    if abs(point.x) > abs(elbow.x) + 1e-6:
        point = elbow + Matrix.Rotation(math.radians(-bend) * side, 3, "Z") @ (point - elbow)
    return shoulder + Matrix.Rotation(math.radians(degrees) * side, 3, "Y") @ (point - shoulder)


def add_armature(
    name: str, bones: list[tuple[str, str, Vector, Vector]], rolls: Mapping[str, float]
) -> bpy.types.Object:
    """Make an armature object of bones (name, parent, head, tail) with rolls in degrees, and make it active."""
    armature = bpy.data.objects.new(name, bpy.data.armatures.new(name))
    bpy.context.scene.collection.objects.link(armature)
    for other in bpy.context.selected_objects:
        other.select_set(False)
    bpy.context.view_layer.objects.active = armature
    armature.select_set(True)
    bpy.ops.object.mode_set(mode="EDIT")
    made = {}
    for bone, parent, head, tail in bones:
        made[bone] = armature.data.edit_bones.new(bone)
        made[bone].head, made[bone].tail = head, tail
        made[bone].roll = math.radians(rolls.get(bone, 0.0))
        made[bone].parent = made.get(parent)
    bpy.ops.object.mode_set(mode="OBJECT")
    return armature


def mixamo(
    prefix: str = "mixamorig:",
    arms_down: float = 0.0,
    elbow_bend: float = 0.0,
    odd_rolls: bool = False,
    scale: float = 1.0,
) -> bpy.types.Object:
    """Make a character with Mixamo's names.

    Args:
        prefix: namespace of the bone names.
        arms_down: degrees below the horizontal: 0 for T-pose, 45 for A-pose.
        elbow_bend: degrees by which the forearms point forward in rest.
        odd_rolls: whether every bone has a different roll.
        scale: unit of length (100: modelled in centimetres).
    """
    bones, rolls = [], {}
    for index, (name, parent, *ends) in enumerate(_both_sides()):
        points = ends
        if name.removeprefix("Left").removeprefix("Right") in _ARM:
            points = [_lowered(name, point, arms_down, elbow_bend) for point in ends]
        bones.append((prefix + name, prefix + parent if parent else "", points[0] * scale, points[1] * scale))
        rolls[prefix + name] = (37.0 * index) % 360 if odd_rolls else 0.0
    return add_armature("Mixamo", bones, rolls)


@cache
def _generated_rigify() -> str:
    """Generate Rigify's human once a run; return the file that it is saved in."""
    if "rigify" not in bpy.context.preferences.addons:
        bpy.ops.preferences.addon_enable(module="rigify")
    bpy.ops.object.armature_human_metarig_add()
    metarig = bpy.context.object
    bpy.ops.object.mode_set(mode="POSE")
    bpy.ops.pose.rigify_generate()
    bpy.ops.object.mode_set(mode="OBJECT")
    bpy.data.objects.remove(metarig)
    path = str(Path(tempfile.mkdtemp()) / "rigify.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path, copy=True)
    return path


def rigify_human() -> bpy.types.Object:
    """Open a file with nothing but Rigify's human as generated from its meta-rig; the frame rate stays."""
    path, fps = _generated_rigify(), bpy.context.scene.render.fps
    bpy.ops.wm.open_mainfile(filepath=path, load_ui=False)
    bpy.context.scene.render.fps = fps
    rig = next(item for item in bpy.data.objects if item.type == "ARMATURE")
    bpy.context.view_layer.objects.active = rig
    rig.select_set(True)
    return rig


def rigify_metarig() -> bpy.types.Object:
    """Add Rigify's human meta-rig."""
    if "rigify" not in bpy.context.preferences.addons:
        bpy.ops.preferences.addon_enable(module="rigify")
    bpy.ops.object.armature_human_metarig_add()
    return bpy.context.object


def snake() -> bpy.types.Object:
    """Make an armature that is no humanoid."""
    bones = [
        (f"Bone{at}", f"Bone{at - 1}" if at else "", Vector((0, at, 0)), Vector((0, at + 1, 0))) for at in range(5)
    ]
    return add_armature("Snake", bones, {})


def empty_scene() -> None:
    """Begin with an empty file; preferences and add-ons stay as they are."""
    bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)


@contextmanager
def registered() -> Iterator[None]:
    """Register what belongs to rigs and Actions, unless the extension that runs has done so."""
    from smoogpt_ext.blender_smoogpt.actions import operators as actions_operators
    from smoogpt_ext.blender_smoogpt.rig import operators as rig_operators
    from smoogpt_ext.blender_smoogpt.rig import properties

    modules = () if hasattr(bpy.types.Object, "smoogpt_rig") else (properties, rig_operators, actions_operators)
    for module in modules:
        module.register()
    yield
    for module in reversed(modules):
        module.unregister()
