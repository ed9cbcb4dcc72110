# SPDX-License-Identifier: GPL-3.0-or-later
"""A long clip in phases: cut where what is done changes, each phase with its own attributes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from ..motion.motion import Motion
from ..motion.skeleton import FPS, PARTS
from ..parts.vocabulary import SLOT_INDEX, SLOTS
from .body import POINT_INDEX, Body, length
from .describe import Attributes, described
from .segments import cuts_of
from .signals import Array, rate, smoothed
from .trunk import curves_of

_SINGLE: Final = 4.0  # seconds: clips up to this length are one phase
_LEAST: Final = 1.2  # seconds of the shortest phase
_AWAY: Final = 2.5  # seconds of the longest phase that may be a part of what is done around it
_STEP: Final = 0.2  # seconds between the places where a cut may lie
_STEPS: Final = 600  # places at most: very long clips are cut more coarsely
_PENALTY: Final = 30.0  # what a cut costs: a curve that changes by three units for good pays for it in 1.4 seconds

# what must be the same, and what may differ by one value, for two phases to do the same thing
_ARMS, _LEGS = ("right_arm", "left_arm"), ("right_leg", "left_leg")
_KINDS: Final = (*((part, "action") for part in (*_ARMS, *_LEGS)), ("root", "direction"))
_GOING: Final = (*((part, "action") for part in _LEGS), ("root", "direction"))
_AMOUNTS: Final = (
    *((arm, slot) for arm in _ARMS for slot in ("hold", "spread", "reach")),
    *((leg, "knee") for leg in _LEGS),
    *(("backbone", slot) for slot in ("pitch", "lean", "head", "head_turn")),
    *(("root", slot) for slot in ("speed", "turn", "height")),
)
_PLACE: Final = {key: {value: at for at, value in enumerate(SLOTS[SLOT_INDEX[key]].values)} for key in _AMOUNTS}


@dataclass(frozen=True)
class Phase:
    """A stretch of a clip in which one thing is done.

    Attributes:
        start: its first frame.
        end: the frame after its last.
        attributes: what is said of it: (part, slot name) to value.
    """

    start: int
    end: int
    attributes: Attributes


def _middle(body: Body) -> Array:
    """Return curves (T, 8) of the body as a whole, in units of what would count as a change."""
    angles = curves_of(body.local)
    turning = np.degrees(rate(body.yaw, body.fps))
    return np.stack(
        (
            body.velocity[:, 0] / 0.5,
            body.velocity[:, 1] / 0.5,
            turning / 45.0,
            body.at("pelvis")[:, 1] / 0.12,
            angles["pitch"] / 15.0,
            angles["side"] / 15.0,
            angles["nod"] / 25.0,
            angles["look"] / 30.0,
        ),
        axis=-1,
    )


def _side(body: Body, side: str) -> Array:
    """Return curves (T, 7) of one arm and leg, in the same units."""
    sign = 1.0 if side == "left" else -1.0
    hand = body.at(f"{side}_wrist") - body.at(f"{side}_shoulder")
    busy = length(rate(body.at(f"{side}_wrist") - body.at("spine3"), body.fps))
    steps = length(rate(body.points[:, POINT_INDEX[f"{side}_ankle"]], body.fps))
    ankle = body.at(f"{side}_ankle")
    return np.stack(
        (
            sign * hand[:, 0] / 0.25,
            hand[:, 1] / 0.25,
            hand[:, 2] / 0.25,
            busy / 0.5,
            steps / 0.8,
            body.clearance(side) / 0.15,
            ankle[:, 2] / 0.35,
        ),
        axis=-1,
    )


def _held_alike(a: Attributes, b: Attributes) -> bool:
    """Whether the body is held in the same way and place in two phases, give or take one value."""
    return all(abs(_PLACE[key][a[key]] - _PLACE[key][b[key]]) <= 1 for key in _AMOUNTS)


def _alike(a: Phase, b: Phase) -> bool:
    """Whether the same is done in two phases, and no more of it than a little."""
    return all(a.attributes[key] == b.attributes[key] for key in _KINDS) and _held_alike(a.attributes, b.attributes)


def _there_and_back(before: Phase, between: Phase, after: Phase, fps: float) -> bool:
    """Whether three phases are one thing, as a bow is: a short while held otherwise, legs and travel the same throughout."""
    short = between.end - between.start <= _AWAY * fps and after.end - before.start <= 2 * _SINGLE * fps
    same = all(before.attributes[key] == phase.attributes[key] for key in _GOING for phase in (between, after))
    return short and same and _held_alike(before.attributes, after.attributes)


def _cuts(body: Body) -> list[int]:
    """Return the frames at which the movement changes for good."""
    step = max(round(_STEP * body.fps), -(-body.frames // _STEPS))
    window = round(_LEAST * body.fps)
    centres = np.arange(step // 2, body.frames - step + 1, step)
    middle, left, right = (
        smoothed(curves, window)[centres] for curves in (_middle(body), _side(body, "left"), _side(body, "right"))
    )
    most = 3 + int(body.seconds / 12)
    return [at * step for at in cuts_of(middle, left, right, _PENALTY, -(-window // step), most)]


def _phases(body: Body) -> list[Phase]:
    """Return the phases of a body's movement; what turns out to be one thing is made one."""
    cuts = _cuts(body) if body.seconds > _SINGLE else []
    found = [Phase(a, b, described(body.sliced(a, b))) for a, b in pairwise([0, *cuts, body.frames])]

    def merge(first: int, last: int) -> None:
        start, end = found[first].start, found[last].end
        found[first : last + 1] = [Phase(start, end, described(body.sliced(start, end)))]

    at = 1
    while at < len(found):
        if _alike(found[at - 1], found[at]):
            merge(at - 1, at)
        else:
            at += 1
    at = 2
    while at < len(found):
        if _there_and_back(found[at - 2], found[at - 1], found[at], body.fps):
            merge(at - 2, at)
        else:
            at += 1
    return found


def phases_of(motion: Motion) -> list[Phase]:
    """Return what is done one after the other; one phase for clips of up to four seconds and for those that do one thing.

    Phases follow each other without gaps from the first frame to the last, last at least 1.2 s each, and are at most
    three and one more for every twelve seconds. The mirrored motion has the same phases with mirrored attributes.
    """
    found = _phases(Body.of(motion.resampled(FPS)))
    edges = [0, *(round(phase.end * motion.fps / FPS) for phase in found[:-1]), motion.frames]
    return [Phase(a, b, phase.attributes) for (a, b), phase in zip(pairwise(edges), found, strict=True)]


def by_part(phases: Sequence[Phase], fps: float) -> dict[str, list[tuple[float | None, dict[str, str]]]]:
    """Return for each part its own phases: seconds, and slot name to value.

    Neighbouring phases of which the same is said of a part are one phase of that part; a part with a single one has no
    seconds. This is what `server.parts.phases.write_phases` takes.

    Args:
        phases: of a clip, see `phases_of`.
        fps: frames a second of that clip.
    """
    told: dict[str, list[tuple[float | None, dict[str, str]]]] = {}
    for part in PARTS:
        rows: list[tuple[int, dict[str, str]]] = []
        for phase in phases:
            said = {slot: value for (owner, slot), value in phase.attributes.items() if owner == part}
            frames = phase.end - phase.start
            if rows and rows[-1][1] == said:
                rows[-1] = (rows[-1][0] + frames, said)
            else:
                rows.append((frames, said))
        told[part] = [(frames / fps if len(rows) > 1 else None, said) for frames, said in rows]
    return told
