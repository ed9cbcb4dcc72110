# SPDX-License-Identifier: GPL-3.0-or-later
"""Run every edit on recorded clips of the training split, and report what it does and what the data then covers.

    python -m training.variations --data PREPARED --json REPORT.json --sheets FOLDER

The report is also printed. ``--only`` takes the names of some edits, and leaves the coverage out unless ``--coverage`` asks.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Final

import numpy as np
from tqdm import tqdm

from server.home import training_folder
from server.motion.motion import Motion
from training.drawing import below, save_png
from training.library import Library

from .catalogue import EDITS
from .edit import Edit
from .report import Clip, Outcome, coverage, mean_soundness, summary, tried, varied_of
from .sheets import strip

_ROWS: Final = 7  # clips on a contact sheet
_RARE: Final = 0.01


def _chosen(library: Library, count: int, seed: int) -> list[Motion]:
    entries = [entry for entry in library.entries if entry.split == "train"]
    order = np.random.default_rng(seed).permutation(len(entries))[:count]
    return [library.motion(entries[index]) for index in order]


def _outcomes(job: tuple[int, Clip], edits: Sequence[Edit]) -> list[Outcome | None]:
    index, clip = job
    return [tried(edit, clip, index) for edit in edits]


def _varied(job: tuple[int, Clip]) -> list[Clip]:
    return varied_of(job[1], job[0])


def _draw(edit: Edit, clips: Sequence[Clip], folder: Path) -> None:
    """Write the contact sheet of an edit: the first clips that it does not decline, before and after."""
    rows = []
    for index, clip in enumerate(clips):
        varied = edit(clip.motion, np.random.default_rng(index))
        if varied is not None:
            rows += [strip(clip.motion, plain=True), strip(varied.motion)]
        if len(rows) == 2 * _ROWS:
            break
    if rows:
        save_png(below(rows), folder / f"{edit.name}.png")


def _covered(clips: Sequence[Clip], processes: int) -> dict[str, object]:
    """Return the shares of all values before and after, those that are still rare, and how sound varied clips are."""
    before = coverage(clips)
    with get_context("fork").Pool(processes) as pool:
        groups = list(tqdm(pool.imap(_varied, enumerate(clips), chunksize=4), "coverage", len(clips), mininterval=5))
    varied = [clip for group in groups for clip in group]
    after = coverage([*clips, *varied])
    rare = [f"{slot}: {value}" for slot, shares in after.items() for value, share in shares.items() if share < _RARE]
    both = {slot: {value: [before[slot][value], share] for value, share in after[slot].items()} for slot in after}
    return {"rare_after": rare, "varied": mean_soundness(varied), "values": both}


def report(
    motions: Sequence[Motion], edits: Sequence[Edit], processes: int, *, with_coverage: bool
) -> dict[str, object]:
    """Return the whole report on some clips as it goes into the JSON file."""
    began = time.perf_counter()
    with get_context("fork").Pool(processes) as pool:
        clips = list(tqdm(pool.imap(Clip.of, motions, chunksize=8), "clips", len(motions), mininterval=5))
        job = partial(_outcomes, edits=edits)
        rows = list(tqdm(pool.imap(job, enumerate(clips), chunksize=2), "edits", len(clips), mininterval=5))
    made = {edit.name: [row[i] for row in rows if row[i] is not None] for i, edit in enumerate(edits)}
    figures: dict[str, object] = {
        "clips": len(clips),
        "minutes": sum(clip.motion.seconds for clip in clips) / 60,
        "edits": {name: summary(outcomes) if outcomes else {"made": 0} for name, outcomes in made.items()},
        "all": summary([o for outcomes in made.values() for o in outcomes]),
        "plain": mean_soundness(clips),
    }
    if with_coverage:
        figures["coverage"] = _covered(clips, processes)
    return figures | {"seconds": time.perf_counter() - began}


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=training_folder() / "prepared", help="made by training.prepare")
    parser.add_argument("--json", type=Path, help="file for the report")
    parser.add_argument("--sheets", type=Path, help="folder for a contact sheet of every edit")
    parser.add_argument("--clips", type=int, default=500)
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="names of edits")
    parser.add_argument("--coverage", action="store_true", help="the coverage too, with --only")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--processes", type=int, default=2)
    arguments = parser.parse_args()
    unknown = set(arguments.only) - {edit.name for edit in EDITS}
    if unknown:
        parser.error(f"no edit is called {', '.join(sorted(unknown))}")
    edits = [edit for edit in EDITS if not arguments.only or edit.name in arguments.only]
    motions = _chosen(Library(arguments.data), arguments.clips, arguments.seed)
    figures = report(motions, edits, arguments.processes, with_coverage=arguments.coverage or not arguments.only)
    if arguments.sheets:
        arguments.sheets.mkdir(parents=True, exist_ok=True)
        clips = [Clip.of(motion) for motion in motions[:120]]
        for edit in edits:
            _draw(edit, clips, arguments.sheets)
    text = json.dumps(figures, indent=1)
    if arguments.json:
        arguments.json.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
