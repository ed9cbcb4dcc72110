# SPDX-License-Identifier: GPL-3.0-or-later
"""From any human skeleton to ours: constant rotations between the joints' frames, found from the data itself.

Joint orientations of a source skeleton mean nothing by themselves: rest poses and bone rolls are arbitrary. For each
of our joints a constant matrix A is wanted with ``ours = source @ A`` in world space. It follows from things that do
not depend on rolls: where the next joint lies in the joint's own frame (so limb directions agree), the hinge axis
that knees and elbows are seen to bend about (so twist agrees), what is up while a foot is planted, and, where nothing
better exists, the mean orientation relative to the joint before. Spines are curved in rigs and straight in our
T-pose: the back's mean direction while people stand counts as straight, so that only bending is taken over.

A single clip may show too little of that: nobody who hunches all the time stands straight on average. Where a pose is
known that is the body at rest (`rest.rest_of`), it says what is neutral. Limbs then take the shortest turn from our T-pose
to theirs, unless they are seen to bend about another axis: arms of many rigs are rolled by some 25 degrees at rest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from .motion import Motion, from_global
from .rotations import Array, matrix_from_quat, normalized, quat_between, quat_from_matrix
from .skeleton import FPS, JOINT_COUNT, JOINT_INDEX, JOINTS, OFFSETS, PARENTS
from .source import Source

_X, _Y, _Z = np.eye(3)
# (joint, next joint, hinge axis in our T-pose): knees bend about +X, elbows about the vertical, palms being down
_LIMBS: Final = (
    ("left_hip", "left_knee", _X),
    ("right_hip", "right_knee", _X),
    ("left_knee", "left_ankle", _X),
    ("right_knee", "right_ankle", _X),
    ("left_shoulder", "left_elbow", -_Y),
    ("right_shoulder", "right_elbow", _Y),
    ("left_elbow", "left_wrist", -_Y),
    ("right_elbow", "right_wrist", _Y),
)
_SPINE: Final = ("spine1", "spine2", "spine3", "neck")
_BEFORE: Final = {
    "left_collar": "spine3",
    "right_collar": "spine3",
    "left_wrist": "left_elbow",
    "right_wrist": "right_elbow",
    "left_foot": "left_ankle",
    "right_foot": "right_ankle",
}
_CARRIED: Final = {"knee": "hip", "elbow": "shoulder"}
_STILL: Final = 0.25  # m/s: below this an ankle belongs to a planted foot
_UPRIGHT: Final = 0.85  # cosine between trunk and vertical above which a frame counts as standing
_BENT: Final = 0.26  # sine of the angle from which on a bend tells the hinge
_ENOUGH_BENDING: Final = 10.0  # sum of the sines of such bends from which on they are believed ...
_STEADY_HINGE: Final = 0.7  # ... if the mean of their axes is at least so long
_ROLLED: Final = (
    12.0  # degrees: a limb that seems rolled at rest by less is not, and bends about its hinge nearly enough
)
_LEAST: Final = 1e-9  # weight of frames that tell nothing: without any that do, all count alike


def frame_of(primary: Array, secondary: Array) -> Array:
    """Return matrices (..., 3, 3) with the primary direction as first column and the secondary orthogonalised."""
    first = normalized(primary)
    second = normalized(secondary - np.sum(first * secondary, axis=-1, keepdims=True) * first)
    return np.stack((first, second, np.cross(first, second)), axis=-1)


def mean_rotation(matrices: Array) -> Array:
    """Return the rotation nearest to the mean of (N, 3, 3) matrices (orthogonal Procrustes)."""
    u, _, vt = np.linalg.svd(matrices.mean(axis=0))
    return np.asarray(u @ np.diag([1.0, 1.0, np.sign(np.linalg.det(u @ vt))]) @ vt)


class _Seen:
    """The joints of all reference clips, by our names."""

    def __init__(self, mapping: Mapping[str, str], references: Sequence[Source]) -> None:
        self.mapping = mapping
        known = [JOINT_INDEX[name] for name in JOINTS if name in mapping]
        frames = sum(len(reference.positions) for reference in references)
        self._positions = np.full((frames, JOINT_COUNT, 3), np.nan)
        self._turns = np.full((frames, JOINT_COUNT, 3, 3), np.nan)
        self._speed = np.zeros((frames, JOINT_COUNT))
        first = 0
        for reference in references:
            # files of one skeleton may differ in their extra joints, hence columns by name for each
            columns = [reference.names.index(mapping[name]) for name in JOINTS if name in mapping]
            rows = slice(first, first + len(reference.positions))
            self._positions[rows, known] = reference.positions[:, columns]
            self._turns[rows, known] = reference.orientations[:, columns]
            if len(reference.positions) > 1:
                speed = np.linalg.norm(np.gradient(reference.positions, axis=0), axis=-1) * reference.fps
                self._speed[rows, known] = speed[:, columns]
            first = rows.stop
        leg = self.distance("left_hip", "left_knee") + self.distance("left_knee", "left_ankle")
        self.scale = float((np.linalg.norm(OFFSETS[4]) + np.linalg.norm(OFFSETS[7])) / leg)
        middle = (self.at("left_hip") + self.at("right_hip")) / 2
        self.hips = normalized(self.at("left_hip") - self.at("right_hip"))
        self.shoulders = normalized(self.at("left_shoulder") - self.at("right_shoulder"))
        self.trunk = normalized(self.at("neck") - middle)
        legs = [self.at(f"{side}_hip") - self.at(f"{side}_ankle") for side in ("left", "right")]
        self.legs = normalized(legs[0] + legs[1])
        self.standing = (self.trunk[:, 1] > _UPRIGHT).astype(float) + _LEAST
        self.planted = {
            side: self.standing * (self._speed[:, JOINT_INDEX[f"{side}_ankle"]] * self.scale < _STILL) + _LEAST
            for side in ("left", "right")
        }

    def at(self, name: str) -> Array:
        """Return the positions (T, 3) of a joint."""
        return self._positions[:, JOINT_INDEX[name]]

    def turn(self, name: str) -> Array:
        """Return the orientations (T, 3, 3) of a joint."""
        return self._turns[:, JOINT_INDEX[name]]

    def distance(self, a: str, b: str) -> float:
        """Return the mean distance of two joints."""
        return float(np.linalg.norm(self.at(b) - self.at(a), axis=-1).mean())

    def seen_from(self, name: str, directions: Array, weights: Array | None = None) -> Array:
        """Return the mean (3,) of world directions (T, 3) in a joint's own frame."""
        local = np.einsum("tji,tj->ti", self.turn(name), directions)
        return np.asarray(normalized(np.average(local, axis=0, weights=weights)))

    def bends(self, name: str) -> tuple[Array, Array]:
        """Return the axes (T, 3) about which a limb bends, and how much each frame tells of it (T,)."""
        side, _, joint = name.partition("_")
        chain = ("hip", "knee", "ankle") if joint in ("hip", "knee") else ("shoulder", "elbow", "wrist")
        a, b, c = (self.at(f"{side}_{link}") for link in chain)
        bend = np.cross(normalized(b - a), normalized(c - b))
        sine = np.linalg.norm(bend, axis=-1)
        # the more it bends the better
        return normalized(bend), np.where(sine > _BENT, sine, _LEAST)

    def straightest(self) -> Source:
        """Return the frame in which the body is the most upright, as a clip under our names."""
        best = int(np.argmax(self.trunk[:, 1] + 2 * self.legs[:, 1]))
        return Source(JOINTS, PARENTS, self._positions[best : best + 1], self._turns[best : best + 1], FPS)


