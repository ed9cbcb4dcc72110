# SPDX-License-Identifier: GPL-3.0-or-later
"""What an animator may choose about how a motion is put on a character."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class RootMode(Enum):
    """What carries a character over the ground."""

    HIPS = "HIPS"
    ROOT_BONE = "ROOT_BONE"
    OBJECT = "OBJECT"
    IN_PLACE = "IN_PLACE"


@dataclass(frozen=True)
class Options:
    """How a motion is put on a character.

    Attributes:
        root_mode: what carries it.
        heading: turn to the left, in radians, of the whole motion from where the character looks now.
        path_turn: turn to the left, in radians, by which the path is bent in the end.
        keep_feet: whether standing feet are kept on their place.
        keep_hands: whether hands that touch each other or the head are brought together.
        thin_error: largest error in degrees that leaving out keys may make; 0 keys every frame.
    """

    root_mode: RootMode = RootMode.HIPS
    heading: float = 0.0
    path_turn: float = 0.0
    keep_feet: bool = True
    keep_hands: bool = True
    thin_error: float = 0.0
