# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/part_texts.md, the guide to the words, says what the program does."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from server.captioning.bins import ARM_EDGES, BACKBONE_EDGES, LEG_EDGES, ROOT_EDGES, Edges
from server.motion.skeleton import PARTS
from server.parts.attributes import parse
from server.parts.phases import parse_phases, schedule, write_phases
from server.parts.phrases import ARM, BACKBONE, LEG, NOTABLE, ROOT, Table

GUIDE = (Path(__file__).parents[3] / "docs" / "part_texts.md").read_text(encoding="utf-8")
PART_OF_ROW = {part.replace("_", " "): part for part in PARTS}


def tables_under(heading: str) -> list[list[list[str]]]:
    """The tables of a section, each as rows of cells without the head."""
    section = GUIDE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    blocks = re.findall(r"(?:^\|.*\n?)+", section, flags=re.MULTILINE)
    return [
        [[cell.strip() for cell in line.strip("|").split("|")] for line in block.splitlines()[2:]] for block in blocks
    ]


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
    (rows,) = tables_under(heading)
    assert [row[0] for row in rows] == [slot.replace("_", " ") for slot in table]
    for (_, tells, words), (slot, values) in zip(rows, table.items(), strict=True):
        assert [tuple(value.split(" / ")) for value in words.split("; ")] == list(values.values())
        assert tells.endswith("; only where notable") == (slot in NOTABLE)
        stated = re.search(r"edges ([-\d., ]+)", tells)
        assert (stated is not None) == (slot in edges)
        if stated:
            scale = 100 if tells.endswith(" cm") else 1
            assert [float(number) / scale for number in stated[1].split(", ")] == pytest.approx(edges[slot])


def test_free_wordings_are_read_as_the_guide_says() -> None:
    (rows,) = tables_under("An animator's own words")
    assert len(rows) > 20
    for wording, row, reading in rows:
        part = PART_OF_ROW[row]
        said = parse({part: reading})
        assert len(said) == reading.count(",") + 1, f"{reading!r} holds a phrase that is none"
        assert parse({part: wording.strip("`")}) == said, wording


def test_phases_are_read_as_the_guide_says() -> None:
    for wording, row, reading in tables_under("Phases")[0]:
        part = PART_OF_ROW[row]
        phases = parse_phases(part, wording.strip("`"))
        assert phases == parse_phases(part, reading), wording
        assert sorted(re.split("[,;] ", write_phases(part, phases))) == sorted(re.split("[,;] ", reading))
    opening = re.search(r"^`(first .*)`$", GUIDE, flags=re.MULTILINE)
    assert opening
    assert write_phases("left_arm", parse_phases("left_arm", opening[1])).count("; then ") == 2


def test_phases_last_as_long_as_the_guide_says() -> None:
    rows = tables_under("Phases")[1]
    assert len(rows) >= 4
    for wording, seconds in rows:
        steps = schedule({"left_arm": wording.strip("`")}, 400, 0.01)
        changes = np.flatnonzero((steps[1:] != steps[:-1]).any(axis=1)) + 1
        assert np.diff([0, *changes, 400]).tolist() == [100 * float(number) for number in seconds.split(", ")]


def test_every_clause_of_the_examples_is_canonical() -> None:
    blocks = re.findall(r"```\n(.*?)```", GUIDE.split("\n## Examples\n")[1], flags=re.DOTALL)
    assert len(blocks) > 5
    for block in blocks:
        texts = {PART_OF_ROW[line.split(": ")[0]]: line.split(": ", 1)[1] for line in block.splitlines()}
        assert tuple(texts) == PARTS
        for part, text in texts.items():
            written = write_phases(part, parse_phases(part, text))
            assert sorted(re.split("[,;] ", written)) == sorted(re.split("[,;] ", text))
