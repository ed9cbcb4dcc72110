# SPDX-License-Identifier: GPL-3.0-or-later
"""Two things that files of motion capture do not say: what is up, and in which pose the body stands straight.

Up is told by the people themselves, who are upright most of the time, and where they are not, by the floor: nobody
goes below it. The pose with all rotations at zero is the body at rest in some files, a T-pose or arms hanging, and
bones all along one axis in others; some releases put a T-pose before the first frame instead.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from .rotations import Array, normalized
from .source import Source

_SIDES: Final = ("left", "right")
_ALONG: Final = 0.75  # cosine between trunk and an axis above which a person counts as upright along it
# what speaks for an axis, in units of a floor at zero; chosen on the project's four sets of BVH files, as they are, turned to Z up,
# and put to the origin: of 911 single clips 3 or 4 come out wrong in each, all of people who bend down all the time
_USUAL: Final = 0.3  # BVH files mostly have +Y up
_AT_REST: Final = 2.0  # the zero pose is a body that stands along it
_PEOPLE: Final = 1.5  # people are upright along it all the time
_FLOOR: Final = (-0.05, 0.18)  # of the leg: where the lowest joint is when feet are on the floor
_STRAIGHT: Final = 0.8  # cosine between the bones of a straight limb
_LEGS_DOWN: Final = 0.8
_SQUARE: Final = 0.3  # cosine between hips and trunk that still counts as square
_T_ARMS: Final = 0.94  # cosine between an arm and the line of the hips, in a T-pose
_T_LEGS: Final = 0.96
_APART: Final = 25.0  # mean degrees between joints of a T-pose put before a clip and of the clip's own first frame


class _Body:
    """Directions of a body in every frame, by the joints' names."""

    def __init__(self, source: Source, mapping: Mapping[str, str]) -> None:
        self.place = {ours: source.place(theirs) for ours, theirs in mapping.items()}
        middle = (self.place["left_hip"] + self.place["right_hip"]) / 2
        self.trunk = normalized(self.place["neck"] - middle)
        self.across = normalized(self.place["left_hip"] - self.place["right_hip"])
        bones = (("left_hip", "left_knee"), ("left_knee", "left_ankle"))
        self.leg = sum(float(np.linalg.norm(self.place[b][0] - self.place[a][0])) for a, b in bones)

    def bone(self, a: str, b: str) -> Array:
        """Return the direction (T, 3) from one joint to another."""
        return normalized(self.place[b] - self.place[a])


def _cosine(a: Array, b: Array) -> Array:
    return np.asarray(np.sum(a * b, axis=-1))


def up_axis(sources: Sequence[Source], zero: Source, mapping: Mapping[str, str]) -> Array:
    """Return the unit vector (3,) that is up in some clips of one skeleton: of the six along the axes, the likeliest.

    Args:
        sources: the clips.
        zero: the pose with all rotations at zero, as a clip of one frame.
        mapping: our joint name to the source's.
    """
    bodies = [_Body(source, mapping) for source in sources]
    standing = _Body(zero, mapping).trunk[0] if _is_body(zero, mapping) else np.zeros(3)
    axes: list[Array] = [sign * axis for axis in np.eye(3) for sign in (1.0, -1.0)]

    def likely(up: Array) -> float:
        shown = float(np.mean([_upright(body, up) for body in bodies]))
        return _USUAL * float(up[1] == 1.0) + _AT_REST * float(standing @ up > _ALONG) + shown

    return max(axes, key=likely)


def _upright(body: _Body, up: Array) -> float:
    """Return how much a clip speaks for an axis: people along it, a floor below them, and travel across it.

    Who lies is along the ground, but seldom above a floor there; and who lies does not travel sideways.
    """
    along = body.trunk @ up > _ALONG
    legs = (body.bone("left_ankle", "left_hip") + body.bone("right_ankle", "right_hip")) @ up / 2 > _ALONG
    lowest = np.min([place @ up for place in body.place.values()], axis=0) / body.leg
    floor = 0.5 * float(_FLOOR[0] < lowest.min() < _FLOOR[1])
    floor += 0.5 * float(((lowest > _FLOOR[0]) & (lowest < _FLOOR[1])).mean())
    across = body.place["left_hip"] - np.outer(body.place["left_hip"] @ up, up)
    travels = float(np.linalg.norm(np.ptp(across, axis=0))) > body.leg
    return _PEOPLE * float(along.mean()) + floor + float((along & legs).mean()) * travels


