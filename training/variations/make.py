# SPDX-License-Identifier: GPL-3.0-or-later
"""Make varied clips beside the recorded ones: ``python -m training.variations.make --data PREPARED --out VARIED``.

The result is a folder of the same kind as `training.prepare` writes. A varied clip is in the split of the clip that it was made of,
so that nothing held out is ever seen; it has no labels, since an edit changes what they say.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Collection
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Final

import numpy as np
from tqdm import tqdm

from server.home import training_folder
from server.motion.motion import Motion
from training.datasets.clip import Clip
from training.library import Entry, Library

from . import VARIED
from .catalogue import EDITS, VARIED_PER_CLIP, vary

_LONGEST: Final = 300  # frames: of longer clips a random stretch is varied, so that no single clip fills the set


def _varied(job: tuple[Entry, Motion], copies: int, seed: int, first_edits: Collection[str]) -> list[Clip]:
    entry, motion = job
    dice = np.random.default_rng([seed, entry.start])
    made = []
    for number in range(copies):
        source = motion
        if motion.frames > _LONGEST:
            first = int(dice.integers(motion.frames - _LONGEST))
            source = motion.sliced(first, first + _LONGEST).canonical()
        varied = vary(source, dice, first=first_edits)
        if varied.parts:
            made.append(Clip(f"{entry.name}~{number}", VARIED, "", "", "", varied.motion, entry.split))
    return made


def make(
    library: Library, out: Path, copies: int = VARIED_PER_CLIP, seed: int = 0, first_edits: Collection[str] = ()
) -> int:
    """Write ``motions.npz`` and ``clips.json`` of varied clips to a folder; return how many there are.

    With ``first_edits``, names of edits, every clip has one of them.
    """
    out.mkdir(parents=True, exist_ok=True)
    jobs = ((entry, library.motion(entry)) for entry in library.entries)
    rows: list[dict[str, object]] = []
    roots, turns, start = [], [], 0
    with get_context("fork").Pool(os.cpu_count()) as pool:
        results = pool.imap(partial(_varied, copies=copies, seed=seed, first_edits=first_edits), jobs, chunksize=4)
        for clips in tqdm(results, "variations", len(library.entries), mininterval=5):
            for clip in clips:
                rows.append(clip.row(start))
                roots.append(clip.motion.root_positions)
                turns.append(clip.motion.rotations)
                start += clip.motion.frames
    starts = np.array([row["start"] for row in rows], dtype=np.int64)
    np.savez(out / "motions.npz", root_positions=np.concatenate(roots), rotations=np.concatenate(turns), starts=starts)
    (out / "clips.json").write_text(json.dumps(rows), encoding="utf-8")
    return len(rows)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--data", type=Path, default=training_folder() / "prepared", help="folder made by training.prepare"
    )
    parser.add_argument("--out", type=Path, default=training_folder() / "varied")
    parser.add_argument("--copies", type=int, default=VARIED_PER_CLIP, help="varied clips made of each clip")
    parser.add_argument("--seed", type=int, default=0)
    names = [edit.name for edit in EDITS]
    parser.add_argument("--edits", nargs="+", default=[], choices=names, help="every clip shall have one of these")
    arguments = parser.parse_args()
    made = make(Library(arguments.data), arguments.out, arguments.copies, arguments.seed, arguments.edits)
    tqdm.write(f"{made} varied clips")


if __name__ == "__main__":
    main()
