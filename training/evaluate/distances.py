# SPDX-License-Identifier: GPL-3.0-or-later
"""Distances between sets of embeddings: Frechet, kernel, retrieval and spread. Numpy only."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating]

POOL: Final = 32
_TOP: Final = 3


def frechet(a: Floats, b: Floats) -> float:
    """Return the Frechet distance of embeddings (N, D) and (M, D), both taken as Gaussian (Heusel et al., 2017).

    It grows as the sets get smaller, so only distances between sets of the same sizes may be compared.

    Raises:
        ValueError: for fewer than two rows.
    """
    if min(len(a), len(b)) < 2:
        raise ValueError("a Frechet distance needs at least two embeddings on each side")
    x, y = a.astype(np.float64), b.astype(np.float64)
    mean = x.mean(0) - y.mean(0)
    first, second = np.atleast_2d(np.cov(x, rowvar=False)), np.atleast_2d(np.cov(y, rowvar=False))
    # the trace of the root of a product of covariances: its eigenvalues are real and not negative but for rounding
    root = np.sqrt(np.maximum(np.linalg.eigvals(first @ second).real, 0)).sum()
    return float(mean @ mean + np.trace(first) + np.trace(second) - 2 * root)


def frechet_extrapolated(a: Floats, b: Floats, seed: int = 0, sizes: int = 8) -> float:
    """Return the Frechet distance that sets without end would have (Chong and Forsyth, CVPR 2020).

    The distance of random subsets is nearly linear in one over their size; the line is followed to zero.
    """
    dice = np.random.default_rng(seed)
    most = min(len(a), len(b))
    counts = np.unique(np.linspace(max(2, most // 3), most, sizes).astype(int))
    found = [
        np.mean([frechet(a[dice.permutation(len(a))[:n]], b[dice.permutation(len(b))[:n]]) for _ in range(4)])
        for n in counts
    ]
    if len(counts) < 2:
        return float(found[0])
    return float(np.polyfit(1.0 / counts, found, 1)[1])


def kernel_distance(a: Floats, b: Floats) -> float:
    """Return the unbiased squared maximum mean discrepancy with a cubic kernel (Binkowski et al., ICLR 2018).

    Its expectation is 0 for sets of one distribution at any size, so it may come out slightly negative.

    Raises:
        ValueError: for fewer than two rows.
    """
    if min(len(a), len(b)) < 2:
        raise ValueError("a kernel distance needs at least two embeddings on each side")
    x, y = a.astype(np.float64), b.astype(np.float64)

    def kernel(p: Floats, q: Floats) -> Floats:
        return np.asarray((p @ q.T / p.shape[1] + 1.0) ** 3)

    xx, yy, xy = kernel(x, x), kernel(y, y), kernel(x, y)
    n, m = len(x), len(y)
    same = (xx.sum() - np.trace(xx)) / (n * (n - 1)) + (yy.sum() - np.trace(yy)) / (m * (m - 1))
    return float(same - 2 * xy.mean())


def ranks(texts: Floats, motions: Floats) -> npt.NDArray[np.int64]:
    """Return, for every motion (N, D), how many texts (N, D) are nearer to it than its own; 0 is best.

    A text exactly as near as the right one counts against it, so that equal texts gain nothing.
    """
    apart = np.linalg.norm(motions[:, None].astype(np.float64) - texts[None], axis=-1)
    own = np.diag(apart)[:, None]
    return np.asarray((apart <= own + 1e-12).sum(axis=1) - 1, dtype=np.int64)


def r_precision(texts: Floats, motions: Floats) -> npt.NDArray[np.float64]:
    """Return the share (3,) of motions whose own text is among the nearest 1, 2, 3 of the pool (Guo et al., CVPR 2022)."""
    found = ranks(texts, motions)
    return np.array([(found < top).mean() for top in range(1, _TOP + 1)])


def matching_distance(texts: Floats, motions: Floats) -> float:
    """Return the mean distance of motions (N, D) to their own texts (N, D)."""
    return float(np.linalg.norm(texts - motions, axis=-1).mean())


def diversity(values: Floats) -> float:
    """Return the mean distance over all pairs of embeddings (N, D); undefined for fewer than two."""
    if len(values) < 2:
        return float("nan")
    apart = np.linalg.norm(values[:, None].astype(np.float64) - values[None], axis=-1)
    return float(apart.sum() / (len(values) * (len(values) - 1)))
