# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything about one rig that retargeting needs and that does not change from frame to frame."""

from __future__ import annotations

from collections.abc import Mapping as Table
from dataclasses import dataclass
from typing import Final

import numpy as np

from ...server.motion.rotations import Array, quat_inv
from ...server.motion.skeleton import JOINT_INDEX, OFFSETS
from ..errors import UserError
from ..rig.mapping import Mapping
from .alignment import align
from .axes import Axes, conjugated
from .rest import JointPoints, Rest, place_joints

SPINE_JOINTS: Final = ("spine1", "spine2", "spine3")
_LEG: Final = tuple(float(np.linalg.norm(OFFSETS[JOINT_INDEX[name]])) for name in ("left_knee", "left_ankle"))
_ANKLE_HEIGHT: Final = float(-OFFSETS[JOINT_INDEX["left_foot"], 1])
SOURCE_LEG: Final = sum(_LEG)
"""Length of our skeleton's legs, hip to ankle, in metres."""
SOURCE_STANDING: Final = SOURCE_LEG + _ANKLE_HEIGHT
"""Height of our skeleton's hip joints when it stands straight with its toes on the ground."""
_STANDS: Final = 0.5
"""Cosine between a leg and straight down beyond which a rest pose does not stand."""
SOURCE_MID_HIPS: Final = ((OFFSETS[JOINT_INDEX["left_hip"]] + OFFSETS[JOINT_INDEX["right_hip"]]) / 2).astype(float)
"""The middle between the hip joints, from the pelvis."""


@dataclass(frozen=True)
class Driven:
    """A bone that gets rotation keys.

    Attributes:
        bone: its name.
        joints: the two joints (indices) between which its rotation lies.
        share: 0 for the first joint, 1 for the second.
        align: (4,) rest-pose alignment.
        carrier: index of the nearest driven bone that carries it, -1 for none.
        into_bone: (4,) takes motion-space rotations into the bone's frame by conjugation.
    """

    bone: str
    joints: tuple[int, int]
    share: float
    align: Array
    carrier: int
    into_bone: Array


@dataclass(frozen=True)
class Link:
    """A step of the way from the root bone to a hip joint: which driven bone turns it (-1: none), and the step (3,)."""

    carrier: int
    offset: Array


@dataclass(frozen=True)
class Leg:
    """A leg of the rig.

    Attributes:
        thigh, shin, foot: indices of the driven bones.
        hip: the way from the root bone to the hip joint.
        knee, ankle, toe: (3,) steps in rest from hip to knee, from there to the ankle, and on to the ball of the foot.
        floor: heights of ankle and ball over the rig's origin while the foot stands flat, as it does in rest.
    """

    thigh: int
    shin: int
    foot: int
    hip: tuple[Link, ...]
    knee: Array
    ankle: Array
    toe: Array
    floor: tuple[float, float]

    @property
    def length(self) -> float:
        """From hip to ankle with a straight knee."""
        return float(np.linalg.norm(self.knee) + np.linalg.norm(self.ankle))


@dataclass(frozen=True)
class Arm:
    """An arm of the rig.

    Attributes:
        upper, lower: indices of the driven bones.
        shoulder: the way from the root bone to the shoulder joint.
        elbow, wrist: (3,) steps in rest from shoulder to elbow and from there to the wrist.
    """

    upper: int
    lower: int
    shoulder: tuple[Link, ...]
    elbow: Array
    wrist: Array


@dataclass(frozen=True)
class Ground:
    """The bone above the hips that carries the whole character, for travel that shall not lie on the hips.

    Attributes:
        bone: its name.
        into_bone: (4,) takes motion-space rotations into the bone's frame by conjugation.
        head: (3,) where it is in rest, in motion axes.
        location_frame: (3, 3) takes a shift in motion axes to its location channels.
    """

    bone: str
    into_bone: Array
    head: Array
    location_frame: Array


@dataclass(frozen=True)
class Plan:
    """How to put motions on one rig; lengths are in the rig's own unit, directions in motion axes.

    Attributes:
        axes: the rig's axes against motion space.
        driven: bones with rotation keys, carriers before what they carry.
        root: the bone with location keys.
        root_head: (3,) where it is in rest.
        location_frame: (3, 3) takes a shift in motion axes to the root's location channels.
        legs, arms: the left and the right one.
        head: the way from the root bone to the head's joint.
        ground: the bone that carries everything, None where the hips have nothing above them.
        scale: the rig's unit for each metre of ours, by length of the legs.
        standing: height of its hip joints when it stands straight.
        pelvis: index of the driven bone that is the pelvis.
    """

    axes: Axes
    driven: tuple[Driven, ...]
    root: str
    root_head: Array
    location_frame: Array
    legs: tuple[Leg, Leg]
    arms: tuple[Arm, Arm]
    head: tuple[Link, ...]
    ground: Ground | None
    scale: float
    standing: float
    pelvis: int


