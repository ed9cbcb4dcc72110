# SPDX-License-Identifier: GPL-3.0-or-later
"""When a foot is planted, how much planted feet slide, and how to keep them still."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from .motion import Motion, forward_kinematics, from_global
from .rotations import normalized, quat_between, quat_from_axis_angle, quat_mul, quat_rotate
from .skeleton import FOOT_JOINTS, JOINT_INDEX

Floats = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]

_HEIGHT: Final = np.array([0.12, 0.05, 0.12, 0.05])  # ankle and toe joints of a planted foot lie below these (m)
_SPEED: Final = 0.35  # m/s
_BLEND: Final = 5  # frames over which a correction fades in and out
_CLEARANCE: Final = 0.035  # m, of the toe joint of a swinging foot over the ground
_RISE: Final = 3  # frames in which a foot rises to it
_REACH: Final = 0.999  # of the leg's length: a leg is never pulled quite straight, so that the knee cannot pop


def _floor(heights: npt.NDArray[np.floating]) -> float:
    """Height of the ground (m): the second percentile of the lowest foot, so that one bad frame does not move it."""
    return float(np.percentile(heights.min(axis=1), 2))


def _speeds(positions: npt.NDArray[np.floating], fps: float, axes: list[int]) -> npt.NDArray[np.floating]:
    """Speed (T, 4) in m/s along some axes, from central differences."""
    if len(positions) < 2:
        return np.zeros(positions.shape[:2])
    return np.asarray(np.linalg.norm(np.gradient(positions[..., axes], axis=0) * fps, axis=-1))


def contacts(motion: Motion) -> Bools:
    """Return (T, 4) flags for left ankle, left toes, right ankle, right toes: low and slow means planted."""
    feet = motion.positions()[:, list(FOOT_JOINTS)]
    low = feet[..., 1] - _floor(feet[..., 1]) < _HEIGHT
    return np.asarray(low & (_speeds(feet, motion.fps, [0, 1, 2]) < _SPEED))


def planted_slide(motion: Motion) -> float:
    """Return how fast planted toes slide: mean ground speed (m/s) of toes that are down and not rising or falling.

    Down means within 2.5 cm of the ground and under 0.15 m/s up or down, which a swinging toe does not keep; the speed
    along the ground is no part of the test, so that sliding cannot hide itself. 0 when no toe is ever down.
    """
    toes = motion.positions()[:, [FOOT_JOINTS[1], FOOT_JOINTS[3]]]
    heights = toes[..., 1] - _floor(toes[..., 1])
    down = (heights < 0.025) & (_speeds(toes, motion.fps, [1]) < 0.15)
    return float(_speeds(toes, motion.fps, [0, 2])[down].mean()) if down.any() else 0.0


def skating_ratio(motion: Motion) -> float:
    """Return the published foot skating ratio at 20 frames a second (GMD, SMooDi): it also counts low swinging feet."""
    at20 = motion.resampled(20.0)
    toes = at20.positions()[:, [FOOT_JOINTS[1], FOOT_JOINTS[3]]]
    if len(toes) < 6:
        return 0.0
    heights = toes[..., 1] - _floor(toes[..., 1])
    speed = np.linalg.norm(np.diff(toes[..., [0, 2]], axis=0), axis=-1) * 20.0
    kernel = np.ones(5) / 5
    mean = np.stack([np.convolve(speed[:, i], kernel, mode="same") for i in range(2)], axis=1)
    down = (heights[:-1] < 0.05) & (heights[1:] < 0.05)
    return float((down & (speed > 0.5) & (mean > 0.5)).any(axis=1).mean())


def jitter(motion: Motion) -> float:
    """Return the mean size of the joints' third derivative in units of 100 m/s^3."""
    if motion.frames < 4:
        return 0.0
    third = np.diff(motion.positions(), n=3, axis=0) * motion.fps**3
    return float(np.linalg.norm(third, axis=-1).mean() / 100.0)


