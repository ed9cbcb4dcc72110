# SPDX-License-Identifier: GPL-3.0-or-later
"""The rows of the report by name, in the order in which they are measured."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from . import editing, length, likeness, obedience, physics, recognition, speed, tokens, unseen, variety
from .report import Row
from .session import Session

ROWS: Final[Mapping[str, Callable[[Session], Row]]] = {
    "speed": speed.measure,
    "tokenizer": tokens.measure,
    "recognition": recognition.measure,
    "likeness": likeness.measure,
    "physics": physics.measure,
    "prompts": obedience.measure_prompts,
    "obedience": obedience.measure,
    "unseen": unseen.measure,
    "editing": editing.measure,
    "variety": variety.measure,
    "length": length.measure,
}
ALONE: Final = ("speed",)
"""Rows that time something, beside which nothing else may run."""
HALVES: Final = (
    ("recognition", "likeness", "physics", "prompts", "editing", "length"),
    ("tokenizer", "obedience", "unseen", "variety"),
)
"""The other rows in two groups that take about as long; rows that judge the same generated clips are together."""


def measured(session: Session, names: Sequence[str]) -> Iterator[Row]:
    """Measure rows one after the other, with the seconds each took.

    Rows share generated clips; whoever comes first generates them, so that its seconds hold them.
    """
    for name in names:
        started, worked = time.perf_counter(), time.process_time()
        row = ROWS[name](session)
        row.seconds, row.processor_seconds = time.perf_counter() - started, time.process_time() - worked
        yield row
