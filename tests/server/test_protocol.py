# SPDX-License-Identifier: GPL-3.0-or-later
"""The messages: there and back, and every kind of bad request with what to do."""

from __future__ import annotations

import json
import pickle

import numpy as np
import pytest

from server import protocol
from server.codec import floats_to_json, motion_from_json, motion_to_json, tokens_from_json, tokens_to_json
from server.errors import SmooError
from server.motion.motion import Motion


def motion() -> Motion:
    turns = np.zeros((5, 22, 4))
    turns[..., 0] = 1
    return Motion(np.arange(15).reshape(5, 3), turns)


def test_lines_are_one_line_of_utf8() -> None:
    message = protocol.request(3, "describe", {"content": "läuft\nim Kreis 🐒"})
    line = protocol.to_line(message)
    assert line.count(b"\n") == 1
    assert protocol.from_line(line) == message


@pytest.mark.parametrize("line", [b"no json", b"[1, 2]", b"7", b"\xff\xfe"])
def test_bad_lines(line: bytes) -> None:
    with pytest.raises(ValueError):
        protocol.from_line(line)


def test_motion_and_tokens_there_and_back() -> None:
    again = motion_from_json(json.loads(json.dumps(motion_to_json(motion()))))
    assert np.array_equal(again.root_positions, motion().root_positions)
    assert again.fps == 30.0
    tokens = np.arange(12).reshape(2, 6)
    assert np.array_equal(tokens_from_json(json.loads(json.dumps(tokens_to_json(tokens)))), tokens)


@pytest.mark.parametrize(
    "value",
    [
        None,
        {"dtype": "<f4", "shape": [2, 6], "data": ""},
        {"dtype": "<i4", "shape": [2, 5], "data": "AAAA"},
        {"dtype": "<i4", "shape": [1, 6], "data": "not base64!"},
        {"dtype": "<i4", "shape": [1, 6], "data": "AAAA"},
        {"shape": [1, 6]},
    ],
)
def test_bad_arrays(value: object) -> None:
    with pytest.raises(SmooError, match="tokens"):
        tokens_from_json(value)


def test_bad_motions() -> None:
    broken = motion_to_json(motion())
    broken["rotations"] = floats_to_json(np.zeros((5, 22, 4)))
    with pytest.raises(SmooError, match="zero quaternions"):
        motion_from_json(broken)
    broken["root_positions"] = floats_to_json(np.zeros((4, 2)))
    with pytest.raises(SmooError, match="root_positions"):
        motion_from_json(broken)
    with pytest.raises(SmooError, match="fps"):
        motion_from_json({**motion_to_json(motion()), "fps": 0})


def test_prompts() -> None:
    assert protocol.check_prompt("  walks \n on ", "content", may_be_empty=False) == "walks on"
    assert protocol.check_prompt(" ", "style", may_be_empty=True) == ""
    for bad, code in ((" ", "empty_prompt"), ("x" * 301, "prompt_too_long"), (3, "bad_request")):
        with pytest.raises(SmooError) as caught:
            protocol.check_prompt(bad, "content", may_be_empty=False)
        assert caught.value.code == code
    with pytest.raises(SmooError, match="shorten it to 300"):
        protocol.check_prompt("x" * 400, "content", may_be_empty=False)


@pytest.mark.parametrize("seconds", [0.5, 21, float("nan"), float("inf"), "4", None, True])
def test_bad_seconds(seconds: object) -> None:
    with pytest.raises(SmooError, match="from 1 to 20 seconds") as caught:
        protocol.check_seconds(seconds)
    assert caught.value.code == "bad_seconds"


@pytest.mark.parametrize("seed", [-1, 2**31, 1.5, "1", True])
def test_bad_seeds(seed: object) -> None:
    with pytest.raises(SmooError, match="seed must be a whole number"):
        protocol.check_integer(seed, "seed", 0, protocol.LIMITS.seed_most)


def test_parts_and_locks() -> None:
    assert protocol.check_parts(None) is None
    texts = protocol.check_parts({"left_arm": " waves "})
    assert texts is not None
    assert texts["left_arm"] == "waves"
    assert set(texts) == set(protocol.PARTS)
    with pytest.raises(SmooError, match="Unknown part 'tail'"):
        protocol.check_parts({"tail": "wags"})
    with pytest.raises(SmooError, match="All part texts are empty"):
        protocol.check_parts({"root": " "})
    assert protocol.check_locks(["root", "root"]) == ("root",)
    with pytest.raises(SmooError, match="list of parts"):
        protocol.check_locks(["tail"])


def test_the_parts_are_the_skeletons() -> None:
    from server.motion.skeleton import PARTS

    assert protocol.PARTS == PARTS


def test_an_error_comes_whole_out_of_another_process() -> None:
    error = pickle.loads(pickle.dumps(SmooError("weights_missing", "Install them.")))
    assert (error.code, error.message, str(error)) == ("weights_missing", "Install them.", "Install them.")
