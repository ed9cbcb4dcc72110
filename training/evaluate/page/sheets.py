# SPDX-License-Identifier: GPL-3.0-or-later
"""Contact sheets: captions over strips of stick figures, green where what was asked is there, red where it is not."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from ..report import Sheet, Strip
from .canvas import GREY, INK, Ink, canvas, image_of, save, wrapped, write
from .strips import FRAMES, TILE, WAY_WIDTH, strip

if TYPE_CHECKING:
    from PIL import Image

_COLUMNS: Final = 2
_MARGIN: Final = 12
_LINE: Final = 17
_MARKS: Final[dict[bool | None, Ink]] = {True: (34, 139, 60), False: (200, 45, 35), None: GREY}
_LABEL: Final = 58  # width of a motion's name
_FEW: Final = 5  # frames of a strip that shows many motions


def _drawn(given: Strip, width: int) -> Image.Image:
    """Return one strip with its caption and a coloured edge."""
    _, probe = canvas(1, 1)
    lines = wrapped(probe, given.caption, width - 20)
    image, draw = canvas(width, len(lines) * _LINE + len(given.motions) * (TILE[1] + 4) + 10)
    draw.rectangle((0, 0, 5, image.height - 8), fill=_MARKS[given.good])
    for number, line in enumerate(lines):
        write(draw, (12, number * _LINE), line)
    for number, (name, motion) in enumerate(given.motions.items()):
        top = len(lines) * _LINE + 2 + number * (TILE[1] + 4)
        write(draw, (12, top + 4), name, 11, GREY)
        write(draw, (12, top + 20), f"{motion.seconds:.1f} s", 11, GREY)
        image.paste(image_of(strip(motion)), (12 + _LABEL, top))
    return image


def draw_sheet(sheet: Sheet, path: Path) -> None:
    """Write a sheet as PNG, in two columns."""
    width = 12 + _LABEL + FRAMES * TILE[0] + WAY_WIDTH
    pictures = [_drawn(given, width) for given in sheet.strips]
    columns = min(_COLUMNS, max(1, len(pictures)))
    rows = [pictures[start : start + columns] for start in range(0, len(pictures), columns)]
    heights = [max(picture.height for picture in row) for row in rows]
    total = sum(heights) + _MARGIN * (len(rows) + 1) + 34
    image, draw = canvas(columns * (width + _MARGIN) + _MARGIN, total)
    write(draw, (_MARGIN, 8), sheet.title, 20, INK)
    top = 34 + _MARGIN
    for row, height in zip(rows, heights, strict=True):
        for column, picture in enumerate(row):
            image.paste(picture, (_MARGIN + column * (width + _MARGIN), top))
        top += height + _MARGIN
    save(image, path)
