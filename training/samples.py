# SPDX-License-Identifier: GPL-3.0-or-later
"""What the generator learns from: stretches of clips as tokens, each with what the captioner says of its phases.

Every recorded clip is taken as it is and played slower and faster (the rarer its label, the more often); every varied clip
(`training.variations.make`) as it is; each of these whole and in random stretches, and the mirror image of each comes with
it. A stretch is one phase, or is cut at random into two or three. Phases are captioned on their own, since a caption
tells what happens between the first and the last frame that are seen. What is captioned is the motion that the tokens are decoded
to: the generator shall learn what its tokens look like, not what was lost on the way to them.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import torch
from tqdm import tqdm

from server.captioner import attributes_of
from server.home import training_folder
from server.motion.motion import Motion
from server.motion.skeleton import FPS
from server.networks.files import WEIGHTS_FOLDER, load_weights
from server.networks.tokenizer import PartTokenizer, tokenizer_config_from
from server.parts.attributes import mirrored, to_vector
from training.library import Entry, Library
from training.variations import VARIED

TOKENIZER_FILE: Final = WEIGHTS_FOLDER / "tokenizer.safetensors"
PRACTISED: Final = "practised"
"""The label of samples that ``training.practice`` makes."""
LONGEST: Final = 40  # steps of the longest stretch
_SHORTEST: Final = 8
_RARE: Final = "dataset-1"  # one take a label pair: more speeds and stretches of each
Span = tuple[int, int]
"""First step and number of steps."""


@dataclass(frozen=True)
class Piece:
    """One version of one clip: its tokens, its mirror image's, and its stretches, each a row of captioned phases."""

    tokens: npt.NDArray[np.int32]
    tokens_mirrored: npt.NDArray[np.int32]
    stretches: list[list[Span]]
    said: npt.NDArray[np.int8]
    said_mirrored: npt.NDArray[np.int8]


