# SPDX-License-Identifier: GPL-3.0-or-later
"""Edits that keep feet on the ground: each footprint is moved as one, and the legs then reach for where the feet are.

An edit changes a `Draft`: where the pelvis is, how everything is turned, where the ankles shall be. `settled` makes a
motion of it by two-bone inverse kinematics: where a standing leg does not reach, its heel rises if the hip has gone ahead
of it, and else the pelvis sinks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from server.motion.contacts import bend_leg, runs
from server.motion.motion import Motion, from_global
from server.motion.rotations import quat_from_axis_angle, quat_mul, quat_rotate, yaw_quat
from server.motion.skeleton import JOINT_COUNT, OFFSETS

from .curves import Array, Flags, at_least, bump, eased, envelope, smoothed, turned
from .subject import SIDES, SIGNS, Subject, joint, swings

THIGH: Final = float(np.linalg.norm(OFFSETS[joint(0, "knee")]))
SHIN: Final = float(np.linalg.norm(OFFSETS[joint(0, "ankle")]))
TOES: Final = OFFSETS[joint(0, "foot")].astype(np.float64)
"""From the ankle to the toe joint, metres in the foot's axes."""
HEEL: Final = np.array([0.0, -0.06, -0.04])
"""From the ankle to the point of the heel that touches the ground."""
_REACH: Final = 0.9991 * (THIGH + SHIN)  # a knee bent by some 5 degrees
_HEEL_RISE: Final = np.radians(40.0)
_BLEND: Final = 5  # frames


@dataclass
class Draft:
    """A motion in the making. Arrays are float64 and may be changed in place.

    Attributes:
        root: (T, 3) pelvis, metres.
        world: (T, 22, 4) world rotations; thighs and shins follow the ankles in `settled`.
        ankles: (2, T, 3) where the ankles of `SIDES` shall be.
        outward: (2, T) radians by which each knee is turned outwards about the line from hip to ankle.
        planted: (2, T) flags: this foot stands.
        ground: height of standing toes.
        fps: frames a second.
    """

    root: Array
    world: Array
    ankles: Array
    outward: Array
    planted: Flags
    ground: float
    fps: float

    @staticmethod
    def of(subject: Subject) -> Draft:
        """Begin with the clip as it is."""
        ankles = np.stack([subject.positions[:, joint(side, "ankle")] for side in (0, 1)]).astype(np.float64)
        return Draft(
            subject.positions[:, 0].astype(np.float64),
            subject.world.astype(np.float64),
            ankles,
            np.zeros((2, subject.frames)),
            subject.planted.copy(),
            subject.ground,
            subject.fps,
        )

    @property
    def frames(self) -> int:
        """Number of frames."""
        return len(self.root)

    def hip(self, side: int) -> Array:
        """Return where a hip joint is (T, 3)."""
        offset = OFFSETS[joint(side, "hip")][None].astype(np.float64)
        return np.asarray(self.root + quat_rotate(self.world[:, 0], offset))

    def toes(self, side: int) -> Array:
        """Return where a toe joint is (T, 3)."""
        return np.asarray(self.ankles[side] + quat_rotate(self.world[:, joint(side, "ankle")], TOES[None]))


@dataclass(frozen=True)
class Course:
    """How what is near the body is moved over the ground at every frame: turned about ``old``, which comes to ``new``.

    Attributes:
        old: (T, 2) x and z.
        new: (T, 2) x and z.
        yaw: (T,) radians about the vertical.
    """

    old: Array
    new: Array
    yaw: Array

    def moved(self, points: Array, at: Array) -> tuple[Array, Array]:
        """Return points (T, 3) moved as the course says for frames ``at`` (T,), which may lie between; and the yaws."""
        grid = np.arange(len(self.old), dtype=np.float64)
        old, new = (np.stack([np.interp(at, grid, way[:, i]) for i in (0, 1)], axis=1) for way in (self.old, self.new))
        yaw = np.interp(at, grid, self.yaw)
        out = points.copy()
        out[:, [0, 2]] = turned(points[:, [0, 2]] - old, yaw) + new
        return out, yaw


