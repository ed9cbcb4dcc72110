# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers that describe how each part is held and moves, from joint positions alone; metres, degrees, seconds.

Everything is measured in the heading frame: pelvis over the origin, facing +Z. Limbs are measured on the left side; the
right side is the left side of the mirrored motion, so that mirroring cannot change anything but the side. Posture is
a median over time and extent a range between percentiles, so that single frames do not matter.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from ..motion.contacts import contacts
from ..motion.motion import Motion
from ..motion.rotations import normalized, quat_rotate, yaw_of
from ..motion.skeleton import JOINT_INDEX

Array = npt.NDArray[np.floating]
Measures = dict[str, float]

_EDGE = 0.12  # share of the clip that counts as its beginning and as its end


def spread(values: Array, low: float = 5.0, high: float = 95.0) -> float:
    """Return the range between two percentiles over time."""
    return float(np.subtract(*np.percentile(values, [high, low])))


def smoothed(values: Array, frames: int) -> Array:
    """Return a moving average over time with mirrored ends."""
    frames = max(1, min(frames, len(values)))
    padded = np.pad(values, [(frames // 2, frames - 1 - frames // 2)] + [(0, 0)] * (values.ndim - 1), mode="edge")
    sums = np.cumsum(np.concatenate((np.zeros((1, *values.shape[1:])), padded)), axis=0)
    return np.asarray((sums[frames:] - sums[:-frames]) / frames)


def reversals(values: Array, least: float) -> int:
    """Return how often a curve turns back by more than ``least``."""
    low = high = float(values[0])
    count, direction = 0, 0
    for value in values.tolist():
        low, high = min(low, value), max(high, value)
        if direction <= 0 and value > low + least:
            count, direction, high = count + (direction < 0), 1, value
        elif direction >= 0 and value < high - least:
            count, direction, low = count + (direction > 0), -1, value
        if direction > 0:
            low = value
        elif direction < 0:
            high = value
    return count


def _angle(a: Array, b: Array) -> Array:
    """Return the angle in degrees between vectors (T, 3)."""
    return np.asarray(np.degrees(np.arccos(np.clip(np.sum(normalized(a) * normalized(b), axis=-1), -1, 1))))


def _ends(values: Array) -> tuple[float, float]:
    """Return the median at the beginning and at the end."""
    count = max(1, int(len(values) * _EDGE))
    return float(np.median(values[:count])), float(np.median(values[-count:]))


@dataclass
class Body:
    """A motion seen from its own heading; made once for the motion and once for its mirror image."""

    motion: Motion

    @cached_property
    def world(self) -> Array:
        """World joint positions (T, 22, 3)."""
        return self.motion.positions().astype(np.float64)

    @cached_property
    def yaw(self) -> Array:
        """Heading (T,) in radians, unwrapped, smoothed over half a second so that hips may swing against it."""
        raw = np.unwrap(yaw_of(self.motion.rotations[:, 0].astype(np.float64)))
        return smoothed(raw, int(self.motion.fps * 0.5))

    @cached_property
    def local(self) -> Array:
        """Joint positions (T, 22, 3) in the heading frame, heights above the ground."""
        ground = self.world - self.world[:, :1] * np.array([1.0, 0.0, 1.0])
        ground[..., 1] -= np.percentile(self.world[:, :, 1].min(axis=1), 2)
        return self.turned(ground)

    def turned(self, vectors: Array) -> Array:
        """Return world vectors (T, ..., 3) in the heading frame."""
        shape = (len(self.yaw),) + (1,) * (vectors.ndim - 2)
        c, s = np.cos(self.yaw).reshape(shape), np.sin(self.yaw).reshape(shape)
        x, y, z = vectors[..., 0], vectors[..., 1], vectors[..., 2]
        return np.stack((c * x - s * z, y, s * x + c * z), axis=-1)

    def at(self, name: str) -> Array:
        """Return a joint's positions (T, 3) in the heading frame."""
        return self.local[:, JOINT_INDEX[name]]

    def axis(self, name: str, axis: tuple[float, float, float]) -> Array:
        """Return a joint's own axis (T, 3) in the heading frame."""
        turns = self.motion.global_rotations()[:, JOINT_INDEX[name]].astype(np.float64)
        return self.turned(quat_rotate(turns, np.broadcast_to(np.array(axis), (len(turns), 3))))

    @cached_property
    def velocity(self) -> Array:
        """Velocity (T, 2) of the pelvis along x (left) and z (ahead) in m/s, smoothed over a third of a second."""
        if self.motion.frames < 2:
            return np.zeros((self.motion.frames, 2))
        moved = np.gradient(self.world[:, 0], axis=0) * self.motion.fps
        return smoothed(self.turned(moved)[:, [0, 2]], int(self.motion.fps / 3))

    @cached_property
    def planted(self) -> npt.NDArray[np.bool_]:
        """Contact flags (T, 4)."""
        return contacts(self.motion)


def speed_of(values: Array, fps: float) -> Array:
    """Return the speed (T,) of positions (T, 3) in units a second."""
    if len(values) < 2:
        return np.zeros(len(values))
    return np.asarray(np.linalg.norm(np.gradient(values, axis=0), axis=-1) * fps)


def arm_measures(body: Body) -> Measures:
    """Measure the left arm."""
    shoulder, elbow, wrist = (body.at(f"left_{name}") for name in ("shoulder", "elbow", "wrist"))
    hand = wrist - shoulder
    chest = body.at("spine3")
    height = smoothed(hand[:, 1], 5)
    begin, end = _ends(height)
    peak = float(np.percentile(height, 95))
    sideways = wrist[:, 0] - chest[:, 0]
    relative = wrist - chest
    high = height > -0.08  # waving is done with the hand up; lower down it would be swinging or punching
    waving = smoothed(relative, 3)
    back_and_forth = max(reversals(waving[high][:, i], 0.05) for i in (0, 2)) if high.sum() > 8 else 0
    ankle = body.at("left_ankle")[:, 2] - body.at("right_ankle")[:, 2]
    swing = hand[:, 2]
    moving = np.std(swing) > 0.02 and np.std(ankle) > 0.05
    return {
        "hold": float(np.median(height)),
        "peak": peak,
        "rise": peak - begin,
        "fall": peak - end,
        "dip": min(begin, end) - float(np.percentile(height, 5)),
        "drop": begin - end,
        "reach": float(np.median(hand[:, 2])),
        "spread": float(np.median(sideways)),
        "elbow": float(np.median(_angle(elbow - shoulder, wrist - elbow))),
        "size": float(np.linalg.norm([spread(relative[:, i]) for i in range(3)])),
        "tempo": float(speed_of(smoothed(relative, 3), body.motion.fps).mean()),
        "waves": back_and_forth / max(body.motion.seconds, 1.0),
        "wave_count": float(back_and_forth),
        "with_legs": float(-np.corrcoef(swing, ankle)[0, 1]) if moving else 0.0,
        "thrust": float(np.percentile(speed_of(smoothed(hand, 3), body.motion.fps), 97)),
        "extent": spread(np.linalg.norm(hand, axis=-1)),
    }


def leg_measures(body: Body) -> Measures:
    """Measure the left leg."""
    hip, knee, ankle, toe = (body.at(f"left_{name}") for name in ("hip", "knee", "ankle", "foot"))
    bend = _angle(knee - hip, ankle - knee)
    foot = np.minimum(ankle[:, 1] - 0.06, toe[:, 1])
    step = smoothed(ankle[:, 2] - body.at("right_ankle")[:, 2], 3)
    turns = reversals(step, 0.10)
    planted = body.planted
    off = ~planted.any(axis=1)
    out = np.degrees(np.arctan2((toe - ankle)[:, 0], (toe - ankle)[:, 2]))
    return {
        "travel": float(np.hypot(*np.ptp(body.world[:, JOINT_INDEX["left_ankle"]][:, [0, 2]], axis=0))),
        "root_speed": float(np.linalg.norm(body.velocity, axis=-1).mean()),
        "flight": float(off.mean()),
        "height": float(np.percentile(ankle[:, 1], 97)),
        "swing_up": float(np.percentile(ankle[:, 1] + ankle[:, 2] * 0.5, 99)),
        "stride": spread(ankle[:, 2]),
        "cadence": turns / max(body.motion.seconds, 0.5),
        "knee": float(np.median(bend)),
        "fold": float(np.percentile(bend, 95) - np.median(bend)),
        "lift": float(np.percentile(foot, 95) - np.percentile(foot, 5)),
        "toes": float(np.median(out)),
        "width": float(np.median(ankle[:, 0])),
        "speed": float(speed_of(body.world[:, JOINT_INDEX["left_ankle"]], body.motion.fps).mean()),
    }


def backbone_measures(body: Body) -> Measures:
    """Measure backbone and head; what has a side is positive to the left."""
    low, middle, neck, head = (body.at(name) for name in ("pelvis", "spine2", "neck", "head"))
    trunk = neck - low
    pitch = smoothed(np.degrees(np.arctan2(trunk[:, 2], trunk[:, 1])), 5)
    side = smoothed(np.degrees(np.arctan2(trunk[:, 0], np.hypot(trunk[:, 1], trunk[:, 2]))), 5)
    upper, lower = neck - middle, middle - low
    curve = np.degrees(np.arctan2(upper[:, 2], upper[:, 1]) - np.arctan2(lower[:, 2], lower[:, 1]))
    across = body.at("left_shoulder") - body.at("right_shoulder")
    hips = body.at("left_hip") - body.at("right_hip")
    twist = np.degrees(np.arctan2(-across[:, 2], across[:, 0]) - np.arctan2(-hips[:, 2], hips[:, 0]))
    face = body.axis("head", (0.0, 0.0, 1.0))
    nod = smoothed(np.degrees(np.arcsin(np.clip(face[:, 1], -1, 1))), 3)
    look = smoothed(np.degrees(np.arctan2(face[:, 0], face[:, 2])), 3)
    begin, end = _ends(pitch)
    top = float(np.percentile(pitch, 95))
    return {
        "pitch": float(np.median(pitch)),
        "rise": top - begin,
        "fall": top - end,
        "change": end - begin,
        "range": spread(pitch),
        "curve": float(np.median((curve + 180) % 360 - 180)),
        "lean": float(np.median(side)),
        "sway": spread(side),
        "twist": spread((twist + 180) % 360 - 180),
        "head": float(np.median(nod)),
        "head_turn": float(np.median(look)),
        "head_motion": spread(look) + spread(nod),
        "neck": float(np.median(head[:, 2] - neck[:, 2])),
    }


def root_measures(body: Body) -> Measures:
    """Measure the root; what has a side is positive to the left."""
    velocity = body.velocity
    speed = np.linalg.norm(velocity, axis=-1)
    begin, end = _ends(speed)
    height = body.local[:, 0, 1]
    hips = body.at("left_hip") - body.at("right_hip")
    tilt = body.axis("pelvis", (0.0, 1.0, 0.0))
    third = int(body.motion.fps)
    bounce = height - smoothed(height, third) if body.motion.frames > third else height - height.mean()
    mean = velocity.mean(axis=0)
    return {
        "left": float(mean[0]),
        "ahead": float(mean[1]),
        "speed": float(np.linalg.norm(mean)),
        "pace": float(speed.mean()),
        "begin": begin,
        "end": end,
        "top": float(np.percentile(speed, 90)),
        "turn": float(np.degrees(body.yaw[-1] - body.yaw[0])),
        "bounce": spread(bounce, 3, 97),
        "leap": float(np.percentile(height, 97) - np.median(height)),
        "height": float(np.median(height)),
        "sway": spread(np.degrees(np.arctan2(hips[:, 1], hips[:, 0])))
        + 0.5 * spread(np.degrees(np.arctan2(-hips[:, 2], hips[:, 0]))),
        "tilt": float(np.median(np.degrees(np.arctan2(tilt[:, 2], tilt[:, 1])))),
    }
