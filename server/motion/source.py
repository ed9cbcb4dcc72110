# SPDX-License-Identifier: GPL-3.0-or-later
"""A clip of any skeleton in world space: what a file of motion capture holds before anything is known of its body."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from .rotations import Array, matrix_from_quat, quat_mul, quat_rotate


@dataclass(frozen=True)
class Source:
    """One clip of some skeleton; any unit.

    Attributes:
        names: J joint names, each once.
        parents: index of each joint's parent, -1 for roots; a parent comes before its children.
        positions: (T, J, 3) world positions.
        orientations: (T, J, 3, 3) world orientations, as matrices that act on columns.
        fps: frames a second.
    """

    names: tuple[str, ...]
    parents: tuple[int, ...]
    positions: Array
    orientations: Array
    fps: float

    def sliced(self, start: int, end: int | None = None) -> Source:
        """Return frames ``start`` to ``end`` (excluded)."""
        return replace(self, positions=self.positions[start:end], orientations=self.orientations[start:end])

    def turned(self, turn: Array) -> Source:
        """Return the clip with the whole world turned by a matrix (3, 3)."""
        return replace(self, positions=self.positions @ turn.T, orientations=turn @ self.orientations)

    def place(self, name: str) -> Array:
        """Return the positions (T, 3) of a joint."""
        return self.positions[:, self.names.index(name)]

    def orientation(self, name: str) -> Array:
        """Return the orientations (T, 3, 3) of a joint."""
        return self.orientations[:, self.names.index(name)]

    def above(self, joint: int) -> list[int]:
        """Return the joints that carry a joint, nearest first."""
        chain = []
        while self.parents[joint] >= 0:
            joint = self.parents[joint]
            chain.append(joint)
        return chain

    def children(self) -> list[list[int]]:
        """Return the children of every joint."""
        found: list[list[int]] = [[] for _ in self.names]
        for joint, parent in enumerate(self.parents):
            if parent >= 0:
                found[parent].append(joint)
        return found


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
    return Source(tuple(names), tuple(parents), world_p, matrix_from_quat(world_q), fps)
