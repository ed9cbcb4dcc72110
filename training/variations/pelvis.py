# SPDX-License-Identifier: GPL-3.0-or-later
"""Turning and lowering the pelvis of a draft: with a trunk that leans along, or with one that stays as it was."""

from __future__ import annotations

from typing import Final

import numpy as np

from server.motion.rotations import quat_between, quat_from_axis_angle, quat_mul, quat_rotate
from server.motion.skeleton import JOINT_INDEX, OFFSETS

from .curves import Array
from .footing import Draft

_TRUNK: Final = (("pelvis", 0.5), ("spine1", 0.9), ("spine2", 1.0))
"""Joints that lean, and by what share; the chest stays upright, and arms and gaze with it."""
_SPINE: Final = tuple(JOINT_INDEX[name] for name in ("spine1", "spine2"))


def ahead_of(heading: Array) -> Array:
    """Return the directions (T, 3) that headings (T,) face."""
    return np.stack((np.sin(heading), np.zeros_like(heading), np.cos(heading)), axis=-1)


def left_of(heading: Array) -> Array:
    """Return the directions (T, 3) to the left of headings (T,)."""
    return np.stack((np.cos(heading), np.zeros_like(heading), -np.sin(heading)), axis=-1)


def bow(draft: Draft, heading: Array, angle: Array) -> None:
    """Lean the trunk forward by ``angle`` (T,) radians from the pelvis up."""
    for name, share in _TRUNK:
        turn = quat_from_axis_angle(left_of(heading), share * angle)
        draft.world[:, JOINT_INDEX[name]] = quat_mul(turn, draft.world[:, JOINT_INDEX[name]])


def sink(draft: Draft, heading: Array, depth: Array, *, bowing: bool) -> None:
    """Lower the pelvis by ``depth`` (T,) metres; with ``bowing``, hips go back and the trunk forward to keep balance."""
    draft.root[:, 1] -= depth
    draft.root -= ahead_of(heading) * ((0.3 if bowing else 0.12) * depth)[:, None]
    if bowing:
        bow(draft, heading, np.clip(0.8 * (depth - 0.04), 0.0, np.radians(15)))


def _turn_pelvis(draft: Draft, axis: Array, angle: Array) -> None:
    """Turn the pelvis alone; the lowest joint of the spine makes up for it, so that the trunk stays where it was."""
    first = _SPINE[0]
    low, high = (OFFSETS[index][None].astype(np.float64) for index in _SPINE)
    link = quat_rotate(draft.world[:, first], high)
    place = quat_rotate(draft.world[:, 0], low) + link
    draft.world[:, 0] = quat_mul(quat_from_axis_angle(axis, angle), draft.world[:, 0])
    turned = quat_rotate(draft.world[:, 0], low)
    # the joint above comes to lie on the line on which it lay, as far up as the link that leans back allows
    up = place / np.linalg.norm(place, axis=1, keepdims=True)
    along = (turned * up).sum(axis=1)
    aside = (turned * turned).sum(axis=1) - along**2
    reach = along + np.sqrt(np.maximum((link * link).sum(axis=1) - aside, 1e-6))
    back = quat_between(link, up * reach[:, None] - turned)
    draft.world[:, first] = quat_mul(back, draft.world[:, first])


def tilt_pelvis(draft: Draft, heading: Array, forward: Array) -> None:
    """Tip the pelvis forward by ``forward`` (T,) radians under a trunk that stays as it is."""
    _turn_pelvis(draft, left_of(heading), forward)


def roll_pelvis(draft: Draft, heading: Array, left_up: Array) -> None:
    """Raise the left side of the pelvis by ``left_up`` (T,) radians under a trunk that stays as it is."""
    _turn_pelvis(draft, ahead_of(heading), left_up)
