# SPDX-License-Identifier: GPL-3.0-or-later
"""Row ``editing``: one part's text is changed, the others are locked: does that part obey, do the others stay?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from server.captioner import attributes_of
from server.motion.motion import Motion
from server.motion.skeleton import PARTS
from server.parts.attributes import AttributeSet, PartTexts, parse, write
from server.pipeline import Take
from training.library import Entry

from .body_errors import apart, limbs
from .figures import Asked, Figure, Value, over_seeds, share, shares_over_seeds
from .obedience import holds
from .phrases import Phrase, bases, phrases
from .report import Row, Sheet, Strip
from .session import Session
from .splits import spread

_SECONDS: Final = 4.0
_STAYS: Final = 0.005  # metres
_LEAST_CHANGES: Final = 3
_ALONE: Final = ("right_arm", "left_arm", "backbone")  # parts that can do something else while the others go on
_ALIKE: Final = (("root", "direction"), ("left_leg", "action"), ("right_leg", "action"))  # of donor and receiver
_DRAWN: Final = 16


@dataclass(frozen=True)
class Edited:
    """One edit: what came of it by seed.

    Attributes:
        caption: what was changed.
        before, after: the takes of the first seed.
        obeyed: share of what was asked that is there, a number a seed.
        already: the same before the edit.
        moved: how far the locked parts moved at the most (m), a number a seed; without the root's path.
        drift: how far the root's path moved at the most (m), a number a seed; 0 where the root was edited.
    """

    caption: str
    before: Motion
    after: Motion
    obeyed: tuple[float, ...]
    already: tuple[float, ...]
    moved: tuple[float, ...]
    drift: tuple[float, ...]


def locked_movement(before: Motion, after: Motion, edited: str) -> tuple[float, float]:
    """Return how far (m) at the most the parts but one moved on what they hang on, and the root over the ground."""
    first, second = limbs(before), limbs(after)
    moved = max(float(apart(first[part], second[part]).max()) for part in PARTS if part != edited)
    frames = min(before.frames, after.frames)
    way = before.root_positions[:frames] - after.root_positions[:frames]
    drift = 0.0 if edited == "root" else float(np.linalg.norm(way, axis=-1).max())
    return moved, drift


def _regenerated(session: Session, before: Take, texts: PartTexts, part: str, seed: int) -> Take:
    locks = tuple(other for other in PARTS if other != part)
    seconds = before.motion.seconds
    return session.generate(texts, seconds, seed, variants=1, locks=locks, kept=before)[0]


def _edit_by_phrase(session: Session, phrase: Phrase, takes: Sequence[Take], seed: int) -> Edited:
    part = phrase.said[0]
    after = [_regenerated(session, take, phrase.texts, part, seed + i) for i, take in enumerate(takes)]
    moved, drift = _moved(takes, after, part)
    already, obeyed = (tuple(float(holds(phrase.checks, t.motion)) for t in some) for some in (takes, after))
    return Edited(phrase.name, takes[0].motion, after[0].motion, obeyed, already, moved, drift)


def _moved(before: Sequence[Take], after: Sequence[Take], part: str) -> tuple[tuple[float, ...], tuple[float, ...]]:
    rows = [locked_movement(b.motion, a.motion, part) for b, a in zip(before, after, strict=True)]
    return tuple(row[0] for row in rows), tuple(row[1] for row in rows)


def _edit_by_caption(session: Session, entry: Entry, donor: Entry, part: str, seed: int) -> Edited | None:
    """Generate a recording's caption, then give one part the text of another recording's.

    Returns:
        None where both say nearly the same of the part, or go about differently: an arm that swings with the steps is
        nothing to ask of somebody who stands.
    """
    own, other = (attributes_of(session.library.motion(e).sliced(0, 120)) for e in (entry, donor))
    changed = {key: value for key, value in other.items() if key[0] == part and own.get(key) != value}
    if len(changed) < _LEAST_CHANGES or any(own.get(key) != other.get(key) for key in _ALIKE):
        return None
    texts = write(own)
    takes = session.generate(texts, _SECONDS, seed)
    edited = texts | {part: write(other)[part]}
    after = [_regenerated(session, take, edited, part, seed + 500 + i) for i, take in enumerate(takes)]
    wanted = {key: value for key, value in parse(edited).items() if key in changed}
    moved, drift = _moved(takes, after, part)
    already, obeyed = (tuple(_found(wanted, take.motion) for take in some) for some in (takes, after))
    caption = f"{entry.name}, {part}: {edited[part]}"
    return Edited(caption, takes[0].motion, after[0].motion, obeyed, already, moved, drift)


def _found(wanted: AttributeSet, motion: Motion) -> float:
    found = attributes_of(motion)
    return share([found.get(key) == value for key, value in wanted.items()])


def _by_phrases(session: Session) -> list[Edited]:
    plain = bases()
    single = [phrase for phrase in phrases() if len(phrase.said) == 1 and _only_one_part(phrase, plain[phrase.base])]
    names = spread((phrase.name for phrase in single), session.sizes.edits // 2, "edits")
    by_name = {phrase.name: phrase for phrase in single}
    takes = {name: session.generate(texts, _SECONDS) for name, texts in plain.items()}
    found = []
    for number, name in enumerate(names):
        session.progress(f"edit {number + 1} of {len(names)} by a phrase")
        found.append(_edit_by_phrase(session, by_name[name], takes[by_name[name].base], 1000 * number + 77))
    return found


def _only_one_part(phrase: Phrase, plain: PartTexts) -> bool:
    return [part for part in PARTS if plain[part] != phrase.texts[part]] == list(phrase.said)


def _by_captions(session: Session) -> list[Edited]:
    entries = [e for e in session.of_split("test") if e.frames >= 60]
    chosen = session.spread_entries(entries, len(entries), "edits")
    found: list[Edited] = []
    for number, (entry, donor) in enumerate(zip(chosen, [*chosen[1:], *chosen[:1]], strict=True)):
        if len(found) >= session.sizes.edits // 2:
            break
        session.progress(f"edit {len(found) + 1} by another clip's caption")
        edit = _edit_by_caption(session, entry, donor, _ALONE[number % len(_ALONE)], 1000 * number)
        found += [edit] if edit is not None else []
    return found


def _figure(name: str, runs: Sequence[Sequence[float]], asked: Asked | None, on: str, unit: str = "") -> Figure:
    return Figure(name, unit, _value(runs, unit), asked=asked, on=on)


def _value(runs: Sequence[Sequence[float]], unit: str = "") -> Value:
    over = over_seeds if unit else shares_over_seeds
    return over(np.mean(runs, axis=0).tolist(), len(runs))


def _obeyed(name: str, edits: Sequence[Edited], asked: Asked | None, on: str) -> Figure:
    before = {"before the edit": _value([edit.already for edit in edits])}
    return Figure(name, "", _value([edit.obeyed for edit in edits]), before, asked, on)


def measure(session: Session) -> Row:
    """Measure edits of one part with the other five locked."""
    row = Row("editing", "Editing one part's text", [])
    by_phrases, by_captions = _by_phrases(session), _by_captions(session)
    repeats = f"x {session.seeds} seeds"
    if by_phrases:
        on = f"{len(by_phrases)} edits by plain phrases {repeats}"
        row.figures.append(_obeyed("edited part as asked, phrases", by_phrases, Asked(least=0.8), on))
    if by_captions:
        on = f"{len(by_captions)} edits by captions {repeats}"
        cases = [[float(one > 0.5) for one in edit.obeyed] for edit in by_captions]
        row.figures.append(_figure("edited part as asked, captions", cases, Asked(least=0.8), f"{on}: most attributes"))
        row.figures.append(_obeyed("changed attributes found, captions", by_captions, None, on))
    every = [*by_phrases, *by_captions]
    on = f"{len(every)} edits {repeats}, the furthest point at any time"
    stays = [[float(one <= _STAYS) for one in edit.moved] for edit in every]
    row.figures += [
        _figure("edits that leave locked parts within 5 mm", stays, Asked(least=1.0), on),
        _figure("locked parts moved", [[one * 1000 for one in edit.moved] for edit in every], None, on, "mm"),
        _figure("root's path moved", [[one * 1000 for one in edit.drift] for edit in every], None, on, "mm"),
    ]
    drawn = [*by_phrases[: _DRAWN // 2], *by_captions[: _DRAWN // 2]]
    strips = [Strip(e.caption, {"before": e.before, "after": e.after}, e.obeyed[0] > 0.5) for e in drawn]
    row.sheets.append(Sheet("edits", "One part's text changed, the others locked", strips))
    return row
