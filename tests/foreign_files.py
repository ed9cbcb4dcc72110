# SPDX-License-Identifier: GPL-3.0-or-later
"""BVH files as other programs write them: other names, units, axes, joints and line ends, from a motion that is known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from sample_motions import walk

from server.motion.motion import Motion
from server.motion.rotations import quat_inv, quat_mul, quat_rotate, quat_to_euler
from server.motion.skeleton import JOINT_INDEX, JOINTS, OFFSETS, PARENTS

QUARTER = np.array([np.sqrt(0.5), np.sqrt(0.5), 0.0, 0.0])
"""From Y up to Z up, about X."""

MIXAMO = {
    "pelvis": "mixamorig:Hips",
    "spine1": "mixamorig:Spine",
    "spine2": "mixamorig:Spine1",
    "spine3": "mixamorig:Spine2",
    "neck": "mixamorig:Neck",
    "head": "mixamorig:Head",
    **{
        f"{side.lower()}_{joint}": f"mixamorig:{side}{name}"
        for side in ("Left", "Right")
        for joint, name in {
            "hip": "UpLeg",
            "knee": "Leg",
            "ankle": "Foot",
            "foot": "ToeBase",
            "collar": "Shoulder",
            "shoulder": "Arm",
            "elbow": "ForeArm",
            "wrist": "Hand",
        }.items()
    },
}


def known_walk(frames: int = 60, fps: float = 30.0) -> Motion:
    """Return the formula's walk as the server's own class."""
    made = walk(frames, fps)
    return Motion(made.root_positions, made.rotations, made.fps)


@dataclass
class Exporter:
    """How a program writes BVH.

    Attributes:
        names: our joint to its; joints that are not named are left out, their children hang on the next above.
        unit: its units a metre.
        z_up: whether Z is up, in rest and motion alike.
        order: of the rotation channels.
        newline: between lines.
        tips: whether there are end sites.
        rest: our joint to the offset that is written instead of ours, in metres.
        origin: put the hips there in the first frame, in metres.
        t_pose_first: write a T-pose before the first frame.
        encoding: of the text.
        before: our joint to the name of a further joint that carries it and lies where its parent does.
        after: our joint to the name of a further joint in the same place that carries its children.
        edit: what else is done to the text.
    """

    names: Mapping[str, str] = field(default_factory=lambda: {name: name for name in JOINTS})
    unit: float = 100.0
    z_up: bool = False
    order: str = "ZYX"
    newline: str = "\n"
    tips: bool = True
    rest: Mapping[str, tuple[float, float, float]] = field(default_factory=dict)
    origin: tuple[float, float, float] | None = None
    t_pose_first: bool = False
    encoding: str = "utf-8"
    before: Mapping[str, str] = field(default_factory=dict)
    after: Mapping[str, str] = field(default_factory=dict)
    edit: Callable[[str], str] | None = None

    def _parent(self, joint: str) -> str | None:
        at = PARENTS[JOINT_INDEX[joint]]
        while at >= 0 and JOINTS[at] not in self.names:
            at = PARENTS[at]
        return JOINTS[at] if at >= 0 else None

    def _offset(self, joint: str) -> np.ndarray:
        if joint in self.rest:
            return np.array(self.rest[joint]) * self.unit
        at, offset = JOINT_INDEX[joint], np.zeros(3)
        parent = self._parent(joint)
        while JOINTS[at] != parent and at >= 0:
            offset = offset + OFFSETS[at]
            at = PARENTS[at]
        return offset * self.unit

    def _turned(self, vectors: np.ndarray) -> np.ndarray:
        return quat_rotate(QUARTER, vectors) if self.z_up else vectors

    def write(self, path: Path, motion: Motion) -> Path:
        """Write a motion; the file's world rotations are the motion's, whatever is left out."""
        world = motion.global_rotations().astype(np.float64)
        if self.z_up:
            world = quat_mul(quat_mul(QUARTER, world), quat_inv(QUARTER))
        root = motion.root_positions.astype(np.float64)
        if self.origin is not None:
            root = root - root[0] + np.array(self.origin)
        columns: list[np.ndarray] = []

        def numbers(values: np.ndarray) -> str:
            return " ".join(f"{value:.6f}" for value in values)

        rotation = "CHANNELS 3 " + " ".join(f"{axis}rotation" for axis in self.order)

        def helper(name: str) -> list[str]:
            columns.append(np.zeros((motion.frames, 3)))
            return [f"JOINT {name}", "{", "OFFSET 0 0 0", rotation]

        def lines(joint: str) -> list[str]:
            out = helper(self.before[joint]) if joint in self.before else []
            parent = self._parent(joint)
            local = world[:, JOINT_INDEX[joint]]
            offset = self._turned(self._offset(joint)) if parent else np.zeros(3)
            if parent is None:
                columns.append(self._turned(root) * self.unit)
            else:
                local = quat_mul(quat_inv(world[:, JOINT_INDEX[parent]]), local)
            columns.append(np.degrees(quat_to_euler(local, self.order)))
            channels = rotation if parent else rotation.replace("3 ", "6 Xposition Yposition Zposition ")
            out += [f"{'JOINT' if parent else 'ROOT'} {self.names[joint]}", "{", f"OFFSET {numbers(offset)}", channels]
            out += helper(self.after[joint]) if joint in self.after else []
            children = [other for other in JOINTS if other in self.names and self._parent(other) == joint]
            for child in children:
                out += lines(child)
            if not children and self.tips:
                tip = self._turned(OFFSETS[JOINT_INDEX[joint]].astype(float) * 0.4 * self.unit)
                out += ["End Site", "{", f"OFFSET {numbers(tip)}", "}"]
            return [*out, *("}" for _ in range(1 + (joint in self.before) + (joint in self.after)))]

        hierarchy = lines(next(joint for joint in JOINTS if joint in self.names))
        rows = np.concatenate(columns, axis=1)
        if self.t_pose_first:
            rows = np.concatenate((np.concatenate((rows[:1, :3], np.zeros((1, rows.shape[1] - 3))), axis=1), rows))
        timing = [f"Frames: {len(rows)}", f"Frame Time: {1.0 / motion.fps:.7f}"]
        text = self.newline.join(["HIERARCHY", *hierarchy, "MOTION", *timing, *map(numbers, rows), ""])
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes((self.edit(text) if self.edit else text).encode(self.encoding))
        return path
