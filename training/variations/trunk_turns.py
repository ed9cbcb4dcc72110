# SPDX-License-Identifier: GPL-3.0-or-later
"""Turning backbone and head: joint by joint, in axes that face where the hips do, while the rest goes on as it did.

The pelvis and with it the feet stay where they are. The head keeps its direction in the world, hands that rest on the
body keep their place on it, and other arms move as they did, so that a hanging arm goes on hanging.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from server.motion.motion import from_global
from server.motion.rotations import (
    Array,
    normalized,
    quat_from_axis_angle,
    quat_inv,
    quat_mul,
    quat_rotate,
    slerp,
    yaw_quat,
)
from server.motion.skeleton import JOINT_INDEX

from .arm_ik import bent_arm
from .curves import eased, smoothed
from .limits import excess, limited
from .torso import ARM, BOTH_ARMS, SIDES, Torso, arm_of
from .upper_edit import natural

Degrees = npt.ArrayLike
Vector = tuple[float, float, float]
SPINE: Final = tuple(JOINT_INDEX[name] for name in ("spine1", "spine2", "spine3"))
BENT: Final = (0.50, 0.82, 1.0)
"""Share of a turn that has come together at each joint of `SPINE`: of an even bend."""
ROUND: Final = (-0.35, 0.30, 1.0)
"""The same for a back that is made round or hollow: its lower part goes the other way."""
_NECK, _HEAD = JOINT_INDEX["neck"], JOINT_INDEX["head"]
_LINES: Final = (0.11, 0.13, 0.07, 0.21)  # metres from pelvis to spine1, spine2, spine3, neck
# how far a hand goes with its shoulder when that moves against the chest (left, up, ahead), and whether it does so to the
# side on the whole
_WAYS: Final[tuple[tuple[Vector, float], ...]] = (
    ((0.0, 1.0, 0.0), 0.0),
    ((1.0, 1.0, 1.0), 1.0),
    ((0.5, 0.5, 0.5), 0.5),
    ((0.0, 0.0, 0.0), 0.0),
)
_X, _Y, _Z = np.eye(3)


def heading(torso: Torso) -> Array:
    """Return the rotation (T, 4) about the vertical that the hips face along, without their swing."""
    line = torso.at("left_hip") - torso.at("right_hip")
    return yaw_quat(smoothed(np.unwrap(np.arctan2(-line[:, 2], line[:, 0])), 21))


def _seen(torso: Torso, start: str, end: str) -> Array:
    return quat_rotate(quat_inv(heading(torso)), torso.at(end) - torso.at(start))


def trunk_angles(torso: Torso) -> dict[str, Array]:
    """Return how the trunk is held (T,), degrees: ``pitch`` forward, ``lean`` and ``twist`` to the left, ``curve`` round."""
    trunk, upper, lower = (
        _seen(torso, *ends) for ends in (("pelvis", "neck"), ("spine2", "neck"), ("pelvis", "spine2"))
    )
    chest = quat_rotate(quat_inv(heading(torso)), torso.at("left_shoulder") - torso.at("right_shoulder"))
    hips = quat_rotate(quat_inv(heading(torso)), torso.at("left_hip") - torso.at("right_hip"))
    return {
        "pitch": np.degrees(np.arctan2(trunk[:, 2], trunk[:, 1])),
        "lean": np.degrees(np.arctan2(trunk[:, 0], np.hypot(trunk[:, 1], trunk[:, 2]))),
        "twist": np.degrees(np.arctan2(-chest[:, 2], chest[:, 0]) - np.arctan2(-hips[:, 2], hips[:, 0])),
        "curve": np.degrees(np.arctan2(upper[:, 2], upper[:, 1]) - np.arctan2(lower[:, 2], lower[:, 1])),
    }


def head_angles(torso: Torso) -> dict[str, Array]:
    """Return how the head is held (T,), degrees: ``nod`` up, ``look`` and ``tilt`` to the left."""
    turn = quat_mul(quat_inv(heading(torso)), torso.turn("head"))
    face, crown = quat_rotate(turn, _Z[None]), quat_rotate(turn, _Y[None])
    return {
        "nod": np.degrees(np.arctan2(face[:, 1], np.hypot(face[:, 0], face[:, 2]))),
        "look": np.degrees(np.arctan2(face[:, 0], face[:, 2])),
        "tilt": np.degrees(np.arctan2(crown[:, 0], np.hypot(crown[:, 1], crown[:, 2]))),
    }


def gain(shares: tuple[float, float, float], *, curve: bool = False) -> float:
    """Return by how much the line from pelvis to neck turns when the chest turns by 1; or by how much the back rounds."""
    _, low, middle, high = _LINES
    if curve:
        return (middle * shares[1] + high * shares[2]) / (middle + high) - low * shares[0] / (_LINES[0] + low)
    return (low * shares[0] + middle * shares[1] + high * shares[2]) / sum(_LINES)


def upright_share(torso: Torso) -> float:
    """Return how much of a lean or twist of the chest is seen as such: the less, the farther the trunk is pitched."""
    return max(float(np.cos(np.radians(np.median(trunk_angles(torso)["pitch"])))), 0.4)


def _turn(axes: Array, along: Array, pitch: Array, lean: Array, twist: Array) -> Array:
    """Return the world rotation (T, 4) of a turn.

    Args:
        axes: (T, 4) rotation of the axes in which it is told.
        along: (T, 3) the world direction about which it twists.
        pitch: degrees forward; this and the others (T,).
        lean: degrees to the left.
        twist: degrees to the left.
    """
    about_x = quat_from_axis_angle(_X, np.radians(pitch))
    about_z = quat_from_axis_angle(_Z, -np.radians(lean))
    bent = quat_mul(axes, quat_mul(quat_mul(about_x, about_z), quat_inv(axes)))
    return quat_mul(bent, quat_from_axis_angle(along, np.radians(twist)))


def _lawful(was: Torso, now: Torso) -> Torso:
    """Return the clip with a natural left arm; what it ``was`` beyond a human's limits before, it may go on being."""
    before = excess(was.motion, ARM)
    lawful = [joint for joint in ARM if before[:, joint].max() < 1.0]
    free = natural(now, joints=lawful)
    if len(lawful) == len(ARM):
        return free
    grown = (excess(free.motion, ARM) - before).max(axis=1)
    share = smoothed(eased((grown - 2.0) / 6.0), 9)[:, None]
    strict, loose = (clip.motion.rotations[:, ARM].astype(np.float64) for clip in (natural(now), free))
    return free.with_arm(slerp(loose, strict, share))


