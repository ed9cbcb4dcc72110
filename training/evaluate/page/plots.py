# SPDX-License-Identifier: GPL-3.0-or-later
"""A row of the report as a plot: every figure a bar with its interval, what stands beside it below, what is asked as a band."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ..figures import Figure, Value
from ..report import Row
from .canvas import GREY, INK, Ink, canvas, save, wrapped, write

if TYPE_CHECKING:
    from PIL import ImageDraw

_WIDTH: Final = 1180
_NAMES: Final = 470
_SCALE: Final = 500  # pixels of a bar's whole length
_BAR: Final = 17
_GAP: Final = 16
_TOP: Final = 50
_ALLOWED: Ink = (222, 241, 222)
_TRACK: Ink = (244, 245, 246)
_VALUE: Ink = (40, 90, 170)
_COLOURS: Final[dict[str, Ink]] = {"real": (70, 150, 90), "decoded": (140, 190, 145), "held out": (105, 170, 120)}
_OTHER: Ink = (170, 175, 182)
_GOOD: Ink = (34, 139, 60)
_BAD: Ink = (200, 45, 35)


def _bars(figure: Figure) -> list[tuple[str, Value, Ink]]:
    rows = [("", figure.value, _VALUE)]
    return rows + [(name, value, _COLOURS.get(name, _OTHER)) for name, value in figure.beside.items()]


def _finite(values: Sequence[float]) -> list[float]:
    return [value for value in values if math.isfinite(value)]


def _span(figure: Figure) -> tuple[float, float]:
    """Return what the left and the right end of the bar stand for."""
    values = [v for _, value, _ in _bars(figure) for v in (value.mean, value.low, value.high)]
    bounds = list(figure.asked.bounds(figure.beside)) if figure.asked else []
    every = _finite([0.0, *values, *bounds])
    low, high = min(every), max(every)
    return min(0.0, low * 1.05), max(high * 1.08, 1e-9)


def _number(value: Value, unit: str) -> str:
    if not math.isfinite(value.mean):
        return "none"
    shown = f"{value.mean:.3g}"
    if value.high > value.low:
        shown += f"  ({value.low:.3g} to {value.high:.3g})"
    return f"{shown} {unit}".strip()


def _height(draw: ImageDraw.ImageDraw, figure: Figure) -> int:
    lines = len(wrapped(draw, figure.name, _NAMES - 20)) + len(wrapped(draw, figure.on, _NAMES - 20, 11))
    return max(len(_bars(figure)) * (_BAR + 3), lines * 16 + (16 if figure.asked else 0)) + _GAP


def _draw_figure(draw: ImageDraw.ImageDraw, figure: Figure, top: int) -> None:
    at = top
    for text, size, ink in ((figure.name, 13, INK), (figure.on, 11, GREY)):
        for line in wrapped(draw, text, _NAMES - 20, size):
            write(draw, (12, at), line, size, ink)
            at += 16
    if figure.asked:
        said = {True: "met", False: "not met", None: "cannot tell"}[figure.met]
        write(draw, (12, at), f"asked: {figure.asked.words()}; {said}", 11, _GOOD if figure.met else _BAD)
    low, high = _span(figure)

    def place(value: float) -> float:
        clipped = min(max(value, low), high)
        return _NAMES + (clipped - low) / (high - low) * _SCALE

    bars = _bars(figure)
    bottom = top + len(bars) * (_BAR + 3)
    draw.rectangle((_NAMES, top - 2, _NAMES + _SCALE, bottom), fill=_TRACK)
    if figure.asked:
        least, most = figure.asked.bounds(figure.beside)
        if math.isfinite(least) or math.isfinite(most):
            draw.rectangle((place(least), top - 2, place(most), bottom), fill=_ALLOWED)
    for number, (name, value, ink) in enumerate(bars):
        y = top + number * (_BAR + 3)
        if math.isfinite(value.mean):
            ends = sorted((place(0.0), place(value.mean)))
            draw.rectangle((ends[0], y + 2, ends[1], y + _BAR - 2), fill=ink)
            if value.high > value.low:
                middle = y + _BAR / 2
                draw.line((place(value.low), middle, place(value.high), middle), fill=(20, 20, 20), width=2)
                for end in (value.low, value.high):
                    draw.line((place(end), middle - 4, place(end), middle + 4), fill=(20, 20, 20), width=2)
        said = f"{name}: {_number(value, figure.unit)}" if name else _number(value, figure.unit)
        write(draw, (_NAMES + _SCALE + 10, y), said, 12, INK if not name else GREY)


def draw_row(row: Row, path: Path) -> None:
    """Write a row's figures as a PNG."""
    _, probe = canvas(1, 1)
    heights = [_height(probe, figure) for figure in row.figures]
    image, draw = canvas(_WIDTH, _TOP + sum(heights) + 10)
    write(draw, (12, 8), row.title, 20)
    write(draw, (12, 33), "blue: measured, with its 95 % interval; green band: what is asked", 11, GREY)
    top = _TOP + 6
    for figure, height in zip(row.figures, heights, strict=True):
        _draw_figure(draw, figure, top)
        top += height
    save(image, path)
