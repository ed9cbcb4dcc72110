# SPDX-License-Identifier: GPL-3.0-or-later
"""Train the part tokenizer: ``python -m training.train_tokenizer --data PREPARED``.

Losses: smooth L1 on standardised features, L1 on their change from frame to frame, L1 on joint positions by forward
kinematics (and on their velocity), and the speed of planted feet, which keeps reconstructions from skating.
"""

from __future__ import annotations

import argparse
import math
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import l1_loss, smooth_l1_loss
from tqdm import tqdm

from server.home import training_folder
from server.motion.features import PART_SLICES
from server.motion.skeleton import FOOT_JOINTS, FPS, PARTS
from server.networks.files import WEIGHTS_FOLDER, save_weights, write_checksums
from server.networks.kinematics import heading_positions, world_positions
from server.networks.tokenizer import PartTokenizer, TokenizerConfig
from training.checkpoint import Checkpointer
from training.library import Library

_RATES = [PART_SLICES[PARTS.index("root")].start + column for column in range(3)]  # turning and travelling a second
_PATIENCE_FRAMES = 20  # clips shorter than this teach nothing about motion


@dataclass(frozen=True)
class Settings:
    """Hyperparameters of a run."""

    steps: int = 7200
    batch: int = 48
    window: int = 64
    rate: float = 1e-3
    seed: int = 0
    recombined: float = 0.25
    main_share: float = 0.4
    warped: float = 0.5


class WindowSampler:
    """Random windows of features, some mirrored, some with parts of one clip on the legs and root of another."""

    def __init__(self, library: Library, settings: Settings) -> None:
        """Use the training split only."""
        self.library, self.settings = library, settings
        entries = [e for e in library.entries if e.split == "train" and e.frames >= _PATIENCE_FRAMES]
        self._main = [e for e in entries if e.dataset == "bandai_namco"] or entries
        self._other = [e for e in entries if e.dataset != "bandai_namco"] or entries
        self._weights = [np.array([e.frames for e in group], dtype=np.float64) for group in (self._main, self._other)]
        self._weights = [np.sqrt(w) / np.sqrt(w).sum() for w in self._weights]
        self._random = np.random.default_rng(settings.seed)

    def _window(self) -> np.ndarray:
        group = int(self._random.random() > self.settings.main_share)
        entries = (self._main, self._other)[group]
        entry = entries[self._random.choice(len(entries), p=self._weights[group])]
        source = self.library.mirror if self._random.random() < 0.5 else self.library.plain
        length = self.settings.window
        # the smaller sets are also played slower and faster: more poses and speeds than were recorded
        rate = self._random.uniform(0.8, 1.3) if group and self._random.random() < self.settings.warped else 1.0
        first = self._random.integers(0, max(1, entry.frames - int(length * rate)))
        at = np.minimum(first + np.arange(length) * rate, entry.frames - 1)
        low = np.floor(at).astype(int)
        share = (at - low)[:, None].astype(np.float32)
        rows = np.minimum(np.stack((low, low + 1)), entry.frames - 1) + entry.start
        before, after = (np.asarray(source[row], dtype=np.float32) for row in rows)
        window = np.asarray(before * (1 - share) + after * share, dtype=np.float32)
        window[:, _RATES] *= rate
        return window

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


def losses(network: PartTokenizer, values: Tensor, slide_weight: float = 0.3) -> tuple[Tensor, Tensor]:
    """Return the training loss and the mean joint position error in metres (heading frame)."""
    made, _ = network(values)
    a, b = (made - network.mean) / network.scale, (values - network.mean) / network.scale
    place_a, place_b = heading_positions(made), heading_positions(values)
    world_a, world_b = world_positions(made), world_positions(values)
    error = (place_a - place_b).norm(dim=-1).mean()
    speed_a, speed_b = world_a.diff(dim=1) * FPS, world_b.diff(dim=1) * FPS
    legs = [PART_SLICES[PARTS.index(part)].stop for part in ("left_leg", "right_leg")]
    planted = values[:, 1:, [legs[0] - 2, legs[0] - 1, legs[1] - 2, legs[1] - 1]]
    feet = list(FOOT_JOINTS)
    slide = ((speed_a[:, :, feet] - speed_b[:, :, feet]).abs().sum(-1) * planted).mean()
    loss = (
        smooth_l1_loss(a, b)
        + 0.5 * l1_loss(a.diff(dim=1), b.diff(dim=1))
        + 10.0 * l1_loss(place_a, place_b)
        + 0.2 * l1_loss(speed_a, speed_b)
        + slide_weight * slide
    )
    return loss, error


