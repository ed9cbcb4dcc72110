# SPDX-License-Identifier: GPL-3.0-or-later
"""Left and right before and behind the language model: what names only the right is asked about as its mirror image.

A small model confuses the sides, and half of what it would have to learn is the other half mirrored. So it is asked about the left
alone, in training and in use, and the answer is mirrored back; prompts that name both sides reach it as they are.
"""

from __future__ import annotations

import re
from typing import Final

_SIDE: Final = re.compile(r"\b(left|right)(?!\s+(?:away|now|angles?|before|behind|after|at)\b)", re.IGNORECASE)
RIGHT: Final = 2
BOTH: Final = 3
_OTHER: Final = {"left": "right", "right": "left"}


def side_of(text: str) -> int:
    """Return 0 if a text names no side, 1 for the left, 2 for the right, `BOTH` if it names both.

    "Right away" and "a right angle" name none.
    """
    named = {found.group(1).lower() for found in _SIDE.finditer(text)}
    return ("left" in named) + 2 * ("right" in named)


def names_only_right(*texts: str) -> bool:
    """Tell whether some texts together name the right and not the left."""
    return side_of(" ".join(texts)) == RIGHT


def mirrored_text(text: str) -> str:
    """Return a text with left and right exchanged."""
    return _SIDE.sub(lambda found: _OTHER[found.group(1).lower()], text)