def runs(flags: Bools, least: int = 1) -> list[tuple[int, int]]:
    """Return (start, end) of every run of True in (T,) flags that is at least so many frames long."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], flags.astype(int), [0]))))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True) if b - a >= least]


def _steady_root(motion: Motion, planted: Bools) -> Motion:
    """Move the root along the ground so that planted feet stay where they are on average."""
    if motion.frames < 3 or not planted.any():
        return motion
    feet = motion.positions()[:, list(FOOT_JOINTS)][..., [0, 2]]
    step = np.diff(feet, axis=0)
    both = (planted[1:] & planted[:-1]).astype(np.float64)
    weight = both.sum(axis=1)
    drift = (step * both[..., None]).sum(axis=1) / np.maximum(weight, 1.0)[:, None]
    # without a planted foot (running, jumping) the neighbours' correction carries on, fading, so that speed does not jump
    kernel = np.hanning(2 * _BLEND + 3)[1:-1]
    smooth = np.stack([np.convolve(drift[:, i] * (weight > 0), kernel, mode="same") for i in range(2)], axis=1)
    share = np.convolve((weight > 0).astype(np.float64), kernel, mode="same")
    fade = np.clip(share / kernel.sum() * 2.0, 0.0, 1.0)[:, None]
    correction = smooth / np.maximum(share, 1e-6)[:, None] * fade
    root = motion.root_positions.copy()
    root[1:, [0, 2]] -= np.cumsum(correction, axis=0).astype(np.float32)
    return Motion(root, motion.rotations, motion.fps)


def _targets(toes: Floats, planted: Bools) -> tuple[Floats, npt.NDArray[np.float64]]:
    """Offset (T, 3) that keeps one foot still while it is planted, faded in and out around each contact."""
    offset = np.zeros_like(toes, dtype=np.float64)
    weight = np.zeros(len(toes))
    for start, end in runs(planted, least=2):
        anchor = toes[start:end].mean(axis=0)
        first, last = max(0, start - _BLEND), min(len(toes), end + _BLEND)
        ramp = np.ones(last - first)
        ramp[: start - first] = np.linspace(0, 1, start - first + 2)[1:-1]
        ramp[end - first :] = np.linspace(1, 0, last - end + 2)[1:-1]
        wanted = anchor[None] - toes[first:last]
        wanted[: start - first] = wanted[start - first]
        wanted[end - first :] = wanted[end - first - 1]
        stronger = ramp > weight[first:last]
        offset[first:last][stronger] = (wanted * ramp[:, None])[stronger]
        weight[first:last] = np.maximum(weight[first:last], ramp)
    return offset.astype(np.float32), weight


def _cleared(height: Floats, planted: Bools) -> npt.NDArray[np.float64]:
    """Return by how much (T,) to lift one foot, whose toes are at a height (T,), where it swings too low over the ground.

    Tokens tell a tenth of a second at a time, which blurs the arc of a swinging foot: it brushes the ground more often
    than people's feet do. A foot that drags keeps dragging: the clearance is less than a toe's thickness.
    """
    since = np.full(len(planted), len(planted), dtype=np.float64)
    for frame in np.flatnonzero(planted):
        since = np.minimum(since, np.abs(np.arange(len(planted)) - frame))
    needed = np.maximum(0.0, _CLEARANCE - height) * np.clip((since - 1) / _RISE, 0.0, 1.0)
    kernel = np.hanning(2 * _RISE + 1)[1:-1]
    smooth = np.convolve(np.pad(needed, _RISE, mode="edge"), kernel / kernel.sum(), mode="same")[_RISE:-_RISE]
    return np.where(planted, 0.0, np.asarray(smooth))


def bend_leg(world: Floats, positions: Floats, side: str, ankle: Floats) -> Floats:
    """Turn one thigh and shin so that the ankle reaches a place, keeping the knee's plane and the foot's direction.

    Args:
        world: (T, 22, 4) world rotations; a changed copy is returned.
        positions: (T, 22, 3) world positions, metres.
        side: ``left`` or ``right``.
        ankle: (T, 3) where the ankle shall be; places out of reach are approached as far as the leg allows.
    """
    hip, knee, foot = (JOINT_INDEX[f"{side}_{name}"] for name in ("hip", "knee", "ankle"))
    thigh = positions[:, knee] - positions[:, hip]
    shin = positions[:, foot] - positions[:, knee]
    upper, lower = np.linalg.norm(thigh, axis=-1), np.linalg.norm(shin, axis=-1)
    aim = ankle - positions[:, hip]
    length = np.clip(np.linalg.norm(aim, axis=-1), abs(upper - lower) + 1e-3, (upper + lower) * _REACH)
    before = np.arccos(np.clip(np.sum(normalized(-thigh) * normalized(shin), axis=-1), -1, 1))
    after = np.arccos(np.clip((upper**2 + lower**2 - length**2) / (2 * upper * lower), -1, 1))
    hinge = normalized(np.cross(thigh, shin))
    # a straight leg has no plane of its own: its knee bends about the thigh's own x axis
    straight = np.linalg.norm(np.cross(normalized(thigh), normalized(shin)), axis=-1, keepdims=True) < 1e-2
    hinge = np.where(straight, quat_rotate(world[:, hip], np.array([[1.0, 0.0, 0.0]])), hinge)
    fold = quat_from_axis_angle(hinge, before - after)
    folded = thigh + quat_rotate(fold, shin)
    swing = quat_between(folded, aim)
    world = world.copy()
    world[:, hip] = quat_mul(swing, world[:, hip])
    world[:, knee] = quat_mul(swing, quat_mul(fold, world[:, knee]))
    return world


def clean_feet(motion: Motion, planted: Bools | None = None, *, steady: bool = True) -> Motion:
    """Keep planted feet still: first by the root's path, then by bending the legs (two-bone IK).

    Args:
        motion: any motion.
        planted: (T, 4) flags as `contacts` gives them; found on the motion itself by default.
        steady: whether the path may move too.

    Returns:
        A motion of the same length and timing. Feet keep their direction; no foot ends below the ground.
    """
    flags = contacts(motion) if planted is None else planted
    motion = _steady_root(motion, flags) if steady else motion
    positions, world = forward_kinematics(motion.root_positions, motion.rotations)
    for index, side in ((0, "left"), (2, "right")):
        toe, ankle = JOINT_INDEX[f"{side}_foot"], JOINT_INDEX[f"{side}_ankle"]
        toes_down = flags[:, index + 1]
        offset, _ = _targets(positions[:, toe], toes_down)
        offset[:, 1] = np.maximum(offset[:, 1], -positions[:, toe, 1])
        if toes_down.any():
            offset[:, 1] += _cleared(positions[:, toe, 1] + offset[:, 1], toes_down)
        world = bend_leg(world, positions, side, positions[:, ankle] + offset)
    return from_global(motion.root_positions, world, motion.fps)
