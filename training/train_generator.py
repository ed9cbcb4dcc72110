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
import math
import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

import torch
from safetensors import safe_open
from torch import Tensor
from torch.nn.functional import cross_entropy
from tqdm import tqdm

from server.home import training_folder
from server.networks.digits import Digits
from server.networks.files import WEIGHTS_FOLDER, save_weights, write_checksums
from server.networks.motion_head import HeadConfig, MotionHead
from server.parts.vocabulary import SLOT_PARTS, SLOTS
from server.precision import autocast
from training.checkpoint import Checkpointer, Learner
from training.contradictions import write_contradictions
from training.feeding import fed, workers_for
from training.sampler import IGNORED, Batch, SampleSampler, Settings
from training.samples import load_tokenizer
from training.stepping import Stepper

_SHOWN_EVERY: Final = 10  # steps; a figure that is shown has to be waited for


def new_head(
    levels: tuple[int, ...], dropout: float = 0.0, width: int = HeadConfig.width, layers: int = HeadConfig.layers
) -> MotionHead:
    """Return an untrained generator for the present vocabulary, of a width (a multiple of 32) and a number of layers."""
    hidden = HeadConfig.hidden * width // HeadConfig.width // 32 * 32
    config = HeadConfig(
        tuple(SLOT_PARTS.tolist()),
        tuple(len(slot.values) for slot in SLOTS),
        levels,
        width=width,
        layers=layers,
        heads=width // 32,
        hidden=hidden,
    )
    return MotionHead(config, dropout)


def warm_started(head: MotionHead, weights: Path) -> int:
    """Copy what fits of older weights into a new head, and return how many tensors did.

    What attributes mean and how steps follow each other outlives a change of the tokenizer or of the vocabulary's size.
    """
    own = head.state_dict()
    with safe_open(weights, framework="pt") as file:
        shapes = {name: list(file.get_slice(name).get_shape()) for name in file.keys()}  # noqa: SIM118 (no mapping)
        fitting = [name for name, shape in shapes.items() if name in own and shape == list(own[name].shape)]
        head.load_state_dict(own | {name: file.get_tensor(name).float() for name in fitting})
    return len(fitting)


def halfway(before: MotionHead, after: MotionHead) -> MotionHead:
    """Return the mean of a head's weights before and after it was trained on.

    What was learnt stays and little of the rest is lost (Wortsman et al., arXiv 2109.01903).
    """
    start, end = before.state_dict(), after.state_dict()
    mean = copy.deepcopy(after)
    mean.load_state_dict({name: torch.lerp(start[name].to(value.device), value, 0.5) for name, value in end.items()})
    return mean


def loss_of(head: MotionHead, batch: Batch) -> Tensor:
    """Return the mean cross entropy in nats a token."""
    condition = head.condition(batch.rows, batch.which, batch.remaining)
    logits = head(batch.tokens.clamp(min=0), batch.before, condition, batch.lengths)
    digits = head.config.digits.of(batch.tokens.clamp(min=0))
    digits = digits.masked_fill((batch.tokens == IGNORED)[..., None], IGNORED)
    parts = [
        cross_entropy(row.float().flatten(0, 2), digits[..., place].flatten(), ignore_index=IGNORED)
        for place, row in enumerate(logits)
    ]
    return torch.stack(parts).sum()


