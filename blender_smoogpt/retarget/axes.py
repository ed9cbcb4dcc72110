# SPDX-License-Identifier: GPL-3.0-or-later
"""Between motion space (+X the character's left, +Y up, +Z ahead) and a rig's own axes. Nothing else converts axes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from ...server.motion.rotations import Array, normalized, quat_from_matrix, quat_mul

_UP_SNAP: Final = np.cos(np.radians(40.0))
_LEFT_SNAP: Final = np.cos(np.radians(15.0))


@dataclass(frozen=True)
class Axes:
    """How a rig's armature space lies against motion space.

    Attributes:
        matrix: (3, 3); its columns are the character's left, up and ahead in armature space.
    """

    matrix: Array

    @property
    def quaternion(self) -> Array:
        """The same rotation as a quaternion (4,)."""
        return quat_from_matrix(self.matrix)

    def to_motion(self, vectors: Array) -> Array:
        """Turn armature-space vectors (..., 3) into motion space; lengths stay."""
        return np.asarray(vectors @ self.matrix)

    def to_armature(self, vectors: Array) -> Array:
        """Turn motion-space vectors (..., 3) into armature space; lengths stay."""
        return np.asarray(vectors @ self.matrix.T)

    def seen_from(self, frame: Array) -> Array:
        """Return the quaternion (4,) that takes motion-space rotations into a bone's own frame by conjugation.

        Args:
            frame: (3, 3) rotation of the bone in armature space.
        """
        return quat_from_matrix(frame.T @ self.matrix)


BLENDER: Final = Axes(np.array([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]]))
"""Characters as Blender's front view shows them: up +Z, looking to -Y. (x, y, z) becomes (x, -z, y)."""


def conjugated(by: Array, rotations: Array) -> Array:
    """Return ``by * rotations * by^-1`` for quaternions (..., 4)."""
    inverse = by * np.array([1.0, -1.0, -1.0, -1.0])
    return quat_mul(quat_mul(by, rotations), inverse)


def _snapped(direction: Array, cosine: float) -> Array:
    """Return the coordinate axis nearest to a unit direction (3,) if it is near enough, else the direction."""
    largest = int(np.argmax(np.abs(direction)))
    if abs(direction[largest]) < cosine:
        return direction
    return np.asarray(np.eye(3)[largest] * np.sign(direction[largest]))


def axes_of(left_hip: Array, right_hip: Array, neck: Array) -> Axes:
    """Find which way a rig stands and looks from where hips and neck are in rest.

    Args:
        left_hip: (3,) in armature space; likewise the others.
        right_hip: the other hip joint.
        neck: lower end of the neck, or the head.
    """
    up: Array = _snapped(normalized(neck - (left_hip + right_hip) / 2), float(_UP_SNAP))
    left: Array = left_hip - right_hip
    left = _snapped(normalized(left - (left @ up) * up), float(_LEFT_SNAP))
    left = normalized(left - (left @ up) * up)
    return Axes(np.stack((left, up, np.cross(left, up)), axis=-1))