def to_y_up(up: Array) -> Array:
    """Return the rotation (3, 3) that turns an axis to +Y; Z up becomes the usual exchange with Y, X staying."""
    y = np.eye(3)[1]
    if up @ y > 0.5:
        return np.eye(3)
    if up @ y < -0.5:
        return np.diag([1.0, -1.0, -1.0])
    axis = np.cross(up, y)
    return np.outer(axis, axis) + np.outer(y, up) - np.outer(up, y)


def _is_body(pose: Source, mapping: Mapping[str, str]) -> bool:
    """Tell whether a pose is a body that stands straight, in any axes: legs down, arms straight and at their sides."""
    body = _Body(pose, mapping)
    if abs(_cosine(body.trunk, body.across)[0]) > _SQUARE:
        return False
    for side, sign in zip(_SIDES, (1.0, -1.0), strict=True):
        thigh, shin = body.bone(f"{side}_hip", f"{side}_knee"), body.bone(f"{side}_knee", f"{side}_ankle")
        upper, lower = body.bone(f"{side}_shoulder", f"{side}_elbow"), body.bone(f"{side}_elbow", f"{side}_wrist")
        down = min(_cosine(thigh, -body.trunk)[0], _cosine(shin, -body.trunk)[0])
        outward = sign * _cosine(upper, body.across)[0]
        if (
            down < _LEGS_DOWN
            or _cosine(upper, lower)[0] < _STRAIGHT
            or outward < -0.2
            or _cosine(upper, body.trunk)[0] > 0.4
        ):
            return False
        if f"{side}_foot" in mapping:
            foot = body.bone(f"{side}_ankle", f"{side}_foot")
            ahead = np.cross(body.across, body.trunk)
            if _cosine(foot, ahead)[0] < 0.5:
                return False
    return True


def _is_t_pose(pose: Source, mapping: Mapping[str, str]) -> bool:
    """Tell whether a pose is a T-pose and nothing but."""
    if not _is_body(pose, mapping):
        return False
    body = _Body(pose, mapping)
    for side, sign in zip(_SIDES, (1.0, -1.0), strict=True):
        arm = body.bone(f"{side}_shoulder", f"{side}_wrist")
        leg = body.bone(f"{side}_hip", f"{side}_ankle")
        if sign * _cosine(arm, body.across)[0] < _T_ARMS or _cosine(leg, -body.trunk)[0] < _T_LEGS:
            return False
    return True


def rest_of(clip: Source, zero: Source, mapping: Mapping[str, str]) -> Source | None:
    """Return the pose in which the body stands straight, as a clip of one frame, or None where the file has none.

    Args:
        clip: the movement.
        zero: the pose with all rotations at zero.
        mapping: our joint name to the source's.
    """
    first = clip.sliced(0, 1)
    if _is_t_pose(first, mapping) and not _is_t_pose(zero, mapping):
        return first
    return zero if _is_body(zero, mapping) else None


def begins_with_t_pose(clip: Source, mapping: Mapping[str, str]) -> bool:
    """Tell whether the first frame is a T-pose that was put before the clip and is no part of it."""
    if len(clip.positions) < 3 or not _is_t_pose(clip.sliced(0, 1), mapping):
        return False
    joints = [clip.names.index(name) for name in dict.fromkeys(mapping.values())]
    relative = np.swapaxes(clip.orientations[:3, joints[:1]], -1, -2) @ clip.orientations[:3, joints]
    turns = np.trace(np.swapaxes(relative[1:], -1, -2) @ relative[:-1], axis1=-2, axis2=-1)
    degrees = np.degrees(np.arccos(np.clip((turns - 1) / 2, -1, 1))).mean(axis=1)
    return bool(degrees[0] > max(_APART, 4 * degrees[1]))
