# SPDX-License-Identifier: GPL-3.0-or-later
"""Motion to bone channels in closed form, all frames at once.

With ``D`` a joint's world rotation, ``A`` the bone's rest-pose alignment and ``R`` its rest, the posed bone is
``P = D A R``. Its own channel, after what carries it has been taken off, is ``R^-1 (D' A')^-1 D A R``, where ``D' A'``
belong to the nearest driven bone that carries it: bones in between are rigid and fall out, and so do bone rolls.
"""

from __future__ import annotations

from collections.abc import Mapping as Table
from dataclasses import dataclass

import numpy as np

from ...server.motion.motion import Motion
from ...server.motion.rotations import Array, continuous, quat_inv, quat_mul, quat_rotate, slerp, yaw_of
from .axes import conjugated
from .plan import SOURCE_MID_HIPS, SOURCE_STANDING, Link, Plan


@dataclass(frozen=True)
class Place:
    """Where a motion begins: point under the hips (x, z) in motion axes and the rig's unit, heading in radians."""

    ground: Array
    heading: float


@dataclass(frozen=True)
class Channels:
    """Values for a rig's bones.

    Attributes:
        rotations: bone to (T, 4) quaternions, signs continuous.
        location: (T, 3) of the root bone.
    """

    rotations: dict[str, Array]
    location: Array


@dataclass(frozen=True)
class Posed:
    """How a rig is to be posed, in motion axes and the rig's unit.

    Attributes:
        turns: (T, B, 4) rotation of every driven bone away from its rest.
        shift: (T, 3) of the root bone's head from where it is in rest.
    """

    turns: Array
    shift: Array


def end_of(plan: Plan, way: tuple[Link, ...], posed: Posed) -> Array:
    """Return where a way from the root bone ends (T, 3)."""
    point = plan.root_head + posed.shift
    for link in way:
        point = point + (link.offset if link.carrier < 0 else quat_rotate(posed.turns[:, link.carrier], link.offset))
    return point


def hip_middle(plan: Plan, posed: Posed) -> Array:
    """Return the middle (T, 3) between the hip joints."""
    return (end_of(plan, plan.legs[0].hip, posed) + end_of(plan, plan.legs[1].hip, posed)) / 2


def rest_place(plan: Plan) -> Place:
    """Return where the rig stands in its rest pose."""
    return present_place(plan, np.zeros(3), {})


def present_place(plan: Plan, location: Array, rotations: Table[str, Array]) -> Place:
    """Return where a posed rig stands.

    Args:
        plan: the rig.
        location: (3,) channels of the root bone.
        rotations: bone to its quaternion channel (4,); bones left out are at rest.
    """
    turns = np.zeros((1, len(plan.driven), 4))
    turns[..., 0] = 1.0
    for at, bone in enumerate(plan.driven):
        own = conjugated(quat_inv(bone.into_bone), rotations.get(bone.bone, turns[0, at]))
        turns[0, at] = own if bone.carrier < 0 else quat_mul(turns[0, bone.carrier], own)
    middle = hip_middle(plan, Posed(turns, (plan.location_frame.T @ location)[None]))[0]
    return Place(middle[[0, 2]], float(yaw_of(turns[0, plan.pelvis])))


def _turns(plan: Plan, world: Array) -> Array:
    """Return how every driven bone is turned from its rest (T, B, 4), from world joint rotations (T, 22, 4)."""
    turns = np.empty((len(world), len(plan.driven), 4))
    for at, bone in enumerate(plan.driven):
        low, high = bone.joints
        turn = world[:, low] if bone.share == 0.0 else slerp(world[:, low], world[:, high], np.float64(bone.share))
        turns[:, at] = turn
    return quat_mul(turns, np.stack([bone.align for bone in plan.driven]))


def pose(plan: Plan, motion: Motion, place: Place | None = None) -> Posed:
    """Return how the rig is posed in every frame of a motion.

    Args:
        plan: the rig.
        motion: at the frame rate that is wanted.
        place: where the first frame shall stand, and its heading if the motion's first frame looks along +Z;
            by default where the rig stands in rest.
    """
    place = place or rest_place(plan)
    motion = motion.moved(place.heading, np.zeros(3))
    world = motion.global_rotations().astype(np.float64)
    turns = _turns(plan, world)
    middle = motion.root_positions + quat_rotate(world[:, 0], SOURCE_MID_HIPS[None])
    wanted = (middle - [middle[0, 0], SOURCE_STANDING, middle[0, 2]]) * plan.scale
    wanted += [place.ground[0], plan.standing, place.ground[1]]
    return Posed(turns, wanted - hip_middle(plan, Posed(turns, np.zeros((len(turns), 3)))))


def to_channels(plan: Plan, posed: Posed) -> Channels:
    """Return the channel values that pose the rig so."""
    carriers = np.array([bone.carrier for bone in plan.driven])
    identity = np.broadcast_to(np.array([1.0, 0.0, 0.0, 0.0]), (len(posed.turns), 1, 4))
    carried_by = np.concatenate((posed.turns, identity), axis=1)[:, carriers]
    own = quat_mul(quat_inv(carried_by), posed.turns)
    channels = continuous(conjugated(np.stack([bone.into_bone for bone in plan.driven]), own))
    # begin on the side of no rotation, so that blending with a rest pose takes the shorter way
    channels *= np.where(channels[:1, :, :1] < 0, -1.0, 1.0)
    rotations = {bone.bone: channels[:, at] for at, bone in enumerate(plan.driven)}
    return Channels(rotations, posed.shift @ plan.location_frame.T)


def solve(plan: Plan, motion: Motion, place: Place | None = None) -> Channels:
    """Return channel values for every frame of a motion, as it is: `pose` and `to_channels`."""
    return to_channels(plan, pose(plan, motion, place))
