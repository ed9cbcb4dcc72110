# SPDX-License-Identifier: GPL-3.0-or-later
"""Row ``likeness``: retrieval (R-precision, MM-Dist), Frechet and kernel distance, diversity, with a real-real floor.

Everything is matched by label. A draw takes, for the pairs of set 2 that were asked for, as many recordings as clips were
generated; the floor is the distance of two such draws without a clip in common, so that both have the same size
and the same mix of labels as the generated clips. Pools of 32 hold 32 different pairs, so that a hit is no accident of equal texts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from server.captioner import attributes_of
from server.parts.attributes import parse
from training.library import Entry

from .distances import (
    POOL,
    diversity,
    frechet,
    frechet_extrapolated,
    kernel_distance,
    matching_distance,
    r_precision,
)
from .figures import Asked, Figure, over_draws, over_seeds
from .report import Row
from .ruler import Judgement, joined, label_words
from .session import Outcome, Session
from .splits import Pair

Rows = npt.NDArray[np.intp]

_FRECHET: Final = "Frechet distance"


class _Real:
    """Judged recordings of some pairs, by pair and split."""

    def __init__(self, session: Session, pairs: Sequence[Pair]) -> None:
        entries = [
            (pair, split, entry)
            for pair in pairs
            for split, given in session.clips[pair].items()
            for entry in session.spread_entries(given, len(given), "likeness")
        ]
        kept: dict[tuple[Pair, str], list[int]] = {}
        most = {"train": 4 * session.seeds, "val": 0, "test": session.seeds}
        chosen: list[Entry] = []
        for pair, split, entry in entries:
            rows = kept.setdefault((pair, split), [])
            if len(rows) < most[split]:
                rows.append(len(chosen))
                chosen.append(entry)
        self.rows, self.entries = kept, chosen
        self.motions = [session.library.motion(entry) for entry in chosen]
        self.judged = session.ruler.judge(self.motions)

    def draw(self, dice: np.random.Generator, pairs: Sequence[Pair], count: int) -> tuple[Rows, Rows]:
        """Return two draws of training clips with ``count`` of each pair and no clip in common."""
        first, second = [], []
        for pair in pairs:
            rows = dice.permutation(self.rows[pair, "train"])
            first += rows[:count].tolist()
            second += rows[count : 2 * count].tolist()
        return np.array(first), np.array(second)

    def held_out(self, pairs: Sequence[Pair]) -> Rows:
        """Return the test clips of some pairs."""
        return np.array([row for pair in pairs for row in self.rows.get((pair, "test"), [])], dtype=np.intp)


def _usable(session: Session, outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Return the prompts whose pair has enough recordings for two draws and a test clip."""
    least = 2 * session.seeds
    found = []
    for outcome in outcomes:
        splits = session.clips[outcome.task.content, outcome.task.style]
        if len(splits["train"]) >= least and splits["test"]:
            found.append(outcome)
    return found


def measure(session: Session) -> Row:
    """Measure how alike generated and recorded clips are as sets, and whether texts find their motions."""
    row = Row("likeness", "R-precision, Frechet distance, diversity", [])
    outcomes = _usable(session, session.prompted("seen", "trained"))
    pairs = [(o.task.content, o.task.style) for o in outcomes]
    session.progress("judging recordings of the same pairs")
    real = _Real(session, pairs)
    seeds = [session.ruler.judge([o.takes[s].motion for o in outcomes]) for s in range(session.seeds)]
    row.figures += _set_figures(session, pairs, seeds, real)
    row.figures += _retrieval_figures(session, outcomes, seeds, real)
    row.details["pairs"] = [f"{content}, {style}" for content, style in pairs]
    return row


def _set_figures(session: Session, pairs: Sequence[Pair], seeds: Sequence[Judgement], real: _Real) -> list[Figure]:
    """Return distances between the sets, over random draws of recordings."""
    held_out = real.held_out(pairs)
    session.progress("encoding and decoding held-out clips of the same pairs")
    sets = {
        "generated": joined(seeds).embeddings,
        "held out": real.judged.embeddings[held_out],
        "decoded": session.ruler.judge([session.decoded(real.motions[row]) for row in held_out]).embeddings,
    }
    clips = len(sets["generated"])
    drawn = _drawn(session, sets, pairs, real)
    on = f"{clips} clips of {len(pairs)} pairs against as many recordings, {session.sizes.draws} draws"
    figures = []
    for name, columns in drawn.items():
        beside = {key: over_draws(values, clips) for key, values in columns.items() if key != "generated"}
        asked = Asked(most=1.5, of="floor") if name == _FRECHET else None
        figures.append(Figure(name, "", over_draws(columns["generated"], clips), beside, asked, on))
    each = over_seeds([diversity(judged.embeddings) for judged in seeds], len(pairs))
    spread = [diversity(real.judged.embeddings[rows]) for rows in _matched(session, pairs, real, 1)]
    beside = {"real": over_draws(spread, len(pairs))}
    return [*figures, Figure("diversity", "", each, beside, Asked(0.9, 1.1, "real"), on)]