def _aligned(ours: tuple[Array, Array], theirs: tuple[Array, Array]) -> Array:
    return frame_of(*theirs) @ frame_of(*ours).T


def _from_motion(seen: _Seen, *, few: bool) -> dict[str, Array]:
    """Return the matrices that movement tells."""
    matrices: dict[str, Array] = {}
    # over many clips the trunk is upright above the pelvis; in one it may lean all the time, which is no pelvis' tilt
    upwards = normalized(seen.trunk + seen.legs + _Y) if few else seen.trunk
    pelvis = (seen.seen_from("pelvis", seen.hips), seen.seen_from("pelvis", upwards, seen.standing))
    matrices["pelvis"] = _aligned((_X, _Y), pelvis)
    # rigs curve their spines differently: ours is straight while people stand, and bends as theirs bends from there
    back = normalized(seen.at("neck") - seen.at("spine1"))
    for name in _SPINE:
        if name in seen.mapping and (name != "neck" or "head" in seen.mapping):
            sideways = seen.hips if name == "spine1" else seen.shoulders
            up, across = (seen.seen_from(name, way, seen.standing) for way in (back, sideways))
            matrices[name] = _aligned((_Y, _X), (up, across))
    for name, child, hinge in _LIMBS:
        axis = seen.seen_from(name, *seen.bends(name))
        along = seen.seen_from(name, normalized(seen.at(child) - seen.at(name)))
        matrices[name] = _aligned((OFFSETS[JOINT_INDEX[child]].astype(float), hinge), (along, axis))
    for side in ("left", "right"):
        ankle = f"{side}_ankle"
        if f"{side}_foot" in seen.mapping:
            ahead = normalized(seen.at(f"{side}_foot") - seen.at(ankle))
        else:  # without toes the foot points where the shin's front does
            ahead = (seen.turn(f"{side}_knee") @ matrices[f"{side}_knee"])[:, :, 2]
        local_up = seen.seen_from(ankle, np.broadcast_to(_Y, seen.at(ankle).shape), seen.planted[side])
        matrices[ankle] = _aligned((_Y, _Z), (local_up, seen.seen_from(ankle, ahead, seen.planted[side])))
    _means(seen, matrices)
    return matrices


