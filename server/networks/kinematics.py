# SPDX-License-Identifier: GPL-3.0-or-later
"""Forward kinematics on features, differentiable: what the tokenizer's losses on positions are made of."""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor

from ..motion.features import PART_SLICES
from ..motion.skeleton import FPS, JOINT_COUNT, JOINT_INDEX, OFFSETS, PARENTS, PART_JOINTS, PARTS


def matrices_from_sixd(d: Tensor) -> Tensor:
    """Return rotation matrices (..., 3, 3) of (..., 6) numbers by Gram-Schmidt (Zhou et al., arXiv 1812.07035)."""
    x = torch.nn.functional.normalize(d[..., :3], dim=-1)
    y = d[..., 3:6] - (x * d[..., 3:6]).sum(-1, keepdim=True) * x
    y = torch.nn.functional.normalize(y, dim=-1)
    return torch.stack((x, y, torch.cross(x, y, dim=-1)), dim=-1)


def joint_matrices(features: Tensor) -> Tensor:
    """Return local rotations (B, T, 22, 3, 3) of features (B, T, 140); the pelvis without its yaw."""
    batch, frames = features.shape[:2]
    sixd = features.new_zeros(batch, frames, JOINT_COUNT, 6)
    for part, columns in zip(PARTS, PART_SLICES, strict=True):
        if part == "root":
            sixd[:, :, 0] = features[..., columns.start + 4 : columns.stop]
        else:
            joints = PART_JOINTS[part]
            values = features[..., columns.start : columns.start + 6 * len(joints)]
            sixd[:, :, list(joints)] = values.reshape(batch, frames, len(joints), 6)
    return matrices_from_sixd(sixd)


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


def heading_positions(features: Tensor) -> Tensor:
    """Return joint positions (B, T, 22, 3) in metres in the heading frame: pelvis over the origin, facing +Z."""
    return heading_landmarks(features)[:, :, :JOINT_COUNT]


def heading_landmarks(features: Tensor) -> Tensor:
    """Return (B, T, 30, 3): the `heading_positions`, and points that show how head, hands and toes are turned."""
    local = joint_matrices(features)
    offsets = torch.as_tensor(OFFSETS, dtype=features.dtype, device=features.device)
    height = features[..., PART_SLICES[PARTS.index("root")].start + 3]
    zero = torch.zeros_like(height)
    positions: list[Tensor] = [torch.stack((zero, height, zero), dim=-1)]
    world: list[Tensor] = [local[:, :, 0]]
    for joint in range(1, JOINT_COUNT):
        parent = PARENTS[joint]
        positions.append(positions[parent] + world[parent] @ offsets[joint])
        world.append(world[parent] @ local[:, :, joint])
    for name, offset in _ENDS:
        joint = JOINT_INDEX[name]
        positions.append(
            positions[joint] + world[joint] @ torch.tensor(offset, dtype=features.dtype, device=features.device)
        )
    return torch.stack(positions, dim=2)


def ground_path(features: Tensor) -> tuple[Tensor, Tensor]:
    """Return heading (B, T) in radians and place on the ground (B, T, 2) as x, z in metres, from the first frame on."""
    root = features[..., PART_SLICES[PARTS.index("root")]]
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
