# SPDX-License-Identifier: GPL-3.0-or-later
"""What an edit is: a motion goes in, a motion of the same length comes out, with what the captioner should now say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from server.motion.motion import Motion

Expected = Mapping[tuple[str, str], frozenset[str]]


@dataclass(frozen=True)
class Varied:
    """The result of an edit.

    Attributes:
        motion: canonical, of the same length and frame rate as what it was made of.
        expected: (part, slot name) to the values of which the captioner should find one; the empty string among them
            stands for a notable slot that is left unsaid.
        parts: the parts that the edit means to change; the others keep their attributes.
    """

    motion: Motion
    expected: Expected
    parts: frozenset[str] = field(default_factory=frozenset)


class Edit(Protocol):
    """One kind of change, with its strength, side and timing drawn by chance."""

    name: str
    """Unique; ``arm_on_hip``, ``limp``."""

    def __call__(self, motion: Motion, dice: np.random.Generator) -> Varied | None:
        """Return an edited clip, or None where the edit makes no sense (a limp of somebody who sits)."""
        ...
