# SPDX-License-Identifier: GPL-3.0-or-later
"""A row of the report, and the report as JSON."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from server.motion.motion import Motion

from .figures import Figure, Json


@dataclass(frozen=True)
class Strip:
    """One line of a contact sheet: a caption and motions that are drawn below each other, with their names.

    Attributes:
        caption: what was asked.
        motions: name to motion.
        good: whether what was asked is there; None where that is no question.
    """

    caption: str
    motions: Mapping[str, Motion]
    good: bool | None = None


@dataclass(frozen=True)
class Sheet:
    """A contact sheet: a title and its strips."""

    name: str
    title: str
    strips: Sequence[Strip]


@dataclass
class Row:
    """One row of the design's table 7.

    Attributes:
        name: as ``--rows`` has it.
        title: in words.
        figures: what was measured.
        details: what explains the figures: confusions, failures, per-part numbers.
        sheets: pictures of what was measured.
        seconds: time that measuring took.
        processor_seconds: the same in seconds of a core, which other work on the machine does not lengthen.
    """

    name: str
    title: str
    figures: list[Figure]
    details: Json = field(default_factory=dict)
    sheets: list[Sheet] = field(default_factory=list)
    seconds: float = 0.0
    processor_seconds: float = 0.0

    def json(self) -> Json:
        """Return plain values, without the pictures."""
        figures = [figure.json() for figure in self.figures]
        return {
            "title": self.title,
            "seconds": round(self.seconds, 1),
            "processor_seconds": round(self.processor_seconds, 1),
            "figures": figures,
            "details": _finite(self.details),
        }


def _finite(value: Any) -> Any:
    """Return plain values with undefined numbers as null: JSON knows no NaN."""
    if isinstance(value, Mapping):
        return {str(key): _finite(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(inner) for inner in value]
    if isinstance(value, float):
        return float(f"{value:.5g}") if math.isfinite(value) else None
    return value


def report_json(rows: Sequence[Row], about: Json) -> Json:
    """Return the whole report: what it was measured with, and its rows by name."""
    return {"about": about, "rows": {row.name: row.json() for row in rows}}
