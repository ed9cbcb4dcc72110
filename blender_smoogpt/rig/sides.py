# SPDX-License-Identifier: GPL-3.0-or-later
"""The name of a bone on the other side of the body. Plain Python."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

_WORDS: Final = {"left": "right", "right": "left", "左": "右", "右": "左"}
_LETTERS: Final = {"l": "r", "r": "l", "L": "R", "R": "L"}
_WORD: Final = re.compile("left|right|左|右", re.IGNORECASE)
# l and r that are words of their own (upperarm_l, Bip01 L Thigh) or begin a name in small letters (lShldr)
_LETTER: Final = re.compile(r"(?<![A-Za-z])(?:[LlRr](?![A-Za-z])|[lr](?=[A-Z]))")


def _other_word(hit: re.Match[str]) -> str:
    word = _WORDS[hit[0].lower()]
    if hit[0].isupper():
        return word.upper()
    return word.capitalize() if hit[0][0].isupper() else word


def _other_letter(hit: re.Match[str]) -> str:
    return _LETTERS[hit[0]]


def other_names(name: str, flip: Callable[[str], str]) -> tuple[str, ...]:
    """Return the names that the bone on the other side may have, the likeliest first.

    Args:
        name: of the bone.
        flip: Blender's own exchange of sides, which counts first; it knows a side only at the ends of a name.
    """
    words, letters = _WORD.sub(_other_word, name), _LETTER.sub(_other_letter, name)
    both = _LETTER.sub(_other_letter, words)
    return tuple(other for other in dict.fromkeys((flip(name), words, letters, both)) if other != name)
