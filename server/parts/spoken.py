# SPDX-License-Identifier: GPL-3.0-or-later
"""What a prompt says outright of body parts: "walks with the left hand on the hip" says where the left hand is.

A prompt mostly names a manner, of which the language model must know what it does to a body. But clauses of it may name
body parts, and those are understood by the parser of part texts, not guessed. Each clause speaks of the part that it
names first, but of the arms if it names them at all: hands act on other parts ("covers the head with the hands").
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from .parsing import parse_part
from .splitting import split_phases

_NOUNS: Final = {
    "arm": "hands?|arms?|fists?|palms?|elbows?|wrists?|fingers?|thumbs?|forearms?",
    "leg": "legs?|foot|feet|knees?|heels?|toes?|tiptoes?|ankles?",
    "backbone": "head|chin|back|shoulders|trunk|torso|upper body|spine",
}
_NAMED: Final = {kind: re.compile(rf"\b(?:{nouns})\b") for kind, nouns in _NOUNS.items()}
_MANY: Final = re.compile(
    r"\b(?:both|each|either|two|every|hands|arms|fists|palms|elbows|wrists|fingers|thumbs|forearms"
    r"|legs|feet|knees|heels|toes|tiptoes?|ankles)\b"
)
_SIDED: Final = re.compile(r"\b(left|right)\s+(?:[\w']+\s+)?$")
_BEFORE_NOUN: Final = "the|a|an|his|her|its|their|your|my|own|both|each|two|one|left|right"
_FIRST_NOUN: Final = re.compile(rf"(?:(?:{_BEFORE_NOUN})\s+)*(?:{'|'.join(_NOUNS.values())})\b")
_NOUN_ONLY: Final = re.compile(rf"{_FIRST_NOUN.pattern}(?!.)")
_PAIRED: Final = "down|up|forth|back|backward|forward|out|in|round|over|again|left|right"
_JOINER: Final = re.compile(
    r"([,;:.!?()]+|\b(?:with|while|but|as if|as though|when)\b"
    rf"|\band\b(?! (?:{_PAIRED})\b(?! (?:arm|hand|leg|foot|knee))))"
)
"""What joins clauses; the "and" of "up and down" does not."""
_PASSING: Final = frozenset({"raises", "lowers", "raises_lowers", "thrusts"})
"""Actions of an arm that leave the place they name again."""
_MOVING: Final = frozenset({"action", "size", "tempo", "way", "rhythm", "flow", "pair"})
_PLACING: Final = frozenset({"hold", "reach", "spread", "touch"})
_TOUCHING: Final = {
    "hip": {"hold": "hip", "reach": "beside", "spread": "wide", "elbow": "square"},
    "thigh": {"hold": "low", "reach": "front"},
    "chest": {"hold": "chest", "reach": "front", "spread": "across", "elbow": "folded"},
    "head": {"hold": "head", "elbow": "folded"},
    "back": {"hold": "hip", "reach": "behind", "elbow": "bent"},
    "other_arm": {"hold": "chest", "reach": "front", "spread": "across", "elbow": "folded"},
    "other_hand": {"reach": "front", "elbow": "square"},
}
"""Where an arm is that touches something, by what most entries of the corpus say of it."""
_OUTSTRETCHED: Final = {
    ("reach", "far_front"): {"hold": "shoulder", "spread": "close"},
    ("spread", "far_wide"): {"hold": "shoulder", "reach": "beside"},
}


@dataclass(frozen=True)
class Spoken:
    """What a prompt says outright.

    Attributes:
        attributes: what its clauses on body parts say.
        rest: the prompt without these clauses; empty if there is nothing else.
    """

    attributes: dict[tuple[str, str], str]
    rest: str


def spoken(prompt: str, has_verb: bool) -> Spoken:
    """Return what a prompt says outright of body parts.

    Of a prompt in several phases nothing is taken, for what is said of one phase does not hold throughout, nor of a
    movement that leaves the place that it names ("raises the left hand").

    Args:
        prompt: in an animator's words.
        has_verb: whether the first clause says what is done, and so is no clause on a part.
    """
    said: dict[tuple[str, str], str] = {}
    if len(split_phases(prompt)) > 1:
        return Spoken(said, prompt)
    rest: list[str] = []
    for number, clause in enumerate(_clauses(prompt)):
        found = {} if has_verb and number == 0 else _said(clause)
        if not found:
            rest.append(clause)
        for key, value in found.items():
            said.setdefault(key, value)
    return Spoken(said, ", ".join(rest) if said else prompt)


def _clauses(prompt: str) -> list[str]:
    """Return the clauses. A noun alone belongs to its neighbour: "waves with the hand", "arms and legs spread wide"."""
    pieces = [piece.strip() for piece in _JOINER.split(prompt.lower().replace("-", " "))]
    found: list[str] = []
    waiting = ""
    for number in range(0, len(pieces), 2):
        text, before = pieces[number], pieces[number - 1] if number else ""
        after = pieces[number + 1 :][:2]
        if not _NOUN_ONLY.fullmatch(text):
            if text:
                found.append(waiting + text)
            waiting = ""
        elif before == "with" and found and not (after[:1] == ["and"] and _FIRST_NOUN.match(after[1])):
            found[-1] += f" with {text}"
        else:
            waiting += f"{text} and "
    return [*found, waiting.removesuffix(" and ")] if waiting else found


def _said(clause: str) -> dict[tuple[str, str], str]:
    said: dict[tuple[str, str], str] = {}
    for part in _parts(clause):
        values = parse_part(part, clause)
        if part.endswith("arm"):
            values = _completed(values)
        said |= {(part, slot): value for slot, value in values.items()}
    return said


def _parts(clause: str) -> list[str]:
    """Return the parts that a clause speaks of; none if it names one of two without saying which."""
    named = {kind: found for kind, noun in _NAMED.items() if (found := noun.search(clause))}
    if not named:
        return []
    kind = "arm" if "arm" in named else min(named, key=lambda kind: named[kind].start())
    if kind == "backbone":
        return [kind]
    if side := _SIDED.search(clause[: named[kind].start()]):
        return [f"{side[1]}_{kind}"]
    return [f"left_{kind}", f"right_{kind}"] if _MANY.search(clause[: named[kind].end()]) else []


def _completed(values: dict[str, str]) -> dict[str, str]:
    """Return what is said of an arm, with what goes without saying: what is held somewhere is held still."""
    if values.get("action") in _PASSING:
        return {}
    if not _PLACING & values.keys():
        return values
    usual = _TOUCHING.get(values.get("touch", ""), {})
    for slot, value in values.items():
        usual = _OUTSTRETCHED.get((slot, value), {}) | usual
    values = usual | values
    if _MOVING & values.keys():
        return values
    held = {"peak": values["hold"]} if "hold" in values else {}
    return {"action": "still", "size": "tiny", **held, **values}