def footprint_times(planted: Flags) -> Array:
    """Return for every frame (T,) the moment that a foot's place belongs to.

    While it stands, the middle of the stand, so that the place does not move; in between it passes on to the next stand.
    """
    frames = len(planted)
    stands = runs(planted)
    if not stands:
        return np.arange(frames, dtype=np.float64)
    times = np.empty(frames)
    middles = [(start + end - 1) / 2 for start, end in stands]
    for (start, end), middle in zip(stands, middles, strict=True):
        times[start:end] = middle
    knots = [(-1, 0.0), *((end - 1, m) for (_, end), m in zip(stands, middles, strict=True))]
    nexts = [*((start, m) for (start, _), m in zip(stands, middles, strict=True)), (frames, frames - 1.0)]
    for (a, before), (b, after) in zip(knots, nexts, strict=True):
        if b - a > 1:
            share = (np.arange(a + 1, b) - a) / (b - a)
            # a swing that is cut off by the clip's beginning or end is under way there
            ramp = share if a < 0 or b == frames else eased(share)
            times[a + 1 : b] = before + (after - before) * ramp
    return times


def carry(draft: Draft, course: Course) -> None:
    """Take the body along a course: every footprint as one, the foot in the air from one to the next."""
    draft.root, yaw = course.moved(draft.root, np.arange(draft.frames, dtype=np.float64))
    feet = [joint(side, name) for side in (0, 1) for name in ("ankle", "foot")]
    rest = [index for index in range(JOINT_COUNT) if index not in feet]
    draft.world[:, rest] = quat_mul(yaw_quat(yaw)[:, None], draft.world[:, rest])
    for side in (0, 1):
        draft.ankles[side], own = course.moved(draft.ankles[side], footprint_times(draft.planted[side]))
        both = [joint(side, "ankle"), joint(side, "foot")]
        draft.world[:, both] = quat_mul(yaw_quat(own)[:, None], draft.world[:, both])


def shift_feet(draft: Draft, heading: Array, left: Array, ahead: Array) -> None:
    """Shift footprints within the body's own frame.

    Args:
        draft: what to change.
        heading: (T,) radians about the vertical.
        left: (2, T) metres to the left; the value at the middle of a stand counts for all of it.
        ahead: (2, T) metres forward, likewise.
    """
    grid = np.arange(draft.frames, dtype=np.float64)
    for side in (0, 1):
        at = footprint_times(draft.planted[side])
        away = np.stack([np.interp(at, grid, left[side]), np.interp(at, grid, ahead[side])], axis=1)
        draft.ankles[side][:, [0, 2]] += turned(away, np.interp(at, grid, heading))


def pitch_foot(draft: Draft, side: int, angle: Array, *, on_heel: bool = False) -> None:
    """Turn a foot about its toe joint, or about its heel; toes keep their direction in the first case.

    Args:
        draft: what to change.
        side: index in `SIDES`.
        angle: (T,) radians, positive where the heel comes up against the toes.
        on_heel: whether the heel stays in its place and not the toe joint.
    """
    foot, toes = joint(side, "ankle"), joint(side, "foot")
    pivot = HEEL if on_heel else TOES
    place = draft.ankles[side] + quat_rotate(draft.world[:, foot], pivot[None])
    axis = quat_rotate(draft.world[:, foot], np.array([[1.0, 0.0, 0.0]]))
    turn = quat_from_axis_angle(axis, angle)
    draft.world[:, foot] = quat_mul(turn, draft.world[:, foot])
    if on_heel:
        draft.world[:, toes] = quat_mul(turn, draft.world[:, toes])
    draft.ankles[side] = place - quat_rotate(draft.world[:, foot], pivot[None])


