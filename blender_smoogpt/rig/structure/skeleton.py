# SPDX-License-Identifier: GPL-3.0-or-later
"""A rig's rest pose as points and branches, and its mirror plane."""

from __future__ import annotations

from collections.abc import Mapping as Table
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from ....server.motion.rotations import Array

_PARTNER_WITHIN: Final = 0.03  # of the rig's size: how far a bone may lie from its partner's mirror image
_BESIDE: Final = 0.004  # of the size: nearer to the plane than this lies in the middle


@dataclass(frozen=True)
class BonePoints:
    """One bone at rest in armature space: its parent's name, head (3,) and tail (3,)."""

    parent: str | None
    head: Array
    tail: Array


@dataclass
class Skeleton:
    """A rig in the axes of its body.

    Attributes:
        bones: all bones by name.
        up, side: indices of the axes that run upwards and across.
        size: height of the rig.
        middle: where the mirror plane cuts the side axis.
        partner: bone to the bone that is its mirror image, both ways.
        children: bone to its children.
    """

    bones: Table[str, BonePoints]
    up: int
    side: int
    size: float
    middle: float
    partner: dict[str, str] = field(default_factory=dict)
    children: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, bones: Table[str, BonePoints]) -> Skeleton | None:
        """Find the axes and the mirror plane; None where there is no size or no symmetry to find."""
        heads = np.array([bone.head for bone in bones.values()])
        extent = np.ptp(heads, axis=0) if len(heads) else np.zeros(3)
        if extent.max() <= 0:
            return None
        best: Skeleton | None = None
        for side in range(3):
            rest = [axis for axis in range(3) if axis != side]
            up = max(rest, key=lambda axis: (extent[axis] > 1.15 * extent[sum(rest) - axis], axis))
            found = cls(bones, up, side, float(extent[up]), 0.0)
            for middle in (0.0, float(np.median(heads[:, side])), float(heads[:, side].min() + extent[side] / 2)):
                found = cls(bones, up, side, float(extent[up]), middle)
                found._pair_up()
                if best is None or len(found.partner) > len(best.partner):
                    best = found
        if best is None or not best.partner:
            return None
        for name, bone in bones.items():
            best.children.setdefault(name, [])
            if bone.parent is not None:
                best.children.setdefault(bone.parent, []).append(name)
        return best

    def _pair_up(self) -> None:
        """Pair every bone beside the plane with the bone at the same depth that lies nearest to its mirror image."""
        depth = {name: len(self.above(name)) for name in self.bones}
        beside = [name for name, bone in self.bones.items() if abs(bone.head[self.side] - self.middle) > self._near()]
        if not beside:
            return
        points = np.array([np.concatenate((self.bones[n].head, self.bones[n].tail)) for n in beside])
        depths = np.array([depth[name] for name in beside])
        for at, name in enumerate(beside):
            image = points[at].copy()
            image[[self.side, self.side + 3]] = 2 * self.middle - image[[self.side, self.side + 3]]
            away = np.linalg.norm(points[:, :3] - image[:3], axis=1) + 0.1 * np.linalg.norm(points - image, axis=1)
            away[depths != depths[at]] = np.inf
            away[at] = np.inf
            nearest = int(np.argmin(away))
            if away[nearest] < _PARTNER_WITHIN * self.size:
                self.partner[name] = beside[nearest]
        self.partner = {a: b for a, b in self.partner.items() if self.partner.get(b) == a}

    def _near(self) -> float:
        return _BESIDE * self.size

    def above(self, name: str) -> list[str]:
        """Return the bones that carry a bone, nearest first."""
        chain: list[str] = []
        parent = self.bones[name].parent
        while parent is not None and parent in self.bones and parent not in chain:
            chain.append(parent)
            parent = self.bones[parent].parent
        return chain

    def below(self, name: str) -> list[str]:
        """Return a bone and everything that it carries."""
        found = [name]
        for bone in found:
            found += self.children.get(bone, [])
        return found

    def height(self, name: str) -> float:
        """Return the height of a bone's head."""
        return float(self.bones[name].head[self.up])

    def lowest(self, name: str) -> float:
        """Return the lowest point that a bone and what it carries reach."""
        return min(
            min(float(self.bones[b].head[self.up]), float(self.bones[b].tail[self.up])) for b in self.below(name)
        )

    def highest(self, name: str) -> float:
        """Return the highest point that they reach."""
        return max(
            max(float(self.bones[b].head[self.up]), float(self.bones[b].tail[self.up])) for b in self.below(name)
        )

    def longest_way(self, name: str) -> list[str]:
        """Return the bones from one down to the end that lies furthest along the way."""
        best, most = [name], 0.0
        for child in self.children.get(name, []):
            way = self.longest_way(child)
            length = float(np.linalg.norm(self.bones[child].head - self.bones[name].head)) + self.length(way)
            if length > most:
                best, most = [name, *way], length
        return best

    def length(self, way: list[str]) -> float:
        """Return the length of a way from head to head."""
        points = [self.bones[name].head for name in way]
        return float(sum(np.linalg.norm(b - a) for a, b in zip(points[:-1], points[1:], strict=True)))

    def branches(self) -> list[tuple[str, str]]:
        """Return the pairs of bones at which the two halves of the rig leave its middle."""
        found = []
        for a, b in self.partner.items():
            parents = self.bones[a].parent, self.bones[b].parent
            apart = parents[0] is not None and self.partner.get(parents[0]) == parents[1]
            if a < b and not apart:
                found.append((a, b))
        return found
