# SPDX-License-Identifier: GPL-3.0-or-later
"""Ways over the ground: how fast, where to and facing where, for clips that step and, with steps made for it, that stand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .curves import Array, turned
from .footing import Course
from .subject import Subject


@dataclass(frozen=True)
class Way:
    """A way through the room, told by what changes against the clip.

    Attributes:
        turn: (T,) radians to the left by which body and direction turn, over the clip's own turning.
        pace: (T,) how much of the clip's own speed is kept; for clips that stand, metres a second.
        aside: radians between where the body faces and where it goes, positive to the left of it.
    """

    turn: Array
    pace: Array
    aside: float = 0.0


def course_of(subject: Subject, way: Way) -> Course:
    """Return the course of a clip that travels: its own way with other turns and another pace."""
    velocity = turned(subject.velocity * way.pace[:, None], way.turn + way.aside)
    return Course(subject.centre, _walked(subject.centre[0], velocity / subject.fps), way.turn)


def course_from(subject: Subject, way: Way) -> Course:
    """Return a course for a clip that stands: straight ahead but for the turns, at the way's own speed."""
    away = np.stack((np.zeros(subject.frames), way.pace), axis=1)
    facing = float(np.median(subject.heading))
    velocity = turned(away, way.turn + way.aside + facing)
    return Course(subject.centre, _walked(subject.centre[0], velocity / subject.fps), way.turn)


def _walked(start: Array, steps: Array) -> Array:
    """Return the places (T, 2) reached from ``start`` by steps (T, 2), each between two frames' halves."""
    between = 0.5 * (steps[1:] + steps[:-1])
    return np.asarray(start + np.concatenate((np.zeros((1, 2)), np.cumsum(between, axis=0))))
