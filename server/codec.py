# SPDX-License-Identifier: GPL-3.0-or-later
"""Motions and tokens as they travel: numpy on one side, `protocol.Array` on the other. Blender uses it too."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from . import protocol
from .errors import SmooError
from .motion.motion import Motion
from .motion.skeleton import JOINT_COUNT, PARTS


def floats_to_json(values: npt.NDArray[np.floating]) -> protocol.Json:
    """Return an array of 32-bit floats as it travels."""
    return protocol.Array("<f4", values.shape, values.astype("<f4").tobytes()).as_json()


def tokens_to_json(tokens: npt.NDArray[np.integer]) -> protocol.Json:
    """Return tokens (steps, 6) as they travel."""
    return protocol.Array("<i4", tokens.shape, tokens.astype("<i4").tobytes()).as_json()


def tokens_from_json(value: object, name: str = "tokens") -> npt.NDArray[np.int64]:
    """Read tokens (steps, 6).

    Raises:
        SmooError: ``bad_request``.
    """
    array = protocol.array_from_json(value, name, "<i4", (None, len(PARTS)))
    tokens = np.frombuffer(array.data, "<i4").reshape(array.shape).astype(np.int64)
    if tokens.min() < 0:
        raise SmooError("bad_request", f"{name} must not contain negative numbers.")
    return tokens


def motion_to_json(motion: Motion) -> protocol.Json:
    """Return a motion as it travels."""
    return {
        "fps": motion.fps,
        "root_positions": floats_to_json(motion.root_positions),
        "rotations": floats_to_json(motion.rotations),
    }


def motion_from_json(value: object, name: str = "motion") -> Motion:
    """Read a motion.

    Raises:
        SmooError: ``bad_request``.
    """
    if not isinstance(value, dict):
        raise SmooError("bad_request", f"{name} must have fps, root_positions and rotations.")
    root = protocol.array_from_json(value.get("root_positions"), f"{name}.root_positions", "<f4", (None, 3))
    turns = protocol.array_from_json(value.get("rotations"), f"{name}.rotations", "<f4", (None, JOINT_COUNT, 4))
    fps = protocol.check_number(value.get("fps"), f"{name}.fps", 1.0, 1000.0)
    if root.shape[0] > protocol.LIMITS.motion_frames_most:
        message = f"{name} has {root.shape[0]} frames; at most {protocol.LIMITS.motion_frames_most} can be read."
        raise SmooError("bad_request", message)
    try:
        return Motion(
            np.frombuffer(root.data, "<f4").reshape(root.shape),
            np.frombuffer(turns.data, "<f4").reshape(turns.shape),
            fps,
        )
    except ValueError as error:
        raise SmooError("bad_request", f"{name}: {error}") from error
