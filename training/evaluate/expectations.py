# SPDX-License-Identifier: GPL-3.0-or-later
"""What geometry expects of styles that training never sees: ``expectations.toml``, and the names it keeps from training."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from .checks import CHECKS

FILE: Final = Path(__file__).resolve().parent / "expectations.toml"
_CONTENT: Final = "walks forward"


@dataclass(frozen=True)
class Expectation:
    """One unseen style.

    Attributes:
        name: unique.
        content, style: the prompts.
        checks: names of the checks that are expected to hold, two to four.
    """

    name: str
    content: str
    style: str
    checks: tuple[str, ...]


def expectations(file: Path = FILE) -> list[Expectation]:
    """Return all of them.

    Raises:
        ValueError: for an unknown check, or fewer than two or more than four.
    """
    found = []
    for name, row in tomllib.loads(file.read_text(encoding="utf-8")).items():
        checks = tuple(row["expect"])
        unknown = [check for check in checks if check not in CHECKS]
        if unknown or not 2 <= len(checks) <= 4:
            raise ValueError(f"{name}: two to four known checks, not {checks} (unknown: {unknown})")
        found.append(Expectation(name, row.get("content", _CONTENT), row["style"], checks))
    return found


def reserved(file: Path = FILE) -> frozenset[str]:
    """Return the names of styles that no trainer may use."""
    return frozenset(expectation.name for expectation in expectations(file))