def spread(count: int) -> list[tuple[str, str, float]]:
    """Distribute the three spine joints over ``count`` bones, keeping both ends.

    Returns:
        For each bone the joints between which it lies and how far.
    """
    if count == 1:
        return [("spine1", "spine3", 0.5)]
    spots = [2.0 * index / (count - 1) for index in range(count)]
    return [(SPINE_JOINTS[int(min(at, 1))], SPINE_JOINTS[int(min(at, 1)) + 1], at - int(min(at, 1))) for at in spots]


def carriers_of(bone: str, rest: Rest, copies: Table[str, str]) -> list[str]:
    """Return the bones that carry a bone, nearest first: parents, and bones whose pose these copy."""
    chain: list[str] = []
    above = rest[bone].parent
    while above is not None and above not in chain:
        chain.append(above)
        above = copies[above] if above in copies else rest[above].parent
    return chain


def _targets(mapping: Mapping, axes: Axes, points: JointPoints) -> dict[str, tuple[tuple[int, int], float, Array]]:
    """Return bone to joints, share and alignment."""
    joints, spine, neck = align(points)
    targets = {}
    for joint, bone in mapping.bones.items():
        targets[bone] = ((JOINT_INDEX[joint], JOINT_INDEX[joint]), 0.0, joints[joint])
    for bone, joint in mapping.extras.also.items():
        targets[bone] = ((JOINT_INDEX[joint], JOINT_INDEX[joint]), 0.0, joints[joint])
    for bone, (low, high, share), turn in zip(mapping.spine, spread(len(mapping.spine)), spine, strict=True):
        targets[bone] = ((JOINT_INDEX[low], JOINT_INDEX[high]), share, turn)
    for index, (bone, turn) in enumerate(zip(mapping.neck, neck, strict=True)):
        targets[bone] = ((JOINT_INDEX["neck"], JOINT_INDEX["head"]), index / len(mapping.neck), turn)
    into_motion = quat_inv(axes.quaternion)
    for bone, corrected in mapping.t_pose.items():
        if bone in targets:
            targets[bone] = (*targets[bone][:2], conjugated(into_motion, np.asarray(corrected, dtype=np.float64)))
    return targets


def _drive(rest: Rest, mapping: Mapping, axes: Axes, points: JointPoints) -> tuple[Driven, ...]:
    targets = _targets(mapping, axes, points)
    above = {bone: carriers_of(bone, rest, mapping.extras.copies) for bone in targets}
    order = sorted(targets, key=lambda bone: len(above[bone]))
    index = {bone: at for at, bone in enumerate(order)}
    driven = []
    for bone in order:
        joints, share, turn = targets[bone]
        carrier = next((index[name] for name in above[bone] if name in index), -1)
        if not rest[bone].inherit_rotation:
            carrier = -1
        driven.append(Driven(bone, joints, share, turn, carrier, axes.seen_from(rest[bone].rotation)))
    return tuple(driven)


@dataclass(frozen=True)
class _Ways:
    """Finds the ways from a rig's root bone to its joints."""

    root: str
    rest: Rest
    mapping: Mapping
    axes: Axes
    index: Table[str, int]

    def to(self, joint: str) -> tuple[Link, ...]:
        """Return the links from the root bone's head to a joint.

        Raises:
            UserError: when the root bone does not carry the joint's.
        """
        bone = self.mapping.bones[joint]
        way = [bone, *carriers_of(bone, self.rest, self.mapping.extras.copies)]
        if self.root not in way:
            raise UserError(
                f"'{bone}' ({joint.replace('_', ' ')}) does not hang from '{self.root}' (hips): what carries the hips must carry "
                "all of the body. Pick another bone for the hips in the Rig panel."
            )
        way = way[: way.index(self.root) + 1]
        links = []
        for at in range(len(way) - 1, 0, -1):
            turning = next((self.index[name] for name in way[at:] if name in self.index), -1)
            step = self.axes.to_motion(self.rest[way[at - 1]].head - self.rest[way[at]].head)
            links.append(Link(turning, step))
        return tuple(links)


