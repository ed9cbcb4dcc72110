# SPDX-License-Identifier: GPL-3.0-or-later
"""Curves over time, against plain definitions and known answers."""

from __future__ import annotations

import numpy as np
import pytest

from server.captioning.segments import cuts_of
from server.captioning.signals import (
    extent,
    lasting,
    level,
    mean_speed,
    noise_of,
    polished,
    rate,
    runs,
    smoothed,
    spread,
    turning_points,
)

TIME = np.arange(240) / 30


def test_polishing_keeps_parabolas_and_three_hertz_and_halves_noise() -> None:
    parabola = 3 * TIME**2 - TIME
    assert polished(parabola)[10:-10] == pytest.approx(parabola[10:-10])
    wave = np.sin(2 * np.pi * 3 * TIME)
    assert np.ptp(polished(wave)) > 1.2
    noise = np.random.default_rng(0).normal(size=5000)
    assert polished(noise).std() < 0.5


def test_lines_keep_their_slope_up_to_the_ends() -> None:
    line = 2.0 * TIME[:30]
    assert polished(line) == pytest.approx(line)
    assert smoothed(line, 9) == pytest.approx(line)
    assert rate(line, 30.0) == pytest.approx(np.full(30, 2.0))


@pytest.mark.parametrize("count", [1, 2, 3, 5])
def test_short_curves(count: int) -> None:
    values = np.ones((count, 3))
    assert polished(values) == pytest.approx(values)
    assert smoothed(values, 9) == pytest.approx(values)
    assert rate(values, 30.0) == pytest.approx(np.zeros((count, 3)))
    assert spread(values[:, 0]) == noise_of(values[:, 0]) == 0.0
    assert turning_points(values[:, 0], 0.1) == []


def test_levels_against_numpy() -> None:
    values = np.random.default_rng(1).normal(size=2001)
    for percent in (2, 5, 50, 95, 98):
        assert level(values, percent) == pytest.approx(np.percentile(values, percent), abs=0.01)
    assert spread(values) == pytest.approx(np.subtract(*np.percentile(values, [95, 5])), abs=0.02)


def test_everything_is_exact_under_a_change_of_sign() -> None:
    dice = np.random.default_rng(2)
    for count in (2, 7, 50, 51, 333):
        values = np.cumsum(dice.normal(size=count))
        for apply in (polished, lambda x: smoothed(x, 15), lambda x: rate(x, 30.0)):
            assert np.array_equal(apply(-values), -apply(values))
        for percent in (2, 5, 30, 95):
            assert level(-values, 100 - percent) == -level(values, percent)
        assert spread(-values) == spread(values)
        assert turning_points(-values, 1.0) == turning_points(values, 1.0)
        assert extent(-polished(values), -values) == extent(polished(values), values)


def walked(values: np.ndarray, least: float) -> list[int]:
    """Turning points as they are defined, one frame after the other."""
    low = high = best = direction = 0
    found = []
    for at in range(len(values)):
        if direction == 0:
            low = at if values[at] < values[low] else low
            high = at if values[at] > values[high] else high
            if values[high] - values[low] > least:
                direction, best = (1, high) if high > low else (-1, low)
        elif direction * (values[at] - values[best]) >= 0:
            best = at
        elif abs(values[at] - values[best]) > least:
            found.append(best)
            direction, best = -direction, at
    return found


@pytest.mark.parametrize("least", [0.1, 1.0, 4.0])
def test_turning_points_against_a_walk_through_all_frames(least: float) -> None:
    dice = np.random.default_rng(3)
    for _ in range(20):
        values = np.cumsum(dice.normal(size=300))
        assert turning_points(values, least) == walked(values, least)


def test_turning_points_of_a_wave() -> None:
    wave = np.sin(2 * np.pi * TIME)  # eight cycles
    assert len(turning_points(wave, 0.5)) == 16
    assert turning_points(wave * 0.1, 0.5) == []


def test_the_noise_in_a_curve_is_told_from_its_movement() -> None:
    dice = np.random.default_rng(4)
    wave = np.sin(2 * np.pi * 1.5 * TIME)
    assert noise_of(wave) < 0.03
    assert noise_of(wave + dice.normal(size=240) * 0.2) == pytest.approx(0.2, rel=0.25)
    still = dice.normal(size=2400) * 0.02
    assert extent(polished(still), still) < 0.4 * spread(polished(still))
    path = dice.normal(size=(2400, 3)) * 0.02
    assert mean_speed(polished(path), path, 30.0) < 0.4 * np.linalg.norm(rate(polished(path), 30.0), axis=1).mean()


def test_flags_with_hysteresis() -> None:
    values = np.array([0.5, 0.2, 0.9, 0.5, 1.2, 0.6, 0.5, 0.1, 0.5, 1.1, 0.5])
    assert lasting(values, 1.0, 0.4).tolist() == [False] * 4 + [True] * 3 + [False] * 2 + [True] * 2
    assert not lasting(np.full(4, 0.5), 1.0, 0.4).any()
    assert runs(lasting(values, 1.0, 0.4)) == [(4, 7), (9, 11)]


def test_cuts_lie_where_levels_change() -> None:
    dice = np.random.default_rng(5)
    levels = np.repeat([0.0, 4.0, 4.0, -3.0], [20, 15, 10, 30])[:, None] + dice.normal(size=(75, 1)) * 0.3
    flat = np.zeros((75, 2))
    assert cuts_of(levels, flat, flat, penalty=10.0, least=6, most=8) == [20, 45]
    assert cuts_of(flat, levels, flat, penalty=10.0, least=6, most=8) == [20, 45]
    assert len(cuts_of(levels, flat, flat, penalty=10.0, least=6, most=2)) == 1
    assert cuts_of(levels[:8], flat[:8], flat[:8], penalty=0.1, least=6, most=8) == []
