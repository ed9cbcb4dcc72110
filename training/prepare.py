# SPDX-License-Identifier: GPL-3.0-or-later
"""Bring all motion data to one skeleton: ``python -m training.prepare DATA OUT``.

DATA holds the archives (``NAME.tar.xz``) or their unpacked folders. OUT gets ``motions.npz`` (all clips one after the
other), ``clips.json`` (labels, splits and where each clip lies) and ``skeleton_report.json`` (how well our limbs agree
with the source's). Files that cannot be read are named in the log and counted in the report.
"""

from __future__ import annotations

import argparse
import json
import logging
import shutil
import tarfile
from pathlib import Path

import numpy as np
from tqdm import tqdm

from server.errors import SmooError
from training.conversion import Converted, converted
from training.datasets import FORMATS
from training.skeleton_report import Tally, write_json

_log = logging.getLogger(__name__)


def unpacked(data: Path, work: Path, name: str) -> Path | None:
    """Return a data set's folder, unpacking its archive into ``work`` if needed; None when there is neither.

    Raises:
        SmooError: ``bad_archive`` when the archive is damaged.
    """
    for folder in (data / name, work / name):
        if folder.is_dir():
            return folder
    archive = data / f"{name}.tar.xz"
    if not archive.is_file():
        return None
    partial = work / f"{name}.partial"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        with tarfile.open(archive) as file:
            file.extractall(partial, filter="data")
    except (tarfile.TarError, EOFError, OSError) as error:
        raise SmooError("bad_archive", f"{archive.name} cannot be unpacked: {error}. Copy it again.") from error
    found = partial / name if (partial / name).is_dir() else partial
    found.rename(work / name)
    shutil.rmtree(partial, ignore_errors=True)
    return work / name


class _Store:
    """Collects clips and writes them as one."""

    def __init__(self) -> None:
        self._rows: list[dict[str, object]] = []
        self._roots: list[np.ndarray] = []
        self._turns: list[np.ndarray] = []
        self._start = 0

    def add(self, result: Converted) -> None:
        for clip in result.clips:
            self._rows.append(clip.row(self._start))
            self._roots.append(clip.motion.root_positions)
            self._turns.append(clip.motion.rotations)
            self._start += clip.motion.frames

    def write(self, out: Path) -> None:
        """Write both files beside their final places, then move them there one after the other."""
        if not self._rows:
            raise SmooError("no_data", "No readable clip was found; see the messages above.")
        starts = np.array([row["start"] for row in self._rows], dtype=np.int64)
        partial = out / "motions.partial.npz"
        np.savez(
            partial, root_positions=np.concatenate(self._roots), rotations=np.concatenate(self._turns), starts=starts
        )
        write_json(self._rows, out / "clips.partial.json")
        partial.replace(out / "motions.npz")
        (out / "clips.partial.json").replace(out / "clips.json")


def prepare(data: Path, out: Path) -> dict[str, object]:
    """Convert everything that is found, write it to ``out`` and return the report.

    Raises:
        SmooError: ``no_data`` when no data set or no readable clip is found.
    """
    out.mkdir(parents=True, exist_ok=True)
    folders = {form.DATASET: unpacked(data, out, form.DATASET) for form in FORMATS}
    if not any(folders.values()):
        raise SmooError("no_data", f"No data set found in {data}. It should hold bandai_namco.tar.xz and the like.")
    store, report = _Store(), dict[str, object]()
    for form in FORMATS:
        folder = folders[form.DATASET]
        if folder is None:
            _log.warning("no %s in %s", form.DATASET, data)
            continue
        tally = Tally()
        for result in converted(form, folder):
            if result.problem:
                _log.warning("left out %s", result.problem)
            store.add(result)
            tally.add(result)
        report[form.DATASET] = tally.summary()
    store.write(out)
    write_json(report, out / "skeleton_report.json", indent=1)
    return report


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="folder with the archives or their unpacked folders")
    parser.add_argument("out", type=Path, help="folder to write")
    arguments = parser.parse_args()
    try:
        tqdm.write(json.dumps(prepare(arguments.data, arguments.out), indent=1))
    except SmooError as error:
        parser.exit(2, f"{error.message}\n")


if __name__ == "__main__":
    main()
