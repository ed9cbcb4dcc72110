# SPDX-License-Identifier: GPL-3.0-or-later
"""Small files in each data set's format, made from a motion that is known, with bone axes turned at random."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from server.motion.motion import Motion
from server.motion.rotations import (
    Array,
    normalized,
    quat_from_axis_angle,
    quat_inv,
    quat_mul,
    quat_rotate,
    quat_to_euler,
)
from server.motion.skeleton import JOINT_COUNT, JOINT_INDEX, PARENTS

_X, _Y, _Z = np.eye(3)


def exercise(frames: int = 90, fps: float = 30.0) -> Motion:
    """Stand, then bend knees and elbows, lean, swing the arms unequally and wave with the left hand."""
    rotations = np.zeros((frames, JOINT_COUNT, 4))
    rotations[..., 0] = 1.0
    time = np.linspace(0.0, 1.0, frames)
    active = np.clip(time * 3.0 - 1.0, 0.0, 1.0)
    wave = np.sin(2 * np.pi * 3 * time) * active

    def rotate(joint: str, axis: np.ndarray, degrees: np.ndarray | float) -> None:
        at = JOINT_INDEX[joint]
        angle = np.broadcast_to(np.radians(degrees), (frames,))
        rotations[:, at] = quat_mul(rotations[:, at], quat_from_axis_angle(axis, angle))

    rotate("spine1", _X, 10 * wave)
    rotate("neck", _X, 8 * wave)
    for side, sign in (("left", 1.0), ("right", -1.0)):
        rotate(f"{side}_hip", _X, -30 * active)
        rotate(f"{side}_knee", _X, 5 + 50 * active)
        rotate(f"{side}_ankle", _X, -5 - 20 * active)
        rotate(f"{side}_shoulder", _Z, -70 * sign)
        rotate(f"{side}_elbow", _Y, -sign * (20 + 40 * active))
    rotate("left_shoulder", _Z, 130 * active + 5 * wave)
    root = np.zeros((frames, 3))
    root[:, 1] = 0.95 - 0.1 * active
    return Motion(root.astype(np.float32), rotations.astype(np.float32), fps)


def odd_axes(seed: int) -> Array:
    """Return a random constant turn (22, 4) for each joint's axes."""
    return normalized(np.random.default_rng(seed).normal(size=(JOINT_COUNT, 4)))


def write_odd_bvh(path: Path, motion: Motion, mapping: Mapping[str, str], axes: Array, scale: float = 113.0) -> None:
    """Write a motion as another rig would: other names, bone axes turned at random, other units and size.

    Of several joints that one source joint stands for, the last is written; ``NAME_end`` becomes an end site.
    """
    chosen = {theirs: JOINT_INDEX[ours] for ours, theirs in mapping.items()}
    tips = {name.removesuffix("_end"): joint for name, joint in chosen.items() if name.endswith("_end")}
    names = [name for name in sorted(chosen, key=lambda name: chosen[name]) if not name.endswith("_end")]
    world = quat_mul(motion.global_rotations().astype(np.float64), quat_inv(axes))
    places = motion.positions().astype(np.float64) * scale

    def parent(name: str) -> str | None:
        at = PARENTS[chosen[name]]
        while at >= 0:
            found = next((other for other in names if chosen[other] == at), None)
            if found:
                return found
            at = PARENTS[at]
        return None

    def seen_from(parent_joint: int, joint: int) -> Array:
        return quat_rotate(quat_inv(world[0, parent_joint]), places[0, joint] - places[0, parent_joint])

    columns: list[Array] = []

    def lines(name: str) -> list[str]:
        joint, above = chosen[name], parent(name)
        local = world[:, joint]
        offset = np.zeros(3)
        if above:
            local = quat_mul(quat_inv(world[:, chosen[above]]), local)
            offset = seen_from(chosen[above], joint)
        else:
            columns.append(places[:, joint])
        columns.append(np.degrees(quat_to_euler(local, "ZXY")))
        channels = ("3" if above else "6 Xposition Yposition Zposition") + " Zrotation Xrotation Yrotation"
        out = ["JOINT " + name if above else "ROOT " + name, "{", "OFFSET " + _numbers(offset), "CHANNELS " + channels]
        children = [other for other in names if parent(other) == name]
        for other in children:
            out += lines(other)
        if not children:
            tip = seen_from(joint, tips[name]) if name in tips else np.zeros(3)
            out += ["End Site", "{", "OFFSET " + _numbers(tip), "}"]
        return [*out, "}"]

    text = ["HIERARCHY", *lines(names[0]), "MOTION", f"Frames: {motion.frames}", f"Frame Time: {1 / motion.fps:.8f}"]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(text + [_numbers(row) for row in np.concatenate(columns, axis=1)]), encoding="utf-8")


def write_deepmimic(path: Path, frames: int = 60, fps: float = 30.0) -> None:
    """Write a clip that faces the model's +X, stands, then bends its knees and lifts its left arm to the side."""
    active = np.clip(np.linspace(-1.0, 1.0, frames), 0.0, 1.0)
    still = np.tile([1.0, 0.0, 0.0, 0.0], (frames, 1))
    lift = quat_from_axis_angle(_X, np.radians(80) * active)
    angle = active[:, None]
    hip = quat_from_axis_angle(_Z, 0.5 * active)
    ankle = quat_from_axis_angle(_Z, 0.5 * active)
    root = np.tile([0.0, 0.9, 0.0], (frames, 1))
    columns = [np.full((frames, 1), 1 / fps), root, still, still, still]
    columns += [hip, -angle, ankle, still, 0.2 + 0.8 * angle, hip, -angle, ankle, lift, 0.2 + 0.8 * angle]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"Loop": "wrap", "Frames": np.concatenate(columns, axis=1).tolist()}), encoding="utf-8")


def _numbers(values: Array) -> str:
    return " ".join(f"{value:.6f}" for value in values)
