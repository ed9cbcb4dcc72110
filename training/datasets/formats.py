# SPDX-License-Identifier: GPL-3.0-or-later
"""What every data set's module offers: its clips as sources, the joint mapping of each, and the reference clips."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from server.motion.bvh import read_bvh

from .convert import Source, source_from_local


@dataclass(frozen=True)
class Item:
    """One file of a data set: where it is, which skeleton it has and what its labels say."""

    path: Path
    skeleton: str
    name: str
    content: str = ""
    style: str = ""
    description: str = ""
    reference: bool = False


class Format(Protocol):
    """A data set's module."""

    DATASET: str
    SOLVED: bool
    """Solved from markers automatically, so that joints may flip over; such stretches are left out."""
    ON_THE_SPOT: bool
    """Made for games that move the character themselves, so that walks stay where they are; see `off_the_belt`."""
    SKELETONS: Mapping[str, Mapping[str, str]]

    def items(self, folder: Path) -> list[Item]:
        """Return the files below a folder."""

    def read(self, item: Item) -> Source:
        """Read one file."""


def both_sides(pairs: Mapping[str, str], left: str, right: str) -> dict[str, str]:
    """Return left and right joints from ``{"knee": "{side}Calf"}`` with the two spellings of the side."""
    rows = {f"left_{ours}": theirs.format(side=left) for ours, theirs in pairs.items()}
    return rows | {f"right_{ours}": theirs.format(side=right) for ours, theirs in pairs.items()}


def source_from_bvh(path: Path) -> Source:
    """Read a BVH file as a `Source`; the end site of a joint counts as a joint named ``JOINT_end``.

    Raises:
        SmooError: ``bad_bvh``.
    """
    bvh = read_bvh(path)
    ends = {joint: tip for joint, tip in bvh.end_sites.items() if np.linalg.norm(tip) > 0}
    names = [*bvh.names, *(f"{bvh.names[joint]}_end" for joint in ends)]
    parents = [*bvh.parents, *ends]
    frames = len(bvh.positions)
    tips = np.array(list(ends.values())).reshape(1, len(ends), 3).repeat(frames, axis=0)
    still = np.tile([1.0, 0.0, 0.0, 0.0], (frames, len(ends), 1))
    positions = np.concatenate((bvh.positions, tips), axis=1)
    rotations = np.concatenate((bvh.rotations, still), axis=1)
    return source_from_local(names, parents, positions, rotations, round(1.0 / bvh.frame_time, 3))


def descriptions(folder: Path) -> dict[str, str]:
    """Return file name to description from ``index.csv``; empty without one."""
    path = folder / "index.csv"
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {row["file"]: row["description"] for row in csv.DictReader(file)}
