# SPDX-License-Identifier: GPL-3.0-or-later
"""Count which words contradict each other: ``python -m training.contradictions --samples samples.npz --out WEIGHTS``.

``training.train_generator`` does it for the samples that it learns from. See `server.contradictions`.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
from safetensors.numpy import save_file

from server.contradictions import FILE, FIRST, SIZES
from server.home import training_folder
from server.networks.files import WEIGHTS_FOLDER, write_checksums
from training.sampler import joined

_HARDLY_EVER: Final = 0.02  # of how often two values would stand together by chance
_RARELY: Final = 0.3
_LEAST: Final = 30  # times that chance would have them together, below which nothing is known
_ROWS: Final = 20_000  # at once


def counted(said: npt.NDArray[np.int8]) -> dict[str, npt.NDArray[np.integer]]:
    """Return which values captions (N, slots) hardly ever join, and how often each stands.

    Values of the same slot never stand together and are no pair.

    Returns:
        ``pairs`` (P, 2) that are joined hardly ever, ``rare`` (R, 2) that are joined rarely, and ``counts`` (V,); see
        `server.contradictions`.
    """
    together = np.zeros((FIRST[-1], FIRST[-1]))
    for start in range(0, len(said), _ROWS):
        rows = said[start : start + _ROWS].astype(np.int64) + FIRST[:-1]
        stands = np.zeros((len(rows), FIRST[-1]), dtype=np.float32)
        np.put_along_axis(stands, rows, 1.0, axis=1)
        stands[:, FIRST[:-1]] = 0.0  # what is left open contradicts nothing
        together += stands.T @ stands
    counts = np.diag(together).copy()
    chance = np.outer(counts, counts) / max(len(said), 1)
    slot = np.repeat(np.arange(len(SIZES)), np.diff(FIRST))
    known = np.triu((chance >= _LEAST) & (slot[:, None] != slot))
    found = {
        name: np.ascontiguousarray(np.argwhere(known & (together < share * chance)), dtype=np.int16)
        for name, share in (("pairs", _HARDLY_EVER), ("rare", _RARELY))
    }
    return {**found, "counts": counts.astype(np.int32)}


def write_contradictions(samples: Sequence[Path], folder: Path) -> int:
    """Count in files of samples, write what was found into a folder of weights, and return how many pairs there are."""
    arrays = joined(samples)
    found = counted(np.concatenate([arrays["said"], arrays["said_mirrored"]]))
    folder.mkdir(parents=True, exist_ok=True)
    config = json.dumps({"sizes": SIZES})
    save_file(found, folder / FILE, metadata={"config": config})
    write_checksums(folder)
    return len(found["pairs"])


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=Path, nargs="+", default=[training_folder() / "samples.npz"])
    parser.add_argument("--out", type=Path, default=WEIGHTS_FOLDER, help="folder of weights")
    arguments = parser.parse_args()
    print(f"{write_contradictions(arguments.samples, arguments.out)} pairs in {arguments.out / FILE}")


if __name__ == "__main__":
    main()
