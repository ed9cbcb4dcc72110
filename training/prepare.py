# SPDX-License-Identifier: GPL-3.0-or-later
"""Bring all motion data to one skeleton: ``python -m training.prepare DATA OUT``.

DATA holds the archives (``NAME.tar.xz``) or their unpacked folders. OUT gets ``motions.npz`` (all clips one after the
other), ``clips.json`` (labels, splits and where each clip lies) and ``skeleton_report.json`` (how well our limbs agree
with the source's).
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import tarfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from tqdm import tqdm

from server.errors import SmooError
from server.motion.contacts import planted_slide
from training.datasets import FORMATS
from training.datasets.clip import Clip, split_of
from training.datasets.convert import Calibration, Source, direction_errors
from training.datasets.formats import Format, Item

_log = logging.getLogger(__name__)
_REFERENCES = 60  # clips from which a skeleton's calibration is learnt
_SINGLE_TAKES = frozenset({"call", "dance-short", "kick", "punch", "respond", "slash"})


def unpacked(data: Path, work: Path, name: str) -> Path | None:
    """Return a data set's folder, unpacking its archive into ``work`` if needed; None when there is neither."""
    for folder in (data / name, work / name):
        if folder.is_dir():
            return folder
    archive = data / f"{name}.tar.xz"
    if not archive.is_file():
        return None
    partial = work / f"{name}.partial"
    with tarfile.open(archive) as file:
        file.extractall(partial, filter="data")
    found = partial / name if (partial / name).is_dir() else partial
    found.rename(work / name)
    return work / name


def calibrations(form: Format, items: list[Item]) -> dict[str, Calibration]:
    """Learn each skeleton of a data set from its reference clips."""
    learnt: dict[str, Calibration] = {}
    for skeleton, mapping in form.SKELETONS.items():
        chosen = [item for item in items if item.skeleton == skeleton and item.reference]
        chosen = chosen[:: max(1, len(chosen) // _REFERENCES)]
        if chosen:
            learnt[skeleton] = Calibration(mapping, [form.read(item) for item in chosen])
    return learnt


def _split(item: Item, dataset: str) -> str:
    if dataset == "bandai_namco" and item.content in _SINGLE_TAKES:
        return "train"  # the only recordings of their kind
    if item.name.startswith("dataset-1"):
        return split_of(item.name, test_share=0.06, val_share=0.02)  # one take a pair: the whole pair is held out
    return split_of(item.name)


class _Worker:
    """Converts one file; knows its data set's calibrations."""

    def __init__(self, form: Format, learnt: dict[str, Calibration]) -> None:
        self.dataset, self.learnt = form.DATASET, learnt

    def __call__(self, item: Item) -> tuple[Clip, list[float]] | str:
        form = next(form for form in FORMATS if form.DATASET == self.dataset)
        try:
            source: Source = form.read(item)
        except SmooError as error:
            return error.message
        calibration = self.learnt[item.skeleton]
        motion = calibration.convert(source)
        errors = direction_errors(source, motion, calibration.mapping)
        clip = Clip(item.name, self.dataset, item.content, item.style, item.description, motion)
        return clip, [float(errors.mean()), float(np.percentile(errors, 95)), planted_slide(motion)]


def converted(form: Format, folder: Path) -> Iterator[tuple[Clip, str, list[float]]]:
    """Yield every readable clip of a data set with its split and its conversion figures."""
    items = form.items(folder)
    worker = _Worker(form, calibrations(form, items))
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("fork")) as pool:
        results = pool.map(worker, items, chunksize=8)
        for item, result in zip(items, tqdm(results, form.DATASET, len(items)), strict=True):
            if isinstance(result, str):
                _log.warning("left out: %s", result)
            else:
                yield result[0], _split(item, form.DATASET), result[1]


def prepare(data: Path, out: Path) -> None:
    """Convert everything that is found and write it to ``out``.

    Raises:
        SmooError: ``no_data`` when no data set is found.
    """
    out.mkdir(parents=True, exist_ok=True)
    rows: list[dict[str, object]] = []
    roots, turns, start = [], [], 0
    report: dict[str, dict[str, float]] = {}
    for form in FORMATS:
        folder = unpacked(data, out, form.DATASET)
        if folder is None:
            _log.warning("no %s in %s", form.DATASET, data)
            continue
        figures: list[list[float]] = []
        for clip, split, row in converted(form, folder):
            motion = clip.motion
            rows.append(
                {
                    "name": clip.name,
                    "dataset": clip.dataset,
                    "content": clip.content,
                    "style": clip.style,
                    "description": clip.description,
                    "split": split,
                    "start": start,
                    "frames": motion.frames,
                }
            )
            start += motion.frames
            roots.append(motion.root_positions)
            turns.append(motion.rotations.astype(np.float16))
            figures.append(row)
        mean, high, slide = np.array(figures).T
        report[form.DATASET] = {
            "clips": len(figures),
            "limb_direction_error_mean_deg": round(float(mean.mean()), 3),
            "limb_direction_error_worst_clip_deg": round(float(mean.max()), 3),
            "limb_direction_error_p95_deg": round(float(high.mean()), 3),
            "planted_slide_m_s": round(float(slide.mean()), 4),
        }
    if not rows:
        raise SmooError("no_data", f"No data set found in {data}. It should hold bandai_namco.tar.xz and the like.")
    partial = out / "motions.partial.npz"
    np.savez(partial, root_positions=np.concatenate(roots), rotations=np.concatenate(turns))
    (out / "clips.json").write_text(json.dumps(rows), encoding="utf-8")
    (out / "skeleton_report.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    partial.replace(out / "motions.npz")
    tqdm.write(json.dumps(report, indent=1))


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    arguments = parser.parse_args()
    try:
        prepare(arguments.data, arguments.out)
    except SmooError as error:
        parser.exit(2, f"{error.message}\n")


if __name__ == "__main__":
    main()
