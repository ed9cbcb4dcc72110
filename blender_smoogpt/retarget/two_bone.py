# SPDX-License-Identifier: GPL-3.0-or-later
"""Two-bone inverse kinematics in closed form: a limb reaches a place, and its elbow or knee keeps its plane."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from ...server.motion.rotations import Array, cross, normalized, quat_between, quat_from_matrix, quat_mul, quat_rotate

AHEAD: Final = np.array([0.0, 0.0, 1.0])
_STRAIGHT: Final = 0.05  # sine of the bend under which the upper bone's own axis tells the plane
_REACH: Final = 0.9999


@dataclass(frozen=True)
class Limb:
    """A limb as it is posed, in motion axes.

    Attributes:
        upper, lower: indices of its driven bones.
        root, middle, end: where it begins, bends and ends, each (T, 3).
        bends: direction in rest (3,) to which the lower bone bends: ahead for an arm, back for a leg.
    """

    upper: int
    lower: int
    root: Array
    middle: Array
    end: Array
    bends: Array


def _frames(along: Array, hinge: Array) -> Array:
    """Return rotation matrices (T, 3, 3) whose first column points along a bone, the second along the hinge."""
    x = normalized(along)
    y = normalized(hinge - np.sum(hinge * x, axis=-1, keepdims=True) * x)
    return np.stack((x, y, cross(x, y)), axis=-1)


def bend(turns: Array, limb: Limb, place: Array) -> tuple[Array, Array]:
    """Return the turns (T, 4) of the upper and the lower bone that bring the end of a limb to a place.

    Args:
        turns: (T, B, 4) of all driven bones, as the limb is posed.
        limb: the limb.
        place: (T, 3); out of reach, the limb points there and stays a little bent.
    """
    upper, lower = limb.middle - limb.root, limb.end - limb.middle
    long_upper, long_lower = (float(np.linalg.norm(bone[0])) for bone in (upper, lower))
    bent = cross(upper, lower) / (long_upper * long_lower)
    own = cross(upper / long_upper, quat_rotate(turns[:, limb.upper], limb.bends))
    hinge = normalized(bent + own * np.maximum(0.0, _STRAIGHT - np.linalg.norm(bent, axis=-1, keepdims=True)))
    aim = place - limb.root
    swing = quat_between(limb.end - limb.root, aim)
    towards, axis = normalized(aim), normalized(quat_rotate(swing, hinge))
    axis = normalized(axis - np.sum(axis * towards, axis=-1, keepdims=True) * towards)
    shortest, longest = abs(long_upper - long_lower) * 1.001 + 1e-9, (long_upper + long_lower) * _REACH
    length = np.clip(np.linalg.norm(aim, axis=-1), shortest, longest)
    cosine = (long_upper**2 + length**2 - long_lower**2) / (2 * long_upper * length)
    sine = np.sqrt(np.maximum(1.0 - cosine**2, 0.0))
    # the lower bone goes to one side of the line from root to end, so the elbow or knee lies on the other
    new_upper = long_upper * (cosine[:, None] * towards - sine[:, None] * cross(axis, towards))
    new_lower = towards * length[:, None] - new_upper
    moved = []
    for index, old, new in ((limb.upper, upper, new_upper), (limb.lower, lower, new_lower)):
        step = _frames(new, axis) @ np.swapaxes(_frames(old, hinge), -1, -2)
        moved.append(quat_mul(quat_from_matrix(step), turns[:, index]))
    return moved[0], moved[1]
