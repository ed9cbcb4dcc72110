# SPDX-License-Identifier: GPL-3.0-or-later
"""``python -m training.evaluate --json F.json``: every figure of the trained models, beside real data."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from server.generator import Sampling
from server.home import training_folder
from server.pipeline import Pipeline
from training.library import Library

from .classifier import Classifier
from .prompted import generate, plain_checks, score, speed, tasks
from .reconstruction import reconstruction


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--data", type=Path, default=training_folder() / "prepared", help="folder made by training.prepare"
    )
    parser.add_argument("--json", type=Path, help="write the figures here as well")
    parser.add_argument("--clips", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--held-out", action="store_true", help="prompts in wordings that the model never saw")
    parser.add_argument("--temperature", type=float, default=Sampling.temperature)
    parser.add_argument("--guidance", type=float, default=Sampling.guidance)
    parser.add_argument("--no-memory", action="store_true", help="the language model without its memory of entries")
    arguments = parser.parse_args()
    library = Library(arguments.data)
    pipeline = Pipeline.load()
    if arguments.no_memory and pipeline.llm is not None:
        pipeline.llm.memory = None
    classifier = Classifier(library, arguments.seed)
    wanted = tasks(library, arguments.clips, arguments.held_out, arguments.seed)
    motions = generate(pipeline, wanted, Sampling(arguments.temperature, arguments.guidance))
    figures = {
        "tokenizer": reconstruction(pipeline.tokenizer, library),
        "from_prompts": score(classifier, library, wanted, motions),
        "plain": plain_checks(pipeline),
        "speed": speed(pipeline),
    }
    text = json.dumps(figures, indent=1)
    if arguments.json:
        arguments.json.write_text(text + "\n", encoding="utf-8")
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    main()
