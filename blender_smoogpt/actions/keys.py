# SPDX-License-Identifier: GPL-3.0-or-later
"""A motion as the keys of one character: which bone, or the object itself, gets which values."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import bpy
import numpy as np

from ...server.motion.contacts import contacts
from ...server.motion.motion import Motion
from ...server.motion.rotations import Array, continuous, quat_mul
from ..errors import UserError
from ..retarget.axes import conjugated
from ..retarget.feet import keep_feet
from ..retarget.hands import keep_hands
from ..retarget.options import Options, RootMode
from ..retarget.plan import Plan
from ..retarget.solve import Posed, hip_middle, pose, to_channels
from ..retarget.travel import Travel, bent, ground_channels, in_place, travel_of, without
from .present import ground_place, object_basis, place_at


@dataclass(frozen=True)
class Keys:
    """Values for every frame.

    Attributes:
        locations: bone to (T, 3) location channels.
        rotations: bone to (T, 4) quaternions, signs continuous.
        object_location: (T, 3) of the object, or None.
        object_rotation: (T, 4) of the object, or None.
    """

    locations: dict[str, Array]
    rotations: dict[str, Array]
    object_location: Array | None = field(default=None)
    object_rotation: Array | None = field(default=None)


def _bone_keys(plan: Plan, posed: Posed) -> Keys:
    channels = to_channels(plan, posed)
    return Keys({plan.root: channels.location}, channels.rotations)


def _object_keys(armature: bpy.types.Object, plan: Plan, keys: Keys, travel: Travel, frame: float) -> Keys:
    """Add the travel of the object itself, onto where and how it stands at a frame."""
    location, rotation, scale = object_basis(armature, frame)
    moved = plan.axes.to_armature(travel.applied(np.zeros(3))) * scale
    turned = quat_mul(rotation, conjugated(plan.axes.quaternion, travel.heading))
    by_object = quat_mul(quat_mul(rotation, np.insert(moved, 0, 0.0, axis=-1)), rotation * [1.0, -1.0, -1.0, -1.0])
    return replace(keys, object_location=location + by_object[:, 1:], object_rotation=continuous(turned))


def make_keys(armature: bpy.types.Object, plan: Plan, motion: Motion, options: Options, frame: float) -> Keys:
    """Return the keys of a motion that starts where the character stands and looks at a frame.

    Args:
        armature: the character.
        plan: its rig.
        motion: at the frame rate that is wanted.
        options: the animator's choices.
        frame: of the first key.

    Raises:
        UserError: when the root bone shall carry the character and there is none.
    """
    mode = options.root_mode
    if mode is RootMode.ROOT_BONE and plan.ground is None:
        raise UserError(
            f"'{armature.name}' has no bone above its hips to carry it. Choose Hips or Object under Rig > Options > Travel on."
        )
    place = place_at(armature, plan, frame)
    if mode is RootMode.ROOT_BONE:
        place = ground_place(armature, plan, place, frame)
    place = replace(place, heading=place.heading + options.heading)
    motion = bent(motion, options.path_turn)
    posed = pose(plan, motion, place)
    if options.keep_hands:
        posed = keep_hands(plan, posed, motion.moved(place.heading, np.zeros(3)).positions())
    if options.keep_feet:
        posed = keep_feet(plan, posed, contacts(motion), motion.fps)
    if mode is RootMode.HIPS:
        return _bone_keys(plan, posed)
    travel = travel_of(plan, posed, hip_middle(plan, posed), motion.fps)
    if mode is RootMode.IN_PLACE:
        return _bone_keys(plan, in_place(posed, travel))
    keys = _bone_keys(plan, without(plan, posed, travel))
    if mode is RootMode.OBJECT:
        return _object_keys(armature, plan, keys, travel, frame)
    location, rotation = ground_channels(plan, travel)
    assert plan.ground is not None  # noqa: S101 (refused above)
    keys.locations[plan.ground.bone], keys.rotations[plan.ground.bone] = location, rotation
    return keys
