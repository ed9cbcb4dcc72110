# SPDX-License-Identifier: GPL-3.0-or-later
"""The worked examples that a bigger model is shown, read from ``examples.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from ..llm_format import AttributeSet
from ..parts.attributes import parse
from .question import Question, Role

EXAMPLES_FILE: Final = Path(__file__).with_name("examples.toml")


@dataclass(frozen=True)
class Example:
    """A question and its right answer."""

    question: Question
    answer: AttributeSet


@cache
def examples(role: Role) -> tuple[Example, ...]:
    """Return the examples of a role."""
    tables = _tables()
    if role == "composition":
        return tuple(_composition(entry, tables) for entry in tables["composition"])
    return tuple(_example(role, entry) for entry in tables[role])


@cache
def _tables() -> dict[str, list[dict[str, str]]]:
    tables: dict[str, Any] = tomllib.loads(EXAMPLES_FILE.read_text(encoding="utf-8"))
    return tables


def _example(role: Role, entry: dict[str, str]) -> Example:
    return Example(Question(role, **{role: entry["prompt"]}), parse(entry))


def _composition(entry: dict[str, str], tables: dict[str, list[dict[str, str]]]) -> Example:
    said = {
        role: parse(next(other for other in tables[role] if other["prompt"] == entry[role]))
        for role in ("content", "style")
    }
    question = Question("composition", entry["content"], entry["style"], said["content"], said["style"])
    # the names of content and style are no parts, so that only the part texts are parsed
    return Example(question, parse(entry))
