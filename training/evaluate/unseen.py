# SPDX-License-Identifier: GPL-3.0-or-later
"""Row ``unseen``: styles that training never saw, against what geometry expects of them, beside the plain content."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from server.motion.motion import Motion
from training.corpus.entries import Entry

from .checks import CHECKS, Body
from .expectations import Expectation, expectations
from .figures import Asked, Figure, Value, over_clips, shares_over_seeds
from .report import Row, Sheet, Strip
from .session import Session
from .splits import spread

_SECONDS: Final = 4.0


def met(expectation: Expectation, motion: Motion) -> float:
    """Return the share of the expectations that hold."""
    body = Body(motion)
    return float(np.mean([CHECKS[name](body) for name in expectation.checks]))


def is_new(expectation: Expectation, styles: Mapping[str, Entry]) -> bool:
    """Tell whether the corpus has no such style, by name or by wording."""
    wordings = {wording.casefold() for entry in styles.values() for wording in entry.wordings}
    return expectation.name not in styles and expectation.style.casefold() not in wordings


@dataclass(frozen=True)
class _Result:
    expectation: Expectation
    motions: tuple[Motion, ...]
    scores: tuple[float, ...]
    plain: tuple[float, ...]


def _results(session: Session, chosen: Sequence[Expectation]) -> list[_Result]:
    plain: dict[str, tuple[Motion, ...]] = {}
    found = []
    for number, wanted in enumerate(chosen):
        session.progress(f"unseen style {number + 1} of {len(chosen)}: {wanted.name}")
        if wanted.content not in plain:
            texts = session.describe(wanted.content, "")
            plain[wanted.content] = tuple(take.motion for take in session.generate(texts, _SECONDS))
        takes = session.generate(session.describe(wanted.content, wanted.style), _SECONDS, seed=1000 * number)
        motions = tuple(take.motion for take in takes)
        scores = [tuple(met(wanted, motion) for motion in some) for some in (motions, plain[wanted.content])]
        found.append(_Result(wanted, motions, scores[0], scores[1]))
    return found


def _value(scores: Sequence[Sequence[float]]) -> Value:
    return shares_over_seeds(np.mean(scores, axis=0).tolist(), len(scores))


def measure(session: Session) -> Row:
    """Measure the expectations met on unseen styles."""
    row = Row("unseen", "Unseen styles: geometric expectations met", [])
    by_name = {wanted.name: wanted for wanted in expectations()}
    chosen = [by_name[name] for name in spread(by_name, session.sizes.styles, "styles")]
    found = _results(session, chosen)
    styles = session.written["styles"]
    groups = {"new styles": [r for r in found if is_new(r.expectation, styles)]}
    groups["styles that the corpus has"] = [r for r in found if not is_new(r.expectation, styles)]
    walks = [e for e in session.entries if (e.content, e.style, e.split) == ("walk", "normal", "train")][:12]
    for name, some in groups.items():
        if not some:
            continue
        beside = {"plain content": _value([result.plain for result in some])}
        if walks:
            motions = [session.library.motion(entry) for entry in walks]
            beside["real plain walks"] = over_clips([met(r.expectation, m) for m in motions for r in some])
        asked = Asked(least=0.7) if name == "new styles" else None
        on = f"{len(some)} styles x {session.seeds} seeds, {sum(len(r.expectation.checks) for r in some)} expectations"
        value = _value([result.scores for result in some])
        row.figures.append(Figure(f"expectations met, {name}", "", value, beside, asked, on))
    row.details["met_by_style"] = {r.expectation.name: float(np.mean(r.scores)) for r in found}
    row.details["met_by_check"] = _by_check(found)
    ordered = sorted(found, key=lambda result: result.expectation.name)
    for start in range(0, len(ordered), 30):
        strips = [_strip(result) for result in ordered[start : start + 30]]
        row.sheets.append(Sheet(f"styles_{start // 30 + 1}", "Unseen styles", strips))
    return row


def _by_check(found: Sequence[_Result]) -> dict[str, float]:
    held: dict[str, list[bool]] = {}
    for result in found:
        body = Body(result.motions[0])
        for name in result.expectation.checks:
            held.setdefault(name, []).append(CHECKS[name](body))
    return {name: float(np.mean(values)) for name, values in sorted(held.items())}


def _strip(result: _Result) -> Strip:
    body = Body(result.motions[0])
    said = ", ".join(f"{'+' if CHECKS[name](body) else '-'} {name}" for name in result.expectation.checks)
    return Strip(f"{result.expectation.style}: {said}", {"generated": result.motions[0]}, result.scores[0] > 0.5)
