# SPDX-License-Identifier: GPL-3.0-or-later
"""What the generator learns from: stretches of clips as tokens, each with what the captioner says of it.

Every clip is taken as it is and played slower and faster (the rarer its label, the more often), each of these whole and in
random stretches; the mirror image of each comes with it. Stretches are captioned on their own, since a caption tells
what happens between the first and the last frame that are seen.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from tqdm import tqdm

from server.captioner import attributes_of
from server.home import training_folder
from server.motion.features import features
from server.motion.motion import Motion
from server.motion.skeleton import FPS
from server.networks.files import WEIGHTS_FOLDER, load_weights
from server.networks.tokenizer import PartTokenizer, tokenizer_config_from
from server.parts.attributes import mirrored, to_vector
from training.library import Entry, Library

LONGEST = 40  # steps of the longest stretch
_SHORTEST = 8
_RARE = "dataset-1"  # one take a label pair: more speeds and stretches of each


@dataclass(frozen=True)
class _Piece:
    """One speed of one clip: its features, its mirror image's, and its stretches with their attributes."""

    plain: npt.NDArray[np.float16]
    mirror: npt.NDArray[np.float16]
    stretches: list[tuple[int, int]]
    said: npt.NDArray[np.int8]
    said_mirrored: npt.NDArray[np.int8]


def _stretches(steps: int, count: int, dice: np.random.Generator) -> list[tuple[int, int]]:
    """Return (first step, number of steps): the whole clip where it is short enough, and random stretches."""
    chosen = [(0, steps)] if steps <= LONGEST else []
    for _ in range(count):
        length = min(steps, int(dice.integers(12, LONGEST + 1)))
        chosen.append((int(dice.integers(0, steps - length + 1)), length))
    if steps > LONGEST:  # beginnings and ends are where actions start and come to rest
        chosen += [(0, LONGEST), (steps - LONGEST, LONGEST)]
    return sorted(set(chosen))


def _piece(motion: Motion, rate: float, frames: int, count: int, dice: np.random.Generator) -> _Piece | None:
    if rate != 1.0:
        slower = Motion(motion.root_positions, motion.rotations, motion.fps * rate)
        motion = slower.resampled(FPS)
    steps = motion.frames // frames
    if steps < _SHORTEST:
        return None
    motion = motion.sliced(0, steps * frames).canonical()
    stretches = _stretches(steps, count, dice)
    said = [attributes_of(motion.sliced(first * frames, (first + length) * frames)) for first, length in stretches]
    return _Piece(
        features(motion).astype(np.float16),
        features(motion.mirrored().canonical()).astype(np.float16),
        stretches,
        np.array([to_vector(row) for row in said], dtype=np.int8),
        np.array([to_vector(mirrored(row)) for row in said], dtype=np.int8),
    )


def _pieces(job: tuple[Entry, Motion], frames: int, seed: int) -> list[_Piece]:
    entry, motion = job
    dice = np.random.default_rng([seed, entry.start])
    rare = entry.name.startswith(_RARE)
    rates = [1.0, *dice.uniform(0.75, 1.3, 3 if rare else 1)]
    count = 4 if rare else min(8, 1 + entry.frames // 120)
    pieces = (_piece(motion, float(rate), frames, count, dice) for rate in rates)
    return [piece for piece in pieces if piece is not None]


@torch.inference_mode()
def build(library: Library, tokenizer: PartTokenizer, out: Path, splits: tuple[str, ...], seed: int = 0) -> None:
    """Write the samples of some splits to a .npz file.

    It holds ``tokens`` and ``tokens_mirrored`` (N, 6) of all pieces one after the other, and a row a stretch: ``first``
    (row in tokens), ``length``, ``clip`` (index in the library), ``said`` and ``said_mirrored`` (slots).
    """
    chosen = [(index, entry) for index, entry in enumerate(library.entries) if entry.split in splits]
    jobs = [(entry, library.motion(entry)) for _, entry in chosen]
    rows: dict[str, list[npt.NDArray[np.generic]]] = {}
    total = 0
    with get_context("fork").Pool(2) as pool:
        results = pool.imap(partial(_pieces, frames=tokenizer.config.frames, seed=seed), jobs, chunksize=8)
        for (index, _), pieces in zip(chosen, tqdm(results, "captions", len(jobs), mininterval=5), strict=True):
            for piece in pieces:
                pair = torch.from_numpy(np.stack((piece.plain, piece.mirror)).astype(np.float32))
                tokens = tokenizer.tokens_of(pair).numpy().astype(np.int16)
                starts = np.array([first for first, _ in piece.stretches])
                new = {
                    "tokens": tokens[0],
                    "tokens_mirrored": tokens[1],
                    "first": starts + total,
                    "length": np.array([length for _, length in piece.stretches]),
                    "clip": np.full(len(starts), index),
                    "said": piece.said,
                    "said_mirrored": piece.said_mirrored,
                }
                for name, values in new.items():
                    rows.setdefault(name, []).append(values)
                total += len(tokens[0])
    partial_file = out.with_suffix(".partial.npz")
    arrays = {name: np.concatenate(values) for name, values in rows.items()}
    np.savez(partial_file, **arrays)  # type: ignore[arg-type]
    partial_file.replace(out)


def load_tokenizer(path: Path = WEIGHTS_FOLDER / "tokenizer.safetensors") -> PartTokenizer:
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
    parser.add_argument("--out", type=Path, default=training_folder() / "samples.npz")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    build(Library(arguments.data), load_tokenizer(), arguments.out, ("train",))


if __name__ == "__main__":
    main()
