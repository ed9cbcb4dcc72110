# SPDX-License-Identifier: GPL-3.0-or-later
"""How well converted limbs agree with their sources: ``python -m training.skeleton_report FOLDER [--json FILE]``.

FOLDER is what ``training.prepare`` wrote (its figures are shown) or the data sets themselves, unpacked (everything is
converted again). Directions are compared at the source's frame rate, in every frame of every clip, before stretches
with flipped joints are left out and before walks on the spot are made to travel.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path
from typing import Any, Final

import numpy as np
from tqdm import tqdm

from server.errors import SmooError
from server.motion.rotations import Array
from training.conversion import Converted, Pool, converted
from training.datasets import FORMATS
from training.datasets.agreement import BONES

_COUNTS: Final = (
    "files",
    "unreadable",
    "clips",
    "frames",
    "frames_left_out_for_flips",
    "walks_on_the_spot_made_to_travel",
)


class Tally:
    """Figures of one data set, clip by clip; motions are not kept."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._counts: Counter[str] = Counter()
        self._errors: list[Array] = []
        self._slides: list[tuple[Array, Array]] = []

    def add(self, result: Converted) -> None:
        """Count one file."""
        self._counts["files"] += 1
        self._counts["unreadable"] += bool(result.problem)
        self._counts["clips"] += len(result.motions)
        self._counts["frames"] += sum(motion.frames for motion in result.motions)
        self._counts["frames_left_out_for_flips"] += result.frames_left_out
        self._counts["walks_on_the_spot_made_to_travel"] += result.walked
        if not result.problem:
            self._errors.append(result.errors)
            self._slides.append((result.source_slides, result.slides))

    def summary(self) -> dict[str, object]:
        """Return counts, direction errors in degrees and slides of planted ankles in m/s."""
        summary: dict[str, object] = {name: self._counts[name] for name in _COUNTS}
        if not self._errors:
            return summary
        errors = np.concatenate(self._errors)
        per_clip = [float(np.nanmean(clip)) for clip in self._errors]
        summary["limb_direction_error_deg"] = {
            "mean": _rounded(np.nanmean(errors)),
            "p95": _rounded(np.nanpercentile(errors, 95)),
            "worst_clip_mean": _rounded(max(per_clip)),
            **{bone: _bone_error(errors, bone) for bone in dict.fromkeys(name for name, _, _ in BONES)},
        }
        theirs, ours = (np.concatenate(rows) for rows in zip(*self._slides, strict=True))
        if len(theirs):
            summary["planted_ankle_slide_m_s"] = {
                "source": _rounded(theirs.mean(), 4),
                "converted": _rounded(ours.mean(), 4),
            }
        return summary


def _rounded(value: float | np.floating[Any], digits: int = 3) -> float:
    return round(float(value), digits)


def _bone_error(errors: np.ndarray, bone: str) -> dict[str, float]:
    columns = [column for column, (name, _, _) in enumerate(BONES) if name == bone]
    values = errors[:, columns]
    return {"mean": _rounded(np.nanmean(values)), "p95": _rounded(np.nanpercentile(values, 95))}


def write_json(content: object, path: Path, indent: int | None = None) -> None:
    """Write JSON so that the file appears only when it is complete."""
    partial = path.with_name(path.name + ".partial")
    partial.write_text(json.dumps(content, indent=indent) + "\n", encoding="utf-8")
    partial.replace(path)


def report(folder: Path) -> dict[str, object]:
    """Return the report of prepared data, or convert the data sets in a folder and report on them.

    Raises:
        SmooError: ``no_data`` when the folder holds neither.
    """
    written = folder / "skeleton_report.json"
    if written.is_file():
        known: dict[str, object] = json.loads(written.read_text(encoding="utf-8"))
        return known
    figures: dict[str, object] = {}
    with Pool() as pool:
        for form in FORMATS:
            if not (folder / form.DATASET).is_dir():
                continue
            tally = Tally()
            for _, result in converted(form, folder / form.DATASET, pool):
                tally.add(result)
            figures[form.DATASET] = tally.summary()
    if not figures:
        raise SmooError("no_data", f"{folder} holds neither prepared data nor unpacked data sets.")
    return figures


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="what training.prepare wrote, or the unpacked data sets")
    parser.add_argument("--json", type=Path, help="write the figures to this file too")
    arguments = parser.parse_args()
    try:
        figures = report(arguments.folder)
    except SmooError as error:
        parser.exit(2, f"{error.message}\n")
    tqdm.write(json.dumps(figures, indent=1))
    if arguments.json:
        write_json(figures, arguments.json, indent=1)


if __name__ == "__main__":
    main()
