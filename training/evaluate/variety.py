# SPDX-License-Identifier: GPL-3.0-or-later
"""Row ``variety``: takes of one prompt with several seeds, beside real takes of the same label; and frozen poses."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Final

import numpy as np

from server.motion.motion import Motion

from .body_errors import joint_distance, own_speed
from .figures import Asked, Figure, over_clips, ratio_over_clips
from .report import Row, Sheet, Strip
from .session import Session
from .splits import Pair, spread

_DRAWN: Final = 6
_FROZEN: Final = 0.25  # of the slowest real take of the label


def pairwise(motions: Sequence[Motion]) -> float:
    """Return the mean distance of root-relative joints over all pairs of takes (m), over the shorter length of each."""
    return float(np.mean([joint_distance(a, b).mean() for a, b in combinations(motions, 2)]))


def _labels(session: Session) -> list[Pair]:
    many = [p for p, splits in session.clips.items() if len(splits["train"]) >= session.sizes.variants]
    return spread([pair for pair in many if pair in session.pairs.seen], session.sizes.labels, "variety")


def measure(session: Session) -> Row:
    """Measure how different the takes of one prompt are."""
    row = Row("variety", "Variety of takes of one prompt", [])
    made, real, frozen, strips = [], [], [], []
    for number, pair in enumerate(_labels(session)):
        session.progress(f"variety of {', '.join(pair)}")
        task = session.task(pair, number)
        texts = session.describe(task.content_prompt, task.style_prompt)
        takes = session.generate(texts, task.seconds, 1000 * number, session.sizes.variants)
        entries = session.spread_entries(session.clips[pair]["train"], session.sizes.variants, "variety")
        own = [session.library.motion(entry) for entry in entries]
        made.append(pairwise([take.motion for take in takes]))
        real.append(pairwise(own))
        slowest = min(own_speed(motion) for motion in own)
        frozen += [float(own_speed(take.motion) < _FROZEN * slowest) for take in takes]
        row.details[", ".join(pair)] = {"generated_m": made[-1], "real_m": real[-1], "prompt": task.content_prompt}
        caption = " | ".join(prompt for prompt in (task.content_prompt, task.style_prompt) if prompt)
        strips.append(Strip(caption, {f"seed {take.seed}": take.motion for take in takes}))
    row.sheets = [Sheet("variety", "One prompt, several seeds", strips[:_DRAWN])]
    on = f"{len(made)} labels, {session.sizes.variants} takes each"
    beside = {"real": over_clips(real)}
    row.figures = [
        Figure("distance of joints between takes", "m", over_clips(made), beside, Asked(least=0.5, of="real"), on),
        Figure("the same to real takes'", "", ratio_over_clips(made, real), asked=Asked(least=0.5), on=on),
        Figure("frozen takes", "", over_clips(frozen), asked=Asked(most=0.0), on=f"{len(frozen)} takes"),
    ]
    return row
