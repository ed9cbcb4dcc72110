# SPDX-License-Identifier: GPL-3.0-or-later
"""The mapping of a character, stored on its armature object so that it travels with the file.

The rows are the animator's: once there are any, they alone say which bone is which, and what is wrong with them is
reported rather than put right behind the animator's back.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import replace
from typing import Final

import bpy

from ..errors import UserError
from .conventions import BY_KEY
from .detect import detect
from .mapping import NECK, OPTIONAL, REQUIRED, SPINE, Extras, Mapping
from .matching import match_convention
from .roles import JOINTS, chain_number, listed, place, role_label

CUSTOM: Final = "custom"
"""Key of a mapping that was not detected but made by hand."""
_LABELS: Final = {"structure": "Found by shape", CUSTOM: "Your own rows"}
_ROOT_MODES: Final = (
    ("HIPS", "Hips", "Everything is keyed on the hips: where the character goes and how the hips move on the way"),
    ("ROOT_BONE", "Root bone", "Travel over the ground and heading are keyed on the bone above the hips"),
    ("OBJECT", "Object", "Travel over the ground and heading are keyed on the object itself"),
    ("IN_PLACE", "In place", "The character does not travel: it moves on the spot, as game engines often want it"),
)
NO_TURN: Final = (0.0, 0.0, 0.0, 0.0)
_OVERRIDE: Final = {"LIBRARY_OVERRIDABLE"}  # a character linked from another file is animated by way of an override


def _forget_turn(row: SMOOGPT_PG_bone, _: bpy.types.Context) -> None:
    row.t_pose = NO_TURN  # it was measured on the bone that stood here before


class SMOOGPT_PG_bone(bpy.types.PropertyGroup):
    """One row: what a bone stands for. ``name`` is the role, such as ``left_elbow`` or ``spine.1``."""

    bone: bpy.props.StringProperty(
        override=_OVERRIDE,
        name="Bone",
        description="Bone that stands for this part of the body",
        update=_forget_turn,
    )
    t_pose: bpy.props.FloatVectorProperty(
        override=_OVERRIDE,
        name="T-Pose Turn",
        description="Turn of the bone (w, x, y, z in the armature's space) from its rest to the character's T-pose; "
        "all zero where the rest is taken as it is",
        size=4,
        default=NO_TURN,
    )


class SMOOGPT_PG_rig(bpy.types.PropertyGroup):
    """A character's mapping, empty until it is detected or made by hand, and how motions are put on it."""

    convention: bpy.props.StringProperty(
        override=_OVERRIDE, name="Convention", description="Family of rigs that the bone names follow"
    )
    rows: bpy.props.CollectionProperty(type=SMOOGPT_PG_bone, override=_OVERRIDE | {"USE_INSERTION"})
    missing: bpy.props.StringProperty(
        override=_OVERRIDE, name="Missing", description="Parts of the body without a bone when detected"
    )
    root_mode: bpy.props.EnumProperty(
        override=_OVERRIDE,
        name="Travel on",
        description="What carries the character over the ground in motions that are put on it",
        items=_ROOT_MODES,
        default="HIPS",
    )
    heading: bpy.props.FloatProperty(
        override=_OVERRIDE,
        name="Heading",
        description="Turn the whole motion by this angle to the left from where the character looks now",
        subtype="ANGLE",
        default=0.0,
        soft_min=-math.pi,
        soft_max=math.pi,
    )
    path_turn: bpy.props.FloatProperty(
        override=_OVERRIDE,
        name="Bend path",
        description="How far the path of the motion is bent to the left by its end; a straight walk becomes a curve",
        subtype="ANGLE",
        default=0.0,
        min=-2 * math.pi,
        max=2 * math.pi,
    )
    keep_feet: bpy.props.BoolProperty(
        override=_OVERRIDE,
        name="Keep feet on the ground",
        description="Hold a standing foot on its place, so that it does not slide on a body of other proportions",
        default=True,
    )
    keep_hands: bpy.props.BoolProperty(
        override=_OVERRIDE,
        name="Keep hands together",
        description="Bring hands that touch each other or the head together on a body of other proportions as well",
        default=True,
    )
    thin_error: bpy.props.FloatProperty(
        override=_OVERRIDE,
        name="Thin keys",
        description="Largest error in degrees that leaving out keys may make; 0 keys every frame",
        default=0.0,
        min=0.0,
        soft_max=2.0,
        precision=2,
    )


def convention_label(key: str) -> str:
    """Return what the panel calls a convention; a key that is not known came with somebody's own rows."""
    convention = BY_KEY.get(key)
    return convention.label if convention else _LABELS.get(key, _LABELS[CUSTOM])


def row_for(rig: SMOOGPT_PG_rig, role: str) -> SMOOGPT_PG_bone:
    """Return the row of a role; one that is not there is added."""
    if not rig.convention:
        rig.convention = CUSTOM
    if role not in rig.rows:
        rig.rows.add().name = role
    row: SMOOGPT_PG_bone = rig.rows[role]
    return row


def ordered_rows(rig: SMOOGPT_PG_rig) -> list[SMOOGPT_PG_bone]:
    """Return the rows in the order of the body; as stored they stand in the order in which they were added."""
    return sorted(rig.rows, key=lambda row: place(row.name))


