# SPDX-License-Identifier: GPL-3.0-or-later
"""Ways of the left arm over time, told by angles: how far it is raised, in which plane, how much the elbow is bent."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from server.motion.rotations import Array, quat_rotate, yaw_of, yaw_quat

from .arm_ik import FORE, UPPER, Goal, reached
from .curves import eased, smoothed
from .torso import Torso
from .upper_edit import Dice, natural

_STEP: Final = 0.12  # metres that the feet go past each other at least for a gait


def reach(bend: npt.ArrayLike) -> Array:
    """Return the distance between shoulder and wrist in metres at an elbow bent by degrees (...)."""
    return np.sqrt(UPPER**2 + FORE**2 + 2 * UPPER * FORE * np.cos(np.radians(bend)))


def direction(raised: npt.ArrayLike, plane: npt.ArrayLike) -> Array:
    """Return where an arm points (T, 3) in level axes.

    Args:
        raised: degrees (T,) from hanging straight down.
        plane: degrees (T,) to which side it is raised: 0 forward, 90 to the left, 180 back, below 0 across the body.
    """
    up, side = np.broadcast_arrays(np.radians(raised), np.radians(plane))
    return np.stack((np.sin(up) * np.sin(side), -np.cos(up), np.sin(up) * np.cos(side)), axis=-1)


def angled(
    torso: Torso,
    raised: npt.ArrayLike,
    plane: npt.ArrayLike,
    bend: npt.ArrayLike,
    palm: tuple[float, float, float] | None = None,
) -> Goal:
    """Return what an arm does that is raised, turned and bent by degrees (T,) or numbers; see `direction`.

    The line from shoulder to wrist is what is raised. The elbow points back and down, of a raised arm outward and ahead.
    """
    frames = torso.frames
    raised, plane, bend = (np.broadcast_to(np.asarray(v, dtype=np.float64), (frames,)) for v in (raised, plane, bend))
    high = eased((raised - 75.0) / 75.0)[:, None]
    elbow = (1 - high) * np.array([0.45, -0.55, -0.75]) + high * np.array([1.0, -0.2, 0.4])
    level = torso.level
    return Goal(
        quat_rotate(level, direction(raised, plane) * reach(bend)[:, None]),
        quat_rotate(level, elbow),
        None if palm is None else quat_rotate(level, np.array([palm])),
        from_shoulder=True,
    )


def at_hand(torso: Torso, hand: Array, palm: tuple[float, float, float] | None = None) -> Goal:
    """Return what an arm does whose wrist is at places (T, 3) seen from the shoulder, level; metres."""
    length = np.maximum(np.linalg.norm(hand, axis=-1), 1e-6)
    raised = np.degrees(np.arccos(np.clip(-hand[:, 1] / length, -1, 1)))
    goal = angled(torso, raised, 0.0, 90.0, palm)
    return Goal(quat_rotate(torso.level, hand), goal.elbow, goal.palm, from_shoulder=True)


def jointed(torso: Torso, upper: Array, fore: Array, palm: tuple[float, float, float] | None = None) -> Goal:
    """Return what an arm does whose upper arm and forearm point in directions (T, 3), level; see `direction`."""
    level = torso.level
    return Goal(
        quat_rotate(level, UPPER * upper + FORE * fore),
        quat_rotate(level, upper),
        None if palm is None else quat_rotate(level, np.array([palm])),
        from_shoulder=True,
    )


def moved(torso: Torso, goal: Goal) -> Torso:
    """Return the clip with the left arm moved so, and kept natural."""
    return natural(torso.with_arm(reached(torso, goal)))


def gait(torso: Torso) -> Array | None:
    """Return how far the left foot is ahead of the right one (T,), from -1 to 1; None where nobody steps."""
    heading = smoothed(np.unwrap(yaw_of(torso.turn("pelvis"))), 15)
    apart = torso.at("left_ankle") - torso.at("right_ankle")
    ahead = smoothed(quat_rotate(yaw_quat(-heading), apart)[:, 2], 7)
    size = float(np.percentile(np.abs(ahead - ahead.mean()), 90))
    turns = int((np.diff(np.sign(ahead - ahead.mean())) != 0).sum())
    return (ahead - ahead.mean()) / size if size > _STEP and turns >= max(2, torso.motion.seconds) else None


def phase(torso: Torso, hertz: float, dice: Dice) -> Array:
    """Return the phase (T,) in radians of somebody's beat: steady, but never quite even."""
    seconds = np.arange(torso.frames) / torso.motion.fps
    drift = 0.25 * np.sin(2 * np.pi * 0.31 * hertz * seconds + dice.uniform(0, 6.28))
    return np.asarray(2 * np.pi * hertz * seconds + drift + dice.uniform(0, 6.28))


def strength(torso: Torso, hertz: float, dice: Dice) -> Array:
    """Return how strong each beat is (T,): about 1."""
    seconds = np.arange(torso.frames) / torso.motion.fps
    return np.asarray(1 + 0.1 * np.sin(2 * np.pi * 0.23 * hertz * seconds + dice.uniform(0, 6.28)))


def beat(torso: Torso, low: float, high: float, dice: Dice, least: float = 0.0) -> float:
    """Return a frequency in hertz between two, high enough for ``least`` beats within the clip."""
    return max(float(dice.uniform(low, high)), least / torso.motion.seconds)
