# SPDX-License-Identifier: GPL-3.0-or-later
"""Train the part tokenizer: ``python -m training.train_tokenizer --data PREPARED``.

Losses: smooth L1 on standardised features, L1 on their change from frame to frame, L1 on joint positions by forward
kinematics (and on their velocity), where feet, hands and head and how they are turned count most, since that is what words
tell; L1 on heading and path; the speed of planted feet, which keeps reconstructions from skating; and how much each point
jerks over a window, without regard to when, which keeps them from being smoothed.
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from tqdm import tqdm

from server.home import training_folder
from server.motion.features import PART_SLICES
from server.motion.skeleton import PARTS
from server.networks.files import WEIGHTS_FOLDER, save_weights, write_checksums
from server.networks.kinematics import heading_positions
from server.networks.reconstruction import reconstruction_loss
from server.networks.tokenizer import PartTokenizer, TokenizerConfig
from server.precision import autocast
from training.checkpoint import Checkpointer, Learner
from training.deepening import begin_from
from training.feeding import fed, workers_for
from training.library import Entry, Library
from training.stepping import Stepper
from training.variations import VARIED

_RATES = [PART_SLICES[PARTS.index("root")].start + column for column in range(3)]  # turning and travelling a second
_PATIENCE_FRAMES = 20  # clips shorter than this teach nothing about motion
_SHOWN_EVERY = 10  # steps; a figure that is shown has to be waited for


@dataclass(frozen=True)
class Settings:
    """Hyperparameters of a run."""

    steps: int = 20000
    batch: int = 16
    window: int = 64
    rate: float = 1e-3
    seed: int = 0
    recombined: float = 0.25
    shares: tuple[float, float, float] = (0.35, 0.25, 0.4)
    warped: float = 0.5
    average: float = 0.998


class WindowSampler:
    """Random windows of features, some mirrored, some with parts of one clip on the legs and root of another."""

    def __init__(self, libraries: Sequence[Library], settings: Settings) -> None:
        """Use the training splits only; groups are Bandai-Namco, the other recordings, and variations."""
        self.settings = settings
        self._groups: list[list[tuple[Library, Entry]]] = [[], [], []]
        for library in libraries:
            for entry in library.entries:
                if entry.split == "train" and entry.frames >= _PATIENCE_FRAMES:
                    place = {"bandai_namco": 0, VARIED: 2}.get(entry.dataset, 1)
                    self._groups[place].append((library, entry))
        weights = [np.sqrt([entry.frames for _, entry in group]) for group in self._groups]
        self._weights = [row / row.sum() if len(row) else row for row in weights]
        shares = np.array(settings.shares) * [bool(group) for group in self._groups]
        self._shares = shares / shares.sum()
        self._random = np.random.default_rng(settings.seed)

    def _window(self) -> np.ndarray:
        place = self._random.choice(len(self._groups), p=self._shares)
        group = self._groups[place]
        library, entry = group[self._random.choice(len(group), p=self._weights[place])]
        source = library.mirror if self._random.random() < 0.5 else library.plain
        length = self.settings.window
        # the smaller sets are also played slower and faster: more poses and speeds than were recorded
        rate = self._random.uniform(0.8, 1.3) if place and self._random.random() < self.settings.warped else 1.0
        first = self._random.integers(0, max(1, entry.frames - int(length * rate)))
        at = np.minimum(first + np.arange(length) * rate, entry.frames - 1)
        low = np.floor(at).astype(int)
        share = (at - low)[:, None].astype(np.float32)
        rows = np.minimum(np.stack((low, low + 1)), entry.frames - 1) + entry.start
        before, after = (np.asarray(source[row], dtype=np.float32) for row in rows)
        window = np.asarray(before * (1 - share) + after * share, dtype=np.float32)
        window[:, _RATES] *= rate
        return window

    def batches(self, number: int = 0) -> Iterator[Tensor]:
        """Yield batches without end; rows of other numbers are drawn with other seeds."""
        self._random = np.random.default_rng([self.settings.seed, number])
        while True:
            yield self.batch()

    def batch(self) -> Tensor:
        """Return (batch, window, 140) features."""
        windows = np.stack([self._window() for _ in range(self.settings.batch)])
        mixed = int(self.settings.recombined * len(windows))
        for part in ("right_arm", "left_arm", "backbone"):
            columns = PART_SLICES[PARTS.index(part)]
            windows[:mixed, :, columns] = windows[self._random.permutation(mixed)][:, :, columns]
        return torch.from_numpy(windows)


def set_statistics(network: PartTokenizer, library: Library) -> None:
    """Standardise by the training split; numbers that hardly change are not blown up."""
    rows = np.concatenate([np.arange(e.start, e.start + e.frames, 5) for e in library.entries if e.split == "train"])
    sample = np.concatenate((library.plain[rows], library.mirror[rows])).astype(np.float32)
    network.mean.copy_(torch.from_numpy(sample.mean(0)))
    network.scale.copy_(torch.from_numpy(np.maximum(sample.std(0), 0.08)))


def losses(network: PartTokenizer, values: Tensor, slide_weight: float = 0.6) -> tuple[Tensor, Tensor]:
    """Return the training loss and the mean joint position error in metres (heading frame)."""
    with autocast(values.device.type):
        made = network(values)[0].float()
    return reconstruction_loss(made, values, network.mean, network.scale, slide_weight)


@torch.inference_mode()
def held_out_error(
    network: PartTokenizer, libraries: Sequence[Library], split: str, most: int = 60
) -> dict[str, float]:
    """Return the mean joint position error in mm (root-relative, heading frame) of some of each data set's clips of a split."""
    network.eval()
    sums: dict[str, list[float]] = {}
    for library in libraries:
        for entry in library.entries:
            frames = entry.frames // network.config.frames * network.config.frames
            if entry.split != split or frames < _PATIENCE_FRAMES or len(sums.get(entry.dataset, ())) >= most:
                continue
            rows = np.asarray(library.plain[entry.start : entry.start + frames], dtype=np.float32)
            values = torch.from_numpy(rows).to(network.mean.device)[None]
            made = network.features_of(network.tokens_of(values))
            error = (_hung(heading_positions(made)) - _hung(heading_positions(values))).norm(dim=-1)
            sums.setdefault(entry.dataset, []).append(float(error.mean()) * 1000)
    return {name: round(float(np.mean(values)), 2) for name, values in sums.items()}


