# SPDX-License-Identifier: GPL-3.0-or-later
"""Train the ruler: ``python -m training.evaluate.train_ruler [--data PREPARED]``.

Real clips of the training split only, each also as its mirror image (sides exchanged in the labels and attributes).
Places get 1.5 cm of noise, from frame to frame and constant over a clip: finer than that lies the recording session and
not the manner. Pairs and descriptions are drawn evenly, so that many takes do not outweigh a style recorded once.

How the classifier does on pairs it never saw cannot be told from the test split's few such clips alone. So set 1,
which has one take a pair, is cut into folds of pairs and classified by networks that were trained without the fold; these are
thrown away, their accuracy is written into the header of the weights.
"""

from __future__ import annotations

import argparse
import os
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Final

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy
from tqdm import tqdm

from server.captioner import attributes_of
from server.errors import SmooError
from server.home import training_folder
from server.motion.motion import Motion
from server.networks.files import save_weights, write_checksums
from server.parts.attributes import AttributeSet, from_vector, mirrored, to_vector
from server.parts.vocabulary import SLOTS
from training.library import Entry, Library

from .inputs import WINDOW, Floats, mirrored_inputs, network_inputs, window
from .networks import Networks, RulerConfig
from .ruler import WEIGHTS, Ruler, words_of
from .splits import is_held_out_take, is_real, measured_contents, pairs_of, place

_NOISE: Final = 0.015  # metres
_BATCH: Final = 64
_LEAST_WORD: Final = 3
_SET_1: Final = "dataset-1"


@dataclass(frozen=True)
class Example:
    """One clip or its mirror image: network inputs (T, 69), labels, attribute vector (slots,) and label words."""

    name: str
    group: tuple[str, ...]
    values: Floats
    content: str
    style: str
    attributes: np.ndarray
    words: tuple[str, ...]

    def mirrored(self) -> Example:
        """Return the mirror image with sides exchanged in everything that is said."""
        said = mirrored(from_vector(self.attributes))
        return replace(
            self,
            group=tuple(other_side(word) for word in self.group),
            values=mirrored_inputs(self.values),
            content=other_side(self.content),
            attributes=to_vector(said),
            words=tuple(other_side(word) for word in self.words),
        )


def other_side(text: str) -> str:
    """Return a label with left and right exchanged."""
    return text.replace("left", "\0").replace("right", "left").replace("\0", "right")


def _example(given: tuple[Entry, Motion]) -> Example:
    entry, motion = given
    said: AttributeSet = attributes_of(motion)
    group = (entry.content, entry.style) if entry.content else (entry.description,)
    values = network_inputs(motion)
    return Example(entry.name, group, values, entry.content, entry.style, to_vector(said), words_of(entry))


def examples(library: Library, entries: Sequence[Entry]) -> list[Example]:
    """Return clips as examples, captioned by two processes."""
    with get_context("fork").Pool(os.cpu_count()) as pool:
        made = pool.imap(_example, ((entry, library.motion(entry)) for entry in entries), chunksize=16)
        return list(tqdm(made, "captions", len(entries), mininterval=5))


class _Draws:
    """Draws examples evenly over their groups, at a random window, with noise."""

    def __init__(self, given: Sequence[Example], seed: int) -> None:
        groups: dict[tuple[str, ...], list[Example]] = {}
        for example in (made for plain in given for made in (plain, plain.mirrored())):
            groups.setdefault(example.group, []).append(example)
        self._groups = list(groups.values())
        self.dice = np.random.default_rng(seed)

    def batch(self) -> tuple[list[Example], Tensor]:
        """Return examples of different groups and their inputs (B, T, 69)."""
        dice = self.dice
        chosen = dice.choice(len(self._groups), min(_BATCH, len(self._groups)), replace=False)
        batch = [self._groups[i][dice.integers(len(self._groups[i]))] for i in chosen]
        windows = []
        for example in batch:
            first = int(dice.integers(max(1, len(example.values) - WINDOW)))
            values = window(example.values, first)
            noise = dice.normal(0, _NOISE, values.shape) + dice.normal(0, _NOISE, values.shape[1:])
            windows.append((values + noise).astype(np.float32))
        return batch, torch.from_numpy(np.stack(windows))


def _normalise(networks: Networks, given: Sequence[Example]) -> None:
    sample = np.concatenate([made.values[::7] for plain in given for made in (plain, plain.mirrored())])
    for network in (networks.classifier, networks.retrieval):
        network.trunk.mean.copy_(torch.from_numpy(sample.mean(0)))
        network.trunk.scale.copy_(torch.from_numpy(np.maximum(sample.std(0), 0.05)))


def train_classifier(networks: Networks, config: RulerConfig, given: Sequence[Example]) -> None:
    """Train the classifier on labelled examples, in place."""
    draws = _Draws([example for example in given if example.content], config.seed)
    network, steps = networks.classifier.train(), config.classifier_steps
    optimizer = torch.optim.AdamW(network.parameters(), lr=2e-3, weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 3e-3, total_steps=steps)
    for _ in tqdm(range(steps), "classifier", mininterval=10):
        batch, values = draws.batch()
        content, style, _ = network(values)
        contents = torch.tensor([config.contents.index(example.content) for example in batch])
        styles = torch.tensor([config.styles.index(example.style) for example in batch])
        loss = cross_entropy(content, contents, label_smoothing=0.05)
        loss = loss + cross_entropy(style, styles, label_smoothing=0.05)
        _step(loss, optimizer, schedule)
    network.eval()