def heel_rise(draft: Draft, side: int) -> Array:
    """Return by how many radians (T,) a heel is up against the toes; negative where the toes are up."""
    foot = quat_rotate(draft.world[:, joint(side, "ankle")], TOES[None])
    return np.asarray(np.arctan2(-foot[:, 1], np.hypot(foot[:, 0], foot[:, 2])) - np.arctan2(-TOES[1], TOES[2]))


def turn_foot(draft: Draft, side: int, outward: Array, knee: float = 0.6) -> None:
    """Turn a foot about the vertical through its middle by ``outward`` (T,) radians, the knee by a share of it."""
    both = [joint(side, "ankle"), joint(side, "foot")]
    middle = quat_rotate(draft.world[:, both[0]], (0.5 * TOES)[None]) * np.array([1.0, 0.0, 1.0])
    turn = yaw_quat(SIGNS[side] * outward)
    draft.world[:, both] = quat_mul(turn[:, None], draft.world[:, both])
    draft.ankles[side] += middle - quat_rotate(turn, middle)
    draft.outward[side] += knee * outward


def turn_sole(draft: Draft, side: int, angle: Array) -> None:
    """Turn a foot in the air about its ankle, toes and all, by ``angle`` (T,) radians: the heel up against the toes."""
    both = [joint(side, "ankle"), joint(side, "foot")]
    axis = quat_rotate(draft.world[:, both[0]], np.array([[1.0, 0.0, 0.0]]))
    draft.world[:, both] = quat_mul(quat_from_axis_angle(axis, angle)[:, None], draft.world[:, both])


def hold_point(draft: Draft, side: int, pivot: Array, height: float) -> None:
    """Keep a point of a foot (in the foot's axes) still during each stand, at a height; between stands it passes on.

    Where it was on average while its height was lowest is where it stays.
    """
    stands = runs(draft.planted[side])
    if not stands:
        return
    point = draft.ankles[side] + quat_rotate(draft.world[:, joint(side, "ankle")], pivot[None])
    away = np.zeros_like(point)
    for start, end in stands:
        low = point[start:end, 1] <= np.percentile(point[start:end, 1], 40) + 1e-6
        still = point[start:end][low].mean(axis=0)
        still[1] = height
        away[start:end] = still - point[start:end]
    for (_, end), (start, _) in zip(stands[:-1], stands[1:], strict=True):
        ramp = eased(np.arange(1, start - end + 1) / (start - end + 1))[:, None]
        away[end:start] = away[end - 1] * (1 - ramp) + away[start] * ramp
    away[: stands[0][0]] = away[stands[0][0]]
    away[stands[-1][1] :] = away[stands[-1][1] - 1]
    draft.ankles[side] += away


def swing_shape(planted: Flags, peak: float = 0.45, margin: int = 0) -> Array:
    """Return (T,) hills, 1 high, one over each time that a foot (T,) is in the air; ``margin`` frames wider each side."""
    shape = np.zeros(len(planted))
    for start, end in swings(planted):
        first, last = max(0, start - 1 - margin), min(len(planted), end + 1 + margin)
        shape[first:last] = np.maximum(shape[first:last], bump(np.linspace(0, 1, last - first), peak))
    # a swing that the clip cuts off is as high at the cut as half a second would make it
    for start, end in runs(~planted):
        if start == 0 and 2 <= end < len(planted):
            whole = max(2 * end, 14)
            shape[: end + 1] = bump(np.linspace(1 - end / whole, 1, end + 1), peak)
        elif end == len(planted) and start > 0 and end - start >= 2:
            whole = max(2 * (end - start), 14)
            shape[start - 1 :] = bump(np.linspace(0, (end - start) / whole, end - start + 1), peak)
    return shape


def in_step(subject: Subject, draft: Draft) -> bool:
    """Return whether arms that swing with the steps still do, and others still do not."""
    own = np.stack([subject.positions[:, joint(side, "ankle")] for side in (0, 1)])
    pairs = zip(subject.arm_swing(own), subject.arm_swing(draft.ankles), strict=True)
    return all((before > 0.5) == (after > 0.5) for before, after in pairs)


