# SPDX-License-Identifier: GPL-3.0-or-later
"""Stick figures as pixels, and PNG files: numpy and the standard library, so that it works wherever numpy does.

Pictures are arrays (H, W, 3) of 0 to 1, the first row on top.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.floating]
Colour = tuple[float, float, float]

PAPER: Colour = (0.97, 0.97, 0.97)


def blank(width: int, height: int, colour: Colour = PAPER) -> Picture:
    """Return an empty picture."""
    return np.broadcast_to(np.array(colour), (height, width, 3)).copy()


def draw_line(picture: Picture, start: npt.ArrayLike, end: npt.ArrayLike, colour: Colour, width: float = 2.6) -> None:
    """Draw a smooth line with round ends into a picture.

    Args:
        picture: changed in place.
        start: (x, y) in pixels, x to the right, y down; may lie outside.
        end: the same of the other end.
        colour: of the line.
        width: in pixels.
    """
    a, b = np.asarray(start, dtype=float), np.asarray(end, dtype=float)
    height, across = picture.shape[:2]
    low = np.floor(np.minimum(a, b) - width).astype(int)
    high = np.ceil(np.maximum(a, b) + width).astype(int) + 1
    x0, y0 = max(0, int(low[0])), max(0, int(low[1]))
    x1, y1 = min(across, int(high[0])), min(height, int(high[1]))
    if x0 >= x1 or y0 >= y1:
        return
    rows, columns = np.mgrid[y0:y1, x0:x1]
    away = np.stack((columns, rows), axis=-1) - a
    along = b - a
    share = np.clip((away @ along) / max(float(along @ along), 1e-9), 0, 1)
    distance = np.linalg.norm(away - share[..., None] * along, axis=-1)
    ink = np.clip((width + 1) / 2 - distance, 0, 1)[..., None]
    patch = picture[y0:y1, x0:x1]
    picture[y0:y1, x0:x1] = patch * (1 - ink) + np.array(colour) * ink


def beside(pictures: Sequence[Picture]) -> Picture:
    """Return pictures of one height next to each other."""
    return np.concatenate(list(pictures), axis=1)


def below(pictures: Sequence[Picture]) -> Picture:
    """Return pictures under each other, filled up with paper to the widest."""
    widest = max(picture.shape[1] for picture in pictures)
    rows = [np.pad(p, ((0, 0), (0, widest - p.shape[1]), (0, 0)), constant_values=PAPER[0]) for p in pictures]
    return np.concatenate(rows, axis=0)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(picture: Picture) -> bytes:
    """Return a picture as the bytes of a PNG file (RFC 2083)."""
    values = np.clip(np.round(picture * 255), 0, 255).astype(np.uint8)
    height, width = values.shape[:2]
    lines = np.concatenate((np.zeros((height, 1), np.uint8), values.reshape(height, width * 3)), axis=1)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(lines.tobytes(), 6)) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def save_png(picture: Picture, path: Path) -> None:
    """Write a picture as a PNG file."""
    path.write_bytes(png(picture))
