# SPDX-License-Identifier: GPL-3.0-or-later
"""Arms that keep still while the trunk carries them along.

The captioner measures hands against the hips, so hands that hang still beside a trunk that bows are seen to move: of the
bows that the generator learnt from, three in a thousand have an arm that keeps still. Who writes both means the arm against
the trunk.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from .vocabulary import SLOT_INDEX, SLOTS

_MOVES: Final = {"bend": ("bows", "bends", "straightens"), "twist": ("strong",), "sway": ("strong",)}
"""Of the backbone's slots, what carries the hands along: under 2.5 % of what was learnt from has it with a still arm."""
_ARMS: Final = [SLOT_INDEX[f"{side}_arm", "action"] for side in ("left", "right")]


def _number(slot: int, value: str) -> int:
    return SLOTS[slot].values.index(value) + 1


def unsaid_where_carried(said: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return what is said (T, slots) of each step without "keeps still" of arms that the trunk carries along."""
    carried = np.zeros(len(said), dtype=bool)
    for name, values in _MOVES.items():
        slot = SLOT_INDEX["backbone", name]
        carried |= np.isin(said[:, slot], [_number(slot, value) for value in values])
    told = said.copy()
    for slot in _ARMS:
        told[carried & (said[:, slot] == _number(slot, "still")), slot] = 0
    return told
