# SPDX-License-Identifier: GPL-3.0-or-later
"""The sentence encoder: what means the same is near, what is only worded alike is not; a missing one says what to do."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import torch

from server.encoder import WIDTH, SentenceEncoder
from server.errors import SmooError
from server.home import encoder_folder


@pytest.fixture(scope="module")
def encoder() -> SentenceEncoder:
    return SentenceEncoder.load()


def test_vectors_have_length_one_and_do_not_depend_on_their_neighbours(encoder: SentenceEncoder) -> None:
    texts = ["walks", "a very old man drags himself along the road in the rain", ""]
    vectors = encoder.vectors(texts)
    assert vectors.shape == (3, WIDTH)
    torch.testing.assert_close(vectors.norm(dim=1), torch.ones(3))
    for text, vector in zip(texts, vectors, strict=True):
        torch.testing.assert_close(encoder.vectors([text])[0], vector, atol=1e-4, rtol=1e-3)


@pytest.mark.parametrize(
    ("text", "same", "other"),
    [
        ("like a drunkard", "as if he had too much beer", "like a drummer"),
        ("exhausted", "so weary that every step is hard", "excited"),
        ("jogs", "runs at an easy pace", "logs"),
    ],
)
def test_what_means_the_same_is_nearer_than_what_is_worded_alike(
    encoder: SentenceEncoder, text: str, same: str, other: str
) -> None:
    vectors = encoder.vectors([text, same, other])
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2]


def test_a_missing_or_damaged_one_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SmooError, match=r"Run 'python install\.py'") as caught:
        SentenceEncoder.load(tmp_path / "nothing")
    assert caught.value.code == "model_missing"
    damaged = tmp_path / "damaged"
    shutil.copytree(encoder_folder(), damaged)
    weights = damaged / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    with pytest.raises(SmooError, match=r"Run 'python install\.py'"):
        SentenceEncoder.load(damaged)
