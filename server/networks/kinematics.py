# SPDX-License-Identifier: GPL-3.0-or-later
"""Forward kinematics on features, differentiable: what the tokenizer's losses on positions are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor

from ..motion.features import PART_SLICES
from ..motion.skeleton import FPS, JOINT_COUNT, JOINT_INDEX, OFFSETS, PARENTS, PART_JOINTS, PARTS
from .constants import constant

_ROOT: Final = PART_SLICES[PARTS.index("root")]


def matrices_from_sixd(d: Tensor) -> Tensor:
    """Return rotation matrices (..., 3, 3) of (..., 6) numbers by Gram-Schmidt (Zhou et al., arXiv 1812.07035)."""
    x = torch.nn.functional.normalize(d[..., :3], dim=-1)
    y = d[..., 3:6] - (x * d[..., 3:6]).sum(-1, keepdim=True) * x
    y = torch.nn.functional.normalize(y, dim=-1)
    return torch.stack((x, y, torch.cross(x, y, dim=-1)), dim=-1)


def _rotation_columns() -> tuple[int, ...]:
    """Return which of the 140 features are the six numbers of each joint, joint after joint."""
    first = dict.fromkeys(PART_JOINTS["root"], _ROOT.start + 4)
    for part, columns in zip(PARTS, PART_SLICES, strict=True):
        if part != "root":
            first |= {joint: columns.start + 6 * place for place, joint in enumerate(PART_JOINTS[part])}
    return tuple(first[joint] + number for joint in range(JOINT_COUNT) for number in range(6))


_ROTATION_COLUMNS: Final = _rotation_columns()


def joint_matrices(features: Tensor) -> Tensor:
    """Return local rotations (B, T, 22, 3, 3) of features (B, T, 140); the pelvis without its yaw."""
    sixd = features.index_select(-1, constant(_ROTATION_COLUMNS, features.device))
    return matrices_from_sixd(sixd.view(*sixd.shape[:-1], JOINT_COUNT, 6))


_ENDS: Final[tuple[tuple[str, tuple[float, float, float]], ...]] = (
    ("head", (0.0, 0.10, 0.0)),
    ("head", (0.0, 0.0, 0.15)),
    ("left_wrist", (0.12, 0.0, 0.0)),
    ("left_wrist", (0.0, 0.0, 0.08)),
    ("right_wrist", (-0.12, 0.0, 0.0)),
    ("right_wrist", (0.0, 0.0, 0.08)),
    ("left_foot", (0.0, 0.0, 0.08)),
    ("right_foot", (0.0, 0.0, 0.08)),
)
"""Points that head, hands and toes carry, in metres from their joint: crown, nose, finger tips, thumbs' sides, toe tips."""
LANDMARK_COUNT: Final = JOINT_COUNT + len(_ENDS)
_CARRIED_BY: Final = (*PARENTS, *(JOINT_INDEX[name] for name, _ in _ENDS))
_AWAY: Final = (*(tuple(row) for row in OFFSETS.tolist()), *(offset for _, offset in _ENDS))


@dataclass(frozen=True)
class _Level:
    """The points that are equally many joints away from the pelvis; those that turn, the joints, come first.

    Attributes:
        points: their numbers, joints up to 21, then the `_ENDS`.
        carriers: for each, the place of its parent among the joints of the level before.
        joints: how many of them turn.
        away: three numbers each, metres from the parent in the parent's axes.
    """

    points: tuple[int, ...]
    carriers: tuple[int, ...]
    joints: int
    away: tuple[float, ...]


def _levels() -> tuple[_Level, ...]:
    levels, before = [], [0]
    while before:
        points = [point for point in range(1, LANDMARK_COUNT) if _CARRIED_BY[point] in before]
        joints = [point for point in points if point < JOINT_COUNT]
        away = tuple(number for point in points for number in _AWAY[point])
        levels.append(_Level(tuple(points), tuple(before.index(_CARRIED_BY[p]) for p in points), len(joints), away))
        before = joints
    return tuple(level for level in levels if level.points)


_LEVELS: Final = _levels()
_ORDER: Final = (0, *(point for level in _LEVELS for point in level.points))
_PLACE_OF: Final = tuple(_ORDER.index(point) for point in range(LANDMARK_COUNT))


def heading_positions(features: Tensor) -> Tensor:
    """Return joint positions (B, T, 22, 3) in metres in the heading frame: pelvis over the origin, facing +Z."""
    return heading_landmarks(features)[:, :, :JOINT_COUNT]


def heading_landmarks(features: Tensor, local: Tensor | None = None) -> Tensor:
    """Return (B, T, 30, 3): the `heading_positions`, and points that show how head, hands and toes are turned.

    ``local`` are the `joint_matrices`, where they are known already.
    """
    local, device = joint_matrices(features) if local is None else local, features.device
    height = features[..., _ROOT.start + 3]
    zero = torch.zeros_like(height)
    place = torch.stack((zero, height, zero), dim=-1)[:, :, None]
    places, turned = [place], local[:, :, :1]
    for level in _LEVELS:  # a level at once: bodies have few levels and many joints
        carriers = constant(level.carriers, device)
        axes = turned.index_select(2, carriers)
        away = constant(level.away, device).to(features.dtype).view(-1, 3, 1)
        place = place.index_select(2, carriers) + (axes @ away)[..., 0]
        places.append(place)
        place = place[:, :, : level.joints]
        turned = axes[:, :, : level.joints] @ local.index_select(2, constant(level.points[: level.joints], device))
    return torch.cat(places, dim=2).index_select(2, constant(_PLACE_OF, device))


def ground_path(features: Tensor) -> tuple[Tensor, Tensor]:
    """Return heading (B, T) in radians and place on the ground (B, T, 2) as x, z in metres, from the first frame on."""
    root = features[..., _ROOT]
    start = torch.zeros_like(root[:, :1, 0])
    yaw = torch.cat((start, torch.cumsum(root[:, :-1, 0], dim=1) / FPS), dim=1)
    sine, cosine = torch.sin(yaw), torch.cos(yaw)
    x = cosine * root[..., 1] + sine * root[..., 2]
    z = -sine * root[..., 1] + cosine * root[..., 2]
    steps = torch.stack((x, z), dim=-1) / FPS
    return yaw, torch.cat((torch.zeros_like(steps[:, :1]), torch.cumsum(steps[:, :-1], dim=1)), dim=1)


def world_positions(features: Tensor, local: Tensor | None = None) -> Tensor:
    """Return joint positions (B, T, points, 3) in metres, the path on the ground included.

    ``local`` are the `heading_positions` or `heading_landmarks`, where they are known already.
    """
    local = heading_positions(features) if local is None else local
    yaw, place = ground_path(features)
    sine, cosine = torch.sin(yaw)[..., None], torch.cos(yaw)[..., None]
    x = cosine * local[..., 0] + sine * local[..., 2] + place[..., None, 0]
    z = -sine * local[..., 0] + cosine * local[..., 2] + place[..., None, 1]
    return torch.stack((x, local[..., 1], z), dim=-1)
