# SPDX-License-Identifier: GPL-3.0-or-later
"""What counts as unseen: the one place that says it.

Takes and pairs. Which clip is in which split was settled when the data was prepared, by a hash of the clip's name
(`training.datasets.clip.split_of`), and is only read here. Trainers see ``train``; settings are chosen on ``train`` and
``val``; ``test`` is only measured.

* A *held-out take* is a test clip whose content and style together (a *pair*) also have training clips: most of
  Bandai-Namco's set 2, where a pair has some thirty takes.
* A *held-out pair* is a pair that has a test clip and no training clip: set 1 has one take a pair, so its test clips are such.
* An *unrecorded pair* is none of any split, though training has its content and its style apart.

Words. Entries of the corpus carry wordings to train on and held-out wordings. Whole entries are set aside by a hash of
their name without its side, so that ``limp-left`` and ``limp-right`` go together: 15 % of contents and styles. Labels
without which too little would be left are always trained on: all recorded contents, and the styles of set 2. Recorded
styles that are set aside (their clips then are no training clips of the generator either) are what style recognition on
*unseen styles* is measured on. Every style that `expectations.toml` names is set aside as well.

Whether a set of weights kept to this is for its training to see to, by `is_trained`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

from training.corpus.entries import Kind
from training.library import Entry
from training.variations import VARIED

Pair = tuple[str, str]
T = TypeVar("T")

SHARE: Final = 0.15
_CONTENTS: Final = """
walk walk-back walk-left walk-right walk-turn-left walk-turn-right run dash bow bye byebye call guide kick punch respond
slash dance-short raise-up-left-hand raise-up-right-hand raise-up-both-hands wave-left-hand wave-right-hand
wave-both-hands stand
"""
_STYLES: Final = "normal active feminine masculine old tired youthful"
ALWAYS_TRAINED: Final[Mapping[Kind, frozenset[str]]] = {
    "contents": frozenset(_CONTENTS.split()),
    "styles": frozenset(_STYLES.split()),
}
LEAST_CLIPS: Final = 8
"""Contents with fewer training clips are left out of recognition figures: one clip cannot say what a kick is."""


def is_real(entry: Entry) -> bool:
    """Tell whether a clip was recorded or animated by hand, and not made by editing another."""
    return entry.dataset != VARIED


def place(text: str) -> float:
    """Return a number from 0 to 1 that depends on a text alone and looks like chance."""
    return int(hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()[:8], 16) / 0xFFFFFFFF


def sideless(name: str) -> str:
    """Return an entry's name without ``left`` and ``right``."""
    return "-".join(word for word in name.split("-") if word not in ("left", "right"))


def is_set_aside(kind: Kind, name: str) -> bool:
    """Tell whether an entry is set aside by its hash."""
    return name not in ALWAYS_TRAINED[kind] and place(f"{kind}:{sideless(name)}") < SHARE


def is_trained(kind: Kind, name: str, reserved: Iterable[str] = ()) -> bool:
    """Tell whether an entry may be trained on.

    Args:
        kind: contents or styles.
        name: of the entry.
        reserved: names of styles that are kept for measuring (`training.evaluate.expectations.reserved`).
    """
    kept = kind == "styles" and sideless(name) in {sideless(other) for other in reserved}
    return name in ALWAYS_TRAINED[kind] or not (kept or is_set_aside(kind, name))


def spread(items: Iterable[T], count: int, key: str = "") -> list[T]:
    """Return ``count`` of the items in an order that looks like chance and never depends on what else was chosen."""
    return sorted(items, key=lambda item: place(f"{key}:{item}"))[:count]


@dataclass(frozen=True)
class Pairs:
    """The content-style pairs of a library, in groups that exclude each other; see the module.

    Attributes:
        seen: pairs with training clips.
        held_out: pairs with test clips but no training clip.
        unrecorded: pairs of measured contents and trained styles that have no clip at all.
        unseen_styles: recorded pairs whose style is set aside.
    """

    seen: tuple[Pair, ...]
    held_out: tuple[Pair, ...]
    unrecorded: tuple[Pair, ...]
    unseen_styles: tuple[Pair, ...]


def measured_contents(entries: Iterable[Entry]) -> list[str]:
    """Return the contents with at least `LEAST_CLIPS` training clips."""
    counts: dict[str, int] = {}
    for entry in entries:
        if entry.content and entry.split == "train":
            counts[entry.content] = counts.get(entry.content, 0) + 1
    return sorted(content for content, count in counts.items() if count >= LEAST_CLIPS)


def pairs_of(entries: Iterable[Entry]) -> Pairs:
    """Return the pairs of labelled clips in their groups."""
    labelled = [entry for entry in entries if entry.content]
    contents = measured_contents(labelled)
    by_split: dict[str, set[Pair]] = {"train": set(), "val": set(), "test": set()}
    for entry in labelled:
        if entry.content in contents:
            by_split[entry.split].add((entry.content, entry.style))
    train, every = by_split["train"], set.union(*by_split.values())
    aside = {pair for pair in every if is_set_aside("styles", pair[1])}
    trained_styles = {style for _, style in train - aside}
    crossed = {(content, style) for content in contents for style in trained_styles}
    return Pairs(
        seen=tuple(sorted(train - aside)),
        held_out=tuple(sorted(by_split["test"] - train - aside)),
        unrecorded=tuple(sorted(crossed - every)),
        unseen_styles=tuple(sorted(aside)),
    )


def is_held_out_take(entry: Entry, pairs: Pairs) -> bool:
    """Tell whether a clip is a test take of a pair that training knows."""
    return entry.split == "test" and (entry.content, entry.style) in pairs.seen
