# SPDX-License-Identifier: GPL-3.0-or-later
"""From any human skeleton to ours: constant rotations between the joints' frames, found from the data itself.

Joint orientations of a source skeleton mean nothing by themselves: rest poses and bone rolls are arbitrary. For each
of our joints a constant matrix A is wanted with ``ours = source @ A`` in world space. It follows from things that do
not depend on rolls: where the next joint lies in the joint's own frame (so limb directions agree), the hinge axis
that knees and elbows are seen to bend about (so twist agrees), what is up while a foot is planted, and, where nothing
better exists, the mean orientation relative to the joint before. Spines are curved in rigs and straight in our
T-pose: the back's mean direction while people stand counts as straight, so that only bending is taken over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from server.motion.motion import Motion, from_global
from server.motion.rotations import Array, matrix_from_quat, normalized, quat_from_matrix, quat_mul, quat_rotate
from server.motion.skeleton import FPS, JOINT_COUNT, JOINT_INDEX, JOINTS, OFFSETS, PARENTS

_X, _Y, _Z = np.eye(3)
# (joint, next joint, hinge axis in our T-pose): knees bend about +X, elbows about the vertical, palms being down
_LIMBS = (
    ("left_hip", "left_knee", _X),
    ("right_hip", "right_knee", _X),
    ("left_knee", "left_ankle", _X),
    ("right_knee", "right_ankle", _X),
    ("left_shoulder", "left_elbow", -_Y),
    ("right_shoulder", "right_elbow", _Y),
    ("left_elbow", "left_wrist", -_Y),
    ("right_elbow", "right_wrist", _Y),
)
_SPINE = ("spine1", "spine2", "spine3", "neck")
_STILL = 0.25  # m/s: below this an ankle belongs to a planted foot
_UPRIGHT = 0.85  # cosine between trunk and vertical above which a frame counts as standing


@dataclass(frozen=True)
class Source:
    """World positions (T, J, 3) and orientations (T, J, 3, 3) of a source clip; any unit, +Y up."""

    names: tuple[str, ...]
    positions: Array
    orientations: Array
    fps: float

    def sliced(self, start: int, end: int | None = None) -> Source:
        """Return frames ``start`` to ``end`` (excluded)."""
        return replace(self, positions=self.positions[start:end], orientations=self.orientations[start:end])


def source_from_local(
    names: Sequence[str], parents: Sequence[int], positions: Array, rotations: Array, fps: float
) -> Source:
    """Chain local translations (T, J, 3) and quaternions (T, J, 4) into a `Source`."""
    world_p, world_q = np.empty_like(positions), np.empty_like(rotations)
    for joint, parent in enumerate(parents):
        if parent < 0:
            world_p[:, joint], world_q[:, joint] = positions[:, joint], rotations[:, joint]
        else:
            world_p[:, joint] = world_p[:, parent] + quat_rotate(world_q[:, parent], positions[:, joint])
            world_q[:, joint] = quat_mul(world_q[:, parent], rotations[:, joint])
    return Source(tuple(names), world_p, matrix_from_quat(world_q), fps)


def frame_of(primary: Array, secondary: Array) -> Array:
    """Return matrices (..., 3, 3) with the primary direction as first column and the secondary orthogonalised."""
    first = normalized(primary)
    second = normalized(secondary - np.sum(first * secondary, axis=-1, keepdims=True) * first)
    return np.stack((first, second, np.cross(first, second)), axis=-1)


def mean_rotation(matrices: Array) -> Array:
    """Return the rotation nearest to the mean of (N, 3, 3) matrices (orthogonal Procrustes)."""
    u, _, vt = np.linalg.svd(matrices.mean(axis=0))
    return np.asarray(u @ np.diag([1.0, 1.0, np.sign(np.linalg.det(u @ vt))]) @ vt)


class Calibration:
    """The constant matrices of one source skeleton."""

    def __init__(self, mapping: Mapping[str, str], references: Sequence[Source]) -> None:
        """Learn from reference clips.

        Args:
            mapping: our joint name to the source's; joints that the source lacks are left out.
            references: clips of that skeleton, people standing and walking among them.
        """
        self.mapping = dict(mapping)
        self._known = [JOINT_INDEX[name] for name in JOINTS if name in mapping]
        frames = sum(len(reference.positions) for reference in references)
        self._positions = np.full((frames, JOINT_COUNT, 3), np.nan)
        self._turns = np.full((frames, JOINT_COUNT, 3, 3), np.nan)
        self._speed = np.full((frames, JOINT_COUNT), np.nan)
        first = 0
        for reference in references:
            # files of one skeleton may differ in their extra joints, hence columns by name for each
            columns = [reference.names.index(mapping[name]) for name in JOINTS if name in mapping]
            rows = slice(first, first + len(reference.positions))
            speed = np.linalg.norm(np.gradient(reference.positions, axis=0), axis=-1) * reference.fps
            self._positions[rows, self._known] = reference.positions[:, columns]
            self._turns[rows, self._known] = reference.orientations[:, columns]
            self._speed[rows, self._known] = speed[:, columns]
            first = rows.stop
        leg = self._distance("left_hip", "left_knee") + self._distance("left_knee", "left_ankle")
        self.scale = float((np.linalg.norm(OFFSETS[4]) + np.linalg.norm(OFFSETS[7])) / leg)
        self.matrices: dict[str, Array] = {}
        self._find()

    def _at(self, name: str) -> Array:
        return self._positions[:, JOINT_INDEX[name]]

    def _turn(self, name: str) -> Array:
        return self._turns[:, JOINT_INDEX[name]]

    def _distance(self, a: str, b: str) -> float:
        return float(np.linalg.norm(self._at(b) - self._at(a), axis=-1).mean())

    def _seen_from(self, name: str, directions: Array, weights: Array | None = None) -> Array:
        """Return the mean (3,) of world directions (T, 3) in a joint's own frame."""
        local = np.einsum("tji,tj->ti", self._turn(name), directions)
        return np.asarray(normalized(np.average(local, axis=0, weights=weights)))

    def _slow(self, name: str) -> Array:
        return np.asarray(self._speed[:, JOINT_INDEX[name]] * self.scale < _STILL, dtype=np.float64)

    def _set(self, name: str, ours: tuple[Array, Array], theirs: tuple[Array, Array]) -> None:
        self.matrices[name] = frame_of(*theirs) @ frame_of(*ours).T

    def _find(self) -> None:
        hips = normalized(self._at("left_hip") - self._at("right_hip"))
        middle = (self._at("left_hip") + self._at("right_hip")) / 2
        shoulders = normalized(self._at("left_shoulder") - self._at("right_shoulder"))
        trunk = normalized(self._at("neck") - middle)
        standing = (trunk[:, 1] > _UPRIGHT).astype(float) + 1e-9
        self._set("pelvis", (_X, _Y), (self._seen_from("pelvis", hips), self._seen_from("pelvis", trunk, standing)))
        # rigs curve their spines differently: ours is straight while people stand, and bends as theirs bends from there
        back = normalized(self._at("neck") - self._at("spine1"))
        for name in _SPINE:
            if name in self.mapping and (name != "neck" or "head" in self.mapping):
                side = hips if name == "spine1" else shoulders
                up, across = (self._seen_from(name, way, standing) for way in (back, side))
                self._set(name, (_Y, _X), (up, across))
        for name, child, hinge in _LIMBS:
            self._find_limb(name, child, hinge)
        planted = {side: standing * self._slow(f"{side}_ankle") + 1e-9 for side in ("left", "right")}
        self._find_feet(planted)
        self._find_rest(hips, standing, planted)

    def _find_limb(self, name: str, child: str, hinge: Array) -> None:
        side = name.split("_", maxsplit=1)[0]
        chain = ("hip", "knee", "ankle") if name.split("_")[1] in ("hip", "knee") else ("shoulder", "elbow", "wrist")
        a, b, c = (self._at(f"{side}_{joint}") for joint in chain)
        # bends of over 15 degrees tell the hinge, and the more the better
        bend = np.cross(normalized(b - a), normalized(c - b))
        sine = np.linalg.norm(bend, axis=-1)
        axis = self._seen_from(name, normalized(bend), np.where(sine > 0.26, sine, 1e-9))
        along = self._seen_from(name, normalized(self._at(child) - self._at(name)))
        self._set(name, (OFFSETS[JOINT_INDEX[child]].astype(float), hinge), (along, axis))

    def _find_feet(self, planted: Mapping[str, Array]) -> None:
        for side in ("left", "right"):
            ankle = f"{side}_ankle"
            if ankle not in self.mapping:
                continue
            up = np.broadcast_to(_Y, self._at(ankle).shape)
            if f"{side}_foot" in self.mapping:
                ahead = normalized(self._at(f"{side}_foot") - self._at(ankle))
            else:  # without toes the foot points where the shin's front does
                shin = self._turn(f"{side}_knee") @ self.matrices[f"{side}_knee"]
                ahead = shin[:, :, 2]
            local_up = self._seen_from(ankle, up, planted[side])
            self._set(ankle, (_Y, _Z), (local_up, self._seen_from(ankle, ahead, planted[side])))

    def _find_rest(self, hips: Array, standing: Array, planted: Mapping[str, Array]) -> None:
        """Joints without a next joint: their mean orientation, while standing, is our rest."""
        up = np.broadcast_to(_Y, hips.shape)
        heading = frame_of(normalized(hips - hips[:, 1:2] * _Y), up)
        before = {"left_collar": "spine3", "right_collar": "spine3", "left_wrist": "left_elbow"}
        before |= {"right_wrist": "right_elbow", "left_foot": "left_ankle", "right_foot": "right_ankle"}
        for name in (*before, "head" if "head" in self.mapping else "neck"):
            if name not in self.mapping:
                continue
            parent = before.get(name)
            target = heading if parent is None else self._turn(parent) @ self.matrices[parent]
            relative = np.swapaxes(self._turn(name), -1, -2) @ target
            weights = planted[name.split("_")[0]] if name.endswith("foot") else standing
            self.matrices[name] = mean_rotation(relative[weights > 0.5] if (weights > 0.5).any() else relative)

    def posed(self, source: Source) -> Motion:
        """Return a clip on our skeleton at the source's frame rate and where the source is, in metres.

        Joints that the source lacks follow the joint before them. The pelvis is placed so that the middle between the
        hips is where the source's is, scaled by the length of the legs.
        """
        world = np.empty((len(source.positions), JOINT_COUNT, 3, 3))
        for joint, name in enumerate(JOINTS):
            if name in self.mapping:
                world[:, joint] = source.orientations[:, source.names.index(self.mapping[name])] @ self.matrices[name]
            else:
                world[:, joint] = world[:, PARENTS[joint]]
        hips = [source.positions[:, source.names.index(self.mapping[f"{side}_hip"])] for side in ("left", "right")]
        middle = (hips[0] + hips[1]) / 2 * self.scale
        ours = (OFFSETS[JOINT_INDEX["left_hip"]] + OFFSETS[JOINT_INDEX["right_hip"]]).astype(float) / 2
        root = middle - world[:, 0] @ ours
        return from_global(root.astype(np.float32), quat_from_matrix(world).astype(np.float32), source.fps)


def finished(motion: Motion) -> Motion:
    """Return a posed clip at 30 frames a second, canonical, its quaternions without jumps of sign."""
    return motion.resampled(FPS).canonical().with_continuous_signs()
