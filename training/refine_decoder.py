# SPDX-License-Identifier: GPL-3.0-or-later
"""Refine the tokenizer's decoder alone: ``python -m training.refine_decoder --data PREPARED``.

Encoders, codes and statistics stay as they are, so every token keeps its meaning and the generator needs no new training.
Planted feet weigh three times as much as in the first training.
"""

from __future__ import annotations

import argparse
import math
import time
from pathlib import Path

import torch
from tqdm import tqdm

from server.home import training_folder
from server.networks.files import WEIGHTS_FOLDER, save_weights, write_checksums
from server.networks.tokenizer import PartTokenizer
from training.library import Library
from training.samples import load_tokenizer
from training.train_tokenizer import Settings, WindowSampler, held_out_error, losses

_SLIDE_WEIGHT = 1.0
_RATE = 5e-4


def refine(network: PartTokenizer, library: Library, minutes: float, seed: int) -> None:
    """Train the decoder in place until the minutes are over."""
    torch.manual_seed(seed)
    network.requires_grad_(requires_grad=False)
    network.decoder.requires_grad_(requires_grad=True)
    optimizer = torch.optim.AdamW(network.decoder.parameters(), lr=_RATE, weight_decay=0.01, betas=(0.9, 0.98))
    sampler = WindowSampler(library, Settings(seed=seed))
    started = time.monotonic()
    with tqdm(desc="decoder", mininterval=5) as bar:
        while (done := (time.monotonic() - started) / (60 * minutes)) < 1:
            for group in optimizer.param_groups:
                group["lr"] = _RATE * min(1.0, (bar.n + 1) / 50) * 0.5 * (1 + math.cos(math.pi * done))
            loss, error = losses(network, sampler.batch(), _SLIDE_WEIGHT)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.decoder.parameters(), 1.0)
            optimizer.step()
            bar.update()
            bar.set_postfix(mm=f"{error.item() * 1000:.1f}", refresh=False)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=training_folder() / "prepared", help="made by training.prepare")
    parser.add_argument("--out", type=Path, default=WEIGHTS_FOLDER / "tokenizer.safetensors")
    parser.add_argument("--minutes", type=float, default=6.0)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    library, network = Library(arguments.data), load_tokenizer()
    tqdm.write(f"before, mm (val): {held_out_error(network, library, 'val')}")
    refine(network.train(), library, arguments.minutes, arguments.seed)
    tqdm.write(f"after, mm (val): {held_out_error(network, library, 'val')}")
    save_weights(network, network.config.as_dict(), arguments.out)
    write_checksums(arguments.out.parent)


if __name__ == "__main__":
    main()
