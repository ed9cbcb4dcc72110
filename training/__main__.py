# SPDX-License-Identifier: GPL-3.0-or-later
"""From a folder of motion to weights in one command: ``python -m training DATA WEIGHTS --minutes 240``.

DATA is a folder of BVH files, with an ``index.csv`` where there is one, or any data sets that docs/data.md lists. WEIGHTS is a
folder that gets a tokenizer, a generator, an adapter of the language model and their checksums, and is used by
``python -m server generate --weights WEIGHTS`` and by the extension's preferences. The minutes are shared among the three trainers.
Each step can be killed: the same command goes on where it was.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from server.home import training_folder

_SHARES: Final = {"tokenizer": 0.3, "generator": 0.5, "words": 0.2}
_WINDOWS: Final = os.name == "nt"
_VARIED_CLIPS: Final = 6000  # a small library is varied more often
_COPIES: Final = (3, 12)
_SMALL_TOKENIZER: Final = ("--width", "224")
_SMALL_GENERATOR: Final = ("--width", "192", "--layers", "5")
_ENDLESS: Final = ("--steps", "1000000")  # the minutes end a run


def steps(arguments: argparse.Namespace, work: Path) -> Iterator[tuple[str, list[str]]]:
    """Yield the module and the arguments of each step, in order."""
    prepared, varied, samples = work / "prepared", work / "varied", work / "samples.npz"
    out: Path = arguments.weights.resolve()
    tokenizer, generator = out / "tokenizer.safetensors", out / "generator.safetensors"
    minutes = {name: f"{share * arguments.minutes:.1f}" for name, share in _SHARES.items()}
    small = arguments.small
    yield "training.prepare", [str(arguments.data.resolve()), str(prepared)]
    if not (varied / "clips.json").is_file():
        clips = len(json.loads((prepared / "clips.json").read_text(encoding="utf-8")))
        copies = min(max(_VARIED_CLIPS // max(clips, 1), _COPIES[0]), _COPIES[1])
        yield "training.variations.make", ["--data", str(prepared), "--out", str(varied), "--copies", str(copies)]
    data = ["--data", str(prepared), "--varied", str(varied)]
    sizes = [*_ENDLESS, *(_SMALL_TOKENIZER if small else ())]
    yield "training.train_tokenizer", [*data, "--out", str(tokenizer), "--minutes", minutes["tokenizer"], *sizes]
    if not samples.is_file():
        yield "training.samples", [*data, "--tokenizer", str(tokenizer), "--out", str(samples)]
    sizes = [*_ENDLESS, "--batch", "32", *(_SMALL_GENERATOR if small else ())]
    yield (
        "training.train_generator",
        ["--samples", str(samples), "--out", str(generator), "--minutes", minutes["generator"], *sizes],
    )
    adapter = ["--out", str(out / "adapter.safetensors"), "--minutes", minutes["words"]]
    yield "training.train_llm", ["--data", str(prepared), *adapter, *_ENDLESS]


def main() -> int:
    """Run all steps; returns the exit code of the first that failed, or 0."""
    parser = argparse.ArgumentParser(
        prog="python -m training", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path, metavar="DATA")
    parser.add_argument("weights", type=Path, metavar="WEIGHTS")
    parser.add_argument("--minutes", type=float, default=240.0, help="of training, all in all")
    parser.add_argument("--small", action="store_true", help="networks of about half the size")
    arguments = parser.parse_args()
    if not arguments.data.is_dir():
        parser.error(f"there is no folder {arguments.data}")
    if _WINDOWS:
        parser.error("training runs on Linux and macOS; on Windows, run it within WSL")
    if find_spec("peft") is None:
        parser.error("training needs packages that 'python install.py test' installs; run that once first")
    work = training_folder() / arguments.weights.resolve().name
    environment = os.environ | {"SMOOGPT_TRAINING": str(work)}
    for module, options in steps(arguments, work):
        sys.stderr.write(f"{module}\n")
        done = subprocess.run([sys.executable, "-m", module, *options], env=environment, check=False)
        if done.returncode:
            sys.stderr.write(f"{module} stopped with code {done.returncode}; run the same command again to go on.\n")
            return done.returncode
    sys.stderr.write(
        f"weights are in {arguments.weights}; their licence is the strictest of the data's (docs/data.md)\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
