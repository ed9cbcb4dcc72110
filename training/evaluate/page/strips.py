# SPDX-License-Identifier: GPL-3.0-or-later
"""A motion as a row of stick figures and the way it went, seen from above. Left limbs are blue, right ones are red."""

from __future__ import annotations

from typing import Final

import numpy as np

from server.motion.motion import Motion
from server.motion.skeleton import JOINT_INDEX, JOINTS, PARENTS
from training.drawing import Colour, Picture, beside, blank, draw_line

from ..checks.body import Body

TILE: Final = (84, 128)
FRAMES: Final = 10
WAY_WIDTH: Final = 104

_METRES: Final = 2.15  # seen from bottom to top
_VIEW: Final = np.radians(52.0)
_GROUND: Final = 0.07  # of the height
_LEFT: Colour = (0.13, 0.35, 0.80)
_RIGHT: Colour = (0.83, 0.25, 0.16)
_MIDDLE: Colour = (0.25, 0.25, 0.28)
_FAINT: Colour = (0.82, 0.82, 0.82)


def _colour(joint: str) -> Colour:
    if joint.startswith("left_"):
        return _LEFT
    return _RIGHT if joint.startswith("right_") else _MIDDLE


_BONES: Final = [(JOINTS[parent], joint) for joint, parent in zip(JOINTS, PARENTS, strict=True) if parent >= 0]


def figure(body: Body, frame: int) -> Picture:
    """Draw one frame, seen from ahead of where the body looked at first and from its left, so that bending shows."""
    width, height = TILE
    picture = blank(width, height)
    points = body.world[frame]
    floor = float(body.world[:, [JOINT_INDEX["left_foot"], JOINT_INDEX["right_foot"]], 1].min())
    across = np.array([np.cos(_VIEW), 0.0, -np.sin(_VIEW)])
    scale = height / _METRES

    def flat(point: np.ndarray) -> tuple[float, float]:
        away = point - np.array([points[0, 0], floor, points[0, 2]])
        return width / 2 + float(away @ across) * scale, height * (1 - _GROUND) - float(away[1]) * scale

    draw_line(picture, (0, height * (1 - _GROUND)), (width, height * (1 - _GROUND)), _FAINT, 1.0)
    # the far side first, so that the near one lies over it
    depth = np.array([np.sin(_VIEW), 0.0, np.cos(_VIEW)])
    order = sorted(_BONES, key=lambda bone: float(points[JOINT_INDEX[bone[1]]] @ depth))
    for parent, joint in order:
        draw_line(picture, flat(points[JOINT_INDEX[parent]]), flat(points[JOINT_INDEX[joint]]), _colour(joint))
    head, nose = points[JOINT_INDEX["head"]], points[len(JOINTS)]
    crown = head + (head - points[JOINT_INDEX["neck"]]) * 1.2
    draw_line(picture, flat(head), flat(crown), _MIDDLE, 8.0)
    draw_line(picture, flat(head + (crown - head) * 0.5), flat(nose), _MIDDLE, 2.0)
    return picture


def way(body: Body) -> Picture:
    """Draw the path over the ground from above: up is where the body looked at first, one grid line a metre."""
    width, height = WAY_WIDTH, TILE[1]
    picture = blank(width, height, (0.93, 0.94, 0.95))
    path = body.world[:, 0][:, [0, 2]] - body.world[0, 0, [0, 2]]
    middle = (path.min(axis=0) + path.max(axis=0)) / 2
    scale = min(width, height) * 0.85 / max(float(np.ptp(path, axis=0).max()), 2.0)

    def flat(place: np.ndarray) -> tuple[float, float]:
        away = (place - middle) * scale
        return width / 2 + float(-away[0]), height / 2 - float(away[1])

    for metre in range(-12, 13):
        for start, end in (((metre, -12), (metre, 12)), ((-12, metre), (12, metre))):
            draw_line(picture, flat(np.array(start)), flat(np.array(end)), (0.86, 0.87, 0.88), 0.6)
    for at in range(1, len(path), 2):
        draw_line(picture, flat(path[max(0, at - 2)]), flat(path[at]), _MIDDLE, 2.0)
    for at, colour in ((0, (0.2, 0.6, 0.25)), (len(path) - 1, (0.1, 0.1, 0.1))):
        ahead = np.array([np.sin(body.yaw[at]), np.cos(body.yaw[at])]) * 10 / scale
        draw_line(picture, flat(path[at]), flat(path[at] + ahead), colour, 3.0)
    return picture


def strip(motion: Motion, frames: int = FRAMES) -> Picture:
    """Draw a motion: frames at even times, and the way it went."""
    body = Body(motion)
    chosen = np.linspace(0, motion.frames - 1, frames).round().astype(int)
    return beside([*(figure(body, int(frame)) for frame in chosen), way(body)])
