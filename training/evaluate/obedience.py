# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows ``prompts`` and ``obedience``: attributes asked for that the captioner finds, and plain phrases checked by geometry."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from server.captioner import attributes_of
from server.motion.motion import Motion
from server.motion.skeleton import PARTS
from server.parts.attributes import AttributeSet, PartTexts, parse, write
from training.library import Entry

from .checks import CHECKS, Body
from .figures import Asked, Figure, Json, Value, exact, over_clips, share, shares_over_seeds
from .phrases import Phrase, bases, phrases
from .report import Row, Sheet, Strip
from .session import Session
from .splits import spread

_SECONDS: Final = 4.0
_ASKED: Final = Asked(least=0.85)
_SHORTEST: Final = 45  # frames of a clip whose caption is generated


def attributes_found(asked: AttributeSet, motion: Motion) -> float:
    """Return the share of the attributes asked for that the captioner finds; undefined where none was asked."""
    found = attributes_of(motion)
    return share([found.get(key) == value for key, value in asked.items()])


def holds(checks: Sequence[str], motion: Motion) -> bool:
    """Tell whether all checks hold."""
    body = Body(motion)
    return all(CHECKS[name](body) for name in checks)


@dataclass(frozen=True)
class Asking:
    """Part texts with what they ask, and what came of them, one motion a seed."""

    asked: AttributeSet
    motions: tuple[Motion, ...]

    def scores(self) -> list[float]:
        """Return the share found of each seed."""
        return [attributes_found(self.asked, motion) for motion in self.motions]


def _found_figure(name: str, askings: Sequence[Asking], beside: Mapping[str, Value], on: str) -> Figure:
    """Return the share found, beside what the same requests find in clips that were asked for something else."""
    scores = np.array([asking.scores() for asking in askings])
    neighbours = [*askings[1:], askings[0]]
    chance = [attributes_found(a.asked, b.motions[0]) for a, b in zip(askings, neighbours, strict=True)]
    both = {**beside, "another's clip": over_clips(chance)}
    return Figure(name, "", shares_over_seeds(scores.mean(axis=0).tolist(), len(askings)), both, _ASKED, on)


def by_slot(askings: Sequence[Asking]) -> dict[str, dict[str, float]]:
    """Return the share found by part and slot."""
    rights: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for asking in askings:
        found = attributes_of(asking.motions[0])
        for key, value in asking.asked.items():
            rights[key].append(found.get(key) == value)
    return {part: {slot: share(right) for (p, slot), right in rights.items() if p == part} for part in PARTS}


def _captions(session: Session, row: Row) -> None:
    """Generate from the captions of real held-out clips."""
    entries = [e for e in session.entries if e.split == "test" and e.frames >= _SHORTEST]
    chosen: list[Entry] = session.spread_entries(entries, session.sizes.captions, "captions")
    askings, kept = [], []
    for number, entry in enumerate(chosen):
        session.progress(f"generating from the caption of {entry.name}")
        real = session.library.motion(entry).sliced(0, 180)
        asked = attributes_of(real)
        takes = session.generate(write(asked), real.seconds, seed=1000 * number)
        askings.append(Asking(asked, tuple(take.motion for take in takes)))
        kept.append(attributes_found(asked, session.decoded(real)))
    on = f"captions of {len(chosen)} held-out clips x {session.seeds} seeds"
    row.figures.append(_found_figure("attributes found, captions", askings, {"decoded": over_clips(kept)}, on))
    row.details["found_by_slot_captions"] = by_slot(askings)


def measure_prompts(session: Session) -> Row:
    """Measure whether what was generated from prompts follows their composed part texts."""
    row = Row("prompts", "Obedience to the composed texts of prompts", [])
    for group, wording in (("seen", "trained"), ("unrecorded", "held_out")):
        outcomes = session.prompted(group, wording)
        if not outcomes:
            continue
        askings = [Asking(parse(o.texts), tuple(take.motion for take in o.takes)) for o in outcomes]
        on = f"composed texts of {len(askings)} prompts x {session.seeds} seeds, {group}, {wording} wordings"
        row.figures.append(_found_figure(f"attributes found, prompts, {group}", askings, {}, on))
    return row


