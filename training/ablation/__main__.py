# SPDX-License-Identifier: GPL-3.0-or-later
"""Train and measure the variants: ``python -m training.ablation --data PREPARED --samples SAMPLES --json F.json``.

Every variant is a small generator, trained from nothing with the same seed for the same number of steps; so the figures stand
beside each other and not beside those of the shipped weights, which were trained much longer. Figures are percentages:

* content, style: recognised by the ruler, asked for by label and caption of validation clips;
* attributes: of those captions, found by the captioner in the result; again in wordings never trained on;
* exchanged arms: the same of the arms, where they are asked to do what another clip's arms do;
* phrases: plain phrases met (the one for the whole body has the phrase as its text).

The figures are written after every variant, and a variant that has been trained is not trained again.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import torch
from torch import Tensor
from tqdm import tqdm

from server.generator import Generator
from server.home import training_folder
from server.llm import LanguageModel
from server.llm_format import compose_prefix
from training.corpus.entries import entries
from training.evaluate.obedience import chosen_phrases
from training.evaluate.ruler import Ruler
from training.library import Library
from training.samples import TOKENIZER_FILE, load_tokenizer

from .measure import Measure, Requests, requests
from .told import HELD_OUT, TRAINED, Encode, Sources, Told, clause_states, with_nothing
from .variants import VARIANTS, Variant, labels_of, trained

_TEXTS = 3  # of each label: those to train on and one held out


def whole_texts(labels: list[str], phrases: int) -> list[str]:
    """Return the texts for the whole body: of every label in `_TEXTS` wordings, then of plain phrases, which have one."""
    contents, styles = entries("contents"), entries("styles")
    texts = []
    for label in labels:
        content, style = label.split("|")
        pairs = list(zip(contents[content].trained, styles[style].trained, strict=False))
        chosen = [pairs[number % len(pairs)] for number in TRAINED]
        chosen.append((contents[content].held_out[0], styles[style].held_out[0]))
        texts += [compose_prefix(*pair) for pair in chosen]
    for phrase in chosen_phrases(phrases):
        said = " ".join(phrase.texts[part] for part in phrase.said)
        base = "stands" if phrase.base == "stand" else "walks forward"
        texts += [compose_prefix(f"{base}, {said}", "normally")] * _TEXTS
    return texts


def states(labels: list[str], phrases: int) -> dict[bool, tuple[Tensor, Tensor]]:
    """Return the states of clauses and of whole texts, by whether the language model is the tuned one."""
    found = {}
    for tuned in (True, False):
        encode = _batched(LanguageModel.load() if tuned else LanguageModel.load(adapter=None))
        found[tuned] = (clause_states(encode), with_nothing(encode(whole_texts(labels, phrases)), _TEXTS))
    return found


def _batched(llm: LanguageModel, batch: int = 64) -> Encode:
    def encode(texts: object) -> Tensor:
        rows = list(texts)  # type: ignore[call-overload]
        return torch.cat(
            [llm.states(rows[first : first + batch]).float().cpu() for first in range(0, len(rows), batch)]
        )

    return encode


def figures(
    measure: Measure, told: Told, variant: Variant, asked: Requests, phrases: int, labels: int
) -> dict[str, float]:
    """Return a variant's figures."""
    told.heard(TRAINED[0])
    found = measure.captions(asked)
    found["exchanged_arms"] = measure.exchanged(asked)
    found["phrases"] = measure.phrases(phrases, labels + 1 if variant.parts == "none" else 0)
    told.heard(HELD_OUT)
    held_out = measure.captions(asked)
    return found | {f"{name}_in_held_out_wordings": value for name, value in held_out.items()}


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=training_folder() / "prepared", help="made by training.prepare")
    parser.add_argument("--samples", type=Path, default=training_folder() / "samples.npz", help="by training.samples")
    parser.add_argument("--tokenizer", type=Path, default=TOKENIZER_FILE, help="of the samples")
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--clips", type=int, default=64, help="validation clips that are asked for")
    parser.add_argument("--phrases", type=int, default=100, help="plain phrases, pairs of sides counted once")
    parser.add_argument("--json", type=Path, required=True)
    arguments = parser.parse_args()
    labels, ruler = labels_of(arguments.samples), Ruler.load()
    tokenizer, told = load_tokenizer(arguments.tokenizer), states(labels, arguments.phrases)
    asked = requests(Library(arguments.data), labels, ruler, arguments.clips)
    table: dict[str, dict[str, float]] = {}
    for variant in VARIANTS:
        clauses, whole = told[variant.tuned]
        heard = clauses if variant.parts in ("states", "both") else None
        sources = Sources(heard, whole if variant.whole else None, variant.parts in ("attributes", "both"))
        folder = training_folder() / "ablation" / variant.name.replace(" ", "_")
        levels = tokenizer.config.levels
        head, hearing = trained(variant, sources, arguments.samples, levels, arguments.steps, arguments.batch, folder)
        measure = Measure(Generator(head), tokenizer, ruler)
        table[variant.name] = figures(measure, hearing, variant, asked, arguments.phrases, len(labels))
        tqdm.write(f"{variant.name}: {table[variant.name]}")
        arguments.json.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
