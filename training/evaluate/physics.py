# SPDX-License-Identifier: GPL-3.0-or-later
"""Row ``physics``: sliding, sinking, floating and jitter of generated clips, beside real clips of the same pairs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from server.motion.contacts import jitter, planted_slide, skating_ratio
from server.motion.floor import floating, sinking
from server.motion.motion import Motion

from .body_errors import own_speed
from .figures import Asked, Figure, Value, over_clips, over_seeds
from .report import Row
from .session import Session

_REAL: Final = 2  # recordings a pair


MEASURES: Final = {
    "slide of planted feet": ("m/s", planted_slide),
    "foot skating ratio": ("", skating_ratio),
    "sinking at worst": ("m", sinking),
    "frames that float": ("", floating),
    "jitter": ("100 m/s^3", jitter),
    "speed of the joints on the body": ("m/s", own_speed),
}
_ASKED: Final = {
    ("slide of planted feet", "raw"): Asked(most=1.3, of="real"),
    ("slide of planted feet", "cleaned"): Asked(most=1.0, of="real"),
    ("jitter", "cleaned"): Asked(0.75, 1.25, "real"),
    ("sinking at worst", "cleaned"): Asked(most=0.02),
    ("frames that float", "cleaned"): Asked(most=1.0, of="real"),
}


def _by_content(contents: Sequence[str], values: Sequence[float]) -> dict[str, float]:
    return {
        name: float(np.mean([v for c, v in zip(contents, values, strict=True) if c == name]))
        for name in sorted(set(contents))
    }


def measure(session: Session) -> Row:
    """Measure the clips of prompts on pairs that training saw, as decoded and after the clean-up of feet."""
    row = Row("physics", "Physics beside real clips of the same pairs", [])
    outcomes = session.prompted("seen", "trained")
    real: list[Motion] = []
    contents: list[str] = []
    for outcome in outcomes:
        splits = session.clips[outcome.task.content, outcome.task.style]
        entries = [*splits["test"], *splits["train"]][:_REAL]
        real += [session.library.motion(entry) for entry in entries]
        contents += [outcome.task.content] * len(entries)
    session.progress("physics of generated and real clips")
    shown = {
        "raw": [[session.pipeline.decode(t.tokens, t.motion.frames, clean=False) for t in o.takes] for o in outcomes],
        "cleaned": [[take.motion for take in o.takes] for o in outcomes],
    }
    for name, (unit, function) in MEASURES.items():
        own = [function(motion) for motion in real]
        beside: dict[str, Value] = {"real": over_clips(own)}
        for kind, clips in shown.items():
            values = np.array([[function(motion) for motion in motions] for motions in clips])
            value = over_seeds(values.mean(axis=0).tolist(), len(outcomes))
            label = "as generated" if kind == "raw" else "after foot clean-up"
            on = f"{len(outcomes)} prompts x {session.seeds} seeds, {len(real)} real clips"
            row.figures.append(Figure(f"{name}, {label}", unit, value, beside, _ASKED.get((name, kind)), on))
            if kind == "cleaned":
                made = _by_content([o.task.content for o in outcomes], values.mean(axis=1).tolist())
                row.details[name] = {"generated": made, "real": _by_content(contents, own)}
    return row
