# SPDX-License-Identifier: GPL-3.0-or-later
"""Phases of a part: several attribute sets one after the other, as a sentence and as a timetable over the steps of a clip."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from ..motion.skeleton import PARTS
from .attributes import sentence, to_vector
from .parsing import parse_part
from .splitting import PhaseText, split_phases
from .vocabulary import SLOTS

__all__ = ["PhaseText", "parse_phases", "schedule", "split_phases", "write_phases"]

Phase = tuple[float | None, Mapping[str, str]]
"""Seconds, or None for a share of what is left; and slot name to value."""

_ANYTHING: Final = "anything"
_JOINERS: Final = ("then", "after that", "next", "and then")


def write_phases(part: str, phases: Sequence[Phase], seed: int | None = None) -> str:
    """Return the sentence of a part in phases: "what holds throughout, first ..., for 2 seconds; then ...".

    Durations are written to the hundredth of a second.

    Args:
        part: one of `PARTS`.
        phases: at least one; a single one without a duration is written like any sentence.
        seed: None for the canonical wording, a number for one of the many others.

    Raises:
        ValueError: without phases, or for a duration below 0.01 s or without end.
    """
    if not phases:
        raise ValueError("a part has at least one phase")
    dice = random.Random(seed) if seed is not None else None  # noqa: S311 (no secret)
    if len(phases) == 1:
        ((seconds, said),) = phases
        return _with_duration(sentence(part, said, dice), seconds, dice)
    throughout = dict(set.intersection(*(set(said.items()) for _, said in phases)))
    written = f"{sentence(part, throughout, dice)}, first" if throughout else "first"
    for number, (seconds, said) in enumerate(phases, 1):
        own = {slot: value for slot, value in said.items() if slot not in throughout}
        written += " " + (_with_duration(sentence(part, own, dice), seconds, dice) or _ANYTHING)
        if number < len(phases):
            joiners = (*_JOINERS, "finally") if number == len(phases) - 1 else _JOINERS
            written += f"; {dice.choice(joiners) if dice else joiners[0]}"
    return written


def parse_phases(part: str, text: str) -> list[tuple[float | None, dict[str, str]]]:
    """Return the phases of a part's text, at least one: seconds if stated, and slot name to value.

    Raises:
        KeyError: for an unknown part.
    """
    return [(phase.seconds, parse_part(part, phase.text)) for phase in split_phases(text)]


def schedule(texts: Mapping[str, str], steps: int, step_seconds: float) -> npt.NDArray[np.int64]:
    """Return the attribute vectors of every step of a clip: each part goes through its own phases.

    Phases without a stated duration share the time that is left evenly. Stated durations that leave nothing for them, or
    that do not fill the clip where all are stated, are scaled to fit. Every phase gets at least one step as long as there
    are any.

    Args:
        texts: part texts; a part that is missing is left open.
        steps: number of steps of the clip.
        step_seconds: length of a step.

    Returns:
        (steps, slots) numbers, see `server.parts.attributes.to_vector`.

    Raises:
        ValueError: for a negative number of steps or a step without length.
    """
    if steps < 0 or not 0 < step_seconds < math.inf:
        raise ValueError(f"{steps} steps of {step_seconds} s are no clip")
    vectors = np.zeros((steps, len(SLOTS)), dtype=np.int64)
    for part in PARTS:
        phases = parse_phases(part, texts.get(part, ""))
        columns = [index for index, slot in enumerate(SLOTS) if slot.part == part]
        counts = _steps_of([seconds for seconds, _ in phases], steps, step_seconds)
        rows = [to_vector({(part, slot): value for slot, value in said.items()})[columns] for _, said in phases]
        vectors[:, columns] = np.repeat(np.stack(rows), counts, axis=0)
    return vectors


def _with_duration(text: str, seconds: float | None, dice: random.Random | None) -> str:
    if seconds is None:
        return text
    if not 0.005 < seconds < math.inf:
        raise ValueError(f"a phase cannot last {seconds} s")
    number = f"{seconds:.2f}".rstrip("0").rstrip(".")
    forms = (f"for {number} second{'' if number == '1' else 's'}", f"for about {number} s", f"for {number} s")
    return f"{text or _ANYTHING}, {dice.choice(forms) if dice else forms[0]}"


def _steps_of(durations: Sequence[float | None], steps: int, step_seconds: float) -> list[int]:
    """Return how many steps each phase gets; together they are all of them."""
    if steps <= len(durations):
        return [int(number < steps) for number in range(len(durations))]
    stated = sum(seconds for seconds in durations if seconds is not None) / step_seconds
    free = durations.count(None)
    scale = 1.0
    if stated and (not free or stated > steps - free):
        scale = (steps - free) / stated
    share = (steps - scale * stated) / free if free else 0.0
    wanted = np.array([share if seconds is None else scale * seconds / step_seconds for seconds in durations])
    counts = np.maximum(np.floor(wanted + 1e-9), 1).astype(int)
    while counts.sum() < steps:
        counts[np.argmax(wanted - counts)] += 1
    while counts.sum() > steps:
        counts[np.argmax(np.where(counts > 1, counts - wanted, -np.inf))] -= 1
    return [int(count) for count in counts]
