# SPDX-License-Identifier: GPL-3.0-or-later
"""What a rig's bones stand for, as plain data: conventions (a family of rigs) and mappings (the bones of one rig)."""

from __future__ import annotations

from collections.abc import Container
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
    """

    also: Table[str, str] = field(default_factory=dict)
    copies: Table[str, str] = field(default_factory=dict)
    joints_at: Table[str, str] = field(default_factory=dict)
    read_from: Table[str, str] = field(default_factory=dict)
    switches: tuple[Switch, ...] = ()
    neutral: tuple[str, ...] = ()
    deform_only: bool = False

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


@dataclass(frozen=True)
class Convention:
    """How one family of rigs names its bones.

    Attributes:
        key: stable word, stored in files.
        label: what the panel shows.
        bones: joint name to bone name.
        spine: bones between hips and neck, upwards.
        neck: bones between spine and head, upwards.
        signature: bones that only this family has; all must be there. Empty: any rig whose names match.
        extras: what control rigs need on top.
    """

    key: str
    label: str
    bones: Table[str, str]
    spine: tuple[str, ...]
    neck: tuple[str, ...]
    signature: tuple[str, ...] = ()
    extras: Extras = field(default_factory=Extras)


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
    """

    convention: str
    label: str
    bones: Table[str, str]
    spine: tuple[str, ...]
    neck: tuple[str, ...]
    missing: tuple[str, ...] = ()
    extras: Extras = field(default_factory=Extras)

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
