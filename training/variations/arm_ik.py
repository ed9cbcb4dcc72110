# SPDX-License-Identifier: GPL-3.0-or-later
"""An arm that reaches: two bones by inverse kinematics, the collar following the upper arm, the hand turned as asked.

The collar's share of a raised arm is the scapulohumeral rhythm after Inman, Saunders and Abbott, "Observations on the
Function of the Shoulder Joint" (1944): the shoulder blade takes about a third of the rise, most of it above shoulder height.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from server.motion.rotations import (
    Array,
    continuous,
    cross,
    normalized,
    quat_between,
    quat_from_axis_angle,
    quat_from_matrix,
    quat_inv,
    quat_mul,
    quat_rotate,
)
from server.motion.skeleton import JOINT_INDEX, OFFSETS

from .torso import ARM, Torso

UPPER: Final = float(OFFSETS[JOINT_INDEX["left_elbow"], 0])
FORE: Final = float(OFFSETS[JOINT_INDEX["left_wrist"], 0])
SHOULDER: Final = OFFSETS[JOINT_INDEX["left_collar"]].astype(np.float64) + OFFSETS[JOINT_INDEX["left_shoulder"]]
"""The shoulder seen from the chest (spine3), with the collar at rest."""
_REACH: Final = 0.995  # of the arm's length: an arm is never pulled quite straight, so that the elbow cannot pop
_GIVE: Final = 0.04  # share of the length over which it nears that
_CLOSEST: Final = 0.09  # metres between shoulder and wrist of a folded arm
_TWIST: Final = (np.radians(-95.0), np.radians(85.0))  # of the forearm
_X, _Y, _Z = np.eye(3)


@dataclass(frozen=True)
class Goal:
    """What the left arm shall do, in the world.

    Attributes:
        wrist: (T, 3) where the wrist shall be, metres; what is out of reach is approached.
        elbow: (T, 3) the direction to which the elbow points, away from the line between shoulder and wrist.
        palm: (T, 3) the direction that the palm faces, as far as the forearm turns; None for neither in nor out.
        fingers: (T, 3) the direction of the fingers, as far as the wrist bends; None for along the forearm.
        from_shoulder: whether ``wrist`` is told from the shoulder, wherever the collar brings that.
    """

    wrist: Array
    elbow: Array
    palm: Array | None = None
    fingers: Array | None = None
    from_shoulder: bool = False


def straightness(degrees: float) -> float:
    """Return the distance between shoulder and wrist in metres at an elbow bent by so much."""
    return float(np.sqrt(UPPER**2 + FORE**2 + 2 * UPPER * FORE * np.cos(np.radians(degrees))))


def _softened(wanted: Array) -> Array:
    """Return distances (T,) between shoulder and wrist, given way to softly near the arm's length."""
    whole = UPPER + FORE
    start, room = (_REACH - _GIVE) * whole, _GIVE * whole
    return np.asarray(np.minimum(wanted, start) + room * np.tanh(np.maximum(wanted - start, 0) / room))


def _bones(aim: Array, length: Array, elbow: Array) -> tuple[Array, Array, Array]:
    """Return the directions of upper arm and forearm (T, 3) and the elbow's bend (T,) in radians.

    Args:
        aim: (T, 3) from the shoulder towards the wrist.
        length: (T,) between shoulder and wrist, metres.
        elbow: (T, 3) the direction to which the elbow points.
    """
    aim, length = normalized(aim), np.clip(length, _CLOSEST, 0.9995 * (UPPER + FORE))
    side = normalized(elbow - np.sum(elbow * aim, axis=-1, keepdims=True) * aim)
    cosine = ((UPPER**2 + length**2 - FORE**2) / (2 * UPPER * length))[:, None]
    upper = cosine * aim + np.sqrt(1 - cosine**2) * side
    fore = normalized(length[:, None] * aim - UPPER * upper)
    bend = np.pi - np.arccos((UPPER**2 + FORE**2 - length**2) / (2 * UPPER * FORE))
    return upper, fore, bend


def _reaching(shoulder: Array, goal: Goal) -> tuple[Array, Array, Array]:
    aim = goal.wrist if goal.from_shoulder else goal.wrist - shoulder
    return _bones(aim, _softened(np.linalg.norm(aim, axis=-1)), goal.elbow)


def _collar(upper: Array) -> Array:
    """Return the collar's rotation (T, 4) for directions of the upper arm in the chest's axes (T, 3)."""
    rise = np.degrees(np.arcsin(np.clip(upper[:, 1], -1, 1)))
    up = np.interp(rise, (-90.0, -30.0, 0.0, 45.0, 90.0), (-1.0, 1.0, 6.0, 17.0, 26.0))
    forward = 8.0 * np.maximum(upper[:, 2], 0) + 12.0 * np.maximum(-upper[:, 0], 0) + 6.0 * np.minimum(upper[:, 2], 0)
    lift = quat_from_axis_angle(_Z, np.radians(up))
    return quat_mul(quat_from_axis_angle(_Y, -np.radians(forward)), lift)


def _restless(torso: Torso) -> Array:
    """Return the collar's own movement (T, 4) about its mean, so that shoulders that swing with the steps go on to."""
    own = torso.motion.rotations[:, ARM[0]].astype(np.float64)
    return quat_mul(quat_inv(normalized(own.mean(axis=0))), own)