def _means(seen: _Seen, matrices: dict[str, Array]) -> None:
    """Add the joints without a next joint: their mean orientation, while standing, is our rest."""
    up = np.broadcast_to(_Y, seen.hips.shape)
    heading = frame_of(normalized(seen.hips - seen.hips[:, 1:2] * _Y), up)
    for name in (*_BEFORE, "head" if "head" in seen.mapping else "neck"):
        if name not in seen.mapping:
            continue
        parent = _BEFORE.get(name)
        target = heading if parent is None else seen.turn(parent) @ matrices[parent]
        relative = np.swapaxes(seen.turn(name), -1, -2) @ target
        weights = seen.planted[name.split("_")[0]] if name.endswith("foot") else seen.standing
        matrices[name] = mean_rotation(relative[weights > 0.5] if (weights > 0.5).any() else relative)


def _from_pose(pose: _Seen) -> dict[str, Array]:
    """Return the matrices for which one pose is our T-pose, but for limbs turned the shortest way to where they are."""
    body = frame_of(pose.hips[0], pose.trunk[0])
    turned = dict.fromkeys(pose.mapping, body)
    for name, child, _ in _LIMBS:
        side, _, joint = name.partition("_")
        before = turned[f"{side}_{_CARRIED[joint]}"] if joint in _CARRIED else body
        along = pose.at(child)[0] - pose.at(name)[0]
        turned[name] = (
            matrix_from_quat(quat_between(before @ OFFSETS[JOINT_INDEX[child]].astype(float), along)) @ before
        )
    for side in ("left", "right"):
        ahead = body[:, 2]
        if f"{side}_foot" in pose.mapping:
            ahead = pose.at(f"{side}_foot")[0] - pose.at(f"{side}_ankle")[0]
        foot = frame_of(body[:, 1], ahead)
        turned[f"{side}_ankle"] = np.stack((foot[:, 2], foot[:, 0], foot[:, 1]), axis=-1)
        if f"{side}_foot" in pose.mapping:
            turned[f"{side}_foot"] = turned[f"{side}_ankle"]
    return {name: pose.turn(name)[0].T @ turn for name, turn in turned.items()}


