# SPDX-License-Identifier: GPL-3.0-or-later
"""Row ``physics``: sliding, sinking, floating and jitter of generated clips, beside real clips of the same pairs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from server.motion.contacts import jitter, planted_slide, skating_ratio
from server.motion.motion import Motion
from server.motion.skeleton import FOOT_JOINTS

from .body_errors import own_speed
from .figures import Asked, Figure, Value, over_clips, over_seeds
from .report import Row
from .session import Session

Array = npt.NDArray[np.floating]

_SOLE: Final = 0.06  # an ankle's height over the toes of a flat foot (m)
_OFF: Final = 0.05  # metres over the floor from which nothing is stood on
_FALLING: Final = -4.0  # m/s^2: a body that falls faster than this is in a jump and not hung up
_WINDOW: Final = 5  # frames over which the pelvis' acceleration is averaged
_REAL: Final = 2  # recordings a pair


def soles(motion: Motion) -> Array:
    """Return the lowest point of the feet (T,) over the floor (m), the floor being where the feet stand most."""
    feet = motion.positions()[:, list(FOOT_JOINTS), 1] - np.array([_SOLE, 0.0, _SOLE, 0.0])
    lowest = feet.min(axis=1)
    return np.asarray(lowest - _standing_level(lowest))


def _standing_level(lowest: Array) -> float:
    """Return the height at which the lowest foot is most often: the fullest 2 cm in the lower half of the clip."""
    low = np.sort(lowest)[: max(1, (len(lowest) + 1) // 2)]
    counts = [int(((low >= height) & (low < height + 0.02)).sum()) for height in low]
    start = float(low[int(np.argmax(counts))])
    return float(np.median(low[(low >= start) & (low < start + 0.02)]))


def sinking(motion: Motion) -> float:
    """Return how deep a foot goes below where the feet stand, at worst (m)."""
    return float(max(0.0, -soles(motion).min()))


def floating(motion: Motion) -> float:
    """Return the share of frames in which no foot is near the floor and yet the body does not fall."""
    if motion.frames < 3:
        return 0.0
    height = motion.root_positions[:, 1].astype(np.float64)
    fall = np.gradient(np.gradient(height)) * motion.fps**2
    kernel = np.ones(min(_WINDOW, motion.frames)) / min(_WINDOW, motion.frames)
    return float(((soles(motion) > _OFF) & (np.convolve(fall, kernel, mode="same") > _FALLING)).mean())


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
