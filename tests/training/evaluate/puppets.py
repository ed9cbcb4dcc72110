# SPDX-License-Identifier: GPL-3.0-or-later
"""Motions put together from where hands, feet, trunk and root are, for checks that need to hold or to fail."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from server.motion.motion import Motion
from server.motion.rotations import (
    normalized,
    quat_between,
    quat_from_axis_angle,
    quat_inv,
    quat_mul,
    quat_rotate,
    yaw_quat,
)
from server.motion.skeleton import FPS, JOINT_COUNT, JOINT_INDEX

X, Y, Z = np.eye(3)
FRAMES = 90
TIME = np.arange(FRAMES) / FPS
ARM, LEG = (0.27, 0.25), (0.40, 0.41)
STAND = 0.95  # height of the pelvis
ONE = np.array([1.0, 0.0, 0.0, 0.0])


def curve(value: object) -> np.ndarray:
    """Return one number a frame, of a number or a curve."""
    return np.broadcast_to(np.asarray(value, dtype=float), (FRAMES,))


def track(x: object, y: object, z: object) -> np.ndarray:
    """Return places (T, 3) of three numbers or curves."""
    return np.stack([curve(x), curve(y), curve(z)], axis=-1)


def wave(hertz: float, size: float = 1.0, middle: float = 0.0) -> np.ndarray:
    """Return a swinging curve."""
    return middle + size * np.sin(2 * np.pi * hertz * TIME)


def bent(target: np.ndarray, lengths: tuple[float, float], hint: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the directions (T, 3) of both bones of a limb that reaches a place seen from its root."""
    upper, lower = lengths
    reach = np.clip(np.linalg.norm(target, axis=-1), abs(upper - lower) + 1e-3, (upper + lower) * 0.999)
    towards = normalized(target)
    along = (upper**2 - lower**2 + reach**2) / (2 * reach)
    aside = np.sqrt(np.maximum(upper**2 - along**2, 0))
    out = normalized(hint - (hint * towards).sum(-1, keepdims=True) * towards)
    elbow = along[:, None] * towards + aside[:, None] * out
    return normalized(elbow), normalized(reach[:, None] * towards - elbow)


@dataclass
class Puppet:
    """What a body does; arms and legs are places of wrist and ankle seen from shoulder and hip, in the trunk's axes.

    ``left`` and ``right`` take numbers or curves; ``x`` is outwards, to the limb's own side.
    """

    arms: dict = field(default_factory=dict)
    legs: dict = field(default_factory=dict)
    elbow: tuple = (0.3, -0.6, -0.7)
    toes: dict = field(default_factory=dict)
    heel: object = 0.0
    pitch: object = 0.0
    lean: object = 0.0
    twist: object = 0.0
    rounded: object = 0.0
    nod: object = 0.0
    look: object = 0.0
    tilt: object = 0.0
    shrug: object = 0.0
    height: object = STAND
    yaw: object = 0.0
    path: tuple = (0.0, 0.0)
    rock: object = 0.0

    def motion(self) -> Motion:
        """Return it as a motion."""
        turns = np.broadcast_to(ONE, (FRAMES, JOINT_COUNT, 4)).copy()
        self._trunk(turns)
        for side, sign in (("left", 1.0), ("right", -1.0)):
            self._arm(turns, side, sign)
            self._leg(turns, side, sign)
        root = track(self.path[0], self.height, self.path[1])
        return Motion(root.astype(np.float32), turns.astype(np.float32))

    def _trunk(self, turns: np.ndarray) -> None:
        def turn(joint: str, axis: np.ndarray, degrees: object) -> None:
            at = JOINT_INDEX[joint]
            turns[:, at] = quat_mul(turns[:, at], quat_from_axis_angle(axis, np.radians(curve(degrees))))

        turns[:, 0] = quat_mul(yaw_quat(np.radians(curve(self.yaw))), turns[:, 0])
        turn("pelvis", Z, self.rock)
        turn("spine1", Z, -curve(self.lean) - curve(self.rock))
        turn("spine1", X, self.pitch)
        turn("spine2", Y, self.twist)
        turn("spine2", X, self.rounded)
        turn("head", Y, self.look)
        turn("head", X, -curve(self.nod) - curve(self.pitch) - curve(self.rounded))
        turn("head", Z, -curve(self.tilt))
        turn("left_collar", Z, self.shrug)

    def _arm(self, turns: np.ndarray, side: str, sign: float) -> None:
        x, y, z = self.arms.get(side, self.arms.get("both", (0.06, -0.51, 0.02)))
        upper, lower = bent(track(sign * curve(x), y, z), ARM, np.array(self.elbow) * [sign, 1, 1])
        self._limb(turns, f"{side}_shoulder", f"{side}_elbow", sign * X, upper, lower)

    def _leg(self, turns: np.ndarray, side: str, sign: float) -> None:
        x, y, z = self.legs.get(side, self.legs.get("both", (0.0, 0.08 + 0.06 - curve(self.height), 0.0)))
        upper, lower = bent(track(sign * curve(x), y, z), LEG, Z)
        self._limb(turns, f"{side}_hip", f"{side}_knee", -Y, upper, lower)
        world = quat_mul(turns[:, JOINT_INDEX[f"{side}_hip"]], turns[:, JOINT_INDEX[f"{side}_knee"]])
        out = quat_from_axis_angle(Y, np.radians(curve(sign * self.toes.get(side, self.toes.get("both", 0.0)))))
        foot = quat_mul(out, quat_from_axis_angle(X, np.radians(curve(self.heel))))
        turns[:, JOINT_INDEX[f"{side}_ankle"]] = quat_mul(quat_inv(world), foot)

    @staticmethod
    def _limb(
        turns: np.ndarray, first: str, second: str, rest: np.ndarray, upper: np.ndarray, lower: np.ndarray
    ) -> None:
        swing = quat_between(np.broadcast_to(rest, upper.shape), upper)
        turns[:, JOINT_INDEX[first]] = swing
        fold = quat_between(np.broadcast_to(rest, lower.shape), quat_rotate(quat_inv(swing), lower))
        turns[:, JOINT_INDEX[second]] = fold


def walking(speed: float = 1.2, hertz: float = 0.9, lift: float = 0.12, width: float = 0.0, **more: object) -> Puppet:
    """Return a walk: ankles swing against each other, lifted while they come forward; ``speed`` may be negative."""
    reach = abs(speed) / hertz / 4
    legs = {}
    height = curve(more.get("height", STAND))
    for side, phase in (("left", 0.0), ("right", np.pi)):
        at = 2 * np.pi * hertz * TIME + phase
        up = np.maximum(0.0, np.cos(at) * np.sign(speed)) * lift
        legs[side] = (width, 0.08 + 0.06 - height + up, reach * np.sin(at))
    given = {"legs": legs, "path": (0.0, speed * TIME)} | more
    return Puppet(**given)
