# SPDX-License-Identifier: GPL-3.0-or-later
"""A part's text in phases: "first hangs low, for 2 seconds; then waves to and fro; finally ...".

Phases are joined by a semicolon, by "then", "after that" or "followed by" anywhere, by "next", "finally" and the like
where a clause begins, and by "after 2 seconds". A comma alone joins nothing, nor does "now and then". What stands before
"first" holds throughout: "waves, first slowly, then quickly" is a slow wave and a quick one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_NUMBERS: Final = {
    "half": 0.5,
    "a half": 0.5,
    "half a": 0.5,
    "half of a": 0.5,
    "a": 1.0,
    "one": 1.0,
    "one and a half": 1.5,
    "a couple of": 2.0,
    "two": 2.0,
    "two and a half": 2.5,
    "three": 3.0,
    "four": 4.0,
    "five": 5.0,
    "six": 6.0,
    "seven": 7.0,
    "eight": 8.0,
    "nine": 9.0,
    "ten": 10.0,
}
_NUMBER: Final = r"\d+(?:[.,]\d+)?|" + "|".join(sorted(_NUMBERS, key=len, reverse=True)).replace(" ", r"\s+")
_ABOUT: Final = (
    r"(?:(?:about|around|roughly|some|approximately|approx\.?|nearly|almost|another|the\s+(?:first|next|last))\s+)*"
)
_LENGTH: Final = rf"{_ABOUT}({_NUMBER})[\s-]*(?:seconds?|secs?\.?|s)(?![\w'])"
_DURATION: Final = re.compile(rf"[\s,]*\b(?:for|lasting|lasts)\s+{_LENGTH}", re.IGNORECASE)

_THEN: Final = r"(?<!now and )(?<!there and )(?<!since )(?<!until )(?<!by )(?<!even )then(?! and there)"
_ANYWHERE: Final = rf"{_THEN}|after th(?:at|is)|(?<!if )(?<!being )followed by"
_LAST: Final = "finally|lastly|at last|(?:in|at|towards?) the end"
_BEGINNING: Final = rf"next(?! to\b)|secondly|thirdly|afterwards?|subsequently|thereafter|later(?: on)?|{_LAST}"
_JOINER: Final = re.compile(
    rf"[\s,.]{{0,6}}(?:;|->|→)[\s,]*(?:and )?(?:(?:{_ANYWHERE}|{_BEGINNING})\b)?[\s,:]*"
    rf"|[\s,.:!?]{{0,6}}(?:\band )?(?:\bthen )?\bafter {_LENGTH}[\s,:]*(?:then\b)?[\s,:]*"
    rf"|[\s,.:!?]{{0,6}}(?:\band )?\b(?:{_ANYWHERE})\b[\s,:]*"
    rf"|(?:^|[,.:!?]|\band\b)\s*(?:and )?(?:{_BEGINNING})\b[\s,:]*",
    re.IGNORECASE,
)
_START: Final = "to (?:begin|start) with|(?:at|in) the (?:beginning|start)"
_FIRST_WORDS: Final = rf"(?:at first|first of all|firstly|first|initially|{_START})\b"
_FIRST: Final = re.compile(rf"(?:^|[,.:!?])\s*{_FIRST_WORDS}[\s,:]*", re.IGNORECASE)
_LEADING: Final = re.compile(rf"^(?:and )?(?:{_BEGINNING})\b[\s,:]*", re.IGNORECASE)
# a text without any of these is one phase: the usual case, told at once
_HINTS: Final = re.compile(
    r";|->|→|\b(?:then|next|after|afterwards?|thereafter|subsequently|later|followed|for|last|lasts|lasting|end|start"
    r"|first|firstly|secondly|thirdly|finally|lastly|initially|begin|beginning)\b"
)
_AFTER_FIRST: Final = re.compile(rf"\s*;\s*(?={_FIRST_WORDS})", re.IGNORECASE)


@dataclass(frozen=True)
class PhaseText:
    """What is said of one phase, and how many seconds it is said to last, if so."""

    text: str
    seconds: float | None = None


def split_phases(text: str) -> list[PhaseText]:
    """Return the phases of a part's text, at least one, without the words that join them and without durations."""
    if not _HINTS.search(text.lower()):
        return [PhaseText(text)]
    text = _AFTER_FIRST.sub(", ", " ".join(text.split()))
    throughout, pieces = "", _pieces(text)
    if found := _FIRST.search(pieces[0][0]):
        throughout = pieces[0][0][: found.start()]
        pieces[0] = (pieces[0][0][found.end() :], pieces[0][1])
    phases = []
    for piece, seconds in pieces:
        said, stated = _without_duration(piece)
        if said or stated or seconds:
            phases.append(
                PhaseText(f"{throughout}, {said}" if throughout and said else said or throughout, stated or seconds)
            )
    return phases or [PhaseText(throughout)]


def main_phase(text: str) -> PhaseText:
    """Return the phase that speaks for the whole of a text.

    It is the first one without a stated duration, since that takes what is left of the clip; else the longest, and the
    first among equals.
    """
    phases = split_phases(text)
    return max(phases, key=lambda phase: float("inf") if phase.seconds is None else phase.seconds)


def _pieces(text: str) -> list[tuple[str, float | None]]:
    """Return what stands between joiners, and the seconds after which "after 2 seconds" ends it."""
    pieces: list[tuple[str, float | None]] = []
    begin = 0
    for found in _JOINER.finditer(text):
        piece, seconds = text[begin : found.start()], _seconds(found[1]) if found[1] else None
        begin = found.end()
        if pieces and not piece:  # "then, after 2 seconds": two joiners in a row
            pieces[-1] = (pieces[-1][0], pieces[-1][1] or seconds)
        else:
            pieces.append((piece, seconds))
    return [*pieces, (text[begin:], None)]


def _without_duration(piece: str) -> tuple[str, float | None]:
    found = _DURATION.search(piece)
    said = _LEADING.sub("", _DURATION.sub("", piece).strip(" ,.:;!?"))
    return said, _seconds(found[1]) if found else None


def _seconds(number: str) -> float | None:
    """Return the number, or None for zero."""
    words = " ".join(number.lower().split())
    return (_NUMBERS[words] if words in _NUMBERS else float(words.replace(",", "."))) or None
