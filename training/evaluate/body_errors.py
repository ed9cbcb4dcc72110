# SPDX-License-Identifier: GPL-3.0-or-later
"""How far two motions of the same length are apart: joints, rotations, bones part by part. Numpy only."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from server.motion.motion import Motion
from server.motion.rotations import quat_inv, quat_mul, quat_rotate, yaw_of, yaw_quat
from server.motion.skeleton import JOINT_INDEX, OFFSETS, PARENTS, PART_JOINTS, PARTS

from .inputs import heading, turned

Array = npt.NDArray[np.floating]

# points beyond the last joints, so that the turn of a wrist or of the head shows: knuckles and crown (m)
_TIPS: Final = {"left_wrist": (0.09, 0.0, 0.0), "right_wrist": (-0.09, 0.0, 0.0), "head": (0.0, 0.12, 0.08)}


def upright_places(motion: Motion) -> Array:
    """Return joints (T, 22, 3) relative to the pelvis, seen from the heading (m): free of the path over the ground."""
    positions = motion.positions()
    return turned(positions - positions[:, :1], heading(positions))


def joint_distance(a: Motion, b: Motion) -> Array:
    """Return the distance (T,) of root-relative joints, mean over the joints (m), over the shorter length."""
    frames = min(a.frames, b.frames)
    first, second = (upright_places(motion.sliced(0, frames)) for motion in (a, b))
    return np.asarray(np.linalg.norm(first - second, axis=-1).mean(axis=1))


def rotation_distance(a: Motion, b: Motion) -> Array:
    """Return the angle (T,) in degrees between local rotations, mean over the joints; the pelvis without its heading."""
    first, second = (_without_heading(motion) for motion in (a, b))
    turn = quat_mul(quat_inv(first), second)
    sine, cosine = np.linalg.norm(turn[..., 1:], axis=-1), np.abs(turn[..., 0])
    return np.asarray(np.degrees(2 * np.arctan2(sine, cosine)).mean(axis=1))


def _without_heading(motion: Motion) -> Array:
    rotations = motion.rotations.astype(np.float64)
    rotations[:, 0] = quat_mul(yaw_quat(-yaw_of(rotations[:, 0])), rotations[:, 0])
    return rotations


def bones(motion: Motion) -> dict[str, Array]:
    """Return, for every part, its bones (T, bones, 3) as its joints' own rotations lay them, in their parents' axes (m).

    A part's bones depend on that part's rotations alone; the pelvis' are the three that hang on it, without heading.
    """
    rotations = _without_heading(motion)
    found: dict[str, Array] = {}
    for part in PARTS:
        rows = []
        for joint in PART_JOINTS[part]:
            offsets = [OFFSETS[child] for child, parent in enumerate(PARENTS) if parent == joint]
            offsets += [np.asarray(tip) for name, tip in _TIPS.items() if JOINT_INDEX[name] == joint]
            rows += [quat_rotate(rotations[:, joint], np.asarray(offset)[None]) for offset in offsets]
        found[part] = np.stack(rows, axis=1)
    return found


def limbs(motion: Motion) -> dict[str, Array]:
    """Return, for every part, its points (T, points, 3) in the axes of what it hangs on (m): errors add up along a limb."""
    rotations = _without_heading(motion)
    found: dict[str, Array] = {}
    for part in PARTS:
        rows: list[Array] = []
        turns: dict[int, Array] = {}
        places: dict[int, Array] = {}
        for joint in PART_JOINTS[part]:
            parent = PARENTS[joint]
            turns[joint] = quat_mul(turns[parent], rotations[:, joint]) if parent in turns else rotations[:, joint]
            places.setdefault(joint, np.zeros((motion.frames, 3)))
            for child, above in enumerate(PARENTS):
                if above == joint:
                    places[child] = places[joint] + quat_rotate(turns[joint], OFFSETS[child][None])
                    rows.append(places[child])
        found[part] = np.stack(rows, axis=1)
    return found


def apart(a: Array, b: Array) -> Array:
    """Return the distance (T, points) of points (T, points, 3), over the shorter length."""
    frames = min(len(a), len(b))
    return np.asarray(np.linalg.norm(a[:frames] - b[:frames], axis=-1))


def speed(motion: Motion) -> float:
    """Return the mean speed of the joints in space (m/s)."""
    if motion.frames < 2:
        return 0.0
    return float(np.linalg.norm(np.diff(motion.positions(), axis=0), axis=-1).mean() * motion.fps)


def own_speed(motion: Motion) -> float:
    """Return the mean speed of the joints relative to the pelvis (m/s): that of a frozen pose is nearly none."""
    if motion.frames < 2:
        return 0.0
    return float(np.linalg.norm(np.diff(upright_places(motion), axis=0), axis=-1).mean() * motion.fps)
