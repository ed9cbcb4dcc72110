# SPDX-License-Identifier: GPL-3.0-or-later
"""An edit of the lower body as data: a name, and a function that makes it of a clip or declines."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from server.captioner import attributes_of
from server.captioning.bins import LEG_EDGES, ROOT_EDGES
from server.motion.motion import Motion
from server.parts.phrases import LEG, ROOT

from .edit import Expected, Varied
from .footing import THIGH, Draft, settled
from .subject import LOWER, SIDES, Subject, joint

Make = Callable[[Subject, np.random.Generator], Varied | None]
_SHORTEST: Final = 30  # frames: of less, nothing can be said that an edit would change


def legs(**slots: str | tuple[str, ...]) -> dict[tuple[str, str], frozenset[str]]:
    """Return what is expected of both legs: slot to a value or several."""
    return leg(0, **slots) | leg(1, **slots)


def leg(side: int, **slots: str | tuple[str, ...]) -> dict[tuple[str, str], frozenset[str]]:
    """Return what is expected of the leg on one of `SIDES`."""
    return _expected(f"{SIDES[side]}_leg", slots)


def root(**slots: str | tuple[str, ...]) -> dict[tuple[str, str], frozenset[str]]:
    """Return what is expected of the root."""
    return _expected("root", slots)


def _expected(part: str, slots: Mapping[str, str | tuple[str, ...]]) -> dict[tuple[str, str], frozenset[str]]:
    return {(part, slot): frozenset((value,) if isinstance(value, str) else value) for slot, value in slots.items()}


def meant(part: str, slot: str, value: str, least: float, most: float) -> tuple[float, float]:
    """Return the range of numbers that a word stands for, a sixth of it left out at each end.

    Args:
        part: ``leg`` or ``root``.
        slot: one of its slots that a number decides.
        value: one of the slot's values.
        least: the least that an edit can do; where the first value begins.
        most: the most that it can do; where the last value ends.
    """
    edges, table = {"leg": (LEG_EDGES, LEG), "root": (ROOT_EDGES, ROOT)}[part]
    limits = (least, *edges[slot], most)
    at = tuple(table[slot]).index(value)
    low, high = max(limits[at], least), min(limits[at + 1], most)
    margin = (limits[at + 1] - limits[at]) / 6
    return max(low, limits[at] + margin), min(high, limits[at + 1] - margin)


def varied(draft: Draft, expected: Expected, parts: frozenset[str] = LOWER) -> Varied:
    """Return the result of an edit."""
    return Varied(settled(draft), expected, parts)


def clear_of_hands(result: Varied, subject: Subject) -> Varied | None:
    """Return the result of an edit, or None where a raised thigh would come to lie under a hand that hung free."""
    return None if _on_thighs(result.motion.positions()) > _on_thighs(subject.positions) + 0.2 else result


def _on_thighs(places: npt.NDArray[np.floating]) -> float:
    """Return the greatest share of the time that a hand is near a thigh that does not hang down."""
    shares = []
    for side in (0, 1):
        hip, knee, elbow, wrist = (places[:, joint(side, name)] for name in ("hip", "knee", "elbow", "wrist"))
        palm = wrist + 0.32 * (wrist - elbow)
        thigh = knee - hip
        along = np.clip(((palm - hip) * thigh).sum(axis=1) / (thigh * thigh).sum(axis=1), 0, 1)
        away = np.linalg.norm(palm - hip - along[:, None] * thigh, axis=1)
        shares.append(float(((away < 0.165) & (thigh[:, 1] > -0.93 * THIGH)).mean()))
    return max(shares)


@dataclass
class Recipe:
    """An `Edit` of the lower body.

    Attributes:
        name: unique among all edits.
        make: what does it; gets the clip and the dice.
    """

    name: str
    make: Make

    def __call__(self, motion: Motion, dice: np.random.Generator) -> Varied | None:
        """Return an edited clip, or None where the edit makes no sense or the clip already is what it would become."""
        if motion.frames < _SHORTEST:
            return None
        result = self.make(Subject(motion), dice)
        if result is None:
            return None
        said = attributes_of(motion)
        news = any(said.get(key, "") not in values for key, values in result.expected.items())
        return result if news else None
