# SPDX-License-Identifier: GPL-3.0-or-later
"""How free wordings are written down: rows of a pattern and what it says.

A pattern is a regular expression over `server.parts.bare` text that matches whole words only. In it

* ``NOT`` stands for a negation and up to two words after it, ``LITTLE`` and ``MUCH`` for adverbs of degree,
* ``..`` between two words for up to three words that neither join nor negate.

What it says is a row of ``slot=value``, and of ``slot~value`` for what follows from it unless the sentence says
otherwise: hands on the hips are at hip height. Nothing at all is said by words that only look like others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

Rows = tuple[tuple[str, str], ...]

PACE: Final = r"(^|(?<=\| )|(?<=and )|(?<=he ))pace"
"""The verb; "at a steady pace" is none."""
_SIDES: Final = ("left", "right")
_NEGATIONS: Final = "not|never|no|nor|neither|without|hardly|barely|scarcely|instead of|rather than"
_WORD: Final = r"(?!(?:and|but|then|while|not|never|no|nor|without)\b)[\w']+"
_LITTLE: Final = "|".join(
    "slight slightly little bit hardly barely scarcely gentle gently light lightly faint softly somewhat".split()  # noqa: SIM905
)
_MUCH: Final = "strong|strongly|lot|wide|widely|wild|wildly|heavy|heavily|violently|hard|big|vigorously|far"
_MACROS: Final = (
    ("NOT ", rf"(?:not|never|no|nor|neither|without) (?:{_WORD} ){{0,2}}?"),
    ("LITTLE", f"(?:{_LITTLE})"),
    ("MUCH", f"(?:{_MUCH})"),
    (" .. ", rf" (?:{_WORD} ){{0,3}}?"),
)
_NEGATED: Final = re.compile(rf"(?:^| )(?:{_NEGATIONS}) (?:(?!(?:and|but|then|while)\b)[\w']+ ){{0,3}}$")
_NEGATING: Final = re.compile(rf"(?:{_NEGATIONS})\b")


@dataclass(frozen=True)
class Rule:
    """A compiled row.

    Attributes:
        pattern: matches whole words of bare text.
        says: (slot, value) pairs.
        implies: (slot, value) pairs that hold unless anything else is said of the slot.
    """

    pattern: re.Pattern[str]
    says: tuple[tuple[str, str], ...]
    implies: tuple[tuple[str, str], ...] = ()


def compiled(rows: Iterable[tuple[str, str]]) -> tuple[Rule, ...]:
    """Return the rules of a table.

    Raises:
        ValueError: for a row that says neither ``slot=value`` nor ``slot~value``.
    """
    rules = []
    for source, meaning in rows:
        pattern = source
        for name, expansion in _MACROS:
            pattern = pattern.replace(name, expansion)
        said: dict[str, list[tuple[str, str]]] = {"=": [], "~": []}
        for pair in meaning.split():
            found = re.fullmatch(r"(\w+)([=~])(\w+)", pair)
            if found is None:
                raise ValueError(f"{pair!r} of {source!r} is no slot=value")
            said[found[2]].append((found[1], found[3]))
        rules.append(Rule(re.compile(rf"(?<![\w'])(?:{pattern})(?![\w'])"), tuple(said["="]), tuple(said["~"])))
    return tuple(rules)


def both_sides(*rows: tuple[str, str]) -> Rows:
    """Return rows for left and right from rows that say ``SIDE``."""
    return tuple((row.replace("SIDE", side), said.replace("SIDE", side)) for row, said in rows for side in _SIDES)


def is_negated(text: str, start: int, end: int) -> bool:
    """Tell whether a match is negated by the words before it; one that begins with a negation means it."""
    return not _NEGATING.match(text[start:end]) and _NEGATED.search(text[:start]) is not None
