# SPDX-License-Identifier: GPL-3.0-or-later
"""Figures: their intervals, what is asked of them, and how they come out as JSON."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from training.evaluate.figures import (
    Asked,
    Figure,
    exact,
    over_clips,
    over_draws,
    over_seeds,
    ratio_over_clips,
    shares_over_seeds,
)
from training.evaluate.report import Row, report_json


def test_students_interval_over_three_seeds() -> None:
    value = over_seeds([1.0, 2.0, 3.0], 10)
    assert value.mean == 2.0
    assert value.high - value.mean == pytest.approx(4.303 / math.sqrt(3))
    assert value.mean - value.low == pytest.approx(value.high - value.mean)
    assert (value.runs, value.clips) == ((1.0, 2.0, 3.0), 10)


def test_the_interval_covers_the_truth_nineteen_times_of_twenty() -> None:
    dice = np.random.default_rng(0)
    found = [over_seeds(dice.normal(5, 2, 3).tolist(), 1) for _ in range(3000)]
    assert np.mean([value.low <= 5 <= value.high for value in found]) == pytest.approx(0.95, abs=0.015)


def test_one_seed_has_no_interval_and_none_is_an_error() -> None:
    assert over_seeds([0.5], 1).low == 0.5
    with pytest.raises(ValueError, match="one run"):
        over_seeds([], 0)


def test_shares_stay_shares() -> None:
    value = shares_over_seeds([0.9, 1.0, 1.0], 5)
    assert value.high == 1.0
    assert value.low < 0.9


def test_bootstraps_hold_the_mean_and_narrow_with_more_clips() -> None:
    dice = np.random.default_rng(1)
    few, many = over_clips(dice.normal(size=20)), over_clips(dice.normal(size=2000))
    assert few.low < few.mean < few.high
    assert many.high - many.low < 0.2 * (few.high - few.low)
    ratio = ratio_over_clips([2.0, 4.0], [1.0, 2.0])
    assert (ratio.mean, ratio.low, ratio.high) == (2.0, 2.0, 2.0)
    assert math.isnan(over_clips([]).mean)
    assert math.isnan(ratio_over_clips([1.0], [0.0]).mean)
    assert over_draws([1.0, 2.0, 3.0], 4).mean == 2.0


@pytest.mark.parametrize(
    ("asked", "mean", "met"),
    [
        (Asked(most=8.0), 7.9, True),
        (Asked(most=8.0), 8.1, False),
        (Asked(0.9, 1.1), 0.95, True),
        (Asked(0.9, 1.1), 1.2, False),
        (Asked(least=0.95, of="real"), 0.8, True),
        (Asked(least=0.95, of="real"), 0.7, False),
        (Asked(most=1.0), math.nan, None),
        (None, 1.0, None),
    ],
)
def test_what_is_asked(asked: Asked | None, mean: float, met: bool | None) -> None:
    assert Figure("a", "", exact(mean), {"real": exact(0.8)}, asked).met is met


def test_what_is_asked_in_words() -> None:
    assert Asked(0.75, 1.25, "real").words() == "at least 0.75 x real and at most 1.25 x real"
    with pytest.raises(KeyError):
        _ = Figure("a", "", exact(1.0), {}, Asked(most=1.0, of="floor")).met


def test_a_report_is_json_without_undefined_numbers() -> None:
    figure = Figure("share", "", over_seeds([0.5, 0.7], 9), {"real": exact(math.nan)}, Asked(least=0.5), "nine prompts")
    row = Row("made_up", "Made up", [figure], {"deep": [{"nan": math.nan, "one": 1.23456789}]}, seconds=1.23)
    text = json.dumps(report_json([row], {"seeds": 2}), allow_nan=False)
    report = json.loads(text)
    assert set(report) == {"about", "rows"}
    (line,) = report["rows"]["made_up"]["figures"]
    assert set(line) == {"name", "unit", "on", "value", "beside", "asked", "met"}
    assert set(line["value"]) == {"mean", "ci95", "clips", "runs"}
    assert line["value"]["mean"] == 0.6
    assert line["met"] is True
    assert line["beside"]["real"]["mean"] is None
    assert report["rows"]["made_up"]["details"] == {"deep": [{"nan": None, "one": 1.2346}]}
