# SPDX-License-Identifier: GPL-3.0-or-later
"""The ruler's networks: what they read, that they learn, and that the committed weights belong to this code."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from puppets import Puppet, walking, wave

from server.captioner import attributes_of
from server.errors import SmooError
from server.motion.motion import Motion
from server.networks.files import save_weights, write_checksums
from server.parts.attributes import to_vector
from server.parts.vocabulary import SLOTS
from training.evaluate.inputs import INPUT_SIZE, WINDOW, mirrored_inputs, network_inputs, window
from training.evaluate.networks import Networks, RulerConfig
from training.evaluate.ruler import WEIGHTS, Ruler, label_words
from training.evaluate.splits import ALWAYS_TRAINED
from training.evaluate.train_ruler import Example, accuracy, other_side, train_classifier, train_retrieval

WALK = walking(yaw=wave(0.3, 40.0)).motion()
SIZES = tuple(len(slot.values) for slot in SLOTS)


def config(**more: object) -> RulerConfig:
    plain = RulerConfig(
        ("raise", "walk"), ("bent", "upright"), ("bent", "raise", "upright", "walk"), SIZES, 0, 60, 60, 0.0, {}
    )
    return replace(plain, **more)


def example(content: str, style: str, seed: int) -> Example:
    dice = np.random.default_rng(seed)
    pitch = {"bent": 30.0, "upright": 0.0}[style] + dice.normal(0, 3)
    puppet = walking(1.0 + dice.normal(0, 0.1), pitch=pitch) if content == "walk" else Puppet(pitch=pitch)
    if content == "raise":
        puppet.arms = {"both": (0.1, 0.4 + dice.normal(0, 0.02), 0.1)}
    motion = puppet.motion()
    said = to_vector(attributes_of(motion))
    return Example(
        f"{content} {seed}",
        (content, style, str(seed % 8)),
        network_inputs(motion),
        content,
        style,
        said,
        (content, style),
    )


def examples(first: int, count: int) -> list[Example]:
    kinds = [(content, style) for content in ("walk", "raise") for style in ("bent", "upright")]
    return [example(*kinds[i % 4], first + i) for i in range(count)]


def test_inputs_leave_out_place_and_heading() -> None:
    values = network_inputs(WALK)
    assert values.shape == (WALK.frames, INPUT_SIZE)
    assert np.allclose(network_inputs(WALK.moved(2.0, [1.0, 0.5, -3.0])), values, atol=1e-4)
    assert network_inputs(WALK.sliced(0, 1)).shape == (1, INPUT_SIZE)


def test_inputs_of_the_mirror_image() -> None:
    assert np.allclose(mirrored_inputs(network_inputs(WALK)), network_inputs(WALK.mirrored()), atol=1e-4)


def test_the_window_is_the_middle_or_holds_the_last_frame() -> None:
    values = np.arange(200, dtype=np.float32)[:, None]
    assert window(values)[[0, -1], 0].tolist() == [40.0, 159.0]
    assert window(values[:10])[[0, 9, -1], 0].tolist() == [0.0, 9.0, 9.0]
    assert len(window(values, 150)) == WINDOW


def test_mirroring_an_example_exchanges_sides_in_everything() -> None:
    left = Puppet(arms={"left": (0.1, 0.45, 0.1)}).motion()
    made = Example(
        "a",
        ("wave-left-hand", "old"),
        network_inputs(left),
        "wave-left-hand",
        "old",
        to_vector(attributes_of(left)),
        label_words("wave-left-hand", "old"),
    )
    mirror = made.mirrored()
    assert (mirror.content, mirror.style, mirror.group) == ("wave-right-hand", "old", ("wave-right-hand", "old"))
    assert mirror.words == ("wave", "right", "hand", "old")
    assert np.array_equal(mirror.attributes, to_vector(attributes_of(left.mirrored())))
    assert other_side(other_side("walk-turn-left")) == "walk-turn-left"


def test_both_networks_learn_what_can_be_learnt() -> None:
    settings, train, test = config(), examples(0, 32), examples(100, 16)
    networks = Networks(settings)
    before = accuracy(networks.eval(), settings, test, "before")
    train_classifier(networks, settings, train)
    train_retrieval(networks, settings, train)
    after = accuracy(networks, settings, test, "after")
    assert after["after_content"] == after["after_style"] == 1.0
    assert before["before_content"] + before["before_style"] < 1.9
    ruler = Ruler(networks, settings)
    motions = [Puppet(pitch=30.0, arms={"both": (0.1, 0.4, 0.1)}).motion(), walking().motion()]
    texts = ruler.read([{}, {}], [("raise", "bent"), ("walk", "upright")])
    places = ruler.judge(motions).places
    assert np.allclose(np.linalg.norm(texts, axis=-1), 1.0, atol=1e-5)
    apart = np.linalg.norm(places[:, None] - texts[None], axis=-1)
    assert apart[0, 0] < apart[0, 1]
    assert apart[1, 1] < apart[1, 0]


def test_the_committed_weights_know_the_labels_and_are_small() -> None:
    ruler = Ruler.load()
    assert (
        {"walk", "bow", "wave-left-hand", "wave-right-hand"} <= set(ruler.config.contents) <= ALWAYS_TRAINED["contents"]
    )
    assert {"normal", "old", "tired"} <= set(ruler.config.styles)
    assert ruler.config.real["held_out_takes_content"] > 0.9
    assert WEIGHTS.stat().st_size < 2_500_000
    judged = ruler.judge([WALK, Motion(WALK.root_positions[:1], WALK.rotations[:1])])
    assert judged.contents.shape == (2, len(ruler.config.contents))
    assert ruler.content_right(judged, ["walk", "walk"], top=len(ruler.config.contents)).all()


def test_damaged_or_foreign_weights_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SmooError, match="train_ruler"):
        Ruler.load(tmp_path / "ruler.safetensors")
    settings = config(slot_sizes=(2, 3))
    save_weights(Networks(settings), settings.as_dict(), tmp_path / "ruler.safetensors")
    write_checksums(tmp_path)
    with pytest.raises(SmooError, match=r"another vocabulary.*train_ruler"):
        Ruler.load(tmp_path / "ruler.safetensors")


def test_label_words() -> None:
    assert label_words("wave-left-hand", "not-confident") == ("wave", "left", "hand", "not", "confident")
    assert label_words("", "", "Fighting Left Jab, left") == ("fighting", "left", "jab")