def _apart(a: Array, b: Array) -> float:
    """Return the angle in degrees between two rotations (3, 3)."""
    return float(np.degrees(np.arccos(np.clip((np.trace(a.T @ b) - 1) / 2, -1, 1))))


def _tells_hinge(seen: _Seen, name: str) -> bool:
    """Tell whether a limb is seen to bend enough, and always about the same axis of its own."""
    axes, weights = seen.bends(name)
    local = np.average(np.einsum("tji,tj->ti", seen.turn(name), axes), axis=0, weights=weights)
    return bool(weights.sum() > _ENOUGH_BENDING and np.linalg.norm(local) > _STEADY_HINGE)


@dataclass(frozen=True)
class Calibration:
    """The constant matrices of one source skeleton.

    Attributes:
        mapping: our joint name to the source's.
        scale: metres a unit of the source, from the length of the legs.
        matrices: our joint name to A (3, 3).
    """

    mapping: Mapping[str, str]
    scale: float
    matrices: Mapping[str, Array]

    def posed(self, source: Source) -> Motion:
        """Return a clip on our skeleton at the source's frame rate and where the source is, in metres.

        Joints that the source lacks follow the joint before them. The pelvis is placed so that the middle between the
        hips is where the source's is, scaled by the length of the legs.
        """
        world = np.empty((len(source.positions), JOINT_COUNT, 3, 3))
        for joint, name in enumerate(JOINTS):
            if name in self.mapping:
                world[:, joint] = source.orientation(self.mapping[name]) @ self.matrices[name]
            else:
                world[:, joint] = world[:, PARENTS[joint]]
        hips = [source.place(self.mapping[f"{side}_hip"]) for side in ("left", "right")]
        middle = (hips[0] + hips[1]) / 2 * self.scale
        ours = (OFFSETS[JOINT_INDEX["left_hip"]] + OFFSETS[JOINT_INDEX["right_hip"]]).astype(float) / 2
        root = middle - world[:, 0] @ ours
        return from_global(root.astype(np.float32), quat_from_matrix(world).astype(np.float32), source.fps)


def calibrated(
    mapping: Mapping[str, str], references: Sequence[Source], rest: Source | None = None, *, few: bool = False
) -> Calibration:
    """Learn the matrices of a skeleton from reference clips.

    Args:
        mapping: our joint name to the source's; joints that the source lacks are left out. Limbs, pelvis, ``spine1``
            and ``neck`` have to be there.
        references: clips of that skeleton, +Y up, people standing and walking among them.
        rest: one frame of the skeleton in which the body stands straight, in any axes. Without one the mean of what is
            seen counts as neutral, which takes clips enough that people stand straight on average.
        few: whether the clips are too few for that; what is level then has a say in what is neutral.
    """
    seen = _Seen(mapping, references)
    matrices = _from_motion(seen, few=few)
    shown = _Seen(mapping, [rest]) if rest else _Seen({name: name for name in mapping}, [seen.straightest()])
    pose = _from_pose(shown)
    for name, _, _ in _LIMBS:
        straight = rest is not None and _apart(matrices[name], pose[name]) < _ROLLED
        if straight or not _tells_hinge(seen, name):
            matrices[name] = pose[name]
    if rest:
        limbs = {name for name, _, _ in _LIMBS}
        matrices |= {name: matrix for name, matrix in pose.items() if name not in limbs}
        for side in ("left", "right"):  # hands follow the forearm at rest, however that is rolled
            forearm = shown.turn(f"{side}_elbow")[0] @ matrices[f"{side}_elbow"]
            matrices[f"{side}_wrist"] = shown.turn(f"{side}_wrist")[0].T @ forearm
    else:
        for side in ("left", "right"):
            if seen.planted[side].max() < 0.5:
                matrices |= {name: pose[name] for name in (f"{side}_ankle", f"{side}_foot") if name in pose}
    return Calibration(dict(mapping), seen.scale, matrices)
