# SPDX-License-Identifier: GPL-3.0-or-later
"""Distances of sets of embeddings, on sets whose distance is known."""

from __future__ import annotations

import numpy as np
import pytest

from training.evaluate.distances import (
    diversity,
    frechet,
    frechet_extrapolated,
    kernel_distance,
    matching_distance,
    r_precision,
    ranks,
)

DIMENSIONS = 4


def gaussian(count: int, mean: float = 0.0, scale: float = 1.0, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(mean, scale, (count, DIMENSIONS))


def test_frechet_distance_of_gaussians() -> None:
    # |m|^2 + the sum over dimensions of (s - t)^2 (Dowson and Landau, 1982)
    expected = DIMENSIONS * (0.5**2 + (2.0 - 1.0) ** 2)
    assert frechet(gaussian(40_000), gaussian(40_000, 0.5, 2.0, 1)) == pytest.approx(expected, rel=0.05)
    same = gaussian(500)
    assert frechet(same, same) == pytest.approx(0.0, abs=1e-6)


def test_frechet_distance_shrinks_with_the_sets_and_extrapolation_takes_that_off() -> None:
    small = [frechet(gaussian(24, seed=2 * s), gaussian(24, seed=2 * s + 1)) for s in range(20)]
    large = [frechet(gaussian(400, seed=2 * s), gaussian(400, seed=2 * s + 1)) for s in range(5)]
    assert np.mean(small) > 5 * np.mean(large)
    found = [frechet_extrapolated(gaussian(200, seed=2 * s), gaussian(200, seed=2 * s + 1)) for s in range(10)]
    plain = [frechet(gaussian(200, seed=2 * s), gaussian(200, seed=2 * s + 1)) for s in range(10)]
    assert abs(np.mean(found)) < 0.5 * np.mean(plain)


def test_kernel_distance_is_unbiased_and_sees_a_shift() -> None:
    same = [kernel_distance(gaussian(30, seed=2 * s), gaussian(30, seed=2 * s + 1)) for s in range(60)]
    shifted = [kernel_distance(gaussian(30, seed=2 * s), gaussian(30, 1.0, seed=2 * s + 1)) for s in range(60)]
    assert abs(np.mean(same)) < 3 * np.std(same) / np.sqrt(len(same))
    assert np.mean(shifted) > 10 * abs(np.mean(same))


@pytest.mark.parametrize("distance", [frechet, kernel_distance])
def test_one_embedding_is_no_set(distance: object) -> None:
    with pytest.raises(ValueError, match="two embeddings"):
        distance(gaussian(1), gaussian(5))


def test_r_precision_counts_what_is_nearer() -> None:
    texts = np.array([[0.0], [1.0], [2.0], [3.0]])
    motions = np.array([[0.1], [1.9], [2.1], [0.2]])
    # the second motion is nearer to the third text than to its own; the fourth is nearest to the first, second and third
    assert ranks(texts, motions).tolist() == [0, 1, 0, 3]
    assert r_precision(texts, motions).tolist() == [0.5, 0.75, 0.75]
    assert matching_distance(texts, motions) == pytest.approx((0.1 + 0.9 + 0.1 + 2.8) / 4)


def test_equal_texts_gain_nothing() -> None:
    assert r_precision(np.zeros((32, 3)), gaussian(32)[:, :3])[2] == 0.0


def test_r_precision_by_chance() -> None:
    dice = np.random.default_rng(0)
    hits = [r_precision(dice.normal(size=(32, 8)), dice.normal(size=(32, 8))) for _ in range(200)]
    assert np.mean(hits, axis=0) == pytest.approx([1 / 32, 2 / 32, 3 / 32], abs=0.01)


def test_diversity_is_the_mean_over_pairs() -> None:
    assert diversity(np.array([[0.0], [1.0], [3.0]])) == pytest.approx((1 + 3 + 2) / 3)
    assert np.isnan(diversity(np.zeros((1, 2))))