def _leg_measures(points: JointPoints) -> tuple[float, float]:
    """Return the mean length of the legs and the height of the hips over the rig's origin with straight legs."""
    lengths, ankles = [], []
    for side in ("left", "right"):
        hip, knee, ankle = (points.joints[f"{side}_{joint}"] for joint in ("hip", "knee", "ankle"))
        lengths.append(float(np.linalg.norm(knee - hip) + np.linalg.norm(ankle - knee)))
        ankles.append(float(ankle[1]))
    length = sum(lengths) / 2
    return length, sum(ankles) / 2 + length


def _leg(side: str, ways: _Ways, points: JointPoints) -> Leg:
    bones = {joint: ways.mapping.bones[f"{side}_{joint}"] for joint in ("hip", "knee", "ankle")}
    hip, knee, ankle = (points.joints[f"{side}_{joint}"] for joint in bones)
    ball = points.joints.get(f"{side}_foot", points.tips[f"{side}_ankle"])
    return Leg(
        thigh=ways.index[bones["hip"]],
        shin=ways.index[bones["knee"]],
        foot=ways.index[bones["ankle"]],
        hip=ways.to(f"{side}_hip"),
        knee=knee - hip,
        ankle=ankle - knee,
        toe=ball - ankle,
        floor=(float(ankle[1]), float(ball[1])),
    )


def _arm(side: str, ways: _Ways, points: JointPoints) -> Arm:
    shoulder, elbow, wrist = (points.joints[f"{side}_{joint}"] for joint in ("shoulder", "elbow", "wrist"))
    upper, lower = (ways.index[ways.mapping.bones[f"{side}_{joint}"]] for joint in ("shoulder", "elbow"))
    return Arm(upper, lower, ways.to(f"{side}_shoulder"), elbow - shoulder, wrist - elbow)


def _location_frame(bone: str, rest: Rest, axes: Axes) -> Array:
    """Return (3, 3) that takes a shift in motion axes to a bone's location channels."""
    parent = rest[bone].parent
    if rest[bone].local_location:
        frame = rest[bone].rotation
    else:
        frame = rest[parent].rotation if parent is not None else np.eye(3)
    return np.asarray(frame.T @ axes.matrix)


def _ground(root: str, rest: Rest, mapping: Mapping, axes: Axes) -> Ground | None:
    above = carriers_of(root, rest, mapping.extras.copies)
    bone = mapping.extras.ground or (above[-1] if above else "")
    if bone not in rest:
        return None
    return Ground(
        bone, axes.seen_from(rest[bone].rotation), axes.to_motion(rest[bone].head), _location_frame(bone, rest, axes)
    )


def _check_standing(points: JointPoints) -> None:
    """Refuse rests whose bones only lie along one axis, as motion capture files have them: nothing can be told from them."""
    for side in ("left", "right"):
        leg = points.joints[f"{side}_ankle"] - points.joints[f"{side}_hip"]
        if leg[1] > -_STANDS * np.linalg.norm(leg):
            raise UserError(
                "The character's rest pose is no standing body: the legs do not point down. Pose it as a T or an A and choose "
                "Pose > Apply > Apply Pose as Rest Pose, then try again."
            )


def make_plan(rest: Rest, mapping: Mapping) -> Plan:
    """Prepare a rig.

    Args:
        rest: at least the mapped bones and everything that carries them.
        mapping: which bones are which.

    Raises:
        UserError: when the rest pose is no standing body.
    """
    axes, points = place_joints(rest, mapping)
    _check_standing(points)
    driven = _drive(rest, mapping, axes, points)
    index = {bone.bone: at for at, bone in enumerate(driven)}
    root = mapping.bones["pelvis"]
    while rest[root].connected and (above := rest[root].parent) is not None:
        root = above  # location has no effect on a connected bone
    length, standing = _leg_measures(points)
    ways = _Ways(root, rest, mapping, axes, index)
    return Plan(
        axes=axes,
        driven=driven,
        root=root,
        root_head=axes.to_motion(rest[root].head),
        location_frame=_location_frame(root, rest, axes),
        legs=(_leg("left", ways, points), _leg("right", ways, points)),
        arms=(_arm("left", ways, points), _arm("right", ways, points)),
        head=ways.to("head"),
        ground=_ground(root, rest, mapping, axes),
        scale=length / SOURCE_LEG,
        standing=standing,
        pelvis=index[mapping.bones["pelvis"]],
    )