def _matched(session: Session, pairs: Sequence[Pair], real: _Real, count: int) -> list[Rows]:
    """Return draws of recordings with the same number of each pair."""
    dice = np.random.default_rng(2)
    return [real.draw(dice, pairs, count)[0] for _ in range(session.sizes.draws)]


def _drawn(
    session: Session, sets: Mapping[str, npt.NDArray[np.float32]], pairs: Sequence[Pair], real: _Real
) -> dict[str, dict[str, list[float]]]:
    """Return every distance of every set by draw, the floor among them.

    The Frechet distance is taken between draws matched by label. The two that do not depend on the number of clips need
    clips that were drawn independently: matched draws are more alike than chance, which would push them below zero.
    """
    dice, embeddings = np.random.default_rng(0), real.judged.embeddings
    free = {"kernel distance": kernel_distance, f"{_FRECHET}, extrapolated": frechet_extrapolated}
    found: dict[str, dict[str, list[float]]] = {
        name: {key: [] for key in (*sets, "floor")} for name in (_FRECHET, *free)
    }
    train = np.concatenate([real.rows[pair, "train"] for pair in pairs])
    for _ in range(session.sizes.draws):
        first, second = real.draw(dice, pairs, session.seeds)
        for key, values in {**sets, "floor": embeddings[second]}.items():
            found[_FRECHET][key].append(frechet(values, embeddings[first]))
        order = dice.permutation(train)
        half = len(order) // 2
        for key, values in {**sets, "floor": embeddings[order[half:]]}.items():
            some = values[dice.permutation(len(values))[: max(2, len(values) // 2)]]
            for name, kind in free.items():
                found[name][key].append(kind(some, embeddings[order[:half]]))
    return found


def _retrieval_figures(
    session: Session, outcomes: Sequence[Outcome], seeds: Sequence[Judgement], real: _Real
) -> list[Figure]:
    """Return R-precision and MM-Dist by part texts and by labels, of generated clips and of held-out recordings."""
    pairs = [(o.task.content, o.task.style) for o in outcomes]
    words = [label_words(*pair) for pair in pairs]
    empty: list[dict[tuple[str, str], str]] = [{} for _ in pairs]
    silent: list[tuple[str, ...]] = [() for _ in pairs]
    rows = [real.rows[pair, "test"][0] for pair in pairs]
    captions = [attributes_of(real.motions[row]) for row in rows]
    texts = {
        "part texts": (
            session.ruler.read([parse(o.texts) for o in outcomes], silent),
            session.ruler.read(captions, silent),
        ),
        "labels": (session.ruler.read(empty, words), session.ruler.read(empty, words)),
    }
    pool = min(POOL, len(pairs))
    on = f"pools of {pool} different pairs, {session.sizes.draws} draws"
    figures = []
    for name, (asked_text, real_text) in texts.items():
        own = _pooled(session, real_text, real.judged.places[rows], pool)
        runs = [_pooled(session, asked_text, judged.places, pool) for judged in seeds]
        for top in range(3):
            beside = {"real": over_draws(own[:, top], len(pairs))}
            value = over_seeds([float(run[:, top].mean()) for run in runs], len(pairs))
            asked = Asked(least=0.9, of="real") if top == 2 else None
            figures.append(Figure(f"R-precision by {name}, top {top + 1}", "", value, beside, asked, on))
        beside = {"real": over_draws(own[:, 3], len(pairs))}
        value = over_seeds([float(run[:, 3].mean()) for run in runs], len(pairs))
        figures.append(Figure(f"MM-Dist by {name}", "", value, beside, on=on))
    return figures


def _pooled(
    session: Session, texts: npt.NDArray[np.float32], places: npt.NDArray[np.float32], pool: int
) -> npt.NDArray[np.float64]:
    """Return (draws, 4): R-precision at 1, 2, 3 and the matching distance, in random pools."""
    dice = np.random.default_rng(1)
    found = []
    for _ in range(session.sizes.draws):
        rows = dice.permutation(len(texts))[:pool]
        found.append([*r_precision(texts[rows], places[rows]), matching_distance(texts[rows], places[rows])])
    return np.array(found)
