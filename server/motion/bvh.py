# SPDX-License-Identifier: GPL-3.0-or-later
"""BVH files: any skeleton in, the 22-joint skeleton out (T-pose rest, centimetres)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ..errors import SmooError
from .motion import Motion
from .rotations import continuous, euler_to_quat, quat_to_euler
from .skeleton import JOINT_COUNT, JOINTS, OFFSETS, PARENTS

_ORDER = "ZXY"
_CENTIMETRES = 100.0


@dataclass(frozen=True)
class BvhFile:
    """A BVH file as it stands, in the file's own units.

    Attributes:
        names: J joint names.
        parents: index of each joint's parent, -1 for the root.
        offsets: (J, 3) rest offsets from the parent.
        end_sites: joint index to the offset (3,) of its end site.
        frame_time: seconds a frame.
        positions: (T, J, 3) local translations: the position channels where there are some, else the offsets.
        rotations: (T, J, 4) local quaternions wxyz.
    """

    names: tuple[str, ...]
    parents: tuple[int, ...]
    offsets: npt.NDArray[np.float64]
    end_sites: dict[int, npt.NDArray[np.float64]]
    frame_time: float
    positions: npt.NDArray[np.float64]
    rotations: npt.NDArray[np.float64]


def _bad(path: Path, why: str) -> SmooError:
    return SmooError(
        "bad_bvh", f"{path.name} is not a readable BVH file: {why}. Export it again as BVH, or choose another."
    )


class _Hierarchy:
    """The HIERARCHY section, read token by token."""

    def __init__(self, tokens: list[str]) -> None:
        self.names: list[str] = []
        self.parents: list[int] = []
        self.offsets: list[list[float]] = []
        self.end_sites: dict[int, npt.NDArray[np.float64]] = {}
        self.channels: list[tuple[int, str]] = []
        stack: list[int] = []
        at, in_end_site = 0, False
        while at < len(tokens):
            word = tokens[at].upper()
            if word in ("ROOT", "JOINT"):
                self.names.append(tokens[at + 1])
                self.parents.append(stack[-1] if stack else -1)
                self.offsets.append([0.0, 0.0, 0.0])
                stack.append(len(self.names) - 1)
                at += 3
            elif word == "END":
                in_end_site = True
                at += 3
            elif word == "OFFSET":
                offset = [float(value) for value in tokens[at + 1 : at + 4]]
                if in_end_site:
                    self.end_sites[stack[-1]] = np.array(offset)
                else:
                    self.offsets[stack[-1]] = offset
                at += 4
            elif word == "CHANNELS":
                count = int(tokens[at + 1])
                self.channels += [(stack[-1], name) for name in tokens[at + 2 : at + 2 + count]]
                at += 2 + count
            elif word == "}":
                if in_end_site:
                    in_end_site = False
                else:
                    stack.pop()
                at += 1
            else:
                raise ValueError(f"unexpected word {tokens[at]!r} in the hierarchy")
        if stack or not self.names:
            raise ValueError("the hierarchy does not end")


def _apply_channels(
    hierarchy: _Hierarchy, values: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    frames, joints = len(values), len(hierarchy.names)
    positions = np.tile(np.array(hierarchy.offsets)[None], (frames, 1, 1))
    rotations = np.zeros((frames, joints, 4))
    rotations[..., 0] = 1.0
    angles: dict[int, tuple[str, list[npt.NDArray[np.float64]]]] = {}
    for column, (joint, channel) in enumerate(hierarchy.channels):
        axis, kind = channel[0].upper(), channel[1:].lower()
        if axis not in "XYZ" or kind not in ("position", "rotation"):
            raise ValueError(f"unknown channel {channel!r}")
        if kind == "position":
            positions[:, joint, "XYZ".index(axis)] = values[:, column]
        else:
            order, parts = angles.get(joint, ("", []))
            angles[joint] = (order + axis, [*parts, np.radians(values[:, column])])
    for joint, (order, parts) in angles.items():
        rotations[:, joint] = euler_to_quat(np.stack(parts, axis=-1), order)
    return positions, rotations


def read_bvh(path: str | Path) -> BvhFile:
    """Read a BVH file with any skeleton, channel order and units.

    Raises:
        SmooError: ``bad_bvh`` when it cannot be read, saying why.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
        head, found, tail = text.partition("MOTION")
        if not found:
            raise ValueError("it has no MOTION section")
        words = head.split()
        if not words or words[0].upper() != "HIERARCHY":
            raise ValueError("it does not begin with HIERARCHY")
        hierarchy = _Hierarchy(words[1:])
        lines = tail.strip().split("\n", 2)
        frames, frame_time = int(lines[0].split(":")[1]), float(lines[1].split(":")[1])
        values = np.array((lines[2] if len(lines) > 2 else "").split(), dtype=np.float64)
        width = len(hierarchy.channels)
        if frames < 1 or frame_time <= 0:
            raise ValueError("it has no frames")
        if values.size != frames * width:
            raise ValueError(f"it should hold {frames} frames of {width} numbers, but holds {values.size} numbers")
        if not np.isfinite(values).all():
            raise ValueError("it holds numbers that are not finite")
        positions, rotations = _apply_channels(hierarchy, values.reshape(frames, width))
    except OSError as error:
        raise SmooError("bad_bvh", f"Cannot open {path}: {error.strerror}. Check the path.") from error
    except (ValueError, IndexError) as error:
        raise _bad(path, str(error)) from error
    return BvhFile(
        tuple(hierarchy.names),
        tuple(hierarchy.parents),
        np.array(hierarchy.offsets),
        hierarchy.end_sites,
        frame_time,
        positions,
        rotations,
    )


def motion_from_bvh(path: str | Path) -> Motion:
    """Read a BVH file of the 22-joint skeleton, as `write_motion` writes it.

    Raises:
        SmooError: ``bad_bvh`` for damaged files and for other skeletons.
    """
    bvh = read_bvh(path)
    missing = [name for name in JOINTS if name not in bvh.names]
    if missing:
        raise _bad(
            Path(path), f"it has not the 22 joints of this project's skeleton (missing: {', '.join(missing[:4])})"
        )
    at = [bvh.names.index(name) for name in JOINTS]
    scale = float(np.linalg.norm(OFFSETS[1:], axis=1).sum() / np.linalg.norm(bvh.offsets[at][1:], axis=1).sum())
    return Motion(
        (bvh.positions[:, at[0]] * scale).astype(np.float32),
        bvh.rotations[:, at].astype(np.float32),
        round(1.0 / bvh.frame_time, 3),
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