def keep_above_ground(draft: Draft) -> None:
    """Raise what of the feet is below standing toes: toe joints by their ankle, heels likewise."""
    for side in (0, 1):
        lowest = np.minimum(draft.toes(side)[:, 1], draft.ankles[side][:, 1] - 0.045)
        standing = lowest[draft.planted[side]]
        least = min(draft.ground, float(np.percentile(standing, 5))) if len(standing) else draft.ground
        # a little lower than standing feet are, so that the rounded corner of the curve does not lift these
        draft.ankles[side][:, 1] += at_least(lowest, least - 0.005, 0.003) - lowest


def _raise_heels(draft: Draft) -> None:
    """Let the heels of standing feet that the leg does not reach rise, where the hip has gone ahead of the foot."""
    for side in (0, 1):
        aim = draft.ankles[side] - draft.hip(side)
        length = np.linalg.norm(aim, axis=1)
        ahead = quat_rotate(draft.world[:, joint(side, "foot")], np.array([[0.0, 0.0, 1.0]]))
        behind = -(aim * ahead).sum(axis=1)
        # the ankle turns about the toe joint: what a radian brings it nearer to the hip
        arm = -quat_rotate(draft.world[:, joint(side, "ankle")], TOES[None])
        axis = quat_rotate(draft.world[:, joint(side, "ankle")], np.array([[1.0, 0.0, 0.0]]))
        nearer = -(np.cross(axis, arm) * aim).sum(axis=1) / length
        wanted = np.maximum(length - _REACH, 0) / np.maximum(nearer, 0.06) * eased((behind - 0.02) / 0.12)
        wanted = np.where(draft.planted[side], np.minimum(wanted, _HEEL_RISE), 0.0)
        if wanted.max() > 1e-3:
            pitch_foot(draft, side, smoothed(envelope(wanted, 2), _BLEND))


def _sink(draft: Draft) -> None:
    """Lower the pelvis where standing legs do not reach."""
    needed = np.zeros(draft.frames)
    for side in (0, 1):
        aim = draft.hip(side) - draft.ankles[side]
        level = np.hypot(aim[:, 0], aim[:, 2])
        high = np.sqrt(np.maximum(_REACH**2 - level**2, 0.15**2))
        needed = np.maximum(needed, np.where(draft.planted[side], aim[:, 1] - high, 0.0))
    if needed.max() > 1e-4:
        draft.root[:, 1] -= envelope(needed, 3)


def _bend(draft: Draft, side: int) -> None:
    hip, knee, ankle = (joint(side, name) for name in ("hip", "knee", "ankle"))
    positions = np.zeros((draft.frames, JOINT_COUNT, 3))
    positions[:, hip] = draft.hip(side)
    for child, parent in ((knee, hip), (ankle, knee)):
        positions[:, child] = positions[:, parent] + quat_rotate(draft.world[:, parent], OFFSETS[child][None])
    draft.world = bend_leg(draft.world, positions, SIDES[side], draft.ankles[side])  # type: ignore[arg-type]
    if np.any(draft.outward[side]):
        aim = draft.ankles[side] - positions[:, hip]
        # about the line that points down, a turn to the left is negative
        axis = aim / np.linalg.norm(aim, axis=1, keepdims=True)
        turn = quat_from_axis_angle(axis, -SIGNS[side] * draft.outward[side])
        draft.world[:, [hip, knee]] = quat_mul(turn[:, None], draft.world[:, [hip, knee]])


def settled(draft: Draft) -> Motion:
    """Return the motion of a draft: feet above the ground, legs that reach for them; canonical."""
    keep_above_ground(draft)
    _raise_heels(draft)
    _sink(draft)
    for side in (0, 1):
        _bend(draft, side)
    motion = from_global(draft.root.astype(np.float32), draft.world.astype(np.float32), draft.fps)
    return motion.canonical()
