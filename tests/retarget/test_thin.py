# SPDX-License-Identifier: GPL-3.0-or-later
"""Key thinning: fewer keys, never further from the motion than was said."""

from __future__ import annotations

import numpy as np
import pytest
from smoogpt_ext.blender_smoogpt.actions.thin import kept_keys
from smoogpt_ext.server.motion.rotations import normalized, quat_from_axis_angle, quat_mul


def curves() -> np.ndarray:
    time = np.linspace(0.0, 4.0, 121)
    return np.stack((np.sin(time), np.cos(2 * time), 0.1 * time), axis=-1)


def between(values: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """Return what linear interpolation between the kept keys shows at every frame."""
    frames = np.arange(len(values))
    return np.stack([np.interp(frames, kept, values[kept, at]) for at in range(values.shape[1])], axis=-1)


@pytest.mark.parametrize("tolerance", [0.001, 0.01, 0.1])
@pytest.mark.parametrize("norm", [1, 2])
def test_no_frame_is_further_off_than_the_tolerance(tolerance: float, norm: int) -> None:
    values = curves()
    kept = kept_keys(values, tolerance, norm)
    assert {0, len(values) - 1} <= set(kept.tolist())
    assert len(kept) < len(values)
    assert np.linalg.norm(between(values, kept) - values, ord=norm, axis=-1).max() <= tolerance + 1e-12


def test_rotations_stay_within_the_angle() -> None:
    angle = np.linspace(0.0, 3.0, 100)
    turns = quat_mul(
        quat_from_axis_angle(np.array([0.0, 1.0, 0.0]), angle),
        quat_from_axis_angle(np.array([1.0, 0.0, 0.0]), np.sin(3 * angle)),
    )
    kept = kept_keys(turns, np.radians(1.0) / 2)
    shown = normalized(between(turns, kept))
    off = 2 * np.degrees(np.arccos(np.clip(np.abs(np.sum(shown * turns, axis=-1)), 0, 1)))
    assert len(kept) < 60
    assert off.max() <= 1.0


def test_zero_keys_every_frame_and_a_line_needs_two_keys() -> None:
    assert len(kept_keys(curves(), 0.0)) == 121
    assert kept_keys(np.linspace(0, 1, 50)[:, None], 1e-9).tolist() == [0, 49]
    assert kept_keys(np.zeros((1, 3)), 1.0).tolist() == [0]