def _kept_arm(was: Torso, now: Torso, touch: str, follow: Vector, slide: float) -> Torso:
    """Return the clip ``now`` with its left arm held as it ``was``, as far as nothing is in the way."""
    if touch in ("hip", "thigh"):
        return _lawful(was, bent_arm(now, was.at("left_wrist"), now.at("left_elbow")))
    if touch:
        return _lawful(was, now)
    local = now.motion.rotations[:, ARM].astype(np.float64)
    local[:, 1] = quat_mul(quat_inv(now.turn("left_collar")), was.turn("left_shoulder"))
    hanging = now.with_arm(local)
    axes = heading(was)
    before, after = (clip.at("left_shoulder") - clip.at("spine3") for clip in (was, now))
    shoulders = quat_rotate(quat_inv(axes), after - before)
    middle = np.median(shoulders, axis=0)
    shift = middle * [slide, 1.0, 1.0] + (shoulders - middle) * follow
    wrist = now.at("spine3") + was.at("left_wrist") - was.at("spine3") + quat_rotate(axes, shift)
    return _lawful(was, bent_arm(hanging, wrist, hanging.at("left_elbow")))


def _kept_arms(was: Torso, now: Torso) -> Torso:
    """Return the clip ``now`` with arms that move as they did before the trunk was turned.

    Against chest and shoulders a hand cannot do so both at once; of several natural ways that one is taken which leaves
    most of what the captioner said of the arms.
    """
    best, fewest = now, np.inf
    mirror = was.mirrored()
    left, right = (was.said.get((arm_of(side), "touch"), "") for side in SIDES)
    for follow, slide in _WAYS:
        arm = _kept_arm(was, now, left, follow, slide)
        both = _kept_arm(mirror, arm.mirrored(), right, follow, slide).mirrored()
        arms = [key for key in {**was.said, **both.said} if key[0] in BOTH_ARMS]
        changed = sum(was.said.get(key) != both.said.get(key) for key in arms)
        if changed < fewest:
            best, fewest = both, changed
        if changed <= 1:
            break
    return best


