# SPDX-License-Identifier: GPL-3.0-or-later
"""A plain grey body around an armature, made of balls along its bones and merged into one skin."""

from __future__ import annotations

import bpy
import numpy as np

# word in the bone's name -> radius at its head and tail in metres, for a person of 1.8 m; the first that fits counts
_RADII = (
    ("breast", None),
    ("pelvis.", None),
    ("toe", (0.040, 0.030)),
    ("left_foot", (0.040, 0.030)),
    ("right_foot", (0.040, 0.030)),
    ("ankle", (0.045, 0.042)),
    ("foot", (0.045, 0.042)),
    ("shin", (0.062, 0.045)),
    ("knee", (0.062, 0.045)),
    ("thigh", (0.085, 0.062)),
    ("hip", (0.085, 0.062)),
    ("upper_arm", (0.052, 0.042)),
    ("left_shoulder", (0.052, 0.042)),
    ("right_shoulder", (0.052, 0.042)),
    ("elbow", (0.042, 0.032)),
    ("forearm", (0.042, 0.032)),
    ("wrist", (0.034, 0.028)),
    ("hand", (0.034, 0.036)),
    ("shoulder", (0.050, 0.055)),
    ("collar", (0.050, 0.055)),
    ("spine.006", (0.075, 0.095)),
    ("head", (0.075, 0.095)),
    ("spine.005", (0.055, 0.055)),
    ("spine.004", (0.055, 0.055)),
    ("neck", (0.055, 0.055)),
    ("spine", (0.120, 0.130)),
    ("pelvis", (0.125, 0.120)),
)
_FACE = ("eye", "ear.", "lip", "brow", "cheek", "chin", "jaw", "nose", "temple", "tongue", "lid", "teeth", "forehead")
_FINGERS = ("thumb", "f_index", "f_middle", "f_ring", "f_pinky", "palm")


def _radii(name: str) -> tuple[float, float] | None:
    if any(word in name for word in (*_FACE, "heel")):
        return None
    if any(word in name for word in _FINGERS):
        return (0.013, 0.010)
    return next((sizes for word, sizes in _RADII if word in name), None)


def _segments(armature: bpy.types.Object) -> list[tuple[str, np.ndarray, np.ndarray, float, float]]:
    rows = []
    for bone in armature.data.bones:
        sizes = _radii(bone.name.lower()) if bone.use_deform else None
        if sizes is not None:
            head, tail = np.array(bone.head_local), np.array(bone.tail_local)
            rows.append((bone.name, head, tail, *sizes))
    return rows


def _balls(segments: list[tuple[str, np.ndarray, np.ndarray, float, float]]) -> bpy.types.Mesh:
    """Return a mesh of small balls along all segments."""
    bpy.ops.mesh.primitive_ico_sphere_add(subdivisions=2, radius=1.0)
    template = bpy.context.active_object
    shape = np.array([vertex.co for vertex in template.data.vertices])
    faces = np.array([list(polygon.vertices) for polygon in template.data.polygons])
    bpy.data.objects.remove(template, do_unlink=True)
    points, triangles = [], []
    for _, head, tail, first, last in segments:
        count = max(2, int(np.linalg.norm(tail - head) / (0.25 * min(first, last))) + 1)
        for share in np.linspace(0, 1, min(count, 24)):
            triangles.append(faces + len(points) * len(shape))
            points.append(shape * (first + (last - first) * share) + head + (tail - head) * share)
    mesh = bpy.data.meshes.new("Body")
    mesh.from_pydata(np.concatenate(points).tolist(), [], np.concatenate(triangles).tolist())
    return mesh


def _weights(points: np.ndarray, segments: list[tuple[str, np.ndarray, np.ndarray, float, float]]) -> np.ndarray:
    """Return (vertices, segments) weights that fall off quickly with the distance from the bone's surface."""
    distances = []
    for _, head, tail, first, last in segments:
        along = tail - head
        share = np.clip((points - head) @ along / max(float(along @ along), 1e-9), 0, 1)
        away = np.linalg.norm(points - head - share[:, None] * along, axis=1)
        distances.append(away / (first + (last - first) * share))
    inverse = 1.0 / np.maximum(np.stack(distances, axis=1), 0.05) ** 8
    inverse[inverse < np.sort(inverse, axis=1)[:, -4:-3]] = 0.0
    return np.asarray(inverse / inverse.sum(axis=1, keepdims=True))


def _material() -> bpy.types.Material:
    material = bpy.data.materials.new("Clay")
    material.diffuse_color = (0.85, 0.62, 0.42, 1.0)
    material.roughness = 0.7
    return material


def add_body(armature: bpy.types.Object) -> bpy.types.Object:
    """Build a body around the deforming bones of an armature in its rest pose, and bind it."""
    segments = _segments(armature)
    body = bpy.data.objects.new("Body", _balls(segments))
    bpy.context.collection.objects.link(body)
    bpy.context.view_layer.objects.active = body
    for kind, values in (
        ("REMESH", {"mode": "VOXEL", "voxel_size": 0.014}),
        ("SMOOTH", {"factor": 0.6, "iterations": 12}),
    ):
        modifier = body.modifiers.new(kind.title(), kind)
        for name, value in values.items():
            setattr(modifier, name, value)
        bpy.ops.object.modifier_apply(modifier=modifier.name)
    points = np.empty(len(body.data.vertices) * 3)
    body.data.vertices.foreach_get("co", points)
    weights = _weights(points.reshape(-1, 3), segments)
    for column, (name, *_) in enumerate(segments):
        group = body.vertex_groups.new(name=name)
        for vertex in np.flatnonzero(weights[:, column] > 0.01):
            group.add([int(vertex)], float(weights[vertex, column]), "REPLACE")
    body.data.polygons.foreach_set("use_smooth", [True] * len(body.data.polygons))
    body.data.materials.append(_material())
    body.parent = armature
    body.modifiers.new("Armature", "ARMATURE").object = armature
    return body
