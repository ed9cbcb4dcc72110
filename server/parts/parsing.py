# SPDX-License-Identifier: GPL-3.0-or-later
"""From a sentence on one part to its attributes.

A clause that is a listed phrase says what the vocabulary says, and nothing else: so what `server.parts.attributes.write`
wrote is read back exactly. Any other clause is searched for listed phrases and for the patterns of `server.parts.free`.
The longest match counts first and uses up its words, so that "hand on the hip" is a touch and not a height, and a match
that is negated is not taken for said. Listed clauses outweigh other words, and these outweigh what they imply; among
equals the first counts. Slots that nothing speaks of stay open.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from .bare import bare, clauses
from .free import FREE
from .free.patterns import Rule, compiled, is_negated
from .phrases import TABLES

_BODY: Final = "arm|hand|elbow|shoulder|leg|foot|knee|heel|hip"
_QUALITY: Final = (
    "short|long|small|big|large|tiny|huge|little|wide|slow|quick|fast|rapid|brisk|heavy|light|steady|smooth"
)
# the comma in "short, quick steps" joins
_JOINING: Final = re.compile(
    rf"\b({_QUALITY}) \| (?=[\w']+ (?:step|stride|movement|motion|swing|wave|gesture|circle|arc|hop)\b)"
)


@cache
def _listed(part: str) -> dict[str, tuple[str, str]]:
    """Every phrase of a part: what it says."""
    return {
        phrase: (slot, value)
        for slot, values in TABLES[part].items()
        for value, options in values.items()
        for phrase in options
    }


@cache
def _rules(part: str) -> tuple[Rule, ...]:
    """The free wordings of a part, then its listed phrases."""
    phrases = [(re.escape(bare(phrase)), f"{slot}={value}") for phrase, (slot, value) in _listed(part).items()]
    return compiled((*FREE[part], *phrases))


def _own(part: str, text: str) -> str:
    """Return a text on a limb in which the sides are "this" and the "other"."""
    side, _, limb = part.partition("_")
    if not limb:
        return text
    return re.sub(rf"\b(left|right) (?={_BODY})", lambda found: "this " if found[1] == side else "other ", text)


def _rules_met(part: str, text: str) -> list[Rule]:
    """Return what is said in bare clauses, in their order; where matches overlap, the longest one counts."""
    found = [
        (match.start(), match.end(), number, rule)
        for number, rule in enumerate(_rules(part))
        for match in rule.pattern.finditer(text)
    ]
    found.sort(key=lambda match: (match[0] - match[1], match[2]))
    taken: list[tuple[int, int]] = []
    said: list[tuple[int, Rule]] = []
    for start, end, _, rule in found:
        if all(end <= first or start >= last for first, last in taken):
            taken.append((start, end))
            if not is_negated(text, start, end):
                said.append((start, rule))
    return [rule for _, rule in sorted(said, key=lambda match: match[0])]


def parse_part(part: str, text: str) -> dict[str, str]:
    """Return slot name to value of one part's sentence, in the order of the slots.

    The sentence is taken as one phase; see `server.parts.splitting` for those of several.

    Raises:
        KeyError: for an unknown part.
    """
    listed = _listed(part)
    said: dict[str, str] = {}
    free: list[str] = []
    for clause in clauses(text):
        if clause in listed:
            said.setdefault(*listed[clause])
        else:
            free.append(bare(clause))
    rules = _rules_met(part, _own(part, _JOINING.sub(r"\1 ", " | ".join(free)))) if free else []
    for pairs in ([rule.says for rule in rules], [rule.implies for rule in rules]):
        for slot, value in (pair for row in pairs for pair in row):
            said.setdefault(slot, value)
    return {slot: said[slot] for slot in TABLES[part] if slot in said}
