# SPDX-License-Identifier: GPL-3.0-or-later
"""An edit of the whole body: somebody who stands sits, kneels or squats, with the hands on the thighs.

On the thigh of somebody who stands a hand that hangs would lie as well, so the captioner names the thigh only where it is
raised, and few recordings raise it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from server.motion.motion import Motion

from .arms_held import HELD
from .edit import Edit, Varied
from .postures import POSTURES


@dataclass
class InTurn:
    """An `Edit` made of two, the second on what the first has made.

    Attributes:
        name: unique among all edits.
        first: of which one is drawn.
        then: follows it.
        parts: that the second must change, all of them and none that the first has changed.
    """

    name: str
    first: Sequence[Edit]
    then: Edit
    parts: frozenset[str]

    def __call__(self, motion: Motion, dice: np.random.Generator) -> Varied | None:
        """Return a clip after both edits, or None where one of them makes no sense."""
        before = self.first[int(dice.integers(len(self.first)))](motion, dice)
        after = self.then(before.motion, dice) if before is not None else None
        if before is None or after is None or after.parts != self.parts or before.parts & after.parts:
            return None
        return Varied(after.motion, {**before.expected, **after.expected}, before.parts | after.parts)


_LOW: Final = tuple(edit for edit in POSTURES if edit.name in ("sit_on_chair", "kneel", "squat"))
(_ON_THIGHS,) = (edit for edit in HELD if edit.name == "hands_on_thighs")
_BOTH_ARMS: Final = frozenset(("left_arm", "right_arm"))

SEATED: Final = (InTurn("sit_with_hands_on_thighs", _LOW, _ON_THIGHS, _BOTH_ARMS),)
"""Edits of the whole body."""
