# SPDX-License-Identifier: GPL-3.0-or-later
"""Feet that stand on the source stand on the rig: contacts are kept by two-bone IK, in closed form, all frames at once.

A leg of other proportions puts a foot where the source's is not, so a foot that stands would slide and sink. While it
stands it is held where it stands on average; while it swings, the correction goes over smoothly into that of its next
stand. Where the leg is too short for its place, the hips sink a little, smoothly, so that the knee is never pulled
straight and cannot pop.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from ...server.motion.contacts import Bools, runs
from ...server.motion.rotations import Array, quat_rotate
from .plan import Leg, Plan
from .solve import Posed, end_of
from .two_bone import AHEAD, Limb, bend

_REACH: Final = 0.998  # of a leg's length: beyond, millimetres would turn the knee by many degrees
_SHORTEST_STAND: Final = 0.1  # seconds; shorter contacts are noise
_LONGEST_GAP: Final = 0.07  # seconds; shorter swings are noise
_SMOOTHING: Final = 0.1  # seconds over which hips and heights follow


@dataclass(frozen=True)
class _Chain:
    """A leg as it is posed: hip, knee, ankle and ball of the foot, each (T, 3)."""

    hip: Array
    knee: Array
    ankle: Array
    toe: Array


def _chain(plan: Plan, leg: Leg, posed: Posed) -> _Chain:
    hip = end_of(plan, leg.hip, posed)
    knee = hip + quat_rotate(posed.turns[:, leg.thigh], leg.knee)
    ankle = knee + quat_rotate(posed.turns[:, leg.shin], leg.ankle)
    return _Chain(hip, knee, ankle, ankle + quat_rotate(posed.turns[:, leg.foot], leg.toe))


def _limb(chain: _Chain, leg: Leg) -> Limb:
    return Limb(leg.thigh, leg.shin, chain.hip, chain.knee, chain.ankle, bends=-AHEAD)


def _stands(planted: Bools, fps: float) -> list[tuple[int, int]]:
    """Return when one foot stands, from its (T, 2) flags of heel and toes: short gaps closed, short contacts dropped."""
    flags: Bools = np.any(planted, axis=1)
    for start, end in runs(~flags):
        if start > 0 and end < len(flags) and end - start <= _LONGEST_GAP * fps:
            flags[start:end] = True
    return runs(flags, least=math.ceil(_SHORTEST_STAND * fps))


def _held(chain: _Chain, planted: Bools, start: int, end: int) -> Array:
    """Return the shift over the ground (N, 2) that holds a foot in one stand, first by the heel or the toes, then on."""
    on_toes = planted[start:end, 1].copy()
    known: Bools = np.any(planted[start:end], axis=1)
    for at in range(1, end - start):
        if not known[at]:
            on_toes[at] = on_toes[at - 1]
    shift = np.zeros((end - start, 2))
    cuts = [0, *(np.flatnonzero(np.diff(on_toes.astype(np.int8))) + 1).tolist(), end - start]
    before = np.zeros(2)
    for number, (low, high) in enumerate(zip(cuts[:-1], cuts[1:], strict=True)):
        points = (chain.toe if on_toes[low] else chain.ankle)[start + low : start + high][:, [0, 2]]
        # the first support is held where it is on average; a later one goes on from where the first has left it
        anchor = points.mean(axis=0) if number == 0 else points[0] + before
        shift[low:high] = anchor - points
        before = shift[high - 1]
    return shift


def _over_ground(chain: _Chain, planted: Bools, fps: float) -> Array:
    """Return the shift (T, 2) that keeps one foot from sliding; between two stands it eases from one to the next."""
    shift = np.zeros((len(planted), 2))
    stands = _stands(planted, fps)
    for start, end in stands:
        shift[start:end] = _held(chain, planted, start, end)
    for (_, end), (start, _) in zip(stands[:-1], stands[1:], strict=True):
        share = (np.arange(end, start) - end + 1)[:, None] / (start - end + 1)
        ease = share * share * (3 - 2 * share)
        shift[end:start] = shift[end - 1] * (1 - ease) + shift[start] * ease
    if stands:
        shift[: stands[0][0]] = shift[stands[0][0]]
        shift[stands[-1][1] :] = shift[stands[-1][1] - 1]
    return shift


def _smooth(values: Array, fps: float) -> Array:
    """Return (T,) values averaged over a short Hann window; the ends are held."""
    radius = max(1, round(_SMOOTHING * fps))
    kernel = np.hanning(2 * radius + 3)[1:-1]
    padded = np.pad(values, radius, mode="edge")
    return np.asarray(np.convolve(padded, kernel / kernel.sum(), mode="valid"))


def _lift(chain: _Chain, leg: Leg, planted: Bools, fps: float) -> Array:
    """Return the shift upwards (T,) that puts standing toes on the ground and nothing under it."""
    above_ground = chain.toe[:, 1] - leg.floor[1]
    lift = _smooth(np.where(planted[:, 1], -above_ground, 0.0), fps)
    lowest = np.minimum(above_ground, chain.ankle[:, 1] - leg.floor[0])
    return np.asarray(np.maximum(lift, -lowest))


def _sinking(reaches: list[tuple[_Chain, Leg, Array]], fps: float) -> Array:
    """Return by how much (T,) the hips have to be lower so that both legs reach their places."""
    need = np.zeros(len(reaches[0][2]))
    for chain, leg, ankle in reaches:
        away = ankle - chain.hip
        level = np.sum(away[:, [0, 2]] ** 2, axis=-1)
        longest = (_REACH * leg.length) ** 2
        need = np.maximum(need, -away[:, 1] - np.sqrt(np.maximum(longest - level, 0.0)))
    radius = max(1, round(_SMOOTHING * fps))
    padded = np.pad(need, radius, mode="edge")
    most = np.max(np.lib.stride_tricks.sliding_window_view(padded, 2 * radius + 1), axis=-1)
    return _smooth(most, fps)  # the average over the window of a maximum over the same window is never too little


def keep_feet(plan: Plan, posed: Posed, planted: Bools, fps: float) -> Posed:
    """Return the pose with standing feet kept where they stand, on level ground.

    Args:
        plan: the rig.
        posed: as `solve.pose` gives it.
        planted: (T, 4) flags of left ankle, left toes, right ankle, right toes on the source, as `contacts` gives them.
        fps: frames a second.
    """
    if len(posed.turns) < 2:
        return posed
    reaches: list[tuple[_Chain, Leg, Array]] = []
    for at, leg in enumerate(plan.legs):
        flags = planted[:, 2 * at : 2 * at + 2]
        chain = _chain(plan, leg, posed)
        level = _over_ground(chain, flags, fps)
        lift = _lift(chain, leg, flags, fps)
        reaches.append((chain, leg, chain.ankle + np.stack((level[:, 0], lift, level[:, 1]), axis=-1)))
    shift = posed.shift.copy()
    shift[:, 1] -= _sinking(reaches, fps)
    lowered = Posed(posed.turns, shift)
    turns = posed.turns.copy()
    for _, leg, ankle in reaches:
        chain = _chain(plan, leg, lowered)
        reached = bend(posed.turns, _limb(chain, leg), ankle)
        turns[:, leg.thigh], turns[:, leg.shin] = reached
    return Posed(turns, shift)
