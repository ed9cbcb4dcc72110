# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a style wants what its content cannot give: ``python -m training.corpus.conflicts [--all]`` prints examples.

A zombie holds the arms out, and one who waves needs an arm; a limp wants short steps, and a run is no run with them. The
composer learns from many pairs without any such conflict how a style is put on, and from these how one is resolved: what
each side says of the slot, what it becomes, and by which rule of `server.composition`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Final

from server.composition import Rule, compose, deciding
from server.parts.attributes import PartTexts, write

from .entries import Attributes, Entry, entries

_EACH: Final = 8  # examples of one content, and of one style, at the most: no entry shall fill the list
_MANY: Final = 1000
_UNREMARKABLE: Final = frozenset(
    "still none moderate medium steady normal level upright straight ahead slight beside away low swings tiny hip".split()  # noqa: SIM905
)
"""Values that a content has where it has no wish: giving way to a style resolves nothing there."""


@dataclass(frozen=True)
class Clash:
    """One slot that content and style want differently.

    Attributes:
        part, slot: which.
        content, style: the values that each wants.
        composed: what it becomes.
        rule: by which rule.
    """

    part: str
    slot: str
    content: str
    style: str
    composed: str
    rule: str


@dataclass(frozen=True)
class Conflict:
    """A content and a style that want different things.

    Attributes:
        content, style: names of the entries.
        clashes: the slots in which they do.
        texts: the composed part texts.
    """

    content: str
    style: str
    clashes: tuple[Clash, ...]
    texts: PartTexts


def clashes(content: Attributes, style: Attributes) -> tuple[Clash, ...]:
    """Return the slots in which both have a wish and the wishes differ."""
    composed, wishes = compose(content, style), _wishes(content)
    found = [(key, *wishes[key]) for key, wanted in style.items() if key in wishes and wishes[key][0] != wanted]
    return tuple(Clash(*key, has, style[key], composed[key], rule.value) for key, has, rule in found)


def _wishes(content: Attributes) -> dict[tuple[str, str], tuple[str, Rule]]:
    """Return what a content has a wish in: its value, and the rule that decides if a style wants another."""
    rules = {key: deciding(key, content) for key, value in content.items() if value not in _UNREMARKABLE}
    return {key: (content[key], rule) for key, rule in rules.items() if rule is not Rule.STYLE}


def conflicts(contents: Mapping[str, Entry], styles: Mapping[str, Entry], most: int = _MANY) -> list[Conflict]:
    """Return up to ``most`` pairs in conflict, those with the most clashes first, no entry more than a few times."""
    ranked = sorted(_clashing(contents, styles), key=lambda pair: (-pair[2], pair[:2]))
    seen: Counter[str] = Counter()
    chosen: list[Conflict] = []
    for content, style, _ in ranked:
        ends = (f"content {content}", f"style {style}")
        if len(chosen) < most and max(seen[end] for end in ends) < _EACH:
            seen.update(ends)
            wants = contents[content].attributes, styles[style].attributes
            chosen.append(Conflict(content, style, clashes(*wants), write(compose(*wants))))
    return chosen


def _clashing(contents: Mapping[str, Entry], styles: Mapping[str, Entry]) -> Iterator[tuple[str, str, int]]:
    """Yield content, style and the number of their clashes, for all pairs that have any."""
    wants = {name: entry.attributes for name, entry in styles.items()}
    for content, entry in contents.items():
        wishes = {key: value for key, (value, _) in _wishes(entry.attributes).items()}
        for style, wanted in wants.items():
            count = sum(wanted.get(key, value) != value for key, value in wishes.items())
            if count:
                yield content, style, count


def main() -> None:
    """Print examples as JSON lines, or how many there are by rule."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", action="store_true", help="print every example instead of how many there are")
    arguments = parser.parse_args()
    found = conflicts(entries("contents"), entries("styles"))
    rules = Counter(clash.rule for conflict in found for clash in conflict.clashes)
    rows = [asdict(conflict) for conflict in found] if arguments.all else [{"conflicts": len(found), "rules": rules}]
    sys.stdout.writelines(json.dumps(row) + "\n" for row in rows)


if __name__ == "__main__":
    main()
