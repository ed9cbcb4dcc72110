# SPDX-License-Identifier: GPL-3.0-or-later
"""Content and style classifiers, trained on real clips only: the recognition accuracies CRA and SRA of the field.

A small convolution network over time reads joint positions in the heading frame and the root's velocities, in metres, and
says content and style; its last layer before that is the embedding for the Frechet distance. It sees places with a
centimetre or two of noise in training: one that reads rotations finer than that recognises the recording session and
not the manner, and fails on real clips that were merely encoded and decoded (see docs/decisions.md).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from tqdm import tqdm

from server.motion.features import PART_SLICES, features
from server.motion.motion import Motion
from server.motion.skeleton import JOINT_COUNT, PARTS
from server.networks.kinematics import heading_positions
from training.library import Entry, Library

_WINDOW = 120  # frames that are looked at; shorter clips are held at their last frame
_STEPS = 700
_BATCH = 48
_INPUTS = 3 * JOINT_COUNT + 3
_NOISE = 0.015  # metres, both from frame to frame and constant over a clip
_ROOT = PART_SLICES[PARTS.index("root")].start


def inputs_of(values: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return (T, 69): joint positions in the heading frame (m), yaw rate (rad/s) and ground velocity (m/s)."""
    places = heading_positions(torch.from_numpy(values)[None])[0].flatten(1).numpy()
    return np.concatenate((places, values[:, _ROOT : _ROOT + 3]), axis=1)


class _Network(nn.Module):
    def __init__(self, contents: int, styles: int, width: int = 96) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv1d(_INPUTS, width, 5, stride=2, padding=2),
            nn.BatchNorm1d(width),
            nn.ReLU(),
            nn.Conv1d(width, width, 5, stride=2, padding=2),
            nn.BatchNorm1d(width),
            nn.ReLU(),
            nn.Conv1d(width, width, 3, stride=2, padding=1),
            nn.BatchNorm1d(width),
            nn.ReLU(),
        )
        self.embed = nn.Sequential(nn.Dropout(0.2), nn.Linear(2 * width, 64), nn.ReLU())
        self.content, self.style = nn.Linear(64, contents), nn.Linear(64, styles)

    def forward(self, values: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        hidden = self.layers(values.transpose(1, 2))
        embedding = self.embed(torch.cat((hidden.mean(-1), hidden.amax(-1)), dim=-1))
        return self.content(embedding), self.style(embedding), embedding


@dataclass(frozen=True)
class Judgement:
    """What the classifiers say of some clips: label indices (N,) and embeddings (N, 64)."""

    contents: npt.NDArray[np.int64]
    styles: npt.NDArray[np.int64]
    embeddings: npt.NDArray[np.float32]


class Classifier:
    """Trained on the labelled real clips of the training split."""

    def __init__(self, library: Library, seed: int = 0) -> None:
        """Train; about a minute."""
        self.library = library
        self.entries = [entry for entry in library.entries if entry.content]
        self.contents = sorted({entry.content for entry in self.entries})
        self.styles = sorted({entry.style for entry in self.entries})
        torch.manual_seed(seed)
        self._dice = np.random.default_rng(seed)
        train = [entry for entry in self.entries if entry.split == "train"]
        self._known = {entry.name: inputs_of(self._values(entry)) for entry in self.entries}
        sample = np.concatenate([self._known[entry.name][::7] for entry in train])
        self._mean, self._scale = sample.mean(0), np.maximum(sample.std(0), 0.05)
        self.network = _Network(len(self.contents), len(self.styles))
        self._train(train)

    def _train(self, train: list[Entry]) -> None:
        pairs: dict[tuple[str, str], list[Entry]] = {}
        for entry in train:
            pairs.setdefault((entry.content, entry.style), []).append(entry)
        groups = list(pairs.values())
        optimizer = torch.optim.AdamW(self.network.parameters(), lr=2e-3, weight_decay=0.05)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 3e-3, total_steps=_STEPS)
        self.network.train()
        for _ in tqdm(range(_STEPS), "classifier", mininterval=5):
            chosen = [groups[i] for i in self._dice.integers(0, len(groups), _BATCH)]
            batch = [group[self._dice.integers(len(group))] for group in chosen]
            windows = np.stack([self._window(self._known[entry.name], random=True) for entry in batch])
            content, style, _ = self.network(torch.from_numpy(windows))
            wanted = [self._label(entry) for entry in batch]
            loss = cross_entropy(content, torch.tensor([w[0] for w in wanted]), label_smoothing=0.05)
            loss = loss + cross_entropy(style, torch.tensor([w[1] for w in wanted]), label_smoothing=0.05)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
        self.network.eval()

    def _values(self, entry: Entry) -> npt.NDArray[np.float32]:
        return np.asarray(self.library.plain[entry.start : entry.start + entry.frames], dtype=np.float32)

    def _label(self, entry: Entry) -> tuple[int, int]:
        return self.contents.index(entry.content), self.styles.index(entry.style)

    def _window(self, values: npt.NDArray[np.float32], *, random: bool) -> npt.NDArray[np.float32]:
        first = 0
        if len(values) > _WINDOW:
            first = int(self._dice.integers(len(values) - _WINDOW)) if random else (len(values) - _WINDOW) // 2
        rows = np.minimum(np.arange(first, first + _WINDOW), len(values) - 1)
        window = values[rows].astype(np.float64)
        if random:
            window = (
                window + self._dice.normal(0, _NOISE, window.shape) + self._dice.normal(0, _NOISE, window.shape[1:])
            )
        return np.asarray((window - self._mean) / self._scale, dtype=np.float32)

    @torch.inference_mode()
    def judge(self, clips: list[npt.NDArray[np.float32]]) -> Judgement:
        """Judge clips given as features (T, 140)."""
        windows = np.stack([self._window(inputs_of(values), random=False) for values in clips])
        content, style, embedding = self.network(torch.from_numpy(windows))
        return Judgement(content.argmax(-1).numpy(), style.argmax(-1).numpy(), embedding.numpy())

    def judge_motions(self, motions: list[Motion]) -> Judgement:
        """Judge motions."""
        return self.judge([features(motion.canonical()) for motion in motions])

    def judge_entries(self, entries: list[Entry]) -> Judgement:
        """Judge real clips."""
        return self.judge([self._values(entry) for entry in entries])


def frechet(a: npt.NDArray[np.float32], b: npt.NDArray[np.float32]) -> float:
    """Return the Frechet distance of two sets of embeddings (N, D), both taken as Gaussian (Heusel et al., 2017)."""
    mean = a.mean(0) - b.mean(0)
    ca, cb = (np.cov(x, rowvar=False).astype(np.float64) for x in (a, b))
    eigenvalues = np.linalg.eigvals(ca @ cb)
    root = np.sqrt(np.maximum(eigenvalues.real, 0)).sum()
    return float(mean @ mean + np.trace(ca) + np.trace(cb) - 2 * root)
