# SPDX-License-Identifier: GPL-3.0-or-later
"""A motion of the 22-joint skeleton: where the pelvis is and how every joint is turned, frame by frame."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from .rotations import continuous, quat_inv, quat_mul, quat_rotate, slerp, yaw_of, yaw_quat
from .skeleton import FOOT_JOINTS, FPS, JOINT_COUNT, MIRROR, OFFSETS, PARENTS

Floats = npt.NDArray[np.float32]


def _levels() -> tuple[tuple[list[int], list[int]], ...]:
    """Return (joints, their parents) of each depth below the pelvis."""
    depth = [0] * JOINT_COUNT
    for joint, parent in enumerate(PARENTS):
        depth[joint] = depth[parent] + 1 if parent >= 0 else 0
    joints = ([j for j in range(JOINT_COUNT) if depth[j] == level] for level in range(1, max(depth) + 1))
    return tuple((of_level, [PARENTS[joint] for joint in of_level]) for of_level in joints)


_LEVELS: Final = _levels()


def forward_kinematics(root_positions: Floats, rotations: Floats) -> tuple[Floats, Floats]:
    """Chain local rotations into world positions and rotations.

    Args:
        root_positions: (T, 3) metres.
        rotations: (T, 22, 4) local unit quaternions.

    Returns:
        World positions (T, 22, 3) in metres and world rotations (T, 22, 4).
    """
    positions = np.empty((len(rotations), JOINT_COUNT, 3), dtype=np.float32)
    world = np.empty((len(rotations), JOINT_COUNT, 4), dtype=np.float32)
    positions[:, 0], world[:, 0] = root_positions, rotations[:, 0]
    for joints, parents in _LEVELS:  # a level at once: eight steps instead of 21
        above = world[:, parents]
        positions[:, joints] = positions[:, parents] + quat_rotate(above, OFFSETS[joints])
        world[:, joints] = quat_mul(above, rotations[:, joints])
    return positions, world


@dataclass(frozen=True)
class Motion:
    """Motion over time; metres, +Y up, quaternions wxyz.

    Attributes:
        root_positions: (T, 3) float32, the pelvis.
        rotations: (T, 22, 4) float32, local unit quaternions; zero rotation is the T-pose.
        fps: frames a second.
    """

    root_positions: Floats
    rotations: Floats
    fps: float = FPS

    def __post_init__(self) -> None:
        """Check shapes, take float32 and unit length."""
        root = np.asarray(self.root_positions, dtype=np.float32)
        turn = np.asarray(self.rotations, dtype=np.float32)
        if root.ndim != 2 or root.shape[1] != 3 or turn.shape != (len(root), JOINT_COUNT, 4) or len(root) == 0:
            raise ValueError(f"a motion needs (T, 3) and (T, {JOINT_COUNT}, 4), not {root.shape} and {turn.shape}")
        if not (np.isfinite(root).all() and np.isfinite(turn).all()):
            raise ValueError("a motion must not contain infinite or undefined numbers")
        if not (np.isfinite(self.fps) and self.fps > 0):
            raise ValueError(f"a motion needs a positive number of frames a second, not {self.fps}")
        length = np.linalg.norm(turn, axis=-1, keepdims=True)
        if length.min() < 1e-3:
            raise ValueError("a motion must not contain zero quaternions")
        object.__setattr__(self, "root_positions", root)
        object.__setattr__(self, "rotations", turn / length)

    @property
    def frames(self) -> int:
        """Number of frames."""
        return len(self.root_positions)

    @property
    def seconds(self) -> float:
        """Length in seconds: frames over frame rate."""
        return self.frames / self.fps

    def positions(self) -> Floats:
        """Return world joint positions (T, 22, 3) in metres."""
        return forward_kinematics(self.root_positions, self.rotations)[0]

    def global_rotations(self) -> Floats:
        """Return world joint rotations (T, 22, 4)."""
        return forward_kinematics(self.root_positions, self.rotations)[1]

    def sliced(self, start: int, end: int) -> Motion:
        """Return frames ``start`` to ``end`` (excluded)."""
        return replace(self, root_positions=self.root_positions[start:end], rotations=self.rotations[start:end])

    def resampled(self, fps: float, frames: int | None = None) -> Motion:
        """Return the motion at another frame rate, by slerp; the first frame stays at time 0.

        Args:
            fps: the new frame rate.
            frames: the new number of frames; by default as many as fit the length.

        Raises:
            ValueError: when there are to be no frames, or none a second.
        """
        if not (np.isfinite(fps) and fps > 0) or (frames is not None and frames < 1):
            raise ValueError(f"a motion cannot have {fps} frames a second or {frames} frames")
        count = frames if frames is not None else max(1, round(self.frames * fps / self.fps))
        if fps == self.fps and count == self.frames:
            return self
        at = np.clip(np.arange(count) * self.fps / fps, 0, self.frames - 1)
        low = np.floor(at).astype(int)
        high, t = np.minimum(low + 1, self.frames - 1), (at - low).astype(np.float32)
        root = self.root_positions[low] * (1 - t[:, None]) + self.root_positions[high] * t[:, None]
        return Motion(root, slerp(self.rotations[low], self.rotations[high], t[:, None]).astype(np.float32), fps)

    def mirrored(self) -> Motion:
        """Return the motion with left and right exchanged (reflected in the plane x = 0)."""
        root = self.root_positions * np.array([-1, 1, 1], dtype=np.float32)
        turn = self.rotations[:, list(MIRROR)] * np.array([1, 1, -1, -1], dtype=np.float32)
        return replace(self, root_positions=root, rotations=turn)

    def moved(self, yaw: float, offset: npt.ArrayLike) -> Motion:
        """Return the motion turned about +Y by ``yaw`` radians, then shifted by ``offset`` (3,) metres."""
        turn = yaw_quat(yaw).astype(np.float32)
        rotations = self.rotations.copy()
        rotations[:, 0] = quat_mul(turn, rotations[:, 0])
        root = quat_rotate(turn, self.root_positions) + np.asarray(offset, dtype=np.float32)
        return replace(self, root_positions=root, rotations=rotations)

    def canonical(self) -> Motion:
        """Return the motion facing +Z at frame 0, with the pelvis over the origin there and the lowest foot at y = 0."""
        yaw = float(yaw_of(self.rotations[0, 0]))
        turned = self.moved(-yaw, np.zeros(3))
        x, _, z = turned.root_positions[0]
        lowest = turned.positions()[:, list(FOOT_JOINTS), 1].min()
        return turned.moved(0.0, [-x, -lowest, -z])

    def with_continuous_signs(self) -> Motion:
        """Return the same motion with quaternion signs that do not jump between frames."""
        return replace(self, rotations=continuous(self.rotations))


def from_global(root_positions: Floats, world: Floats, fps: float = FPS) -> Motion:
    """Make a motion from world joint rotations (T, 22, 4)."""
    local = world.copy()
    local[:, 1:] = quat_mul(quat_inv(world[:, list(PARENTS[1:])]), world[:, 1:])
    return Motion(root_positions, local, fps)
