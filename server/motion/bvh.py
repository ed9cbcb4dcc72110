# SPDX-License-Identifier: GPL-3.0-or-later
"""BVH files: any human skeleton in, the 22-joint skeleton out (T-pose rest, centimetres)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import numpy as np

from ..errors import SmooError
from .bvh_file import BvhFile, read_bvh, shown
from .foreign import motion_of
from .motion import Motion
from .rotations import continuous, quat_to_euler
from .skeleton import FPS, JOINT_COUNT, JOINTS, OFFSETS, PARENTS

_ORDER: Final = "ZXY"
_CENTIMETRES: Final = 100.0
_SAME_BONE: Final = 0.01  # how far, in metres, a bone's rest may lie from ours in a file of our own


def _is_ours(bvh: BvhFile) -> bool:
    """Tell whether a file has the 22 joints of this project, resting in its T-pose in any unit."""
    if not set(JOINTS) <= set(bvh.names):
        return False
    at = [bvh.names.index(name) for name in JOINTS]
    if any(parent >= 0 and bvh.parents[at[joint]] != at[parent] for joint, parent in enumerate(PARENTS)):
        return False
    bones, ours = bvh.offsets[at][1:], OFFSETS[1:]
    scale = np.linalg.norm(bones, axis=1).sum() / np.linalg.norm(ours, axis=1).sum()
    return bool(scale > 0 and np.abs(bones / scale - ours).max() < _SAME_BONE)


def motion_from_bvh(path: str | Path) -> Motion:
    """Read a BVH file of any human skeleton as a motion of ours.

    Files that `write_motion` wrote come back as they were. Of others, which joint is which, what is up, how large
    the body is and how its joints are turned at rest is found out from the file itself; see `foreign`.

    Raises:
        SmooError: ``bad_bvh`` for damaged files and for skeletons that are no person's, saying what is missing.
    """
    path = Path(path)
    bvh = read_bvh(path)
    if not _is_ours(bvh):
        bvh = bvh.thinned(FPS)
        try:
            return motion_of(bvh.source(), bvh.rest())
        except SmooError as error:
            raise SmooError(error.code, f"{shown(path.name)}: {error.message}") from error
    at = [bvh.names.index(name) for name in JOINTS]
    scale = float(np.linalg.norm(OFFSETS[1:], axis=1).sum() / np.linalg.norm(bvh.offsets[at][1:], axis=1).sum())
    return Motion(
        (bvh.positions[:, at[0]] * scale).astype(np.float32), bvh.rotations[:, at].astype(np.float32), bvh.fps
    )


def _hierarchy_lines(joint: int, depth: int) -> list[str]:
    tab = "\t" * depth
    children = [child for child in range(JOINT_COUNT) if PARENTS[child] == joint]
    offset = "OFFSET " + " ".join(f"{value * _CENTIMETRES:.4f}" for value in OFFSETS[joint])
    rotation = " ".join(f"{axis}rotation" for axis in _ORDER)
    channels = f"CHANNELS 6 Xposition Yposition Zposition {rotation}" if joint == 0 else f"CHANNELS 3 {rotation}"
    lines = [
        f"{tab}{'ROOT' if joint == 0 else 'JOINT'} {JOINTS[joint]}",
        tab + "{",
        f"{tab}\t{offset}",
        f"{tab}\t{channels}",
    ]
    for child in children:
        lines += _hierarchy_lines(child, depth + 1)
    if not children:
        # an end site gives importers the length of the last bone
        tip = OFFSETS[joint] * 0.5 * _CENTIMETRES
        lines += [f"{tab}\tEnd Site", tab + "\t{", f"{tab}\t\tOFFSET " + " ".join(f"{v:.4f}" for v in tip), tab + "\t}"]
    return [*lines, tab + "}"]


def _write_order(joint: int) -> list[int]:
    order = [joint]
    for child in range(JOINT_COUNT):
        if PARENTS[child] == joint:
            order += _write_order(child)
    return order


def write_motion(motion: Motion, path: str | Path) -> None:
    """Write a motion as BVH: 22 joints, T-pose rest, centimetres; the file appears only when it is complete."""
    euler = np.degrees(np.unwrap(quat_to_euler(continuous(motion.rotations.astype(np.float64)), _ORDER), axis=0))
    columns = [motion.root_positions * _CENTIMETRES] + [euler[:, joint] for joint in _write_order(0)]
    rows = np.concatenate(columns, axis=1)
    lines = [
        "HIERARCHY",
        *_hierarchy_lines(0, 0),
        "MOTION",
        f"Frames: {motion.frames}",
        f"Frame Time: {1.0 / motion.fps:.8f}",
    ]
    lines += [" ".join(f"{value:.5f}" for value in row) for row in rows]
    path = Path(path)
    partial = path.with_name(path.name + ".partial")
    partial.write_text("\n".join(lines) + "\n", encoding="utf-8")
    os.replace(partial, path)