@dataclass(frozen=True)
class Answer:
    """A phrase and what came of it."""

    phrase: Phrase
    motions: tuple[Motion, ...]
    met: tuple[bool, ...]


def _base_rates(session: Session, chosen: Sequence[Phrase]) -> list[bool]:
    """Return whether each phrase's checks hold already where only its base is asked for."""
    texts: dict[str, PartTexts] = bases()
    plain = {name: session.generate(texts[name], _SECONDS, variants=1)[0].motion for name in texts}
    return [holds(phrase.checks, plain[phrase.base]) for phrase in chosen]


def answers(session: Session, chosen: Sequence[Phrase]) -> list[Answer]:
    """Generate every phrase with every seed and check it."""
    found = []
    for number, phrase in enumerate(chosen):
        session.progress(f"phrase {number + 1} of {len(chosen)}")
        takes = session.generate(phrase.texts, _SECONDS, seed=1000 * number)
        motions = tuple(take.motion for take in takes)
        found.append(Answer(phrase, motions, tuple(holds(phrase.checks, motion) for motion in motions)))
    return found


def phrase_figures(found: Sequence[Answer], plain: Sequence[bool], seeds: int, details: Json) -> list[Figure]:
    """Return how many phrases are met: all, by part, by side."""
    on = f"{len(found)} phrases x {seeds} seeds, given to the generator as part texts"
    beside = {"base alone": over_clips(plain)}
    figures = [Figure("plain phrases met", "", _met(found, seeds), beside, _ASKED, on)]
    groups = {part: [a for a in found if a.phrase.part == part] for part in ("arm", "leg", "backbone", "root")}
    groups |= {side: [a for a in found if a.phrase.side == side] for side in ("left", "right")}
    for name, some in groups.items():
        if some:
            figures.append(Figure(f"plain phrases met, {name}", "", _met(some, seeds), on=f"{len(some)} phrases"))
    failed = {a.phrase.name: float(np.mean(a.met)) for a in found if not all(a.met)}
    details["phrases_not_always_met"] = dict(sorted(failed.items(), key=lambda item: item[1]))
    understood = [any(key[0] == part for key in parse(a.phrase.texts)) for a in found for part in a.phrase.said]
    details["phrases_that_say_something_known"] = exact(share(understood), len(found)).json()
    return figures


def _met(found: Sequence[Answer], seeds: int) -> Value:
    return shares_over_seeds([share([answer.met[seed] for answer in found]) for seed in range(seeds)], len(found))


def chosen_phrases(count: int) -> list[Phrase]:
    """Return phrases in both sides' balance: whoever is chosen brings its mirror image along."""
    every = phrases()
    keys = spread({_sideless(phrase) for phrase in every}, count, "phrases")
    picked = [phrase for phrase in every if _sideless(phrase) in keys]
    return picked if count < len(every) else every


def _sideless(phrase: Phrase) -> str:
    return phrase.name.replace("left", "side").replace("right", "side")


def measure(session: Session) -> Row:
    """Measure whether the result is what the part texts say."""
    row = Row("obedience", "Obedience to part texts", [])
    _captions(session, row)
    chosen = chosen_phrases(session.sizes.phrases)
    found = answers(session, chosen)
    row.figures += phrase_figures(found, _base_rates(session, chosen), session.seeds, row.details)
    strips = [Strip(a.phrase.name, {"generated": a.motions[0]}, a.met[0]) for a in found]
    for part in ("arm", "leg", "backbone", "root"):
        some = [s for s, a in zip(strips, found, strict=True) if a.phrase.part == part and a.phrase.side != "right"]
        row.sheets.append(Sheet(f"phrases_{part}", f"Plain phrases: {part}", some))
    return row
