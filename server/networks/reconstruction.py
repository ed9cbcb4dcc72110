# SPDX-License-Identifier: GPL-3.0-or-later
"""How far features are from those they stand for: the tokenizer's loss, in training and when tokens are refined."""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor
from torch.nn.functional import l1_loss, smooth_l1_loss

from ..motion.features import PART_SLICES
from ..motion.skeleton import FOOT_JOINTS, FPS, JOINT_COUNT, JOINT_INDEX, PARTS
from .constants import constant
from .kinematics import LANDMARK_COUNT, ground_path, heading_landmarks, joint_matrices, world_positions

_HANDS: Final = (JOINT_INDEX["left_wrist"], JOINT_INDEX["right_wrist"])
_STILL: Final = 5.0  # m/s^3; below, what jerks is hardly seen
_TURNED: Final = 4.0  # how much rotations count: turns about a bone's own axis move no joint
_LEGS: Final = tuple(PART_SLICES[PARTS.index(part)].stop for part in ("left_leg", "right_leg"))
_PLANTED: Final = tuple(stop - back for stop in _LEGS for back in (2, 1))
_COUNTED_TWICE: Final = {*FOOT_JOINTS, *_HANDS, *range(JOINT_COUNT, LANDMARK_COUNT)}
_WEIGHTS: Final = tuple(2.0 if point in _COUNTED_TWICE else 1.0 for point in range(LANDMARK_COUNT))
"""How much each of the `heading_landmarks` counts."""


def reconstruction_loss(
    made: Tensor,
    values: Tensor,
    mean: Tensor,
    scale: Tensor,
    slide_weight: float,
    jerk_weights: tuple[float, float] = (0.1, 0.1),
) -> tuple[Tensor, Tensor]:
    """Return the loss, and the mean joint position error in metres (heading frame).

    Args:
        made: features (B, T, 140) as they came out.
        values: features as they should be.
        mean: (140,) that is taken off before features are compared.
        scale: (140,) that they are divided by.
        slide_weight: how much it counts that planted feet move as they did.
        jerk_weights: how much it counts that points jerk less, and that they jerk more, than they did.
    """
    a, b = (made - mean) / scale, (values - mean) / scale
    turns_a, turns_b = joint_matrices(made), joint_matrices(values)
    place_a, place_b = heading_landmarks(made, turns_a), heading_landmarks(values, turns_b)
    world_a, world_b = world_positions(made, place_a), world_positions(values, place_b)
    error = (place_a - place_b)[:, :, :JOINT_COUNT].norm(dim=-1).mean()
    speed_a, speed_b = world_a.diff(dim=1) * FPS, world_b.diff(dim=1) * FPS
    planted = values[:, 1:].index_select(-1, constant(_PLANTED, values.device))
    feet = constant(FOOT_JOINTS, values.device)
    slide = ((speed_a.index_select(2, feet) - speed_b.index_select(2, feet)).abs().sum(-1) * planted).mean()
    (yaw_a, path_a), (yaw_b, path_b) = ground_path(made), ground_path(values)
    loss = (
        smooth_l1_loss(a, b)
        + 0.5 * l1_loss(a.diff(dim=1), b.diff(dim=1))
        + 10.0 * ((place_a - place_b).abs().mean(dim=(0, 1, 3)) * constant(_WEIGHTS, values.device)).mean()
        + _TURNED * l1_loss(turns_a, turns_b)
        + 0.2 * l1_loss(speed_a, speed_b)
        + slide_weight * slide
        + l1_loss(yaw_a, yaw_b)
        + l1_loss(path_a, path_b)
        + _weighed(_jerking(speed_a) - _jerking(speed_b), *jerk_weights)
    )
    return loss, error


def _weighed(difference: Tensor, less: float, more: float) -> Tensor:
    """Return the mean size of differences, those below 0 and those above weighed on their own."""
    return (less * (-difference).relu() + more * difference.relu()).mean()


def _jerking(speed: Tensor) -> Tensor:
    """Return (B, points) the logarithm of how much points jerk in a window (B, T, points, 3) of velocities in m/s."""
    jerk = speed.diff(n=2, dim=1).mul(FPS**2).norm(dim=-1).mean(dim=1)
    return torch.log(jerk + _STILL)
