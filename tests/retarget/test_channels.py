# SPDX-License-Identifier: GPL-3.0-or-later
"""Rotation channels in every rotation mode: the same rotation comes back, and nothing jumps."""

from __future__ import annotations

import numpy as np
import pytest
from smoogpt_ext.blender_smoogpt.actions.channels import from_channels, rotation_property, to_channels
from smoogpt_ext.server.motion.rotations import quat_from_axis_angle, quat_mul

MODES = ["QUATERNION", "AXIS_ANGLE", "XYZ", "XZY", "YXZ", "YZX", "ZXY", "ZYX"]


def spin() -> np.ndarray:
    """Two turns about a slowly tilting axis: through half turns, gimbal neighbourhoods and sign changes."""
    angle = np.linspace(0.3, 4.0 * np.pi, 400)
    tilt = quat_from_axis_angle(np.array([1.0, 0.0, 0.0]), 0.4 * np.sin(angle / 3.0))
    turns = quat_mul(tilt, quat_from_axis_angle(np.array([0.0, 0.6, 0.8]), angle))
    turns[::7] *= -1.0
    return turns


@pytest.mark.parametrize("mode", MODES)
def test_rotations_come_back(mode: str) -> None:
    turns = spin()
    back = from_channels(to_channels(turns, mode), mode)
    assert np.abs(np.sum(back * turns, axis=-1)).min() > 1 - 1e-9


@pytest.mark.parametrize("mode", MODES)
def test_channels_do_not_jump(mode: str) -> None:
    values = to_channels(spin(), mode)
    assert np.abs(np.diff(values, axis=0)).max() < 0.8


def test_euler_channels_are_what_blender_means() -> None:
    """XYZ in Blender turns about X first, then Y, then Z."""
    x, y, z = (quat_from_axis_angle(axis, angle) for axis, angle in zip(np.eye(3), (0.3, 0.5, 0.7), strict=True))
    values = to_channels(quat_mul(z, quat_mul(y, x))[None], "XYZ")
    assert np.allclose(values, [[0.3, 0.5, 0.7]])


def test_a_bone_at_rest_has_no_undefined_axis() -> None:
    values = to_channels(np.array([[1.0, 0.0, 0.0, 0.0]] * 3), "AXIS_ANGLE")
    assert np.allclose(values, [[0.0, 0.0, 1.0, 0.0]] * 3)


def test_every_mode_has_its_property() -> None:
    assert [rotation_property(mode) for mode in ("QUATERNION", "AXIS_ANGLE", "ZXY")] == [
        "rotation_quaternion",
        "rotation_axis_angle",
        "rotation_euler",
    ]