def _hung(places: Tensor) -> Tensor:
    """Return positions against the pelvis."""
    return places - places[:, :, :1]


def train(
    libraries: Sequence[Library],
    settings: Settings,
    folder: Path,
    weights: Path,
    minutes: float,
    sizes: TokenizerConfig | None = None,
    warm: Path | None = None,
) -> PartTokenizer:
    """Train, resuming from the checkpoint in ``folder``; the weights written are a moving average over the steps.

    Stops after ``settings.steps`` steps, or earlier when the minutes are over; the learning rate follows whichever of
    the two is nearer its end.
    """
    torch.manual_seed(settings.seed)
    network = PartTokenizer(sizes or TokenizerConfig())
    set_statistics(network, libraries[0])
    if warm:
        begin_from(network, warm)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    network.to(device)
    learner = Learner(network, weight_decay=0.01)
    average = learner.average
    keeper = Checkpointer(folder / "tokenizer.pt")
    first, spent = learner.restore(keeper.load())
    sampler = WindowSampler(libraries, replace(settings, seed=settings.seed + first))
    feed = fed(sampler.batches, workers_for(device))
    stepper = Stepper(learner, lambda batch: losses(network, batch[0]))
    shown, started, used = 0.0, time.monotonic(), spent
    bar = tqdm(total=settings.steps, initial=first, desc="tokenizer", mininterval=10)
    for step in range(first, settings.steps):
        used = spent + (time.monotonic() - started) / 60
        done = max(step / settings.steps, used / minutes)
        if done >= 1:
            break
        rate = settings.rate * min(1, (step + 1) / 100) * _cosine(done)
        error = stepper([next(feed).to(device)], rate, min(settings.average, step / (step + 20)))
        if step % _SHOWN_EVERY == 0:
            shown = error.item() if step == first else 0.8 * shown + 0.2 * error.item()
            bar.set_postfix(mm=f"{shown * 1000:.1f}", refresh=False)
        bar.update()
        if keeper.due():
            keeper.save(learner.state(step + 1, used))
            tqdm.write(f"step {step + 1}: {used:.1f} min, mm (val) {held_out_error(average, libraries, 'val')}")
    bar.close()
    keeper.save(learner.state(bar.n, used))
    save_weights(average, average.config.as_dict(), weights)
    write_checksums(weights.parent)
    return average


def _cosine(done: float) -> float:
    return 0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * min(1.0, done)))


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--data", type=Path, default=training_folder() / "prepared", help="folder made by training.prepare"
    )
    parser.add_argument("--varied", type=Path, nargs="+", default=[], help="folders made by training.variations.make")
    parser.add_argument("--out", type=Path, default=WEIGHTS_FOLDER / "tokenizer.safetensors")
    parser.add_argument("--steps", type=int, default=Settings.steps)
    parser.add_argument("--minutes", type=float, default=120.0, help="stop by then at the latest")
    parser.add_argument("--seed", type=int, default=Settings.seed)
    parser.add_argument("--batch", type=int, default=Settings.batch, help="windows a step; a GPU has time for 64")
    parser.add_argument(
        "--rate", type=float, default=Settings.rate, help="learning rate; half of it where a run begins warm"
    )
    parser.add_argument("--average", type=float, default=Settings.average, help="of the weights, that stays at a step")
    parser.add_argument(
        "--warm", type=Path, help="older weights with which a new run begins; their decoder may be shallower"
    )
    parser.add_argument("--width", type=int, default=TokenizerConfig.decoder_width, help="channels of the decoder")
    parser.add_argument(
        "--blocks", type=int, default=TokenizerConfig.decoder_blocks, help="of the decoder at each rate"
    )
    arguments = parser.parse_args()
    libraries = [Library(folder) for folder in (arguments.data, *arguments.varied)]
    settings = Settings(
        arguments.steps, arguments.batch, rate=arguments.rate, seed=arguments.seed, average=arguments.average
    )
    sizes = TokenizerConfig(decoder_width=arguments.width, decoder_blocks=arguments.blocks)
    state = training_folder() / "tokenizer"
    network = train(libraries, settings, state, arguments.out, arguments.minutes, sizes, arguments.warm)
    tqdm.write(f"held-out joint position error in mm (val): {held_out_error(network, libraries, 'val')}")


if __name__ == "__main__":
    main()
