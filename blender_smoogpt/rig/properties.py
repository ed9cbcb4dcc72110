# SPDX-License-Identifier: GPL-3.0-or-later
"""The mapping of a character, stored on its armature object so that it travels with the file."""

from __future__ import annotations

import bpy

from .conventions import BY_KEY
from .detect import detect
from .mapping import NECK, OPTIONAL, SPINE, Mapping


class SMOOGPT_PG_bone(bpy.types.PropertyGroup):
    """One row: what a bone stands for. ``name`` is the role, such as ``left_elbow`` or ``spine.1``."""

    bone: bpy.props.StringProperty(name="Bone", description="Bone that stands for this part of the body")


class SMOOGPT_PG_rig(bpy.types.PropertyGroup):
    """A character's mapping; empty until it is detected."""

    convention: bpy.props.StringProperty(name="Convention", description="Family of rigs that the bone names follow")
    rows: bpy.props.CollectionProperty(type=SMOOGPT_PG_bone)
    missing: bpy.props.StringProperty(name="Missing", description="Parts of the body without a bone")


def store_mapping(armature_object: bpy.types.Object, mapping: Mapping) -> None:
    """Write a mapping into the object's properties."""
    rig = armature_object.smoogpt_rig
    rig.convention = mapping.convention
    rig.missing = ",".join(mapping.missing)
    rig.rows.clear()
    for role, bone in mapping.rows():
        row = rig.rows.add()
        row.name, row.bone = role, bone


def stored_mapping(armature_object: bpy.types.Object) -> Mapping | None:
    """Return the stored mapping, or None where there is none or its bones have been renamed or deleted."""
    rig = armature_object.smoogpt_rig
    convention = BY_KEY.get(rig.convention)
    names = armature_object.data.bones
    if convention is None or not rig.rows or any(row.bone not in names for row in rig.rows):
        return None
    rows = {row.name: row.bone for row in rig.rows}
    joints = {role: bone for role, bone in rows.items() if "." not in role}
    return Mapping(
        convention.key,
        convention.label,
        joints,
        tuple(bone for role, bone in rows.items() if role.startswith(f"{SPINE}.")),
        tuple(bone for role, bone in rows.items() if role.startswith(f"{NECK}.")),
        tuple(joint for joint in OPTIONAL if joint not in joints),
        convention.extras.among(names),
    )


def mapping_of(armature_object: bpy.types.Object) -> Mapping:
    """Return the stored mapping, or detect and store it.

    Raises:
        UserError: when the armature is no humanoid.
    """
    mapping = stored_mapping(armature_object)
    if mapping is None:
        mapping = detect(armature_object)
        store_mapping(armature_object, mapping)
    return mapping


CLASSES = (SMOOGPT_PG_bone, SMOOGPT_PG_rig)


def register() -> None:
    """Add the properties to armature objects."""
    for cls in CLASSES:
        bpy.utils.register_class(cls)
    bpy.types.Object.smoogpt_rig = bpy.props.PointerProperty(type=SMOOGPT_PG_rig)


def unregister() -> None:
    """Take them away again; stored mappings stay in the file."""
    del bpy.types.Object.smoogpt_rig
    for cls in reversed(CLASSES):
        bpy.utils.unregister_class(cls)
