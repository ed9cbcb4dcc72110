# SPDX-License-Identifier: GPL-3.0-or-later
"""Let the generator practise: ``python -m training.practice --minutes 20 --out practice.npz``.

It is asked for what recordings and variations seldom show together, writes several drafts of each, and the captioner tells
which did it. Those are written as further samples for ``training.train_generator``: rare successes become common ones, as in
rejection sampling fine-tuning (Dong et al., arXiv 2304.06767; for reasoning Zelikman et al., arXiv 2203.14465). What is
said of a draft is what is seen in it, never what was hoped for, so a failure can teach nothing wrong.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import torch
from tqdm import tqdm

from server.captioner import attributes_of
from server.drafts import draft_samplings
from server.generator import Generator
from server.home import training_folder
from server.motion.contacts import jitter, planted_slide
from server.motion.skeleton import PARTS
from server.networks.files import WEIGHTS_FOLDER
from server.networks.tokenizer import PartTokenizer
from server.parts.attributes import from_vector, mirrored, to_vector
from server.parts.vocabulary import SLOT_PARTS
from server.precision import autocast
from server.sampling import Sampling
from training.practice.asks import Ask, Asks
from training.sampler import joined
from training.samples import LONGEST, PRACTISED, Piece, Rows, load_tokenizer

_ASKS: Final = 16  # at once
_DRAFTS: Final = 6  # of each
_SHORTEST: Final = 16  # steps
_WRITTEN_EVERY: Final = 100  # samples, lest a run that is cut be lost
_BETTER: Final = 0.03  # by how much more of all words than usual a composed draft must do
_WORSE: Final = 0.05  # how much less of the other words a draft may do that does what is practised
_SLIDES: Final = 0.35  # m/s of planted feet; a draft that slides more is no example
_JERKS: Final = 6.0  # jitter that no example has
_USUAL: Final = 0.15  # of the asks that every draft does, how many are kept: they teach little


def _shares(said: npt.NDArray[np.int64], seen: npt.NDArray[np.int64]) -> float:
    """Return the share of what is said (slots) that is seen, mean over the parts."""
    spoken = [words for part in range(len(PARTS)) if (words := (part == SLOT_PARTS) & (said > 0)).any()]
    return float(np.mean([(seen == said)[words].mean() for words in spoken])) if spoken else 1.0


def _chosen(ask: Ask, seen: npt.NDArray[np.int64], slides: npt.NDArray[np.float64], asks: Asks) -> int | None:
    """Return which draft, of which the captioner saw (drafts, slots), is worth learning from, or None."""
    shares = np.array([_shares(ask.said, row) for row in seen])
    if ask.slot < 0:
        best = int(np.argmax(shares - slides))
        return best if shares[best] > shares.mean() + _BETTER else None
    done = seen[:, ask.slot] == ask.said[ask.slot]
    asks.note(ask, float(done.mean()))
    best = int(np.argmax(done + shares - slides))
    usual = asks.dice.random() > max(_USUAL, 1 - float(done.mean()))
    return best if done[best] and not usual and shares[best] > shares.mean() - _WORSE else None


def _kept(ask: Ask, tokens: npt.NDArray[np.int64], tokenizer: PartTokenizer, asks: Asks) -> Piece | None:
    """Return the best of an ask's drafts (drafts, steps, 6) as a sample, if there is something to learn from it."""
    motions = [tokenizer.decode(row)[0] for row in tokens]
    seen = np.array([to_vector(attributes_of(motion)) for motion in motions])
    slides = np.array([planted_slide(motion) for motion in motions])
    best = _chosen(ask, seen, slides, asks)
    if best is None or slides[best] > _SLIDES or jitter(motions[best]) > _JERKS:
        return None
    said = [seen[best], np.where(seen[best] == ask.said, ask.said, 0)]
    return Piece(
        tokens[best].astype(np.int32),
        tokenizer.encode(motions[best].mirrored()).astype(np.int32),
        [[(0, len(tokens[best]))], [(0, len(tokens[best]))]],
        np.array(said, dtype=np.int8),
        np.array([to_vector(mirrored(from_vector(row))) for row in said], dtype=np.int8),
    )


def practise(generator: Generator, tokenizer: PartTokenizer, asks: Asks, minutes: float) -> Iterator[Piece | None]:
    """Yield the sample made of each ask, if there is one, until the minutes are over."""
    ends = time.monotonic() + 60 * minutes
    hows = draft_samplings(Sampling(), _DRAFTS) * _ASKS
    while time.monotonic() < ends:
        some = [asks.draw() for _ in range(_ASKS)]
        steps = int(asks.dice.integers(_SHORTEST, LONGEST + 1))
        said = np.repeat(np.stack([ask.said for ask in some]), _DRAFTS, axis=0)[:, None].repeat(steps, axis=1)
        seeds = asks.dice.integers(0, 2**31, len(said)).tolist()
        with autocast(generator.device.type):
            tokens = generator.generate(said, seeds, sampling=hows)
        for ask, rows in zip(some, tokens.reshape(_ASKS, _DRAFTS, steps, len(PARTS)), strict=True):
            yield _kept(ask, rows, tokenizer, asks)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--samples",
        type=Path,
        nargs="+",
        default=[training_folder() / "samples.npz"],
        help="files of training.samples, whose captions are used",
    )
    parser.add_argument("--weights", type=Path, default=WEIGHTS_FOLDER, help="folder of generator and tokenizer")
    parser.add_argument("--out", type=Path, default=training_folder() / "practised.npz")
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    arrays = joined(arguments.samples)
    labels = np.repeat(arrays["label"], arrays["phases"])
    asks = Asks(arrays["said"], labels, arguments.seed)
    generator, tokenizer = (
        Generator.load(arguments.weights),
        load_tokenizer(arguments.weights / "tokenizer.safetensors"),
    )
    rows, kept = Rows(), 0
    bar = tqdm(practise(generator, tokenizer, asks, arguments.minutes), "practised", mininterval=10)
    with torch.inference_mode():
        for piece in bar:
            if piece is not None:
                rows.add(piece, PRACTISED)
                kept += 1
                if kept % _WRITTEN_EVERY == 0:
                    rows.write(arguments.out)
                bar.set_postfix(kept=kept, refresh=False)
    if not kept:
        parser.exit(1, "Nothing worth learning from came of it. Give it more minutes, or better weights.\n")
    rows.write(arguments.out)
    tqdm.write(f"{kept} samples of {bar.n} asks in {arguments.out}")


if __name__ == "__main__":
    main()