def _cut(span: Span, dice: np.random.Generator) -> list[Span]:
    """Cut a stretch into two or three phases where it is long enough."""
    first, length = span
    count = min(int(dice.integers(2, 4)), length // _SHORTEST)
    if count < 2:
        return [span]
    room = length - count * _SHORTEST
    ends = np.sort(dice.integers(0, room + 1, count - 1)) + _SHORTEST * np.arange(1, count)
    bounds = [0, *ends.tolist(), length]
    return [(first + a, b - a) for a, b in zip(bounds[:-1], bounds[1:], strict=True)]


def _stretches(steps: int, count: int, dice: np.random.Generator) -> list[list[Span]]:
    """Return the whole clip where it is short enough, and random stretches, a third of them cut into phases."""
    chosen = [(0, steps)] if steps <= LONGEST else []
    for _ in range(count):
        length = min(steps, int(dice.integers(12, LONGEST + 1)))
        chosen.append((int(dice.integers(0, steps - length + 1)), length))
    if steps > LONGEST:  # beginnings and ends are where actions start and come to rest
        chosen += [(0, LONGEST), (steps - LONGEST, LONGEST)]
    whole = sorted(set(chosen))
    cut = [_cut(whole[place], dice) for place in dice.permutation(len(whole))[: (len(whole) + 1) // 2]]
    return [[span] for span in whole] + [phases for phases in cut if len(phases) > 1]


def _piece(motion: Motion, tokenizer: PartTokenizer, count: int, dice: np.random.Generator) -> Piece | None:
    frames = tokenizer.config.frames
    steps = motion.frames // frames
    if steps < _SHORTEST:
        return None
    motion = motion.sliced(0, steps * frames)
    tokens = tokenizer.encode(motion)
    decoded = tokenizer.decode(tokens)[0]
    stretches = _stretches(steps, count, dice)
    spans = [span for phases in stretches for span in phases]
    said = [attributes_of(decoded.sliced(first * frames, (first + length) * frames)) for first, length in spans]
    return Piece(
        tokens.astype(np.int32),
        tokenizer.encode(motion.mirrored()).astype(np.int32),
        stretches,
        np.array([to_vector(row) for row in said], dtype=np.int8),
        np.array([to_vector(mirrored(row)) for row in said], dtype=np.int8),
    )


def _versions(entry: Entry, motion: Motion, dice: np.random.Generator) -> Iterator[Motion]:
    """Yield a clip and, if it was recorded, the clip at other speeds."""
    yield motion
    if entry.dataset == VARIED:
        return
    for rate in dice.uniform(0.75, 1.3, 3 if entry.name.startswith(_RARE) else 1):
        yield Motion(motion.root_positions, motion.rotations, motion.fps * float(rate)).resampled(FPS)


def _pieces(job: tuple[Entry, Motion], tokenizer: PartTokenizer, seed: int) -> list[Piece]:
    torch.set_num_threads(1)
    entry, motion = job
    dice = np.random.default_rng([seed, entry.start])
    count = 3 if entry.name.startswith(_RARE) else min(8, 1 + entry.frames // 120)
    made = (_piece(version, tokenizer, count, dice) for version in _versions(entry, motion, dice))
    return [piece for piece in made if piece is not None]


class Rows:
    """Collects pieces as the arrays of a file of samples, see `build`."""

    def __init__(self) -> None:
        """Begin without any."""
        self._rows: dict[str, list[npt.NDArray[np.generic]]] = {}
        self._steps = self._phases = 0

    def add(self, piece: Piece, label: str) -> None:
        """Add all stretches of a piece under a label."""
        counts = [len(phases) for phases in piece.stretches]
        spans = np.array([span for phases in piece.stretches for span in phases])
        new = {
            "tokens": piece.tokens,
            "tokens_mirrored": piece.tokens_mirrored,
            "first": spans[:, 0] + self._steps,
            "length": spans[:, 1],
            "said": piece.said,
            "said_mirrored": piece.said_mirrored,
            "phase": np.cumsum([0, *counts[:-1]]) + self._phases,
            "phases": np.array(counts),
            "label": np.full(len(counts), label),
        }
        for name, values in new.items():
            self._rows.setdefault(name, []).append(values)
        self._steps += len(piece.tokens)
        self._phases += len(spans)

    def write(self, out: Path) -> None:
        """Write the file; an older one stays until the new one is complete."""
        partial_file = out.with_suffix(".partial.npz")
        arrays = {name: np.concatenate(values) for name, values in self._rows.items()}
        np.savez(partial_file, **arrays)  # type: ignore[arg-type]
        partial_file.replace(out)


def build(
    libraries: list[Library], tokenizer: PartTokenizer, out: Path, splits: tuple[str, ...], seed: int = 0
) -> None:
    """Write the samples of some splits to a .npz file.

    It holds ``tokens`` and ``tokens_mirrored`` (N, 6) of all pieces one after the other; a row a phase: ``first`` (row in
    tokens), ``length``, ``said`` and ``said_mirrored`` (slots); and a row a stretch: ``phase`` (its first phase), ``phases``
    (how many, one after the other), ``label`` (``content|style``, `VARIED`, `PRACTISED`, or "").
    """
    jobs = [(e, library.motion(e)) for library in libraries for e in library.entries if e.split in splits]
    rows = Rows()
    with get_context("fork").Pool(os.cpu_count()) as pool:
        results = pool.imap(partial(_pieces, tokenizer=tokenizer, seed=seed), jobs, chunksize=8)
        for (entry, _), pieces in zip(jobs, tqdm(results, "captions", len(jobs), mininterval=5), strict=True):
            label = f"{entry.content}|{entry.style}" if entry.content else VARIED * (entry.dataset == VARIED)
            for piece in pieces:
                rows.add(piece, label)
    rows.write(out)


def load_tokenizer(path: Path = TOKENIZER_FILE) -> PartTokenizer:
    """Load trained tokenizer weights."""
    tensors, values = load_weights(path)
    tokenizer = PartTokenizer(tokenizer_config_from(values))
    tokenizer.load_state_dict(tensors)
    return tokenizer.eval()


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--data", type=Path, default=training_folder() / "prepared", help="folder made by training.prepare"
    )
    parser.add_argument("--varied", type=Path, nargs="+", default=[], help="folders made by training.variations.make")
    parser.add_argument("--tokenizer", type=Path, default=TOKENIZER_FILE)
    parser.add_argument("--out", type=Path, default=training_folder() / "samples.npz")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    libraries = [Library(folder) for folder in (arguments.data, *arguments.varied)]
    build(libraries, load_tokenizer(arguments.tokenizer), arguments.out, ("train",))


if __name__ == "__main__":
    main()
