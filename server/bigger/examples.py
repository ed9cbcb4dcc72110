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
    prompt = entry["prompt"]
    return Example(Question(role, content=prompt) if role == "content" else Question(role, style=prompt), parse(entry))


def _composition(entry: dict[str, str], tables: dict[str, list[dict[str, str]]]) -> Example:
    content, style = (
        parse(next(other for other in tables[role] if other["prompt"] == entry[role])) for role in ("content", "style")
    )
    return Example(Question("composition", entry["content"], entry["style"], content, style), parse(entry))
