# SPDX-License-Identifier: GPL-3.0-or-later
"""Stick figures in Blender's axes as pictures, so that a benchmark can show what it has measured without a renderer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from smoogpt_ext.training.drawing import below, beside, blank, draw_line, save_png

TILE = (90, 120)
_METRES = 2.1  # seen from bottom to top
_GROUND = 0.06  # of the height
_VIEW = np.radians(38.0)


def tile(
    lines: Sequence[tuple[np.ndarray, np.ndarray]], colour: tuple[float, float, float], centre: np.ndarray
) -> np.ndarray:
    """Draw lines (from, to), metres in Blender's axes, seen from ahead and the side; return (H, W, 3)."""
    width, height = TILE
    across = np.array([np.cos(_VIEW), np.sin(_VIEW), 0.0])
    ground = (1 - _GROUND) * height

    def flat(point: np.ndarray) -> tuple[float, float]:
        away = point - [centre[0], centre[1], 0.0]
        scale = height / _METRES
        return width / 2 + float(away @ across) * scale, ground - float(away[2]) * scale

    picture = blank(width, height)
    draw_line(picture, (0, ground), (width, ground), (0.85, 0.85, 0.85), 1.0)
    for start, end in lines:
        draw_line(picture, flat(start), flat(end), colour)
    return picture


def save(rows: Sequence[Sequence[np.ndarray]], path: Path) -> None:
    """Write tiles, rows from the top, as a PNG."""
    save_png(below([beside(row) for row in rows]), path)
