# SPDX-License-Identifier: GPL-3.0-or-later
"""What a figure is: a value with its interval, what stands beside it, and what is asked of it; and how that is JSON.

Generated clips are made with several seeds, so a generated figure has one number a seed, and its interval is Student's over
these. Real clips are what they are, so a real figure's interval is a bootstrap over its clips (Efron, 1979).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Json = dict[str, Any]

# two-sided 95 % quantiles of Student's t by degrees of freedom; beyond ten the normal distribution is near enough
_T: Final = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228)
_NORMAL: Final = 1.96
_RESAMPLES: Final = 1000


@dataclass(frozen=True)
class Value:
    """One measured number.

    Attributes:
        mean: the number.
        low, high: its 95 % interval; both the mean where there is nothing to take one from.
        runs: the number of each seed; empty for what has no seeds.
        clips: how many clips (or prompts, or pairs) it was measured on.
    """

    mean: float
    low: float
    high: float
    runs: tuple[float, ...] = ()
    clips: int = 0

    def json(self) -> Json:
        """Return plain values; what is undefined becomes null, which JSON can say."""
        row: Json = {"mean": _number(self.mean), "ci95": [_number(self.low), _number(self.high)], "clips": self.clips}
        return row | ({"runs": [_number(run) for run in self.runs]} if self.runs else {})


def _number(value: float) -> float | None:
    return float(f"{value:.5g}") if math.isfinite(value) else None


def over_seeds(runs: Sequence[float], clips: int) -> Value:
    """Return the mean of one number a seed with Student's 95 % interval.

    Raises:
        ValueError: without any run.
    """
    if not runs:
        raise ValueError("a figure needs at least one run")
    values = np.asarray(runs, dtype=np.float64)
    mean = float(values.mean())
    if len(values) == 1:
        return Value(mean, mean, mean, (mean,), clips)
    quantile = _T[len(values) - 2] if len(values) - 2 < len(_T) else _NORMAL
    half = quantile * float(values.std(ddof=1)) / math.sqrt(len(values))
    return Value(mean, mean - half, mean + half, tuple(values.tolist()), clips)


def shares_over_seeds(runs: Sequence[float], clips: int) -> Value:
    """Return the mean of one share a seed; its interval stays within 0 and 1, as a share does."""
    value = over_seeds(runs, clips)
    return replace(value, low=max(0.0, value.low), high=min(1.0, value.high))


def over_clips(values: npt.ArrayLike, seed: int = 0) -> Value:
    """Return the mean over clips (N,) with a percentile bootstrap; undefined for none."""
    given = np.asarray(values, dtype=np.float64)
    if len(given) == 0:
        return Value(math.nan, math.nan, math.nan)
    picks = np.random.default_rng(seed).integers(0, len(given), (_RESAMPLES, len(given)))
    low, high = np.percentile(given[picks].mean(axis=1), [2.5, 97.5])
    return Value(float(given.mean()), float(low), float(high), clips=len(given))


def ratio_over_clips(above: npt.ArrayLike, below: npt.ArrayLike, seed: int = 0) -> Value:
    """Return the ratio of the means of (N,) over (N,) with a bootstrap over the clips."""
    top, bottom = np.asarray(above, dtype=np.float64), np.asarray(below, dtype=np.float64)
    if len(top) == 0 or bottom.sum() == 0:
        return Value(math.nan, math.nan, math.nan, clips=len(top))
    picks = np.random.default_rng(seed).integers(0, len(top), (_RESAMPLES, len(top)))
    ratios = top[picks].mean(axis=1) / np.maximum(bottom[picks].mean(axis=1), 1e-12)
    low, high = np.percentile(ratios, [2.5, 97.5])
    return Value(float(top.mean() / bottom.mean()), float(low), float(high), clips=len(top))


def over_draws(values: npt.ArrayLike, clips: int) -> Value:
    """Return the mean of repeated random draws (N,) with the range that 95 % of them lie in."""
    given = np.asarray(values, dtype=np.float64)
    low, high = np.percentile(given, [2.5, 97.5])
    return Value(float(given.mean()), float(low), float(high), clips=clips)


def exact(value: float, clips: int = 0) -> Value:
    """Return a number that has no interval."""
    return Value(value, value, value, clips=clips)


@dataclass(frozen=True)
class Asked:
    """What a figure should be, as the project's issues ask it.

    Attributes:
        least, most: bounds, either may be absent.
        of: name of a value beside the figure that the bounds are multiples of; empty for plain bounds.
    """

    least: float | None = None
    most: float | None = None
    of: str = ""

    def bounds(self, beside: Mapping[str, Value]) -> tuple[float, float]:
        """Return the lowest and highest number allowed.

        Raises:
            KeyError: when the value that they are multiples of does not stand beside the figure.
        """
        times = beside[self.of].mean if self.of else 1.0
        low = -math.inf if self.least is None else self.least * times
        return low, math.inf if self.most is None else self.most * times

    def words(self) -> str:
        """Return it in words."""
        tail = f" x {self.of}" if self.of else ""
        said = [f"at least {self.least:g}{tail}"] if self.least is not None else []
        return " and ".join(said + ([f"at most {self.most:g}{tail}"] if self.most is not None else []))


@dataclass(frozen=True)
class Figure:
    """One line of the report.

    Attributes:
        name: unique within its row.
        unit: of all its values; empty for shares and other plain numbers.
        value: what was measured.
        beside: other values to read it by: ``real``, ``decoded`` (real clips encoded and decoded), ``floor``, ``plain`` ...
        asked: what it should be, where that was said.
        on: what it was measured on.
    """

    name: str
    unit: str
    value: Value
    beside: Mapping[str, Value] = field(default_factory=dict)
    asked: Asked | None = None
    on: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the mean is as asked; None where nothing was asked or nothing could be measured."""
        if self.asked is None or not math.isfinite(self.value.mean):
            return None
        low, high = self.asked.bounds(self.beside)
        return low <= self.value.mean <= high

    def json(self) -> Json:
        """Return plain values."""
        row: Json = {"name": self.name, "unit": self.unit, "on": self.on, "value": self.value.json()}
        row["beside"] = {name: value.json() for name, value in self.beside.items()}
        if self.asked is not None:
            row |= {"asked": self.asked.words(), "met": self.met}
        return row


def share(found: Sequence[bool] | npt.NDArray[np.bool_]) -> float:
    """Return the share that is true; undefined for none."""
    return float(np.mean(found)) if len(found) else math.nan
