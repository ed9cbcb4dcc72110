# SPDX-License-Identifier: GPL-3.0-or-later
"""Stick figures as pixels, so that a benchmark can show what it has measured without a renderer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import bpy
import numpy as np

TILE = (90, 120)
_METRES = 2.1  # seen from bottom to top
_VIEW = np.radians(38.0)


def tile(
    lines: Sequence[tuple[np.ndarray, np.ndarray]], colour: tuple[float, float, float], centre: np.ndarray
) -> np.ndarray:
    """Draw lines (from, to), metres in Blender's axes, seen from ahead and the side; return (H, W, 4)."""
    width, height = TILE
    across = np.array([np.cos(_VIEW), np.sin(_VIEW), 0.0])

    def flat(point: np.ndarray) -> np.ndarray:
        away = point - [centre[0], centre[1], 0.0]
        return np.array([away @ across, away[2]]) * height / _METRES + [width / 2, 0.06 * height]

    rows, columns = np.mgrid[0:height, 0:width]
    pixels = np.stack((columns, rows), axis=-1).astype(float)
    ink = np.zeros((height, width))
    for start, end in lines:
        a, b = flat(start), flat(end)
        along = b - a
        share = np.clip(((pixels - a) @ along) / max(float(along @ along), 1e-9), 0, 1)
        away = np.linalg.norm(pixels - a - share[..., None] * along, axis=-1)
        ink = np.maximum(ink, np.clip(1.8 - away, 0, 1))
    ground = (rows == round(0.06 * height))[..., None] * 0.12
    picture = np.ones((height, width, 4))
    picture[..., :3] = (0.97 - ground) * (1 - ink[..., None]) + np.array(colour) * ink[..., None]
    return picture


def save(rows: Sequence[Sequence[np.ndarray]], path: Path) -> None:
    """Write tiles, rows from the top, as a PNG."""
    sheet = np.concatenate([np.concatenate(row, axis=1) for row in rows][::-1], axis=0)
    image = bpy.data.images.new("sheet", sheet.shape[1], sheet.shape[0])
    image.pixels.foreach_set(sheet.astype(np.float32).ravel())
    image.filepath_raw, image.file_format = str(path), "PNG"
    image.save()
    bpy.data.images.remove(image)