def has_rows(rig: SMOOGPT_PG_rig) -> bool:
    """Tell whether a mapping was detected or begun by hand."""
    # rows that a library override has from its library cannot be removed: cleared ones have no convention
    return any(row.bone or rig.convention for row in rig.rows)


def clear_rows(rig: SMOOGPT_PG_rig) -> None:
    """Forget all rows, and which convention they follow."""
    rig.rows.clear()
    for row in rig.rows:  # those of the library, in a library override
        row.bone = ""
    rig.convention = rig.missing = ""


def set_bone(rig: SMOOGPT_PG_rig, role: str, bone: str) -> None:
    """Let a bone, or none, stand for a role; a T-pose turn is kept where that changes nothing."""
    row = row_for(rig, role)
    if row.bone != bone:
        row.bone = bone


def store_mapping(armature_object: bpy.types.Object, mapping: Mapping) -> None:
    """Write a mapping into the object's properties.

    Optional joints without a bone get an empty row, to be filled by hand. A T-pose turn stays where the bone does.
    """
    rig = armature_object.smoogpt_rig
    turns = {(row.name, row.bone): tuple(row.t_pose) for row in rig.rows}
    found = dict(mapping.rows())
    clear_rows(rig)
    rig.convention, rig.missing = mapping.convention, ",".join(mapping.missing)
    for role in sorted({*found, *OPTIONAL}, key=place):
        row = row_for(rig, role)
        row.bone = found.get(role, "")
        row.t_pose = turns.get((role, row.bone), NO_TURN)


def _check_rows(armature_object: bpy.types.Object) -> None:
    """Find fault with the rows of a character.

    Raises:
        UserError: when a required joint has no bone, a row names a bone that is gone, or one bone has two rows.
    """
    rows, names = armature_object.smoogpt_rig.rows, armature_object.data.bones
    given = {row.name: row.bone for row in rows if row.bone}
    missing = [role_label(joint) for joint in REQUIRED if joint not in given]
    if not any(chain_number(role, SPINE) for role in given):
        missing.append(SPINE)
    gone = [f"{role_label(role)} ('{bone}')" for role, bone in given.items() if bone not in names]
    problems = [f"these have no bone: {listed(missing, 8)}"] if missing else []
    if gone:
        problems.append(f"these name a bone that is gone: {listed(gone, 8)}")
    if problems:
        raise UserError(
            f"In the rows of '{armature_object.name}' {' and '.join(problems)}. "
            "To go on, pick the bones in the Rig panel or press Detect Bones."
        )
    roles: dict[str, list[str]] = defaultdict(list)
    for role, bone in given.items():
        roles[bone].append(role_label(role))
    twice = [f"'{bone}' stands for {' and '.join(parts)}" for bone, parts in roles.items() if len(parts) > 1]
    if twice:
        raise UserError(
            f"In the rows of '{armature_object.name}' {listed(twice)}. "
            "A bone can stand for one part only: pick the bones in the Rig panel or press Detect Bones."
        )


def _extras(armature_object: bpy.types.Object, key: str, mapped: set[str]) -> Extras:
    """Return what the family needs on top, as this rig spells it; bones that have a row of their own are left out."""
    convention = BY_KEY.get(key)
    if convention is None:
        return Extras()
    parents = {bone.name: bone.parent.name if bone.parent else None for bone in armature_object.data.bones}
    extras = match_convention(convention, parents).mapping.extras
    return replace(
        extras,
        also={bone: joint for bone, joint in extras.also.items() if bone not in mapped},
        neutral=tuple(bone for bone in extras.neutral if bone not in mapped),
    )


def stored_mapping(armature_object: bpy.types.Object) -> Mapping | None:
    """Return the mapping that the rows make, or None where there are no rows.

    Raises:
        UserError: when the rows are incomplete or contradictory; they stay as they are.
    """
    rig = armature_object.smoogpt_rig
    if not has_rows(rig):
        return None
    _check_rows(armature_object)
    given = {row.name: row.bone for row in ordered_rows(rig) if row.bone}
    joints = {role: bone for role, bone in given.items() if role in JOINTS}
    return Mapping(
        rig.convention or CUSTOM,
        convention_label(rig.convention),
        joints,
        tuple(bone for role, bone in given.items() if chain_number(role, SPINE)),
        tuple(bone for role, bone in given.items() if chain_number(role, NECK)),
        tuple(joint for joint in OPTIONAL if joint not in joints),
        _extras(armature_object, rig.convention, set(given.values())),
        {row.bone: tuple(row.t_pose) for row in rig.rows if row.bone and any(row.t_pose)},
    )


def mapping_of(armature_object: bpy.types.Object) -> Mapping:
    """Return the stored mapping; where there is none, detect and store it.

    Raises:
        UserError: when the armature is no humanoid, or its rows are incomplete or contradictory; rows are never
            overwritten here.
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
    bpy.types.Object.smoogpt_rig = bpy.props.PointerProperty(type=SMOOGPT_PG_rig, override=_OVERRIDE)


def unregister() -> None:
    """Take them away again; stored mappings stay in the file."""
    del bpy.types.Object.smoogpt_rig
    for cls in reversed(CLASSES):
        bpy.utils.unregister_class(cls)
