# SPDX-License-Identifier: GPL-3.0-or-later
"""Row ``length``: frames given as asked, actions complete within them, and a prefix continued without a jump."""

from __future__ import annotations

from typing import Final

import numpy as np

from server.motion.motion import Motion
from server.motion.skeleton import FPS

from .body_errors import joint_distance
from .figures import Asked, Figure, over_clips, over_seeds, share, shares_over_seeds
from .obedience import holds
from .phrases import bases
from .report import Row, Sheet, Strip
from .session import Session
from .splits import spread

_ASKED_SECONDS: Final = (0.5, 1.0, 1.5, 2.03, 2.5, 3.33, 4.0, 5.77, 7.0, 10.0)
_LENGTHS: Final = (2.0, 4.0, 6.0, 10.0)
_PREFIX: Final = 60  # frames

# content prompt -> checks of the complete action, and the recordings' label of it where there is one
_ACTIONS: Final = {
    "bows": (("trunk bows and rises",), "bow"),
    "waves the left hand": (("left hand waves",), "wave-left-hand"),
    "waves the right hand": (("right hand waves",), "wave-right-hand"),
    "raises both hands": (("each wrist at some time above the head",), "raise-up-both-hands"),
    "raises the right hand": (("right wrist at some time above the head",), "raise-up-right-hand"),
    "walks and turns left": (("turns to the left",), "walk-turn-left"),
    "kicks with the right leg": (("right leg kicks to the front",), ""),
    "jumps up": (("both feet at some time in the air",), ""),
    "squats down and gets up": (("hips dip and come up",), ""),
    "claps the hands": (("hands at some time together",), ""),
}


def join_jump(motion: Motion, at: int) -> float:
    """Return the largest acceleration of a joint at a join over the 99th percentile of the rest of the motion.

    Args:
        motion: the whole motion.
        at: the first frame after the join.
    """
    second = np.linalg.norm(np.diff(motion.positions(), n=2, axis=0), axis=-1).max(axis=1)
    here = np.zeros(len(second), dtype=bool)
    here[max(0, at - 3) : at + 2] = True
    if not here.any() or here.all():
        return 0.0
    return float(second[here].max() / max(float(np.percentile(second[~here], 99)), 1e-9))


def _frames(session: Session) -> Figure:
    texts = bases()["walk"]
    found = []
    for seconds in spread(_ASKED_SECONDS, session.sizes.actions, "lengths"):
        takes = session.generate(texts, seconds)
        found.append([float(take.motion.frames == round(seconds * FPS)) for take in takes])
    on = f"{len(found)} lengths of {_ASKED_SECONDS[0]:g} to {_ASKED_SECONDS[-1]:g} s"
    value = shares_over_seeds(np.mean(found, axis=0).tolist(), len(found))
    return Figure("frames as asked", "", value, asked=Asked(least=1.0), on=on)


def _completion(session: Session, row: Row) -> None:
    runs: dict[float, list[list[bool]]] = {seconds: [] for seconds in _LENGTHS}
    strips, real = [], []
    prompts = [prompt for prompt in _ACTIONS if prompt in spread(_ACTIONS, session.sizes.actions, "actions")]
    for number, prompt in enumerate(prompts):
        checks, label = _ACTIONS[prompt]
        texts = session.describe(prompt, "")
        entries = [e for e in session.entries if label and e.content == label and e.split == "test"]
        real += [holds(checks, session.library.motion(e)) for e in session.spread_entries(entries, 8, "actions")]
        shown: dict[str, Motion] = {}
        for seconds in _LENGTHS:
            session.progress(f"{prompt} in {seconds:g} s")
            takes = session.generate(texts, seconds, seed=1000 * number)
            runs[seconds].append([holds(checks, take.motion) for take in takes])
            shown[f"{seconds:g} s asked"] = takes[0].motion
        strips.append(Strip(f"{prompt}: {', '.join(checks)}", shown, runs[_LENGTHS[1]][-1][0]))
        row.details[prompt] = {f"{seconds:g} s": share(runs[seconds][-1]) for seconds in _LENGTHS}
    every = np.array([some for rows in runs.values() for some in rows], dtype=float)
    on = f"{len(prompts)} actions in {', '.join(f'{s:g}' for s in _LENGTHS)} s x {session.seeds} seeds"
    beside = {"real": over_clips(real)}
    row.figures.append(
        Figure("actions complete", "", shares_over_seeds(every.mean(axis=0).tolist(), len(every)), beside, on=on)
    )
    for seconds, some in runs.items():
        value = shares_over_seeds(np.mean(np.array(some, dtype=float), axis=0).tolist(), len(some))
        row.figures.append(Figure(f"actions complete in {seconds:g} s", "", value, on=f"{len(some)} actions"))
    row.sheets.append(Sheet("actions", "Actions in 2, 4, 6 and 10 seconds", strips))


def _continued(session: Session, row: Row) -> None:
    entries = [e for e in session.of_split("test") if e.frames >= _PREFIX + 20]
    chosen = session.spread_entries(entries, max(2, session.sizes.labels), "prefix")
    jumps, kept, own, strips = [], [], [], []
    for number, entry in enumerate(chosen):
        session.progress(f"continuing {entry.name}")
        real = session.library.motion(entry)
        prefix = real.sliced(0, _PREFIX)
        texts = session.pipeline.caption(real)
        takes = session.generate(texts, 4.0, seed=1000 * number, prefix=prefix)
        jumps.append([join_jump(take.motion, _PREFIX) for take in takes])
        own.append(join_jump(real, _PREFIX))
        kept.append(float(np.mean([joint_distance(prefix, take.motion).mean() for take in takes])) * 1000)
        strips.append(Strip(f"{entry.name}, continued after 2 s", {"real": real, "continued": takes[0].motion}))
    on = f"{len(chosen)} held-out clips continued after 2 s x {session.seeds} seeds"
    value = over_seeds(np.mean(jumps, axis=0).tolist(), len(chosen))
    beside = {"real": over_clips(own)}
    name = "acceleration at the join to the clip's 99th percentile"
    row.figures += [
        Figure(name, "", value, beside, Asked(most=1.0), on),
        Figure("the prefix in the result", "mm", over_clips(kept), on=on),
    ]
    row.sheets.append(Sheet("continued", "Recordings continued", strips[:8]))


def measure(session: Session) -> Row:
    """Measure lengths, complete actions and continued prefixes."""
    row = Row("length", "Length, complete actions, continuation", [_frames(session)])
    _completion(session, row)
    _continued(session, row)
    return row