def turned_trunk(
    torso: Torso,
    pitch: Degrees = 0.0,
    lean: Degrees = 0.0,
    twist: Degrees = 0.0,
    *,
    shares: tuple[float, float, float] = BENT,
    head_keeps: float = 1.0,
    arms_carried: bool = False,
) -> Torso:
    """Return the clip with the backbone turned.

    Args:
        torso: the clip.
        pitch: degrees (T,) or one number by which the chest is turned forward.
        lean: the same to the left.
        twist: the same about the line from pelvis to neck, to the left.
        shares: of the turn at each joint of `SPINE`.
        head_keeps: 1 for a head that keeps its direction, 0 for one that goes with the chest.
        arms_carried: whether free arms go with the chest too.
    """
    axes = heading(torso)
    pitch, lean, twist = (
        np.broadcast_to(np.asarray(v, dtype=np.float64), (torso.frames,)) for v in (pitch, lean, twist)
    )
    along = normalized(smoothed(torso.at("neck") - torso.at("pelvis"), 9))
    world = torso.world.astype(np.float64)
    for joint, share in zip(SPINE, shares, strict=True):
        world[:, joint] = quat_mul(_turn(axes, along, share * pitch, share * lean, share * twist), world[:, joint])
    whole = _turn(axes, along, pitch, lean, twist)
    neck, head = (quat_mul(whole, world[:, joint]) for joint in (_NECK, _HEAD))
    world[:, _NECK] = slerp(neck, world[:, _NECK], np.full(torso.frames, 0.5 * head_keeps))
    world[:, _HEAD] = slerp(head, world[:, _HEAD], np.full(torso.frames, head_keeps))
    for side in SIDES:
        for name in ("collar", "shoulder", "elbow", "wrist"):
            joint = JOINT_INDEX[f"{side}_{name}"]
            world[:, joint] = quat_mul(whole, world[:, joint])
    motion = from_global(torso.motion.root_positions, world.astype(np.float32), torso.motion.fps)
    bent = Torso(limited(motion, (*SPINE, _NECK, _HEAD)))
    return bent if arms_carried else _kept_arms(torso, bent)


def turned_head(torso: Torso, nod: Degrees = 0.0, look: Degrees = 0.0, tilt: Degrees = 0.0) -> Torso:
    """Return the clip with the head turned, the neck taking nearly half of it; degrees up, to the left, to the left."""
    face = quat_rotate(torso.turn("head"), _Z[None])
    ahead = smoothed(normalized(face * np.array([1.0, 0.0, 1.0])), 9)
    up = np.broadcast_to(_Y, face.shape)
    axes = yaw_quat(np.arctan2(ahead[:, 0], ahead[:, 2]))
    nod, look, tilt = (np.broadcast_to(np.asarray(v, dtype=np.float64), (torso.frames,)) for v in (nod, look, tilt))
    world = torso.world.astype(np.float64)
    for joint, share in ((_NECK, 0.45), (_HEAD, 1.0)):
        world[:, joint] = quat_mul(_turn(axes, up, -share * nod, share * tilt, share * look), world[:, joint])
    motion = from_global(torso.motion.root_positions, world.astype(np.float32), torso.motion.fps)
    return Torso(limited(motion, (_NECK, _HEAD)))
