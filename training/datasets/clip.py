# SPDX-License-Identifier: GPL-3.0-or-later
"""A labelled clip, and which split it belongs to."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from server.motion.motion import Motion
from server.motion.skeleton import FPS


@dataclass(frozen=True)
class Clip:
    """One clip on the 22-joint skeleton.

    Attributes:
        name: unique in all data sets.
        dataset: folder name of the data set.
        content: what is done, or "" where the data set has no such label.
        style: how it is done, or "".
        description: free text, or "".
        motion: canonical, 30 frames a second.
        split: ``train``, ``val`` or ``test``.
    """

    name: str
    dataset: str
    content: str
    style: str
    description: str
    motion: Motion
    split: str

    def row(self, start: int) -> dict[str, object]:
        """Return its line of ``clips.json``; ``start`` is its first frame in the arrays."""
        return {
            "name": self.name,
            "dataset": self.dataset,
            "content": self.content,
            "style": self.style,
            "description": self.description,
            "split": self.split,
            "start": start,
            "frames": self.motion.frames,
        }


def finished(motion: Motion) -> Motion:
    """Return a posed clip at 30 frames a second, canonical, its quaternions without jumps of sign."""
    return motion.resampled(FPS).canonical().with_continuous_signs()


def split_of(name: str, test_share: float = 0.10, val_share: float = 0.05) -> str:
    """Return ``test``, ``val`` or ``train`` by a hash of the clip's name, so that it never depends on the others."""
    place = int(hashlib.sha1(name.encode(), usedforsecurity=False).hexdigest()[:8], 16) / 0xFFFFFFFF
    if place < test_share:
        return "test"
    return "val" if place < test_share + val_share else "train"
