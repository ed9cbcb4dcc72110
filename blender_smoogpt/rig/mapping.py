# SPDX-License-Identifier: GPL-3.0-or-later
"""What a rig's bones stand for, as plain data: conventions (a family of rigs) and mappings (the bones of one rig)."""

from __future__ import annotations

from collections.abc import Callable, Container
from collections.abc import Mapping as Table
from dataclasses import dataclass, field, replace
from typing import Final

LIMB_JOINTS: Final = ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
REQUIRED: Final[tuple[str, ...]] = (
    "pelvis",
    "head",
    *(f"{side}_{joint}" for side in ("left", "right") for joint in LIMB_JOINTS),
)
"""Joints without which a rig is no humanoid; at least one spine bone comes on top."""
OPTIONAL: Final[tuple[str, ...]] = ("left_collar", "right_collar", "left_foot", "right_foot")
SPINE: Final = "spine"
NECK: Final = "neck"

BoneNames = str | tuple[str, ...]
"""How a convention names a bone: one name, or several of which the first that a rig has counts."""

_PLAIN_WORDS: Final = {
    "pelvis": "hips",
    "collar": "shoulder (clavicle)",
    "shoulder": "upper arm",
    "elbow": "forearm",
    "wrist": "hand",
    "hip": "thigh",
    "knee": "shin",
    "ankle": "foot",
    "foot": "toes",
}


def plain_name(joint: str) -> str:
    """Return what an animator calls a joint: ``left upper arm`` for ``left_shoulder``."""
    side, _, rest = joint.partition("_")
    if side in ("left", "right"):
        return f"{side} {_PLAIN_WORDS.get(rest, rest)}"
    return _PLAIN_WORDS.get(joint, joint)


@dataclass(frozen=True)
class Switch:
    """A custom property that has to have a value for our keys to be seen, such as Rigify's ``IK_FK``."""

    bone: str
    name: str
    value: float


@dataclass(frozen=True)
class Extras:
    """What a family of control rigs needs beyond one bone for each joint.

    Attributes:
        also: further bones that turn with a joint.
        copies: bone to the bone whose pose a constraint makes it take.
        joints_at: keyed bone to the bone at whose head, in rest, the joint lies.
        read_from: keyed bone to the bone whose evaluated pose shows the joint's rotation.
        switches: properties to set and key.
        neutral: controls that would add to the motion and are therefore held at rest.
        deform_only: whether exports should leave all but the deform bones out.
        ground: the bone that carries everything, where that cannot be told from the parents.
    """

    also: Table[str, str] = field(default_factory=dict)
    copies: Table[str, str] = field(default_factory=dict)
    joints_at: Table[str, str] = field(default_factory=dict)
    read_from: Table[str, str] = field(default_factory=dict)
    switches: tuple[Switch, ...] = ()
    neutral: tuple[str, ...] = ()
    deform_only: bool = False
    ground: str = ""

    def among(self, bones: Container[str]) -> Extras:
        """Return what of this applies to a rig with these bones: slim and older rigs of a family have fewer."""

        def kept(table: Table[str, str]) -> dict[str, str]:
            return {bone: other for bone, other in table.items() if bone in bones}

        def both(table: Table[str, str]) -> dict[str, str]:
            return {bone: other for bone, other in kept(table).items() if other in bones}

        return replace(
            self,
            also=kept(self.also),
            copies=both(self.copies),
            joints_at=both(self.joints_at),
            read_from=both(self.read_from),
        )

    def renamed(self, rename: Callable[[str], str]) -> Extras:
        """Return the same for a rig that spells its bones differently, such as with a prefix."""

        def both(table: Table[str, str]) -> dict[str, str]:
            return {rename(bone): rename(other) for bone, other in table.items()}

        return replace(
            self,
            also={rename(bone): joint for bone, joint in self.also.items()},
            copies=both(self.copies),
            joints_at=both(self.joints_at),
            read_from=both(self.read_from),
            switches=tuple(replace(switch, bone=rename(switch.bone)) for switch in self.switches),
            neutral=tuple(rename(bone) for bone in self.neutral),
            ground=rename(self.ground) if self.ground else "",
        )


@dataclass(frozen=True)
class Convention:
    """How one family of rigs names its bones.

    Attributes:
        key: stable word, stored in files.
        label: what the panel shows.
        bones: joint name to bone name, or to several that the joint may have.
        spine: bones between hips and neck, upwards; those that a rig has are used.
        neck: bones between spine and head, upwards; likewise.
        signature: bones that only this family has; all must be there. Empty: any rig whose names match.
        extras: what control rigs need on top.
        chain: whether spine and neck are parents of the head; controls may hang beside each other instead.
    """

    key: str
    label: str
    bones: Table[str, BoneNames]
    spine: tuple[str, ...]
    neck: tuple[str, ...]
    signature: tuple[str, ...] = ()
    extras: Extras = field(default_factory=Extras)
    chain: bool = True

    def names_of(self, joint: str) -> tuple[str, ...]:
        """Return the names that the joint's bone may have, those to prefer first."""
        names = self.bones[joint]
        return (names,) if isinstance(names, str) else names

    def every_name(self) -> tuple[str, ...]:
        """Return all bone names of the convention: joints with their alternatives, spine, neck and signature."""
        joints = (name for joint in self.bones for name in self.names_of(joint))
        return tuple(dict.fromkeys((*joints, *self.spine, *self.neck, *self.signature)))


@dataclass(frozen=True)
class Mapping:
    """Which bones of one rig are which.

    Attributes:
        convention: key of the convention that the names follow.
        label: its name for people.
        bones: joint name to bone name, as far as there are such bones.
        spine: spine bones upwards, hips and neck not included; at least one.
        neck: neck bones upwards; may be empty.
        missing: optional joints without a bone.
        extras: what the family needs beyond that.
        t_pose: bone to the quaternion (w, x, y, z), in armature space, that turns it from its rest into the T-pose, for
            bones that the animator has corrected by hand.
    """

    convention: str
    label: str
    bones: Table[str, str]
    spine: tuple[str, ...]
    neck: tuple[str, ...]
    missing: tuple[str, ...] = ()
    extras: Extras = field(default_factory=Extras)
    t_pose: Table[str, tuple[float, float, float, float]] = field(default_factory=dict)

    def rows(self) -> list[tuple[str, str]]:
        """Return (role, bone) for every mapped bone; spine and neck bones are numbered from 1 upwards."""
        rows = list(self.bones.items())
        rows += [(f"{SPINE}.{index}", bone) for index, bone in enumerate(self.spine, start=1)]
        rows += [(f"{NECK}.{index}", bone) for index, bone in enumerate(self.neck, start=1)]
        return rows


def both_sides(joints: Table[str, str], left: str, right: str) -> dict[str, str]:
    """Expand ``{"elbow": "forearm.{side}"}`` into left_elbow and right_elbow with the sides spelt as given."""
    return {
        f"{side}_{joint}": pattern.format(side=spelt)
        for joint, pattern in joints.items()
        for side, spelt in (("left", left), ("right", right))
    }


def either(*tables: Table[str, str]) -> dict[str, BoneNames]:
    """Join tables of one family's spellings, the usual one first: each joint gets all the names it has in them."""
    joints = dict.fromkeys(joint for table in tables for joint in table)
    return {joint: tuple(dict.fromkeys(table[joint] for table in tables if joint in table)) for joint in joints}
