# SPDX-License-Identifier: GPL-3.0-or-later
"""Drawing: stick figures, PNG files, plots, sheets and the page."""

from __future__ import annotations

import struct
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from puppets import Puppet, walking

from training.drawing import below, beside, blank, draw_line, png
from training.evaluate.checks import Body
from training.evaluate.figures import Asked, Figure, exact, over_seeds
from training.evaluate.page import write_page
from training.evaluate.page.strips import TILE, WAY_WIDTH, figure, strip, way
from training.evaluate.report import Row, Sheet, Strip

Image = pytest.importorskip("PIL.Image")


def ink(picture: np.ndarray) -> np.ndarray:
    return np.abs(picture - picture[0, 0]).sum(axis=-1) > 0.2


def test_a_line_is_where_it_should_be() -> None:
    picture = blank(30, 20)
    draw_line(picture, (5, 10), (25, 10), (0.0, 0.0, 0.0), 2.0)
    rows, columns = np.nonzero(ink(picture))
    assert set(rows.tolist()) <= {9, 10, 11}
    assert columns.min() in (4, 5)
    assert columns.max() in (25, 26)
    untouched = blank(30, 20)
    draw_line(untouched, (-50, -50), (-40, -60), (0.0, 0.0, 0.0))
    assert np.array_equal(untouched, blank(30, 20))


def test_png_files_hold_the_picture() -> None:
    picture = np.random.default_rng(0).random((4, 6, 3))
    data = png(picture)
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", data[16:24]) == (6, 4)
    start = data.index(b"IDAT")
    size = struct.unpack(">I", data[start - 4 : start])[0]
    lines = np.frombuffer(zlib.decompress(data[start + 4 : start + 4 + size]), np.uint8).reshape(4, 19)
    assert np.array_equal(lines[:, 1:].reshape(4, 6, 3), np.round(picture * 255).astype(np.uint8))


def test_pictures_side_by_side_and_below() -> None:
    assert beside([blank(3, 5), blank(4, 5)]).shape == (5, 7, 3)
    assert below([blank(3, 5), blank(4, 2)]).shape == (7, 4, 3)


def test_a_raised_left_arm_is_drawn_blue_and_high() -> None:
    def blue_rows(puppet: Puppet) -> np.ndarray:
        picture = figure(Body(puppet.motion()), 0)
        return np.nonzero((picture[..., 2] - picture[..., 0] > 0.4).any(axis=1))[0]

    raised = blue_rows(Puppet(arms={"left": (0.0, 0.5, 0.0)}))
    hanging = blue_rows(Puppet())
    assert raised.min() < hanging.min() - 10
    assert raised.max() == hanging.max()


def test_the_way_of_a_walk_is_longer_than_that_of_a_stand() -> None:
    walked, stood = (np.count_nonzero(way(Body(p.motion()))[..., 0] < 0.5) for p in (walking(), Puppet()))
    assert walked > 3 * stood


def test_strips_have_all_frames() -> None:
    assert strip(walking().motion(), 4).shape == (TILE[1], 4 * TILE[0] + WAY_WIDTH, 3)


def test_a_page_with_everything(tmp_path: Path) -> None:
    figures = [
        Figure("share", "", over_seeds([0.4, 0.5, 0.6], 3), {"real": exact(0.9)}, Asked(least=0.85), "three <prompts>"),
        Figure("error", "mm", exact(float("nan")), asked=Asked(most=8.0)),
        Figure("below nought", "", exact(-0.3)),
    ]
    motion = walking().motion().sliced(0, 12)
    strips = [Strip("a walk & more", {"before": motion, "after": motion}, good) for good in (True, False, None)]
    row = Row("made_up", "A made up row", figures, {"why": 1}, [Sheet("walks", "Walks", strips)], 1.0)
    index = write_page([row], {"seeds": 3}, tmp_path / "page")
    text = index.read_text(encoding="utf-8")
    assert "three &lt;prompts&gt;" in text
    assert "0 of 2 figures with a target meet it" in text
    for name in ("made_up.png", "made_up_walks.png"):
        assert name in text
        with Image.open(index.parent / name) as image:
            assert image.size[0] > 400
            assert len(image.getcolors(1 << 16)) > 4
