# SPDX-License-Identifier: GPL-3.0-or-later
"""Text and boxes on pictures, by Pillow."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from server.errors import SmooError
from training.drawing import Picture

if TYPE_CHECKING:
    from PIL import Image, ImageDraw, ImageFont

    Font: TypeAlias = ImageFont.FreeTypeFont | ImageFont.ImageFont

Ink = tuple[int, int, int]
INK: Ink = (35, 38, 42)
GREY: Ink = (125, 130, 136)


def check_pillow() -> None:
    """Make sure that there is something to draw with.

    Raises:
        SmooError: ``pillow_missing``, saying what to do.
    """
    try:
        import PIL  # noqa: F401
    except ImportError as error:
        advice = "'python install.py test' adds it to the environment, or leave out --page."
        raise SmooError("pillow_missing", f"Drawing the page needs Pillow. {advice}") from error


@cache
def font(size: int) -> Font:
    """Return the built-in font in a size."""
    from PIL import ImageFont

    return ImageFont.load_default(size)


def canvas(width: int, height: int) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    """Return an empty picture and something to draw on it with."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (width, height), (255, 255, 255))
    return image, ImageDraw.Draw(image)


def image_of(picture: Picture) -> Image.Image:
    """Return a picture of 0 to 1 as an image."""
    from PIL import Image

    return Image.fromarray(np.clip(np.round(picture * 255), 0, 255).astype(np.uint8))


def write(draw: ImageDraw.ImageDraw, place: tuple[float, float], text: str, size: int = 13, ink: Ink = INK) -> None:
    """Write one line of text, its upper left corner at a place."""
    draw.text(place, text, fill=ink, font=font(size))


def wrapped(draw: ImageDraw.ImageDraw, text: str, width: float, size: int = 13) -> list[str]:
    """Return text in lines that are no wider than so many pixels."""
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and draw.textlength(longer, font=font(size)) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def save(image: Image.Image, path: Path) -> None:
    """Write an image as PNG with few colours, which is a third of the size and looks the same."""
    from PIL import Image

    few = image.quantize(128, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    few.save(path, optimize=True)