def train_retrieval(networks: Networks, config: RulerConfig, given: Sequence[Example]) -> None:
    """Train the retrieval model on all examples, in place; any share of what is said may be missing."""
    draws, ruler = _Draws(given, config.seed + 1), Ruler(networks, config)
    network, steps = networks.retrieval.train(), config.retrieval_steps
    optimizer = torch.optim.AdamW(network.parameters(), lr=2e-3, weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 3e-3, total_steps=steps)
    for _ in tqdm(range(steps), "retrieval", mininterval=10):
        batch, values = draws.batch()
        said = np.stack([example.attributes for example in batch])
        words = np.stack([ruler.word_row(example.words) for example in batch])
        kind = draws.dice.random(len(batch))[:, None]  # a third by words alone, a third by attributes alone
        left_out = draws.dice.random(said.shape) < draws.dice.random((len(batch), 1))
        said = np.where((kind < 1 / 3) | left_out, 0, said)
        words = np.where((kind > 2 / 3) | (draws.dice.random(words.shape) < 0.1), 0, words).astype(np.float32)
        texts = network.of_text(torch.from_numpy(said), torch.from_numpy(words))
        _step(network.loss(network.of_motion(values), texts), optimizer, schedule)
    network.eval()


def _step(loss: Tensor, optimizer: torch.optim.Optimizer, schedule: torch.optim.lr_scheduler.LRScheduler) -> None:
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    schedule.step()


def accuracy(networks: Networks, config: RulerConfig, given: Sequence[Example], prefix: str) -> dict[str, float]:
    """Return how many of some examples are recognised, and how many there are."""
    if not given:
        return {f"{prefix}_clips": 0}
    with torch.inference_mode():
        values = torch.from_numpy(np.stack([window(example.values) for example in given]))
        content, style, _ = networks.classifier(values)
    right = [config.contents[i] == e.content for i, e in zip(content.argmax(-1).tolist(), given, strict=True)]
    manner = [config.styles[i] == e.style for i, e in zip(style.argmax(-1).tolist(), given, strict=True)]
    shares = {"content": float(np.mean(right)), "style": float(np.mean(manner))}
    return {f"{prefix}_{name}": round(value, 4) for name, value in shares.items()} | {f"{prefix}_clips": len(given)}


def unseen_pairs(
    config: RulerConfig, given: Sequence[Example], measured: Sequence[str], folds: int
) -> dict[str, float]:
    """Return the accuracy on pairs that a classifier of the same kind was trained without, over folds of set 1."""
    found: list[dict[str, float]] = []
    for fold in range(folds):
        aside = {
            example.group
            for example in given
            if example.name.startswith(_SET_1) and int(place("/".join(example.group)) * folds) == fold
        }
        aside |= {tuple(other_side(word) for word in group) for group in aside}
        networks = Networks(config)
        rest = [example for example in given if example.group not in aside]
        _normalise(networks, rest)
        train_classifier(networks, config, rest)
        judged = [e for e in given if e.group in aside and e.name.startswith(_SET_1) and e.content in measured]
        found.append(accuracy(networks, config, judged, "unseen_pairs"))
    clips = [row["unseen_pairs_clips"] for row in found]
    names = ("unseen_pairs_content", "unseen_pairs_style")
    means = {name: round(float(np.average([row[name] for row in found], weights=clips)), 4) for name in names}
    return means | {"unseen_pairs_clips": sum(clips)}


def train(library: Library, config: RulerConfig, folds: int) -> tuple[Networks, RulerConfig]:
    """Train everything; returns the networks and the config with what was measured on real clips."""
    started = time.monotonic()
    entries = [entry for entry in library.entries if is_real(entry)]
    measured, pairs = measured_contents(entries), pairs_of(entries)
    given = examples(library, [entry for entry in entries if entry.split == "train"])
    held = {entry.name: entry for entry in entries if entry.split == "test" and entry.content in measured}
    config = replace(
        config,
        contents=tuple(sorted({name for e in given for name in (e.content, other_side(e.content)) if name})),
        styles=tuple(sorted({e.style for e in given} - {""})),
        words=_known_words(given),
    )
    torch.manual_seed(config.seed)
    networks = Networks(config)
    _normalise(networks, given)
    train_classifier(networks, config, given)
    train_retrieval(networks, config, given)
    test = examples(library, list(held.values()))
    takes = [example for example in test if is_held_out_take(held[example.name], pairs)]
    others = [example for example in test if not is_held_out_take(held[example.name], pairs)]
    real = accuracy(networks, config, takes, "held_out_takes") | accuracy(networks, config, others, "held_out_pairs")
    if folds:
        real |= unseen_pairs(config, given, measured, folds)
    return networks, replace(config, real=real, minutes=round((time.monotonic() - started) / 60, 1))


def _known_words(given: Sequence[Example]) -> tuple[str, ...]:
    counts = Counter(word for example in given for word in {*example.words, *map(other_side, example.words)})
    return tuple(sorted(word for word, count in counts.items() if count >= _LEAST_WORD))


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=training_folder() / "prepared", help="made by training.prepare")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--classifier-steps", type=int, default=700)
    parser.add_argument("--retrieval-steps", type=int, default=1500)
    parser.add_argument("--folds", type=int, default=8, help="of pairs, for the accuracy on unseen pairs; 0 for none")
    arguments = parser.parse_args()
    sizes = tuple(len(slot.values) for slot in SLOTS)
    steps = (arguments.classifier_steps, arguments.retrieval_steps)
    empty = RulerConfig((), (), (), sizes, arguments.seed, *steps, minutes=0.0, real={})
    try:
        networks, config = train(Library(arguments.data), empty, arguments.folds)
    except SmooError as error:
        parser.exit(2, f"{error.message}\n")
    save_weights(networks, config.as_dict(), arguments.out)
    write_checksums(arguments.out.parent)
    tqdm.write(f"{config.minutes} minutes; {config.real}")


if __name__ == "__main__":
    main()
