# SPDX-License-Identifier: GPL-3.0-or-later
"""What the edits of the upper body need to know of a clip: the axes in which hands, backbone and head are placed.

Everything is told for the left arm. The right arm is the left arm of the mirrored clip, so that no edit is written twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from server.captioner import attributes_of
from server.motion.motion import Motion, forward_kinematics
from server.motion.rotations import (
    Array,
    continuous,
    cross,
    normalized,
    quat_from_matrix,
    quat_inv,
    quat_mul,
    quat_rotate,
    yaw_quat,
)
from server.motion.skeleton import JOINT_INDEX, MIRROR, OFFSETS, PARENTS

from .curves import smoothed

Floats = npt.NDArray[np.float32]
Side = Literal["left", "right"]
SIDES: Final[tuple[Side, Side]] = ("left", "right")
ARM: Final = tuple(JOINT_INDEX[f"left_{name}"] for name in ("collar", "shoulder", "elbow", "wrist"))
"""Joints of the left arm from the trunk to the hand."""
BOTH_ARMS: Final = frozenset(("left_arm", "right_arm"))
_TWISTING: Final = 40  # frames over which the chest's heading is averaged
PALM: Final = 0.08
"""Metres from the wrist joint to the middle of the palm."""


_FLIP_PLACE: Final = np.array([-1, 1, 1], dtype=np.float32)
_FLIP_TURN: Final = np.array([1, 1, -1, -1], dtype=np.float32)


def arm_of(side: Side) -> str:
    """Return the name of an arm's part."""
    return f"{side}_arm"


@dataclass(frozen=True)
class Torso:
    """A clip, seen from its left arm.

    Attributes:
        motion: any motion.
        known: its world positions (T, 22, 3) and rotations (T, 22, 4), where they are known already.
    """

    motion: Motion
    known: tuple[Floats, Floats] | None = None

    @cached_property
    def said(self) -> Mapping[tuple[str, str], str]:
        """What the captioner says of the clip."""
        return attributes_of(self.motion)

    @property
    def frames(self) -> int:
        """Number of frames."""
        return self.motion.frames

    @cached_property
    def _chain(self) -> tuple[Floats, Floats]:
        return self.known or forward_kinematics(self.motion.root_positions, self.motion.rotations)

    @property
    def positions(self) -> Array:
        """World positions (T, 22, 3) in metres."""
        return self._chain[0]

    @property
    def world(self) -> Array:
        """World rotations (T, 22, 4)."""
        return self._chain[1]

    def at(self, name: str) -> Array:
        """Return where a joint is (T, 3), float64."""
        return self.positions[:, JOINT_INDEX[name]].astype(np.float64)

    def turn(self, name: str) -> Array:
        """Return how a joint is turned in the world (T, 4), float64."""
        return self.world[:, JOINT_INDEX[name]].astype(np.float64)

    @cached_property
    def speed(self) -> float:
        """How fast the pelvis travels on average, m/s."""
        steps = np.diff(self.at("pelvis")[:, [0, 2]], axis=0)
        return float(np.linalg.norm(steps, axis=-1).mean()) * self.motion.fps if len(steps) else 0.0

    @cached_property
    def across(self) -> Array:
        """Unit vector (T, 3) from the right to the left side of the chest."""
        return normalized(self.at("left_collar") - self.at("right_collar"))

    @cached_property
    def _yaw(self) -> Array:
        return np.asarray(np.unwrap(np.arctan2(-self.across[:, 2], self.across[:, 0])))

    @cached_property
    def facing(self) -> Array:
        """Rotation (T, 4) about the vertical that the chest faces along."""
        return yaw_quat(self._yaw)

    @cached_property
    def level(self) -> Array:
        """The same without the chest's twisting with the steps, which would shake an arm that does something else."""
        return yaw_quat(smoothed(self._yaw, _TWISTING))

    @cached_property
    def trunk(self) -> Array:
        """Rotation (T, 4) of the trunk as a whole: up is from pelvis to neck, left is the chest's left."""
        up = normalized(self.at("neck") - self.at("pelvis"))
        left = normalized(self.across - np.sum(self.across * up, axis=-1, keepdims=True) * up)
        return continuous(quat_from_matrix(np.stack((left, up, cross(left, up)), axis=-1)))

    @cached_property
    def upright(self) -> bool:
        """Whether the trunk is nearer to upright than to lying all the time."""
        up = self.at("neck") - self.at("pelvis")
        return bool(np.percentile(normalized(up)[:, 1], 2) > 0.5)

    @cached_property
    def hand(self) -> Array:
        """Wrist (T, 3) seen from the chest, in its axes."""
        return quat_rotate(quat_inv(self.turn("spine3")), self.at("left_wrist") - self.at("spine3"))

    def fidget(self, most: float, share: float = 0.3) -> Array:
        """Return a share (T, 3) of the hand's own quick movement in the chest's axes.

        Args:
            most: metres that it may reach over all; it is scaled down where it would be more.
            share: of the clip's own movement, at the most.
        """
        own = smoothed(self.hand - smoothed(self.hand, 45), 5)
        size = float(np.linalg.norm(np.percentile(own, 97, axis=0) - np.percentile(own, 3, axis=0)))
        return own * min(share, most / max(size, 1e-6))

    def mirrored(self) -> Torso:
        """Return the clip with left and right exchanged."""
        positions, world = self._chain
        other = list(MIRROR)
        chain = positions[:, other] * _FLIP_PLACE, world[:, other] * _FLIP_TURN
        return Torso(self.motion.mirrored(), chain)

    def with_arm(self, local: Array) -> Torso:
        """Return the clip with another left arm, of local rotations (T, 4, 4) of the joints of `ARM`."""
        rotations = self.motion.rotations.copy()
        rotations[:, ARM] = local
        motion = Motion(self.motion.root_positions, rotations, self.motion.fps)
        positions, world = (values.copy() for values in self._chain)
        for joint in ARM:
            parent = PARENTS[joint]
            positions[:, joint] = positions[:, parent] + quat_rotate(world[:, parent], OFFSETS[joint][None])
            world[:, joint] = quat_mul(world[:, parent], motion.rotations[:, joint])
        return Torso(motion, (positions, world))
