# SPDX-License-Identifier: GPL-3.0-or-later
"""What edits do to recorded clips, measured: what they claim is found, the rest is left alone, feet and joints stay sound."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from server.captioner import attributes_of
from server.motion.contacts import jitter, planted_slide, skating_ratio
from server.motion.motion import Motion
from server.parts.attributes import AttributeSet, mirrored
from server.parts.vocabulary import SLOTS

from .catalogue import VARIED_PER_CLIP, vary
from .edit import Edit, Varied
from .limits import excess

_ALONE: Final = 0.03  # share of the other parts' slots that may change
Shares = dict[str, dict[str, float]]


def soundness(motion: Motion) -> dict[str, float]:
    """Return slide of planted feet (m/s), foot skating ratio, jitter (100 m/s^3), degrees beyond joint limits (95 %)."""
    return {
        "planted_slide": planted_slide(motion),
        "skating_ratio": skating_ratio(motion),
        "jitter": jitter(motion),
        "limit_excess": float(np.percentile(excess(motion).max(axis=1), 95)),
    }


@dataclass(frozen=True)
class Clip:
    """A clip and what is known of it.

    Attributes:
        motion: canonical.
        said: what the captioner says.
        sound: its `soundness`.
    """

    motion: Motion
    said: AttributeSet
    sound: Mapping[str, float]

    @staticmethod
    def of(motion: Motion) -> Clip:
        """Measure a clip."""
        return Clip(motion, attributes_of(motion), soundness(motion))


@dataclass(frozen=True)
class Outcome:
    """What an edit did to one clip.

    Attributes:
        found: whether the captioner finds all that is expected.
        alone: whether under 3 % of the slots of the other parts changed.
        before: `soundness` of the clip.
        after: of the edited clip.
        seconds: that the edit took for ten seconds of motion.
        missed: what was not found instead of what, ``part.slot: value``.
        disturbed: slots of other parts that changed.
    """

    found: bool
    alone: bool
    before: Mapping[str, float]
    after: Mapping[str, float]
    seconds: float
    missed: list[str] = field(default_factory=list)
    disturbed: list[str] = field(default_factory=list)


def outcome(clip: Clip, varied: Varied, seconds: float) -> Outcome:
    """Compare an edited clip with the one it was made of."""
    said = attributes_of(varied.motion)
    missed = [
        f"{part}.{slot}: {said.get((part, slot), 'unsaid')}"
        for (part, slot), values in varied.expected.items()
        if said.get((part, slot), "") not in values
    ]
    others = [slot.key for slot in SLOTS if slot.part not in varied.parts]
    disturbed = [f"{part}.{slot}" for part, slot in others if clip.said.get((part, slot)) != said.get((part, slot))]
    return Outcome(
        not missed,
        len(disturbed) < _ALONE * len(others) or not others,
        clip.sound,
        soundness(varied.motion),
        seconds * 10 / clip.motion.seconds,
        missed,
        disturbed,
    )


def tried(edit: Edit, clip: Clip, seed: int) -> Outcome | None:
    """Return what an edit does to a clip, or None where it declines."""
    began = time.process_time()
    varied = edit(clip.motion, np.random.default_rng(seed))
    return outcome(clip, varied, time.process_time() - began) if varied is not None else None


def _counted(names: Iterable[str]) -> dict[str, int]:
    counts: dict[str, int] = defaultdict(int)
    for name in names:
        counts[name] += 1
    return dict(sorted(counts.items(), key=lambda item: -item[1])[:6])


def summary(outcomes: list[Outcome]) -> dict[str, object]:
    """Return the figures of one edit over all clips that it did not decline."""
    figures: dict[str, object] = {
        "made": len(outcomes),
        "found": float(np.mean([o.found for o in outcomes])),
        "others_left_alone": float(np.mean([o.alone for o in outcomes])),
        "both": float(np.mean([o.found and o.alone for o in outcomes])),
        "seconds_for_10_s": float(np.mean([o.seconds for o in outcomes])),
    }
    for name in outcomes[0].before:
        before, after = (float(np.mean([side[name] for side in sides])) for sides in _sides(outcomes))
        figures[name] = [before, after]
    figures["missed"] = _counted(name for o in outcomes for name in o.missed)
    figures["disturbed"] = _counted(name for o in outcomes for name in o.disturbed)
    return figures


def _sides(outcomes: list[Outcome]) -> tuple[list[Mapping[str, float]], list[Mapping[str, float]]]:
    return [o.before for o in outcomes], [o.after for o in outcomes]


def coverage(clips: Iterable[Clip]) -> Shares:
    """Return the share of the minutes in which each value is said: ``part.slot`` to value to share.

    Each clip counts together with its mirror image, as it does in training.
    """
    minutes: dict[tuple[tuple[str, str], str], float] = defaultdict(float)
    total = 0.0
    for clip in clips:
        total += clip.motion.seconds
        for version in (clip.said, mirrored(clip.said)):
            for key, value in version.items():
                minutes[key, value] += 0.5 * clip.motion.seconds
    return {
        ".".join(slot.key): {value: minutes[slot.key, value] / max(total, 1e-9) for value in slot.values}
        for slot in SLOTS
    }


def varied_of(clip: Clip, seed: int) -> list[Clip]:
    """Return what training makes of a clip besides the plain one."""
    dice = np.random.default_rng(seed)
    return [Clip.of(vary(clip.motion, dice).motion) for _ in range(VARIED_PER_CLIP)]


def mean_soundness(clips: Sequence[Clip]) -> dict[str, float]:
    """Return the mean `soundness` of clips."""
    return {name: float(np.mean([clip.sound[name] for clip in clips])) for name in clips[0].sound}
