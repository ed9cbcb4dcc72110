# SPDX-License-Identifier: GPL-3.0-or-later
"""A motion as the checks see it: points in space, over the floor, from the body's own heading."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from server.motion.motion import Motion, forward_kinematics
from server.motion.rotations import quat_rotate
from server.motion.skeleton import JOINTS

from ..inputs import heading, turned

Array = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

_NOSE: Final = np.array([[0.0, 0.0, 0.12]])  # from the head joint, in the head's own axes, metres
_EAR: Final = np.array([[0.08, 0.0, 0.0]])
_POINTS: Final = {name: index for index, name in enumerate((*JOINTS, "nose", "left_ear"))}
_ONCE: Final = 0.1  # seconds that something must last to have happened


def other(side: str) -> str:
    """Return the other side."""
    return "right" if side == "left" else "left"


@dataclass(frozen=True)
class Body:
    """A motion with what checks ask of it. Sideways is positive to the left; metres, degrees, seconds."""

    motion: Motion

    @cached_property
    def world(self) -> Array:
        """Points (T, 24, 3): the 22 joints, the nose and the left ear."""
        joints, turns = forward_kinematics(self.motion.root_positions, self.motion.rotations)
        head, turn = joints[:, _POINTS["head"]], turns[:, _POINTS["head"]]
        extra = [head + quat_rotate(turn, point) for point in (_NOSE, _EAR)]
        return np.concatenate((joints, np.stack(extra, axis=1)), axis=1).astype(np.float64)

    @cached_property
    def yaw(self) -> Array:
        """Heading (T,) in radians, averaged over half a second so that a step does not count as a turn."""
        return averaged(heading(self.world), round(self.motion.fps / 2))

    @cached_property
    def local(self) -> Array:
        """Points (T, 24, 3) as left, up, ahead of the spot on the floor below the pelvis."""
        feet = self.world[:, [_POINTS[f"{side}_{name}"] for side in ("left", "right") for name in ("ankle", "foot")], 1]
        floor = np.percentile(feet.min(axis=1), 2)
        under = self.world[:, :1] * np.array([1.0, 0.0, 1.0])
        under[..., 1] = floor
        return turned(self.world - under, self.yaw)

    def at(self, point: str) -> Array:
        """Return a point's (T, 3) left, up, ahead."""
        return self.local[:, _POINTS[point]]

    def height(self, point: str) -> Array:
        """Return a point's height (T,) above the floor."""
        return self.at(point)[:, 1]

    def out(self, point: str, origin: str, side: str) -> Array:
        """Return how far (T,) a point lies outwards to its side of another."""
        return (self.at(point) - self.at(origin))[:, 0] * (1.0 if side == "left" else -1.0)

    def ahead(self, point: str, origin: str) -> Array:
        """Return how far (T,) a point lies ahead of another."""
        return (self.at(point) - self.at(origin))[:, 2]

    def apart(self, a: str, b: str) -> Array:
        """Return the distance (T,) of two points."""
        return length(self.at(a) - self.at(b))

    @cached_property
    def velocity(self) -> Array:
        """Velocity (T, 2) of the pelvis to the left and ahead, averaged over a third of a second."""
        if self.motion.frames < 2:
            return np.zeros((self.motion.frames, 2))
        moved = np.gradient(self.world[:, 0], axis=0) * self.motion.fps
        return averaged(turned(moved, self.yaw)[:, [0, 2]], round(self.motion.fps / 3))

    def speed(self, values: Array) -> Array:
        """Return the speed (T,) of places (T, 3), a second, averaged over three frames."""
        if len(values) < 2:
            return np.zeros(len(values))
        return length(averaged(np.gradient(values, axis=0), 3)) * self.motion.fps

    def once(self, holds: Bools) -> bool:
        """Tell whether something holds (T,) for a tenth of a second on end."""
        need, run = max(1, round(_ONCE * self.motion.fps)), 0
        for now in holds.tolist():
            run = run + 1 if now else 0
            if run >= need:
                return True
        return False


Check = Callable[[Body], bool]
Sided = Callable[[Body, str], bool]


def mostly(holds: Bools) -> bool:
    """Tell whether something holds (T,) at least half of the time."""
    return float(np.mean(holds)) >= 0.5


def always(holds: Bools) -> bool:
    """Tell whether something holds (T,) at least nine tenths of the time."""
    return float(np.mean(holds)) >= 0.9


def length(vectors: Array) -> Array:
    """Return the length of vectors (..., 3)."""
    return np.asarray(np.linalg.norm(vectors, axis=-1))


def averaged(values: npt.NDArray[np.floating], frames: int) -> Array:
    """Return a centred moving average over time that shortens at the ends."""
    half = max(0, min(frames, len(values)) // 2)
    sums = np.concatenate((np.zeros((1, *values.shape[1:])), np.cumsum(values, axis=0, dtype=np.float64)))
    at = np.arange(len(values))
    low, high = np.maximum(at - half, 0), np.minimum(at + half + 1, len(values))
    return np.asarray((sums[high] - sums[low]) / (high - low).reshape(-1, *(1,) * (values.ndim - 1)))


def extent(values: Array) -> float:
    """Return how much a curve (T,) ranges, or the diagonal of what places (T, 3) range, without the outer 5 %."""
    return float(np.linalg.norm(np.subtract(*np.percentile(values, [95, 5], axis=0))))


def ends(values: Array) -> tuple[float, float]:
    """Return the median of the first and of the last tenth of a curve."""
    count = max(1, len(values) // 10)
    return float(np.median(values[:count])), float(np.median(values[-count:]))


def angle(a: Array, b: npt.ArrayLike) -> Array:
    """Return the angle (T,) in degrees between vectors (T, 3)."""
    towards = np.broadcast_to(np.asarray(b, dtype=np.float64), a.shape)
    cosine = (a * towards).sum(-1) / np.maximum(length(a) * length(towards), 1e-9)
    return np.asarray(np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0))))


def turnings(curve: Array, least: float) -> int:
    """Return how often a curve (T,) turns back by at least so much."""
    low = high = float(curve[0])
    way, count = 0, 0
    for value in curve.tolist():
        low, high = min(low, value), max(high, value)
        if way <= 0 and value - low >= least:
            count, way, high = count - way, 1, value
        elif way >= 0 and high - value >= least:
            count, way, low = count + way, -1, value
        low, high = (value if way > 0 else low), (value if way < 0 else high)
    return count
