# SPDX-License-Identifier: GPL-3.0-or-later
"""Train the motion generator: ``python -m training.train_generator`` (after ``training.samples``).

It learns to write the next step's tokens from the steps before and from the attributes of the six parts. Four things
teach it to obey attributes and not merely to go on: parts of one clip on another clip's legs, with the attributes to
match; attributes left out at random, so that any subset will do; the steps before partly hidden; and, for guidance,
everything left out now and then.
"""

from __future__ import annotations

import argparse
import copy
import json
import math
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy
from tqdm import tqdm

from server.home import training_folder
from server.motion.skeleton import PARTS
from server.networks.files import WEIGHTS_FOLDER, save_weights, write_checksums
from server.networks.motion_head import HeadConfig, MotionHead
from server.parts.vocabulary import SLOTS
from training.checkpoint import Checkpointer
from training.samples import load_tokenizer

_IGNORED = -100
_SLOT_PART = np.array([PARTS.index(slot.part) for slot in SLOTS])


@dataclass(frozen=True)
class Settings:
    """Hyperparameters of a run."""

    steps: int = 4000
    batch: int = 64
    rate: float = 8e-4
    seed: int = 0
    labelled: float = 0.75
    recombined: float = 0.25
    hidden: float = 0.10
    wrong: float = 0.05
    silent: float = 0.10
    part_left_out: float = 0.10
    slot_left_out: float = 0.12
    dropout: float = 0.05
    average: float = 0.998


