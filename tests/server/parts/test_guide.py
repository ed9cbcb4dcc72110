# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/part_texts.md, the guide to the words, says what the program does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from server.captioning.bins import ARM_EDGES, BACKBONE_EDGES, LEG_EDGES, ROOT_EDGES, Edges
from server.motion.skeleton import PARTS
from server.parts.attributes import parse, write
from server.parts.phrases import ARM, BACKBONE, LEG, ROOT, Table

GUIDE = (Path(__file__).parents[3] / "docs" / "part_texts.md").read_text(encoding="utf-8")
PART_OF_ROW = {part.replace("_", " "): part for part in PARTS}


def rows_under(heading: str) -> list[list[str]]:
    """The table rows of a section, as cells without the head."""
    section = GUIDE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


@pytest.mark.parametrize(
    ("heading", "table", "edges"),
    [
        ("Arms", ARM, ARM_EDGES),
        ("Legs", LEG, LEG_EDGES),
        ("Backbone and head", BACKBONE, BACKBONE_EDGES),
        ("Root: the body as a whole", ROOT, ROOT_EDGES),
    ],
)
def test_the_tables_are_those_of_the_program(heading: str, table: Table, edges: Edges) -> None:
    rows = rows_under(heading)
    assert [row[0] for row in rows] == [slot.replace("_", " ") for slot in table]
    for (_, tells, words), (slot, values) in zip(rows, table.items(), strict=True):
        assert [tuple(value.split(" / ")) for value in words.split("; ")] == list(values.values())
        stated = re.search(r"edges ([-\d., ]+)", tells)
        assert (stated is not None) == (slot in edges)
        if stated:
            scale = 100 if tells.endswith(" cm") else 1
            assert [float(number) / scale for number in stated[1].split(", ")] == pytest.approx(edges[slot])


def test_free_wordings_are_read_as_the_guide_says() -> None:
    rows = rows_under("An animator's own words")
    assert len(rows) > 8
    for wording, row, reading in rows:
        part = PART_OF_ROW[row]
        said = parse({part: reading})
        assert len(said) == reading.count(",") + 1, f"{reading!r} holds a phrase that is none"
        assert parse({part: wording.strip("`")}) == said


def test_every_clause_of_the_examples_is_canonical() -> None:
    blocks = re.findall(r"```\n(.*?)```", GUIDE.split("\n## Examples\n")[1], flags=re.DOTALL)
    assert len(blocks) > 3
    for block in blocks:
        texts = {PART_OF_ROW[line.split(": ")[0]]: line.split(": ", 1)[1] for line in block.splitlines()}
        assert tuple(texts) == PARTS
        written = write(parse(texts))
        for part, text in texts.items():
            assert sorted(written[part].split(", ")) == sorted(text.split(", "))
