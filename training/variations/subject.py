# SPDX-License-Identifier: GPL-3.0-or-later
"""What the edits of the lower body need to know of a clip: where its feet stand, where it goes, how it stands."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from server.motion.contacts import contacts, runs
from server.motion.motion import Motion, forward_kinematics
from server.motion.skeleton import JOINT_INDEX

from .curves import Array, Flags, smoothed

SIDES: Final = ("left", "right")
SIGNS: Final = (1.0, -1.0)
"""Which way along x, seen from the body, each of `SIDES` lies."""
BOTH_LEGS: Final = frozenset(("left_leg", "right_leg"))
LOWER: Final = BOTH_LEGS | {"root"}
EVERYTHING: Final = LOWER | {"left_arm", "right_arm", "backbone"}
_GAP: Final = 3  # frames: contacts that flicker for so short are one
_SHORTEST: Final = 3  # frames that a foot stands at least


def joint(side: int, name: str) -> int:
    """Return the index of a joint on one of `SIDES`."""
    return JOINT_INDEX[f"{SIDES[side]}_{name}"]


def swings(planted: Flags) -> list[tuple[int, int]]:
    """Return (start, end) of the stretches between two stands of a foot (T,), those at the clip's ends left out."""
    return [(a, b) for a, b in runs(~planted) if a > 0 and b < len(planted)]


@dataclass(frozen=True)
class Subject:
    """A clip and what is measured of it, each measure once.

    Attributes:
        motion: canonical, 30 frames a second.
    """

    motion: Motion

    @property
    def frames(self) -> int:
        """Number of frames."""
        return self.motion.frames

    @property
    def fps(self) -> float:
        """Frames a second."""
        return self.motion.fps

    @cached_property
    def _chain(self) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        return forward_kinematics(self.motion.root_positions, self.motion.rotations)

    @property
    def positions(self) -> Array:
        """World positions (T, 22, 3) in metres."""
        return self._chain[0]

    @property
    def world(self) -> Array:
        """World rotations (T, 22, 4)."""
        return self._chain[1]

    @cached_property
    def planted(self) -> Flags:
        """Flags (2, T) for `SIDES`: heel or toes stand; short gaps closed, short contacts left out."""
        touching = contacts(self.motion)
        flags = np.stack((touching[:, :2].any(axis=1), touching[:, 2:].any(axis=1)))
        for row in flags:
            for start, end in runs(~row):
                if end - start <= _GAP and start > 0 and end < len(row):
                    row[start:end] = True
            for start, end in runs(row):
                if end - start < _SHORTEST:
                    row[start:end] = False
        return flags

    @cached_property
    def ground(self) -> float:
        """Height of standing toes (m)."""
        toes = np.stack([self.positions[:, joint(side, "foot"), 1] for side in (0, 1)])
        return float(np.median(toes[self.planted])) if self.planted.any() else 0.0

    @cached_property
    def centre(self) -> Array:
        """Way of the pelvis over the ground (T, 2), x and z, without the sway of single steps."""
        return smoothed(self.positions[:, 0][:, [0, 2]].astype(np.float64), int(self.fps * 1.2))

    @cached_property
    def heading(self) -> Array:
        """Where the hips face (T,), radians about the vertical, without jumps and without the swing of single steps."""
        across = self.positions[:, JOINT_INDEX["left_hip"]] - self.positions[:, JOINT_INDEX["right_hip"]]
        yaw = np.unwrap(np.arctan2(-across[:, 2], across[:, 0]).astype(np.float64))
        return smoothed(yaw, int(self.fps * 0.8))

    @cached_property
    def velocity(self) -> Array:
        """Velocity (T, 2) of the centre in m/s, in the world."""
        return np.asarray(np.gradient(self.centre, axis=0) * self.fps)

    @cached_property
    def speed(self) -> float:
        """Mean speed over the ground in m/s."""
        return float(np.hypot(*self.velocity.T).mean())

    @cached_property
    def height(self) -> float:
        """Median height of the pelvis above the ground (m)."""
        return float(np.median(self.positions[:, 0, 1])) - self.ground

    @cached_property
    def upright(self) -> bool:
        """Whether somebody is on his feet all the time, the trunk above the hips."""
        pelvis, neck = self.positions[:, 0], self.positions[:, JOINT_INDEX["neck"]]
        low = float(np.percentile(pelvis[:, 1], 3)) - self.ground
        return bool(low > 0.66 and np.percentile((neck - pelvis)[:, 1], 3) > 0.33 and self.planted.any(axis=1).all())

    @cached_property
    def stands(self) -> bool:
        """Whether both feet stay where they are from the first frame to the last."""
        if not self.upright or self.planted.mean() < 0.93:
            return False
        feet = self.positions[:, [joint(0, "ankle"), joint(1, "ankle")]]
        return bool(np.ptp(feet, axis=0).max() < 0.10)

    @cached_property
    def walks(self) -> bool:
        """Whether both feet step in turn and one of them always carries."""
        if not self.upright or self.frames < 36:
            return False
        stepping = all(len(swings(row)) >= 1 for row in self.planted)
        return stepping and float((~self.planted.any(axis=0)).mean()) < 0.10 and float(self.planted.mean()) < 0.85

    @cached_property
    def travels(self) -> bool:
        """Whether it walks on over the ground, nowhere coming to rest."""
        speed = np.hypot(*self.velocity.T)
        return self.walks and self.speed > 0.3 and float(np.percentile(speed, 5)) > 0.4 * self.speed

    @cached_property
    def ahead(self) -> bool:
        """Whether it goes forward, as seen from the body."""
        along = self.velocity[:, 0] * np.sin(self.heading) + self.velocity[:, 1] * np.cos(self.heading)
        return float(along.mean()) > 0.7 * self.speed

    @cached_property
    def runs(self) -> bool:
        """Whether it runs: fast, with both feet in the air between steps."""
        if not self.upright or self.frames < 24:
            return False
        air = float((~self.planted.any(axis=0)).mean())
        return air > 0.10 and self.speed > 1.1

    def ankle(self, side: int) -> Array:
        """Return the ankle's positions (T, 3) seen from pelvis and heading: left, up (above the ground), ahead."""
        return self.seen(self.positions[:, joint(side, "ankle")])

    def arm_swing(self, ankles: Array) -> tuple[float, float]:
        """Return how well each arm would swing against the leg of its side, -1 to 1, with ankles at (2, T, 3)."""
        legs = self.seen(ankles[0])[:, 2] - self.seen(ankles[1])[:, 2]
        kept = []
        for side, sign in enumerate(SIGNS):
            wrist, shoulder = (self.seen(self.positions[:, joint(side, name)])[:, 2] for name in ("wrist", "shoulder"))
            hand = wrist - shoulder
            moving = hand.std() > 0.02 and legs.std() > 0.05
            kept.append(-sign * float(np.corrcoef(hand, legs)[0, 1]) if moving else 0.0)
        return kept[0], kept[1]

    def seen(self, points: Array) -> Array:
        """Return world points (T, 3) seen from pelvis and heading: left, up (above the ground), ahead."""
        away = points - self.positions[:, 0]
        c, s = np.cos(self.heading), np.sin(self.heading)
        x, z = away[:, 0], away[:, 2]
        return np.stack((c * x - s * z, points[:, 1] - self.ground, s * x + c * z), axis=-1)
