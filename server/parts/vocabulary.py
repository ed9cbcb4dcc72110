# SPDX-License-Identifier: GPL-3.0-or-later
"""The attribute slots of all six parts, in the fixed order that the networks know them by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from ..motion.skeleton import PARTS, mirrored_name
from .phrases import NOTABLE, TABLES

Kind = Literal["static", "dynamic"]

_DYNAMIC: Final = {
    *("action", "peak", "size", "tempo", "way", "rhythm", "flow", "pair"),
    *("stride", "cadence", "fold", "lift", "stance"),
    *("bend", "sway", "twist", "head_motion", "tremor", "head_way"),
    *("direction", "speed", "turn", "pace", "bounce", "path", "change"),
}


@dataclass(frozen=True)
class Slot:
    """One thing that can be said of a part.

    Attributes:
        part: one of `PARTS`.
        name: unique within the part.
        values: its possible values, from least to most where there is an order.
        kind: whether it tells where the part is held or how it moves.
    """

    part: str
    name: str
    values: tuple[str, ...]
    kind: Kind

    @property
    def key(self) -> tuple[str, str]:
        """The slot's name in an attribute set."""
        return (self.part, self.name)

    @property
    def notable(self) -> bool:
        """Whether it is said only where there is something to say."""
        return self.name in NOTABLE


SLOTS: Final[tuple[Slot, ...]] = tuple(
    Slot(part, name, tuple(values), "dynamic" if name in _DYNAMIC else "static")
    for part in PARTS
    for name, values in TABLES[part].items()
)
SLOT_PARTS: Final = np.array([PARTS.index(slot.part) for slot in SLOTS])
"""(slots,) the index of each slot's part."""
SLOT_INDEX: Final[dict[tuple[str, str], int]] = {slot.key: index for index, slot in enumerate(SLOTS)}


def wordings(slot: Slot, value: str) -> tuple[str, ...]:
    """Return the phrases that say a value; the first is the canonical one."""
    return TABLES[slot.part][slot.name][value]


def mirrored_value(value: str) -> str:
    """Return the value on the other side: ``slight_left`` for ``slight_right``."""
    if value == "left" or value.endswith("_left"):
        return value[: -len("left")] + "right"
    if value == "right" or value.endswith("_right"):
        return value[: -len("right")] + "left"
    return value


def mirrored_slot(slot: Slot) -> tuple[str, str]:
    """Return the key of the same slot on the other side of the body."""
    return (mirrored_name(slot.part), slot.name)