def _turn(x: Array, z: Array) -> Array:
    """Return the rotation (T, 4) with that x axis, and a z axis as near to the given one as can be."""
    z = normalized(z - np.sum(z * x, axis=-1, keepdims=True) * x)
    return quat_from_matrix(np.stack((x, cross(z, x), z), axis=-1))


def _twist_about_x(turns: Array) -> Array:
    """Return the angle (T,) in radians by which rotations twist about x, between minus and plus pi."""
    angle = 2 * np.arctan2(turns[:, 1], turns[:, 0])
    return np.asarray((angle + np.pi) % (2 * np.pi) - np.pi)


def _hand(fore: Array, goal: Goal, direction: Array) -> tuple[Array, Array]:
    """Return the twist of the forearm and the bend of the wrist (T, 4), as local rotations.

    Args:
        fore: (T, 4) how the forearm is turned in the world, without twist.
        goal: what the hand shall do.
        direction: (T, 3) of the forearm.
    """
    fingers = direction if goal.fingers is None else normalized(goal.fingers)
    palm = -quat_rotate(fore, _Y[None]) if goal.palm is None else goal.palm
    up = -normalized(palm - np.sum(palm * fingers, axis=-1, keepdims=True) * fingers)
    wanted = quat_from_matrix(np.stack((fingers, up, cross(fingers, up)), axis=-1))
    relative = quat_mul(quat_inv(fore), wanted)
    twist = _twist_about_x(relative)
    turned = quat_from_axis_angle(_X, np.clip(twist, *_TWIST))
    bent = quat_mul(relative, quat_inv(quat_from_axis_angle(_X, twist)))
    return turned, quat_mul(quat_inv(turned), quat_mul(bent, turned))


def reached(torso: Torso, goal: Goal) -> Array:
    """Return the local rotations (T, 4, 4) of collar, shoulder, elbow and wrist with which the left arm meets a goal."""
    chest, middle = torso.turn("spine3"), torso.at("spine3")
    resting = middle + quat_rotate(chest, SHOULDER[None])
    upper, _, _ = _reaching(resting, goal)
    collar = quat_mul(_collar(quat_rotate(quat_inv(chest), upper)), _restless(torso))
    carried = quat_mul(chest, collar)
    at_collar = torso.at("left_collar")
    shoulder = at_collar + quat_rotate(carried, OFFSETS[JOINT_INDEX["left_shoulder"]][None].astype(np.float64))
    upper, fore, bend = _reaching(shoulder, goal)
    humerus = _turn(upper, fore - goal.elbow * 1e-3)
    flexed = quat_mul(humerus, quat_from_axis_angle(-_Y, bend))
    twist, wrist = _hand(flexed, goal, fore)
    elbow = quat_mul(quat_from_axis_angle(-_Y, bend), twist)
    local = np.stack((collar, quat_mul(quat_inv(carried), humerus), elbow, wrist), axis=1)
    return continuous(local)


def _frame(upper: Array, fore: Array, hinge: Array) -> Array:
    """Return the rotation (T, 4) of an arm's plane: x along the upper arm, z to where the forearm is bent.

    Args:
        upper: (T, 3) direction of the upper arm.
        fore: (T, 3) of the forearm.
        hinge: (T, 3) to where a straight arm would bend.
    """
    return _turn(upper, fore + 0.03 * hinge)


def bent_arm(torso: Torso, wrist: Array, elbow: Array) -> Torso:
    """Return the clip with the left wrist moved and the elbow turned towards a place; the collar stays as it is.

    Upper arm and forearm turn with the plane of the arm, so that the elbow stays a hinge and nothing changes where
    nothing is asked; the hand keeps its direction.

    Args:
        torso: a clip.
        wrist: (T, 3) where the wrist shall be; what is out of reach is approached.
        elbow: (T, 3) a place on the side to which the elbow points.
    """
    shoulder, turn = torso.at("left_shoulder"), torso.turn("left_shoulder")
    was_upper = normalized(torso.at("left_elbow") - shoulder)
    was_fore = normalized(torso.at("left_wrist") - torso.at("left_elbow"))
    was_bend = np.arccos(np.clip(np.sum(was_upper * was_fore, axis=-1), -1, 1))
    aim, hinge = wrist - shoulder, quat_rotate(turn, _Z[None])
    upper, fore, bend = _bones(aim, np.linalg.norm(aim, axis=-1), elbow - shoulder - 1e-3 * hinge)
    before = _frame(was_upper, was_fore, hinge)
    after = _frame(upper, fore, quat_rotate(quat_between(was_upper, upper), hinge))
    plane = quat_mul(after, quat_inv(before))
    humerus = quat_mul(plane, turn)
    fold = quat_mul(after, quat_mul(quat_from_axis_angle(-_Y, bend - was_bend), quat_inv(before)))
    forearm = quat_mul(fold, torso.turn("left_elbow"))
    local = np.stack(
        (
            torso.motion.rotations[:, ARM[0]].astype(np.float64),
            quat_mul(quat_inv(torso.turn("left_collar")), humerus),
            quat_mul(quat_inv(humerus), forearm),
            quat_mul(quat_inv(forearm), torso.turn("left_wrist")),
        ),
        axis=1,
    )
    return torso.with_arm(local)