class SampleSampler:
    """Random batches of stretches; labelled clips evenly over their labels, the others by length."""

    def __init__(self, samples: Path, clips: Path, settings: Settings, codes: int) -> None:
        """Open what ``training.samples`` and ``training.prepare`` wrote."""
        arrays = np.load(samples)
        self.tokens = (arrays["tokens"], arrays["tokens_mirrored"])
        self.said = (arrays["said"], arrays["said_mirrored"])
        self.first, self.length = arrays["first"], arrays["length"]
        self.settings, self.codes = settings, codes
        rows = json.loads(clips.read_text(encoding="utf-8"))
        labels = [f"{rows[i]['content']}|{rows[i]['style']}" if rows[i]["content"] else "" for i in arrays["clip"]]
        groups: dict[str, list[int]] = {}
        for index, label in enumerate(labels):
            groups.setdefault(label, []).append(index)
        self.other = np.array(groups.pop("", [0]))
        self.groups = [np.array(group) for group in groups.values()] or [self.other]
        self.dice = np.random.default_rng(settings.seed)

    def _one(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        if self.dice.random() < self.settings.labelled:
            row = int(self.dice.choice(self.groups[self.dice.integers(len(self.groups))]))
        else:
            row = int(self.dice.choice(self.other))
        side = int(self.dice.random() < 0.5)
        first, length = self.first[row], self.length[row]
        return self.tokens[side][first : first + length].astype(np.int64), self.said[side][row].astype(np.int64)

    def _recombined(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        tokens, said = self._one()
        guest, guest_said = self._one()
        length = min(len(tokens), len(guest))
        tokens, said = tokens[:length].copy(), said.copy()
        for part in (("right_arm",), ("left_arm",), ("right_arm", "left_arm"), ("backbone",))[self.dice.integers(4)]:
            index = PARTS.index(part)
            tokens[:, index] = guest[:length, index]
            said[index == _SLOT_PART] = guest_said[index == _SLOT_PART]
        return tokens, said

    def _leave_out(self, said: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        how = self.settings
        if self.dice.random() < how.silent:
            return np.zeros_like(said)
        parts = self.dice.random(len(PARTS)) < how.part_left_out
        return np.where(parts[_SLOT_PART] | (self.dice.random(len(said)) < how.slot_left_out), 0, said)

    def batch(self) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Return tokens (B, T, 6), inputs (B, T, 6), attributes (B, slots) and lengths (B,)."""
        how = self.settings
        drawn = [self._recombined() if self.dice.random() < how.recombined else self._one() for _ in range(how.batch)]
        longest = max(len(tokens) for tokens, _ in drawn)
        target = np.full((how.batch, longest, len(PARTS)), _IGNORED)
        for row, (tokens, _) in enumerate(drawn):
            target[row, : len(tokens)] = tokens
        before = np.concatenate((np.full((how.batch, 1, len(PARTS)), self.codes), target[:, :-1]), axis=1)
        before[before == _IGNORED] = self.codes
        chance = self.dice.random(before.shape)
        before[chance < how.hidden] = self.codes
        mistaken = chance > 1 - how.wrong
        before[mistaken] = self.dice.integers(0, self.codes, int(mistaken.sum()))
        said = np.stack([self._leave_out(row) for _, row in drawn])
        lengths = np.array([len(tokens) for tokens, _ in drawn])
        return torch.from_numpy(target), torch.from_numpy(before), torch.from_numpy(said), torch.from_numpy(lengths)


def new_head(codes: int, dropout: float = 0.0) -> MotionHead:
    """Return an untrained generator for the present vocabulary."""
    config = HeadConfig(tuple(_SLOT_PART.tolist()), tuple(len(slot.values) for slot in SLOTS), codes)
    return MotionHead(config, dropout)


def loss_of(head: MotionHead, target: Tensor, before: Tensor, said: Tensor, lengths: Tensor) -> Tensor:
    """Return the mean cross entropy in nats a token."""
    logits = head(target.clamp(min=0), before, said, lengths)
    return cross_entropy(logits.float().flatten(0, 2), target.flatten(), ignore_index=_IGNORED)


def train(sampler: SampleSampler, settings: Settings, folder: Path, weights: Path, minutes: float) -> None:
    """Train, resuming from the checkpoint; the weights written are a moving average over the steps.

    Stops after ``settings.steps`` steps, or earlier when the minutes are over; the learning rate follows whichever of
    the two is nearer its end.
    """
    torch.manual_seed(settings.seed)
    head = new_head(sampler.codes, settings.dropout)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    head.to(device)
    optimizer = torch.optim.AdamW(head.parameters(), lr=settings.rate, weight_decay=0.02, betas=(0.9, 0.98))
    average = copy.deepcopy(head).requires_grad_(False)
    keeper = Checkpointer(folder / "generator.pt")
    first, spent = 0, 0.0
    if state := keeper.load():
        head.load_state_dict(state["head"])
        average.load_state_dict(state["average"])
        optimizer.load_state_dict(state["optimizer"])
        first, spent = int(state["step"]), float(state["minutes"])
    started, shown, done = time.monotonic(), math.nan, 0.0
    bar = tqdm(total=settings.steps, initial=first, desc="generator", mininterval=10)
    for step in range(first, settings.steps):
        used = spent + (time.monotonic() - started) / 60
        done = max(step / settings.steps, used / minutes)
        if done >= 1:
            break
        for group in optimizer.param_groups:
            group["lr"] = (
                settings.rate * min(1, (step + 1) / 150) * (0.03 + 0.97 * 0.5 * (1 + math.cos(math.pi * done)))
            )
        batch = [part.to(device) for part in sampler.batch()]
        with torch.autocast(device, torch.bfloat16):
            loss = loss_of(head, *batch)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(head.parameters(), 1.0)
        optimizer.step()
        with torch.no_grad():
            torch._foreach_lerp_(
                list(average.parameters()), list(head.parameters()), 1 - min(settings.average, step / (step + 20))
            )
        shown = loss.item() if math.isnan(shown) else 0.98 * shown + 0.02 * loss.item()
        bar.update()
        bar.set_postfix(loss=f"{shown:.3f}", refresh=False)
        if keeper.due():
            keeper.save(_state(head, average, optimizer, step + 1, used))
            save_weights(average, head.config.as_dict(), weights.with_suffix(".partial"))
            tqdm.write(f"step {step + 1}: {used:.1f} min, loss {shown:.3f}")
    bar.close()
    keeper.save(_state(head, average, optimizer, bar.n, minutes * done))
    save_weights(average, head.config.as_dict(), weights)
    weights.with_suffix(".partial").unlink(missing_ok=True)
    write_checksums(weights.parent)


def _state(
    head: MotionHead, average: MotionHead, optimizer: torch.optim.AdamW, step: int, minutes: float
) -> dict[str, object]:
    return {
        "head": head.state_dict(),
        "average": average.state_dict(),
        "optimizer": optimizer.state_dict(),
        "step": step,
        "minutes": minutes,
    }


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--data", type=Path, default=training_folder() / "prepared", help="folder made by training.prepare"
    )
    parser.add_argument("--samples", type=Path, default=training_folder() / "samples.npz")
    parser.add_argument("--out", type=Path, default=WEIGHTS_FOLDER / "generator.safetensors")
    parser.add_argument("--steps", type=int, default=Settings.steps)
    parser.add_argument("--minutes", type=float, default=150.0, help="stop by then at the latest")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--overfit", action="store_true", help="one batch again and again: must reach a loss near 0")
    arguments = parser.parse_args()
    settings = replace(Settings(), steps=arguments.steps, seed=arguments.seed)
    sampler = SampleSampler(arguments.samples, arguments.data / "clips.json", settings, load_tokenizer().config.codes)
    if arguments.overfit:
        batch = sampler.batch()
        sampler.batch = lambda: batch  # type: ignore[method-assign]
    train(sampler, settings, training_folder() / "generator", arguments.out, arguments.minutes)


if __name__ == "__main__":
    main()
