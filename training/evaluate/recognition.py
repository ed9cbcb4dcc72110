# SPDX-License-Identifier: GPL-3.0-or-later
"""Row ``recognition``: content and style recognised (CRA, SRA) by classifiers that saw real clips only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from server.motion.motion import Motion
from training.library import Entry

from .figures import Asked, Figure, Json, Value, over_clips, share, shares_over_seeds
from .report import Row, Sheet, Strip
from .ruler import Judgement
from .session import WORDINGS, Outcome, Session
from .splits import is_held_out_take

GROUPS: Final = ("seen", "held_out", "unrecorded", "unseen_styles")
TITLES: Final = {
    "seen": "pairs that training saw",
    "held_out": "recorded pairs that training never saw",
    "unrecorded": "pairs that no recording has",
    "unseen_styles": "styles set aside",
}
_ASKED: Final = Asked(least=0.95, of="real")
_DRAWN: Final = 20

Right = Callable[[Judgement, Sequence[str]], npt.NDArray[np.bool_]]


def _real(session: Session, entries: Sequence[Entry]) -> dict[str, dict[str, Value]]:
    """Return recognition of real clips, and of the same encoded and decoded, as values to stand beside."""
    if not entries:
        return {"content": {}, "style": {}}
    motions = [session.library.motion(entry) for entry in entries]
    contents, styles = [entry.content for entry in entries], [entry.style for entry in entries]
    found: dict[str, dict[str, Value]] = {"content": {}, "style": {}}
    for name, shown in (("real", motions), ("decoded", [session.decoded(motion) for motion in motions])):
        judged = session.ruler.judge(shown)
        found["content"][name] = over_clips(session.ruler.content_right(judged, contents))
        found["style"][name] = over_clips(session.ruler.style_right(judged, styles))
    return found


def _folds(session: Session) -> dict[str, Value]:
    """Return recognition on real pairs that a classifier was trained without, from the training of the ruler."""
    known, found = session.ruler.config.real, {}
    clips = int(known.get("unseen_pairs_clips", 0))
    for kind in ("content", "style"):
        if clips:
            right = round(known[f"unseen_pairs_{kind}"] * clips)
            found[kind] = over_clips([1.0] * right + [0.0] * (clips - right))
    return found


def _references(session: Session) -> dict[str, dict[str, dict[str, Value]]]:
    """Return what stands beside each group's figures: real clips that are as new to the classifier.

    Held-out pairs have recordings of their own, a dozen. For pairs without any, and for styles that are set aside,
    the folds of the ruler's training tell what the classifier makes of real pairs that it never saw.
    """
    test = session.of_split("test")
    takes = [entry for entry in test if is_held_out_take(entry, session.pairs)]
    others = [entry for entry in test if (entry.content, entry.style) in session.pairs.held_out]
    seen = _real(session, session.spread_entries(takes, session.sizes.recorded, "takes"))
    held_out, folds = _real(session, others), _folds(session)
    for kind, value in folds.items():
        held_out[kind]["real, folds of pairs"] = value
    unknown = {kind: {"real": folds[kind]} if folds else held_out[kind] for kind in ("content", "style")}
    return {"seen": seen, "held_out": held_out, "unrecorded": unknown, "unseen_styles": unknown}


def motions_of(outcomes: Sequence[Outcome], seed: int) -> list[Motion]:
    """Return the motions of one seed."""
    return [outcome.takes[seed].motion for outcome in outcomes]


def _confusions(wanted: Sequence[str], logits: npt.NDArray[np.float32], labels: Sequence[str]) -> dict[str, int]:
    said = [labels[i] for i in logits.argmax(-1).tolist()]
    wrong = Counter(f"{want} -> {got}" for want, got in zip(wanted, said, strict=True) if want != got)
    return dict(wrong.most_common(8))


def measure(session: Session) -> Row:
    """Measure recognition on all groups of pairs, in trained and held-out wordings."""
    row = Row("recognition", "Content and style recognised", [])
    beside = _references(session)
    for group in GROUPS:
        for wording in WORDINGS:
            outcomes = session.prompted(group, wording)
            if outcomes:
                row.figures += _figures(session, group, wording, outcomes, beside[group], row.details)
    shown = [outcome for wording in WORDINGS for outcome in session.prompted("seen", wording)[: _DRAWN // 2]]
    row.sheets.append(Sheet("prompts", "From prompts: pairs that training saw", [strip_of(o) for o in shown]))
    unseen = [o for group in GROUPS[1:] for o in session.prompted(group, "held_out")[:7]]
    row.sheets.append(Sheet("unseen", "From prompts: unseen pairs and styles", [strip_of(o) for o in unseen]))
    row.details["real_clips_by_the_training_of_the_ruler"] = session.ruler.config.real
    return row


def strip_of(outcome: Outcome) -> Strip:
    """Return the first take of a prompt with the prompt as caption."""
    task = outcome.task
    prompts = " | ".join(prompt for prompt in (task.content_prompt, task.style_prompt) if prompt)
    return Strip(f"{prompts}   ({task.content}, {task.style})", {"generated": outcome.takes[0].motion})


def _figures(
    session: Session,
    group: str,
    wording: str,
    outcomes: Sequence[Outcome],
    beside: dict[str, dict[str, Value]],
    details: Json,
) -> list[Figure]:
    ruler, seeds = session.ruler, range(session.seeds)
    wanted = {"content": [o.task.content for o in outcomes], "style": [o.task.style for o in outcomes]}
    judged = [ruler.judge(motions_of(outcomes, seed)) for seed in seeds]
    logits = {"content": [j.contents for j in judged], "style": [j.styles for j in judged]}
    labels = {"content": ruler.config.contents, "style": ruler.config.styles}
    rights: dict[str, Right] = {"content": ruler.content_right, "style": ruler.style_right}
    words = wording.replace("_", "-")
    on = f"{len(outcomes)} prompts x {session.seeds} seeds, {TITLES[group]}, {words} wordings"
    figures = []
    for kind, right in rights.items():
        runs = [share(right(j, wanted[kind])) for j in judged]
        reference = beside[kind]
        asked = _ASKED if "real" in reference else None
        name = f"{kind} recognised, {group.replace('_', ' ')}, {words} wordings"
        figures.append(Figure(name, "", shares_over_seeds(runs, len(outcomes)), reference, asked, on))
        every = [name for _ in seeds for name in wanted[kind]]
        confused = _confusions(every, np.concatenate(logits[kind]), labels[kind])
        details.setdefault("confusions", {})[name] = confused
    return figures
