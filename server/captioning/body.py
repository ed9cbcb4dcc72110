# SPDX-License-Identifier: GPL-3.0-or-later
"""A motion as the captioner sees it: points of the body, rid of the noise of single frames, seen from its own heading.

In the heading frame the pelvis stands over the origin and faces +Z; heights are above the ground. Limbs are measured on
the left side; the right side is the left side of the mirrored body, so that mirroring cannot change anything but the side.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from ..motion.motion import Motion, forward_kinematics
from ..motion.rotations import quat_rotate
from ..motion.skeleton import JOINT_INDEX, JOINTS, MIRROR, mirrored_name
from .signals import Array, Flags, lasting, level, noise_of, polished, rate, smoothed

# points besides the joints, fixed to a joint: what they are called, on what, and where (metres, in the joint's axes)
_MARKERS: Final[tuple[tuple[str, str, tuple[float, float, float]], ...]] = (
    ("left_palm", "left_wrist", (0.08, 0.0, 0.0)),
    ("right_palm", "right_wrist", (-0.08, 0.0, 0.0)),
    ("face", "head", (0.0, 0.0, 0.2)),
    ("crown", "head", (0.0, 0.2, 0.0)),
    ("navel", "pelvis", (0.0, 0.0, 0.2)),
    ("waist", "pelvis", (0.0, 0.2, 0.0)),
)
POINTS: Final = JOINTS + tuple(row[0] for row in _MARKERS)
POINT_INDEX: Final = {name: index for index, name in enumerate(POINTS)}
_MIRROR: Final = [*MIRROR, *(POINT_INDEX[mirrored_name(row[0])] for row in _MARKERS)]
_SOLE: Final = 0.06  # metres of the ankle joint above the ground


def _points(motion: Motion) -> Array:
    """Return world positions (T, 28, 3) of joints and markers."""
    # the body is built about the origin and then put where it is, so that places far away cost no precision
    joints, turns = forward_kinematics(np.zeros_like(motion.root_positions), motion.rotations)
    markers = [
        joints[:, JOINT_INDEX[joint]] + quat_rotate(turns[:, JOINT_INDEX[joint]], np.array([place], dtype=np.float32))
        for _, joint, place in _MARKERS
    ]
    body = np.concatenate((joints, np.stack(markers, axis=1)), axis=1).astype(np.float64)
    return np.asarray(body + motion.root_positions[:, None].astype(np.float64))


def _ground(points: Array, raw: Array) -> float:
    """Return the height of the ground in metres: that of the lower foot in the lower third of the clip.

    Runners are on the ground for that long; a lower percentile would follow noise rather than feet.
    """
    feet = [POINT_INDEX[name] for name in ("left_ankle", "left_foot", "right_ankle", "right_foot")]
    sole = np.array([_SOLE, 0.0, _SOLE, 0.0])
    noise = float(np.mean([noise_of(raw[:, foot, 1]) for foot in feet]))
    # the lowest of several noisy points lies too low: by a tenth of the noise at this percentile
    return level((points[:, feet, 1] - sole).min(axis=1), 30) + 0.1 * noise


def unwrapped(angles: Array) -> Array:
    """Return (T,) radians without jumps: as `numpy.unwrap`, but exact under a change of sign."""
    step = np.diff(angles, prepend=angles[:1])
    turns = np.cumsum((step < -np.pi).astype(np.int64) - (step > np.pi).astype(np.int64))
    return np.asarray(angles + turns * (2 * np.pi))


@dataclass(frozen=True)
class Body:
    """Points of the body over time.

    Attributes:
        raw: (T, 28, 3) metres in the world, as they were given.
        points: the same without the noise of single frames.
        ground: height of the ground in metres.
        fps: frames a second.
    """

    raw: Array
    points: Array
    ground: float
    fps: float

    @staticmethod
    def of(motion: Motion) -> Body:
        """Build the body of a motion."""
        raw = _points(motion)
        points = polished(raw)
        return Body(raw, points, _ground(points, raw), motion.fps)

    def mirrored(self) -> Body:
        """Return the body with left and right exchanged (reflected in the plane x = 0)."""
        flip = np.array([-1.0, 1.0, 1.0])
        return Body(self.raw[:, _MIRROR] * flip, self.points[:, _MIRROR] * flip, self.ground, self.fps)

    def sliced(self, start: int, end: int) -> Body:
        """Return frames ``start`` to ``end`` (excluded), on the same ground."""
        return Body(self.raw[start:end], self.points[start:end], self.ground, self.fps)

    @property
    def frames(self) -> int:
        """Number of frames."""
        return len(self.points)

    @property
    def seconds(self) -> float:
        """Length in seconds."""
        return self.frames / self.fps

    @cached_property
    def yaw(self) -> Array:
        """Heading (T,) in radians, without jumps, averaged over half a second so that hips may swing against it.

        Taken from the line between the hips, which keeps its direction where the body bows, lies down or somersaults.
        """
        across = self.points[:, POINT_INDEX["left_hip"]] - self.points[:, POINT_INDEX["right_hip"]]
        return smoothed(unwrapped(np.arctan2(-across[:, 2], across[:, 0])), int(self.fps * 0.5))

    def turned(self, vectors: Array) -> Array:
        """Return world vectors (T, ..., 3) in the heading frame."""
        shape = (len(self.yaw),) + (1,) * (vectors.ndim - 2)
        c, s = np.cos(self.yaw).reshape(shape), np.sin(self.yaw).reshape(shape)
        x, y, z = vectors[..., 0], vectors[..., 1], vectors[..., 2]
        return np.stack((c * x - s * z, y, s * x + c * z), axis=-1)

    @cached_property
    def local(self) -> Array:
        """Points (T, 28, 3) in the heading frame."""
        return self._seen(self.points)

    @cached_property
    def rough(self) -> Array:
        """The same of the points as they were given, noise and all."""
        return self._seen(self.raw)

    def _seen(self, points: Array) -> Array:
        centred = points - points[:, :1] * np.array([1.0, 0.0, 1.0])
        centred[..., 1] -= self.ground
        return self.turned(centred)

    def at(self, name: str) -> Array:
        """Return a point's positions (T, 3) in the heading frame."""
        return self.local[:, POINT_INDEX[name]]

    @cached_property
    def velocity(self) -> Array:
        """Velocity (T, 2) of the pelvis along x (left) and z (ahead) in m/s, averaged over a third of a second."""
        return smoothed(self.turned(rate(self.points[:, 0], self.fps))[:, [0, 2]], int(self.fps / 3))

    def clearance(self, side: str) -> Array:
        """Return the height (T,) of a foot's lowest point above the ground in metres."""
        ankle, toe = self.at(f"{side}_ankle")[:, 1], self.at(f"{side}_foot")[:, 1]
        return np.asarray(np.minimum(ankle - _SOLE, toe))

    def carries(self, side: str) -> Flags:
        """Return flags (T,): the foot is on the ground and rests there; with hysteresis in height and speed."""
        ankle, toe = (self.points[:, POINT_INDEX[f"{side}_{name}"]] for name in ("ankle", "foot"))
        speed = np.minimum(*(np.linalg.norm(rate(point, self.fps), axis=-1) for point in (ankle, toe)))
        # one number that is small only where both are: 4.5 cm and 0.6 m/s are the outer limits, two thirds the inner ones
        return ~lasting(np.maximum(self.clearance(side) / 0.045, speed / 0.6), 1.0, 0.67)


def length(vectors: Array) -> Array:
    """Return the length of vectors (..., 3)."""
    return np.asarray(np.sqrt((vectors * vectors).sum(axis=-1)))


def angle(a: Array, b: Array) -> Array:
    """Return the angle in degrees between vectors (T, 3)."""
    cosine = (a * b).sum(axis=-1) / np.maximum(length(a) * length(b), 1e-9)
    return np.asarray(np.degrees(np.arccos(np.clip(cosine, -1, 1))))