@torch.inference_mode()
def held_out_error(network: PartTokenizer, library: Library, split: str) -> dict[str, float]:
    """Return the mean joint position error in mm (heading frame) of each data set's clips of a split."""
    network.eval()
    sums: dict[str, list[float]] = {}
    for entry in library.entries:
        if entry.split != split or entry.frames < _PATIENCE_FRAMES:
            continue
        frames = entry.frames // 4 * 4
        values = torch.from_numpy(np.asarray(library.plain[entry.start : entry.start + frames], dtype=np.float32))[None]
        made = network.features_of(network.tokens_of(values))
        error = (heading_positions(made) - heading_positions(values)).norm(dim=-1).mean(-1)[0]
        sums.setdefault(entry.dataset, []).extend((error * 1000).tolist())
    network.train()
    return {name: float(np.mean(values)) for name, values in sums.items()}


def train(library: Library, settings: Settings, folder: Path, weights: Path) -> PartTokenizer:
    """Train, resuming from the checkpoint in ``folder``; write the weights at every checkpoint and at the end."""
    torch.manual_seed(settings.seed)
    config = TokenizerConfig()
    network = PartTokenizer(config)
    set_statistics(network, library)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    network.to(device)
    optimizer = torch.optim.AdamW(network.parameters(), lr=settings.rate, weight_decay=0.01, betas=(0.9, 0.98))
    keeper = Checkpointer(folder / "tokenizer.pt")
    first = 0
    if state := keeper.load():
        network.load_state_dict(state["network"])
        optimizer.load_state_dict(state["optimizer"])
        first = int(state["step"])
    sampler = WindowSampler(library, Settings(**{**settings.__dict__, "seed": settings.seed + first}))
    shown, started = 0.0, time.monotonic()
    with tqdm(total=settings.steps, initial=first, desc="tokenizer") as bar:
        for step in range(first, settings.steps):
            for group in optimizer.param_groups:
                group["lr"] = settings.rate * min(1, (step + 1) / 100) * _cosine(step / settings.steps)
            loss, error = losses(network, sampler.batch().to(device))
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            shown = error.item() if step == first else 0.98 * shown + 0.02 * error.item()
            bar.update()
            bar.set_postfix(mm=f"{shown * 1000:.1f}", loss=f"{loss.item():.3f}", refresh=False)
            if keeper.due():
                keeper.save({"network": network.state_dict(), "optimizer": optimizer.state_dict(), "step": step + 1})
                tqdm.write(
                    f"step {step + 1}: {(time.monotonic() - started) / 60:.1f} min, {held_out_error(network, library, 'val')}"
                )
    keeper.save({"network": network.state_dict(), "optimizer": optimizer.state_dict(), "step": settings.steps})
    save_weights(network, config.as_dict(), weights)
    write_checksums(weights.parent)
    return network


def _cosine(done: float) -> float:
    return 0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * min(1.0, done)))


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--data", type=Path, default=training_folder() / "prepared", help="folder made by training.prepare"
    )
    parser.add_argument("--out", type=Path, default=WEIGHTS_FOLDER / "tokenizer.safetensors")
    parser.add_argument("--steps", type=int, default=Settings.steps)
    parser.add_argument("--seed", type=int, default=Settings.seed)
    arguments = parser.parse_args()
    library = Library(arguments.data)
    settings = Settings(steps=arguments.steps, seed=arguments.seed)
    network = train(library, settings, training_folder() / "tokenizer", arguments.out)
    tqdm.write(f"held-out joint position error in mm (val): {held_out_error(network, library, 'val')}")


if __name__ == "__main__":
    main()