def _judged(head: MotionHead, device: str, batch: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
    with autocast(device):
        loss = loss_of(head, Batch(*batch))
    return loss, loss


def train(
    sampler: SampleSampler, head: MotionHead, settings: Settings, folder: Path, weights: Path, minutes: float
) -> MotionHead:
    """Train, resuming from the checkpoint; the weights written and returned are a moving average over the steps.

    Stops after ``settings.steps`` steps, or earlier when the minutes are over; the learning rate follows whichever of
    the two is nearer its end.
    """
    torch.manual_seed(settings.seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    head.to(device)
    learner = Learner(head, weight_decay=0.02)
    keeper = Checkpointer(folder / "generator.pt")
    first, spent = learner.restore(keeper.load())
    feed = fed(partial(sampler.batches, one_shape=device == "cuda"), workers_for(device))
    stepper = Stepper(learner, partial(_judged, head, device))
    started, shown, done = time.monotonic(), math.nan, 0.0
    bar = tqdm(total=settings.steps, initial=first, desc="generator", mininterval=10)
    for step in range(first, settings.steps):
        used = spent + (time.monotonic() - started) / 60
        done = max(step / settings.steps, used / minutes)
        if done >= 1:
            break
        rate = settings.rate * min(1, (step + 1) / 150) * (0.03 + 0.97 * 0.5 * (1 + math.cos(math.pi * done)))
        loss = stepper(next(feed).tensors(device), rate, min(settings.average, step / (step + 20)))
        if step % _SHOWN_EVERY == 0:
            shown = loss.item() if math.isnan(shown) else 0.8 * shown + 0.2 * loss.item()
            bar.set_postfix(loss=f"{shown:.3f}", refresh=False)
        bar.update()
        if keeper.due():
            keeper.save(learner.state(step + 1, used))
            save_weights(learner.average, head.config.as_dict(), weights.with_suffix(".partial"))
            tqdm.write(f"step {step + 1}: {used:.1f} min, loss {shown:.3f}")
    bar.close()
    keeper.save(learner.state(bar.n, minutes * done))
    save_weights(learner.average, head.config.as_dict(), weights)
    weights.with_suffix(".partial").unlink(missing_ok=True)
    write_checksums(weights.parent)
    return learner.average


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--samples",
        type=Path,
        nargs="+",
        default=[training_folder() / "samples.npz"],
        help="files of training.samples and training.practice",
    )
    parser.add_argument("--practised", type=float, default=Settings.practised, help="share of practised samples")
    parser.add_argument("--rate", type=float, default=Settings.rate, help="highest learning rate")
    parser.add_argument("--out", type=Path, default=WEIGHTS_FOLDER / "generator.safetensors")
    parser.add_argument(
        "--state", type=Path, default=training_folder() / "generator", help="folder of the checkpoint; one a run"
    )
    parser.add_argument("--steps", type=int, default=Settings.steps)
    parser.add_argument("--minutes", type=float, default=150.0, help="stop by then at the latest")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--batch", type=int, default=Settings.batch)
    parser.add_argument("--average", type=float, default=Settings.average, help="of the weights, that stays at a step")
    parser.add_argument("--dropout", type=float, default=Settings.dropout)
    parser.add_argument("--tokenizer", type=Path, help="of the samples; by default the one beside --out")
    parser.add_argument("--width", type=int, default=HeadConfig.width, help="of the transformer, a multiple of 32")
    parser.add_argument("--layers", type=int, default=HeadConfig.layers, help="of the transformer")
    parser.add_argument("--warm", type=Path, help="older weights of which a new run takes what fits")
    parser.add_argument(
        "--halfway", action="store_true", help="write the mean of the --warm weights and the trained ones"
    )
    parser.add_argument("--overfit", action="store_true", help="one batch again and again: must reach a loss near 0")
    arguments = parser.parse_args()
    if arguments.halfway and not arguments.warm:
        parser.error("--halfway needs the weights to begin with: give --warm")
    asked = {
        name: getattr(arguments, name) for name in ("steps", "batch", "rate", "seed", "average", "dropout", "practised")
    }
    settings = replace(Settings(), **asked)
    levels = load_tokenizer(arguments.tokenizer or arguments.out.with_name("tokenizer.safetensors")).config.levels
    sampler = SampleSampler(arguments.samples, settings, Digits(levels).codes)
    if arguments.overfit:
        batch = sampler.batch()
        sampler.batch = lambda: batch  # type: ignore[method-assign]
    torch.manual_seed(settings.seed)
    head = new_head(levels, settings.dropout, arguments.width, arguments.layers)
    if arguments.warm:
        tqdm.write(f"{warm_started(head, arguments.warm)} tensors from {arguments.warm}")
    before = copy.deepcopy(head)
    trained = train(sampler, head, settings, arguments.state, arguments.out, arguments.minutes)
    if arguments.halfway:
        save_weights(halfway(before, trained), head.config.as_dict(), arguments.out)
    write_contradictions(arguments.samples, arguments.out.parent)  # and the checksums of all


if __name__ == "__main__":
    main()
