# SPDX-License-Identifier: GPL-3.0-or-later
"""What recordings and game clips have that a person's body has not: joints that flip over, and walking on the spot."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from server.motion.motion import Motion
from server.motion.rotations import slerp
from server.motion.skeleton import FOOT_JOINTS, JOINT_INDEX

_LEAP: Final = 70.0  # degrees a frame at 30 frames a second: no joint turns so fast, solvers flip so
_ANKLE: Final = 85.0  # degrees: further from rest and the foot points backwards
_HEAD: Final = 110.0
_SHORTEST: Final = 20  # frames: shorter stretches between flips are not worth keeping
_BELT: Final = (0.3, 7.0)  # m/s: planted feet that slide back steadily at such a speed mean walking on the spot
_LONG_ENOUGH: Final = 90  # frames
_GAP: Final = 3.5  # frames that may be missing between the end of a loop and its beginning
_STEADY: Final = 0.75  # length of the mean of the feet's slides over the mean of their lengths


def good_stretches(motion: Motion) -> list[tuple[int, int]]:
    """Return (start, end) of the stretches in which no joint flips and no foot or head is turned backwards.

    Solved recordings contain frames in which a thigh, a foot or a hand is suddenly turned half round. A clip without
    any gives one stretch, all of it, however short it is.
    """
    turns = motion.rotations.astype(np.float64)
    cosine = np.abs(np.sum(turns[1:] * turns[:-1], axis=-1)).clip(0, 1)
    leaps = (np.degrees(2 * np.arccos(cosine)) > _LEAP * 30.0 / motion.fps).any(axis=1)
    angle = np.degrees(2 * np.arccos(np.abs(turns[..., 0]).clip(0, 1)))
    ankles = angle[:, [JOINT_INDEX["left_ankle"], JOINT_INDEX["right_ankle"]]].max(axis=1)
    twisted = (ankles > _ANKLE) | (angle[:, JOINT_INDEX["head"]] > _HEAD)
    if not leaps.any() and not twisted.any():
        return [(0, motion.frames)]
    stretches, start = [], 0
    for frame in range(motion.frames + 1):
        ends = frame == motion.frames or twisted[frame] or (frame > 0 and bool(leaps[frame - 1]))
        if ends:
            if frame - start >= _SHORTEST:
                stretches.append((start, frame))
            start = frame + 1 if frame < motion.frames and twisted[frame] else frame
    return stretches


def belt_velocity(motion: Motion) -> npt.NDArray[np.float64]:
    """Return the velocity (2,) in m/s along x and z with which planted feet slide while the body stays on the spot.

    Zero unless the slide is fast and steady and the body itself does not travel: feet on a treadmill.
    """
    none = np.zeros(2)
    if motion.frames < 8:
        return none
    feet = motion.positions()[:, list(FOOT_JOINTS)].astype(np.float64)
    speed = np.gradient(feet, axis=0) * motion.fps
    low = feet[..., 1].min(axis=1, keepdims=True)
    # whichever joint is lowest carries the body, unless the body is in the air
    down = (feet[..., 1] < low + 0.01) & (low < 0.05) & (np.abs(speed[..., 1]) < 0.4)
    slides = speed[down][:, [0, 2]]
    if len(slides) < max(2, 0.1 * motion.frames):
        return none
    mean, length = slides.mean(axis=0), np.linalg.norm(slides, axis=-1).mean()
    travel = np.linalg.norm(np.diff(motion.root_positions[[0, -1]][:, [0, 2]], axis=0)) / motion.seconds
    speed_of_belt = float(np.linalg.norm(mean))
    if not _BELT[0] < speed_of_belt < _BELT[1] or speed_of_belt < _STEADY * length or travel > 0.25 * speed_of_belt:
        return none
    return np.asarray(mean)


def _loop(motion: Motion) -> Motion | None:
    """Return one round of a clip that ends as it begins, or None for others.

    Loops end with their first pose again, or some frames before it: a frame or two that are missing are interpolated.
    """
    turns = motion.rotations.astype(np.float64)

    def apart(a: int, b: int) -> float:
        """Mean angle in radians between the joints of two frames."""
        return float(2 * np.arccos(np.abs(np.sum(turns[a] * turns[b], axis=-1)).clip(0, 1)).mean())

    step = float(np.median([apart(frame, frame + 1) for frame in range(motion.frames - 1)]))
    gap = apart(motion.frames - 1, 0) / max(step, 1e-6)
    if gap < 0.5:
        return motion.sliced(0, motion.frames - 1)
    if gap > _GAP:
        return None
    missing = np.linspace(0, 1, max(1, round(gap)) + 1)[1:-1]
    fill = slerp(turns[-1:], turns[:1], np.broadcast_to(missing[:, None], (len(missing), turns.shape[1])))
    ends = motion.root_positions[[-1, 0]]
    root = ends[:1] + missing[:, None] * (ends[1:] - ends[:1])
    return Motion(
        np.concatenate((motion.root_positions, root.astype(np.float32))),
        np.concatenate((motion.rotations, fill.astype(np.float32))),
        motion.fps,
    )


def off_the_belt(motion: Motion) -> Motion:
    """Return a clip that walks or runs on the spot as one that travels, so that its feet stay where they step.

    A clip that ends as it begins, as game clips do, is repeated until it lasts `_LONG_ENOUGH`. Other clips are returned
    as they are.
    """
    velocity = belt_velocity(motion)
    if not velocity.any():
        return motion
    loop = _loop(motion)
    base = loop or motion
    rows = np.arange(base.frames * -(-_LONG_ENOUGH // base.frames)) if loop else np.arange(base.frames)
    root = base.root_positions[rows % base.frames].copy()
    root[:, [0, 2]] -= (rows[:, None] / base.fps * velocity).astype(np.float32)
    return Motion(root, base.rotations[rows % base.frames], base.fps)
