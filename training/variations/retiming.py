# SPDX-License-Identifier: GPL-3.0-or-later
"""Time itself: clips played at other times, backward, and carried on by their own cycle of steps."""

from __future__ import annotations

from typing import Final

import numpy as np

from server.motion.contacts import runs
from server.motion.motion import Motion
from server.motion.rotations import Array as Quats
from server.motion.rotations import continuous, normalized, quat_inv, quat_mul, quat_rotate, slerp, yaw_of, yaw_quat

from .curves import Array, eased
from .subject import Subject

_BLEND: Final = 12  # frames over which the end of one round passes into the next
_UNLIKE: Final = 0.16  # radians that joints may differ on average between the two ends of a round


def at_times(motion: Motion, times: Array) -> Motion:
    """Return the clip at other times: (T,) in frames of the old one, which may lie between two.

    Between frames by cubics through four of them (Catmull and Rom, 1974), as straight lines would make speed jump.
    """
    last = motion.frames - 1
    low = np.clip(np.floor(times).astype(int), 0, last)
    x = np.clip(times - low, 0.0, 1.0)
    weights = np.stack((-x + 2 * x**2 - x**3, 2 - 5 * x**2 + 3 * x**3, x + 4 * x**2 - 3 * x**3, x**3 - x**2)) / 2
    near = [np.clip(low + shift, 0, last) for shift in (-1, 0, 1, 2)]
    turns = continuous(motion.rotations.astype(np.float64))
    root = sum(w[:, None] * motion.root_positions[at] for w, at in zip(weights, near, strict=True))
    mixed = sum(w[:, None, None] * turns[at] for w, at in zip(weights, near, strict=True))
    return Motion(np.asarray(root, dtype=np.float32), normalized(np.asarray(mixed)).astype(np.float32), motion.fps)


def reversed_in_time(motion: Motion) -> Motion:
    """Return the clip played backward."""
    return Motion(motion.root_positions[::-1], motion.rotations[::-1], motion.fps)


def _cycle(subject: Subject) -> int | None:
    """Return the frames from one step of a foot to the next of the same foot, or None where it does not repeat."""
    starts = [[start for start, _ in runs(row) if start > 0] for row in subject.planted]
    gaps = [b - a for row in starts for a, b in zip(row[:-1], row[1:], strict=True)]
    return int(np.median(gaps)) if gaps else None


def _unlike(turns: Quats, a: int, b: int) -> float:
    """Return by how many radians the joints (the pelvis left out) differ on average between two frames."""
    cosine = np.abs((turns[a, 1:] * turns[b, 1:]).sum(axis=-1))
    return float(2 * np.arccos(np.clip(cosine, 0, 1)).mean())


def _round(subject: Subject) -> tuple[int, int] | None:
    """Return the first and the last frame of a round near the clip's end that can be gone over again, or None."""
    cycle = _cycle(subject)
    if cycle is None or cycle < 8 or cycle + 6 > subject.frames:
        return None
    turns = subject.motion.rotations.astype(np.float64)
    best: tuple[float, int, int] | None = None
    for end in range(subject.frames - 1, max(subject.frames - 1 - cycle // 2, cycle + 2), -3):
        for start in range(max(1, end - round(1.12 * cycle)), end - round(0.88 * cycle) + 1):
            unlike = _unlike(turns, start, end) + 0.5 * _unlike(turns, start - 1, end - 1)
            if best is None or unlike < best[0]:
                best = (unlike, start, end)
    return best[1:] if best and best[0] < 1.5 * _UNLIKE else None


def carried_on(subject: Subject, frames: int) -> Motion | None:
    """Return a longer clip: its last cycle of steps gone over again until it has so many frames; None if none fits."""
    motion = subject.motion
    if motion.frames >= frames:
        return motion.sliced(0, frames)
    found = _round(subject)
    if found is None:
        return None
    start, end = found
    root: Array = motion.root_positions[: end + 1].astype(np.float64)
    turns: Array = motion.rotations[: end + 1].astype(np.float64)
    again = slice(start, end + 1)
    while len(root) < frames:
        loop_root: Array = motion.root_positions[again].astype(np.float64)
        loop: Array = motion.rotations[again].astype(np.float64)
        yaw = float(yaw_of(turns[-1, 0]) - yaw_of(loop[0, 0]))
        height = loop_root[:, 1].copy()
        loop_root = quat_rotate(yaw_quat(yaw), loop_root - loop_root[0]) + root[-1]
        loop[:, 0] = quat_mul(yaw_quat(yaw), loop[:, 0])
        # what differs at the seam fades away over the frames after it
        fade = 1.0 - eased(np.arange(len(loop)) / _BLEND)
        apart = quat_mul(turns[-1], quat_inv(loop[0]))
        none = np.zeros_like(apart)
        none[:, 0] = 1.0
        loop = quat_mul(slerp(none[None], apart[None], fade[:, None]), loop)
        loop_root[:, 1] = height + (root[-1, 1] - height[0]) * fade
        root, turns = np.concatenate((root, loop_root[1:])), np.concatenate((turns, loop[1:]))
    return Motion(root[:frames].astype(np.float32), turns[:frames].astype(np.float32), motion.fps)
