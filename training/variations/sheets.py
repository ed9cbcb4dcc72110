# SPDX-License-Identifier: GPL-3.0-or-later
"""Contact sheets of edits: each clip before and after, figures over time, and its way over the ground from above."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from server.motion.contacts import contacts
from server.motion.motion import Motion
from server.motion.skeleton import JOINT_INDEX, JOINTS, PARENTS
from training.drawing import Colour, Picture, beside, blank, draw_line

TILE: Final = (84, 120)
"""Width and height of a figure in pixels."""
_METRES: Final = 2.2  # seen from bottom to top
_VIEW: Final = np.radians(38.0)
_GROUND: Final = 0.92  # of the height
_FIGURES: Final = 9
_LEFT: Final[Colour] = (0.10, 0.35, 0.80)
_RIGHT: Final[Colour] = (0.80, 0.20, 0.10)
_MIDDLE: Final[Colour] = (0.15, 0.15, 0.15)
_GREY: Final[Colour] = (0.60, 0.60, 0.60)


def _colour(name: str) -> Colour:
    return _LEFT if name.startswith("left_") else _RIGHT if name.startswith("right_") else _MIDDLE


def figure(joints: npt.NDArray[np.floating], *, plain: bool = False) -> Picture:
    """Draw the body (22, 3) seen from before and beside where the clip faces at its start; grey where ``plain``."""
    across = np.array([np.cos(_VIEW), 0.0, -np.sin(_VIEW)])
    away = joints - joints[0] * np.array([1.0, 0.0, 1.0])
    scale = TILE[1] / _METRES
    flat = np.stack((away @ across, -away[:, 1]), axis=-1) * scale + [TILE[0] / 2, _GROUND * TILE[1]]
    picture = blank(*TILE)
    picture[round(_GROUND * TILE[1])] -= 0.15
    for joint, parent in enumerate(PARENTS):
        if parent >= 0:
            draw_line(picture, flat[parent], flat[joint], _GREY if plain else _colour(JOINTS[joint]), 2.2)
    return picture


def from_above(motion: Motion, *, plain: bool = False) -> Picture:
    """Draw where the pelvis goes, and where the feet stand (dots), from above; where it faces at its start is up."""
    ground = motion.positions()[..., [0, 2]].astype(np.float64)
    low, high = ground[:, :12].min(axis=(0, 1)), ground[:, :12].max(axis=(0, 1))
    scale = min((TILE[0] - 10) / max(float(high[0] - low[0]), 1.0), (TILE[1] - 10) / max(float(high[1] - low[1]), 1.0))
    flat = (ground - (low + high) / 2) * -scale + [TILE[0] / 2, TILE[1] / 2]
    picture = blank(*TILE, (0.93, 0.93, 0.93))
    for before, after in zip(flat[:-1:2, 0], flat[1::2, 0], strict=False):
        draw_line(picture, before, after, _GREY if plain else _MIDDLE, 2.2)
    down = contacts(motion)[:, [1, 3]]
    for foot, (side, colour) in enumerate((("left", _LEFT), ("right", _RIGHT))):
        for place in flat[down[:, foot], JOINT_INDEX[f"{side}_foot"]]:
            draw_line(picture, place, place, _GREY if plain else colour, 2.2)
    return picture


def strip(motion: Motion, *, plain: bool = False) -> Picture:
    """Draw a clip: figures at even times, then the way from above."""
    places = motion.positions()
    at = np.linspace(0, motion.frames - 1, _FIGURES).round().astype(int)
    return beside([*(figure(places[frame], plain=plain) for frame in at), from_above(motion, plain=plain)])
