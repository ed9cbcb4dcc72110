# SPDX-License-Identifier: GPL-3.0-or-later
"""The plain phrases of ``phrases.toml``: part texts for the generator, and the checks that must hold."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from server.motion.skeleton import PARTS
from server.parts.attributes import PartTexts

from .checks import CHECKS
from .checks.body import other

FILE: Final = Path(__file__).resolve().parent / "phrases.toml"
_SIDES: Final = ("left", "right")


@dataclass(frozen=True)
class Phrase:
    """One phrase.

    Attributes:
        name: what is said, with part, side and base; unique.
        part: the kind of part it speaks of: ``arm``, ``leg``, ``backbone`` or ``root``.
        side: ``left``, ``right``, ``both``, or empty where it has none.
        base: what the rest of the body does.
        texts: the six part texts that are given to the generator.
        said: the parts that the phrase itself speaks of.
        checks: names of the checks that must hold.
    """

    name: str
    part: str
    side: str
    base: str
    texts: PartTexts
    said: tuple[str, ...]
    checks: tuple[str, ...]


def _parts(kind: str, side: str) -> tuple[str, ...]:
    if kind in PARTS:
        return (kind,)
    singular = kind.removesuffix("s")
    sides = _SIDES if kind.endswith("s") or side == "both" else (side,)
    return tuple(f"{one}_{singular}" for one in sides)


def _sided(text: str, side: str) -> str:
    named = {"side": "each" if side == "both" else side, "other": other(side)}
    return text.format(**named)


def _sides_of(row: Mapping[str, Any]) -> tuple[str, ...]:
    if "sides" in row:
        return tuple(row["sides"])
    return _SIDES if any("{" in text for text in (row["say"], *row["checks"])) else ("",)


def _expanded(row: Mapping[str, Any], bases: Mapping[str, PartTexts]) -> Iterator[Phrase]:
    for base in row["base"]:
        for side in _sides_of(row):
            parts, say = _parts(row["part"], side), _sided(row["say"], side)
            texts = dict(bases[base]) | dict.fromkeys(parts, say)
            for kind, text in row.get("also", {}).items():
                texts |= dict.fromkeys(_parts(kind, side), text)
            checks = tuple(_sided(check, side) for check in row["checks"])
            who = f"{side} {row['part']}".strip()
            kind = row["part"] if row["part"] in PARTS else row["part"].removesuffix("s")
            yield Phrase(f"{who}: {say} ({base})", kind, side, base, texts, parts, checks)


def bases(file: Path = FILE) -> dict[str, PartTexts]:
    """Return the texts of the bases by name."""
    return dict(tomllib.loads(file.read_text(encoding="utf-8"))["base"])


def phrases(file: Path = FILE) -> list[Phrase]:
    """Return all phrases.

    Raises:
        ValueError: for an unknown check or part, or a phrase that stands twice.
    """
    tables = tomllib.loads(file.read_text(encoding="utf-8"))
    found = [phrase for row in tables["phrase"] for phrase in _expanded(row, tables["base"])]
    names = [phrase.name for phrase in found]
    for phrase in found:
        unknown = [check for check in phrase.checks if check not in CHECKS]
        if unknown or set(phrase.texts) != set(PARTS):
            raise ValueError(f"{phrase.name}: unknown checks {unknown} or parts {sorted(phrase.texts)}")
        if names.count(phrase.name) > 1:
            raise ValueError(f"{phrase.name} stands twice")
    return found
