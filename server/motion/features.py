# SPDX-License-Identifier: GPL-3.0-or-later
"""Motion as numbers for the networks: 140 a frame, part by part, free of the place and heading on the ground.

Limbs and backbone: local rotations in the 6D form; legs also two contact flags (ankle, toes). Root: yaw rate, velocity on
the ground in the heading frame, height, and the pelvis' rotation without its yaw. The layout follows the first trial of
this project and HumanML3D's root representation (Guo et al., CVPR 2022), with rotations in place of positions.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from .contacts import contacts
from .motion import Motion
from .rotations import (
    matrix_from_quat,
    matrix_from_sixd,
    quat_from_matrix,
    quat_mul,
    quat_rotate,
    sixd_from_matrix,
    yaw_of,
    yaw_quat,
)
from .skeleton import FPS, JOINT_COUNT, PART_JOINTS, PARTS

Floats = npt.NDArray[np.float32]

ROOT_SIZE: Final = 10
_CONTACTS_OF: Final[dict[str, tuple[int, ...]]] = {"left_leg": (0, 1), "right_leg": (2, 3)}


def part_size(part: str) -> int:
    """Return how many numbers a frame of this part has."""
    if part == "root":
        return ROOT_SIZE
    return 6 * len(PART_JOINTS[part]) + len(_CONTACTS_OF.get(part, ()))


PART_SIZES: Final[tuple[int, ...]] = tuple(part_size(part) for part in PARTS)
FEATURE_SIZE: Final = sum(PART_SIZES)
_STARTS: Final = np.cumsum((0, *PART_SIZES))
PART_SLICES: Final[tuple[slice, ...]] = tuple(
    slice(int(start), int(end)) for start, end in zip(_STARTS[:-1], _STARTS[1:], strict=True)
)
"""Columns of each part, in the order of `PARTS`."""


def _root_features(motion: Motion) -> Floats:
    yaw = yaw_of(motion.rotations[:, 0])
    # what happens from this frame to the next; the last frame repeats the one before
    rate = np.diff(np.unwrap(yaw), append=np.nan)
    velocity = np.diff(motion.root_positions, axis=0, append=np.nan) * FPS
    if motion.frames > 1:
        rate[-1], velocity[-1] = rate[-2], velocity[-2]
    else:
        rate[-1], velocity[-1] = 0.0, 0.0
    back = yaw_quat(-yaw)
    local = quat_rotate(back, velocity)
    tilt = matrix_from_quat(quat_mul(back, motion.rotations[:, 0]))
    columns = (rate[:, None] * FPS, local[:, [0, 2]], motion.root_positions[:, 1:2], sixd_from_matrix(tilt))
    return np.concatenate(columns, axis=1).astype(np.float32)


def features(motion: Motion) -> Floats:
    """Return (T, 140) features of a motion at 30 frames a second that stands on y = 0 (see `Motion.canonical`)."""
    if motion.fps != FPS:
        raise ValueError(f"features need {FPS} frames a second, not {motion.fps}")
    sixd = sixd_from_matrix(matrix_from_quat(motion.rotations)).astype(np.float32)
    touch = contacts(motion).astype(np.float32)
    columns: list[Floats] = []
    for part in PARTS:
        if part == "root":
            columns.append(_root_features(motion))
            continue
        columns.append(sixd[:, list(PART_JOINTS[part])].reshape(motion.frames, -1))
        if part in _CONTACTS_OF:
            columns.append(touch[:, list(_CONTACTS_OF[part])])
    return np.concatenate(columns, axis=1)


def contact_features(values: Floats) -> Floats:
    """Return the contact flags (T, 4) in the order of `FOOT_JOINTS`: above 0.5 means planted."""
    left, right = PART_SLICES[PARTS.index("left_leg")].stop, PART_SLICES[PARTS.index("right_leg")].stop
    return values[:, [left - 2, left - 1, right - 2, right - 1]]


def motion_from_features(values: Floats) -> Motion:
    """Return the motion of (T, 140) features, starting over the origin and facing +Z."""
    frames = len(values)
    matrices = np.zeros((frames, JOINT_COUNT, 3, 3))
    for part, columns in zip(PARTS, PART_SLICES, strict=True):
        if part != "root":
            joints = list(PART_JOINTS[part])
            sixd = values[:, columns.start : columns.start + 6 * len(joints)]
            matrices[:, joints] = matrix_from_sixd(sixd.reshape(frames, len(joints), 6).astype(np.float64))
    root = values[:, PART_SLICES[PARTS.index("root")]].astype(np.float64)
    matrices[:, 0] = matrix_from_sixd(root[:, 4:10])
    rotations = quat_from_matrix(matrices)
    yaw = np.concatenate(([0.0], np.cumsum(root[:-1, 0]) / FPS))
    rotations[:, 0] = quat_mul(yaw_quat(yaw), rotations[:, 0])
    flat = np.stack((root[:, 1], np.zeros(frames), root[:, 2]), axis=1)
    steps = quat_rotate(yaw_quat(yaw), flat) / FPS
    place = np.concatenate((np.zeros((1, 3)), np.cumsum(steps[:-1], axis=0)))
    place[:, 1] = root[:, 3]
    return Motion(place.astype(np.float32), rotations.astype(np.float32), FPS).with_continuous_signs()
