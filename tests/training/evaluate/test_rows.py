# SPDX-License-Identifier: GPL-3.0-or-later
"""The rows of the report on a made-up library, with the trained generator and tokenizer but prompts that are read aloud."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from puppets import FRAMES, Puppet, walking

from server.motion.motion import Motion
from server.motion.skeleton import PARTS
from server.parts.vocabulary import SLOTS
from server.pipeline import Pipeline, Texts
from training.evaluate.networks import Networks, RulerConfig
from training.evaluate.obedience import chosen_phrases
from training.evaluate.phrases import bases, phrases
from training.evaluate.report import Row, report_json
from training.evaluate.rows import ROWS, measured
from training.evaluate.ruler import Ruler
from training.evaluate.session import Session, Sizes
from training.library import Library

ALL = [name for name in ROWS if name != "speed"]


def rows_and_motions() -> tuple[list[dict[str, object]], list[Motion]]:
    """Return labelled clips: walks and bows, bent and upright, in all splits."""
    rows, motions = [], []
    for number in range(44):
        content, style = ("walk", "bow")[number % 2], ("old", "normal")[number // 2 % 2]
        lift = 20.0 * np.sin(np.pi * np.linspace(0, 1, FRAMES))
        pitch = 10.0 if style == "old" else 0.0
        puppet = walking(1.0 + 0.01 * number, pitch=pitch) if content == "walk" else Puppet(pitch=pitch + 1.5 * lift)
        split = "test" if number >= 40 else "train"
        labels = {"content": content, "style": style, "description": "", "split": split}
        rows.append(
            {"name": f"clip_{number}", "dataset": "bandai_namco", **labels, "start": number * FRAMES, "frames": FRAMES}
        )
        motions.append(puppet.motion().canonical())
    labels = {"content": "", "style": "", "description": "a walk", "split": "test"}
    rows.append({"name": "other", "dataset": "cmu", **labels, "start": 44 * FRAMES, "frames": FRAMES})
    return rows, [*motions, walking().motion().canonical()]


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Session:
    folder = tmp_path_factory.mktemp("library")
    rows, motions = rows_and_motions()
    (folder / "clips.json").write_text(json.dumps(rows), encoding="utf-8")
    np.savez(
        folder / "motions.npz",
        root_positions=np.concatenate([motion.root_positions for motion in motions]),
        rotations=np.concatenate([motion.rotations for motion in motions]),
    )
    sizes = tuple(len(slot.values) for slot in SLOTS)
    config = RulerConfig(("bow", "walk"), ("normal", "old"), ("bow", "old", "walk"), sizes, 0, 0, 0, 0.0, {})
    pipeline = Pipeline.load(words=False)
    empty = dict.fromkeys(PARTS, "")
    pipeline.describe = lambda content, _style, *_: Texts(
        empty, empty, bases()["walk" if "alk" in content else "stand"]
    )
    few = Sizes(*(2,) * len(Sizes.__dataclass_fields__))
    return Session(Library(folder), pipeline, Ruler(Networks(config), config), seeds=2, sizes=few)


@pytest.fixture(scope="module")
def report(session: Session) -> dict[str, Row]:
    return {row.name: row for row in measured(session, ALL)}


def test_every_row_has_figures_and_is_json(report: dict[str, Row]) -> None:
    assert list(report) == ALL
    text = json.dumps(report_json(list(report.values()), {}), allow_nan=False)
    for row in json.loads(text)["rows"].values():
        names = [figure["name"] for figure in row["figures"]]
        assert names
        assert len(set(names)) == len(names)
        for figure in row["figures"]:
            low, high = figure["value"]["ci95"]
            mean = figure["value"]["mean"]
            assert mean is None or low - 1e-4 * abs(low) <= mean <= high + 1e-4 * abs(high)


def test_generated_figures_have_one_run_a_seed(report: dict[str, Row]) -> None:
    for name in ("recognition", "prompts", "obedience", "unseen", "editing"):
        for figure in report[name].figures:
            assert len(figure.value.runs) == 2, figure.name


def test_real_clips_stand_beside(report: dict[str, Row]) -> None:
    seen = [figure for figure in report["recognition"].figures if ", seen," in figure.name]
    assert len(seen) == 4
    assert all(set(figure.beside) == {"real", "decoded"} for figure in seen)
    assert all("real" in figure.beside for figure in report["physics"].figures)


def test_lengths_and_locks_hold_on_the_trained_weights(report: dict[str, Row]) -> None:
    figures = {figure.name: figure for row in report.values() for figure in row.figures}
    assert figures["frames as asked"].met is True
    assert figures["frozen takes"].value.clips > 0
    assert figures["locked parts moved"].value.mean < 20.0


def test_prompts_are_described_and_generated_once(session: Session) -> None:
    assert session.prompted("seen", "trained") is session.prompted("seen", "trained")
    (first, *_) = session.prompted("seen", "trained")
    assert [take.seed for take in first.takes] == [0, 1]
    assert first.takes[0].motion.frames == round(first.task.seconds * 30)


def test_tasks_take_wordings_of_their_kind(session: Session) -> None:
    trained, held_out = (session.tasks("seen", wording) for wording in ("trained", "held_out"))
    assert [(t.content, t.style) for t in trained] == [(t.content, t.style) for t in held_out]
    assert all(a.content_prompt != b.content_prompt for a, b in zip(trained, held_out, strict=True))
    assert all(task.style_prompt == "" for task in trained if task.style == "normal")


def test_fewer_phrases_stay_in_balance() -> None:
    few = chosen_phrases(20)
    assert 20 <= len(few) < len(phrases())
    assert sum(phrase.side == "left" for phrase in few) == sum(phrase.side == "right" for phrase in few)
    assert len(chosen_phrases(10_000)) == len(phrases())


def test_smaller_samples_keep_two_of_everything() -> None:
    few = Sizes().scaled(0.0001)
    assert {getattr(few, name) for name in Sizes.__dataclass_fields__} == {2}
