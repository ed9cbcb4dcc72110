# SPDX-License-Identifier: GPL-3.0-or-later
"""Bring motion data to one skeleton: ``python -m training.prepare DATA OUT``.

DATA is one data set, or holds several: the project's archives (``NAME.tar.xz``) or their unpacked folders, data sets that
users bring, or a plain folder of BVH files with an ``index.csv`` (docs/data.md). OUT gets

* ``motions.npz``, all clips one after the other, and ``clips.json``, their labels, splits and where each lies;
* ``report.json`` and ``report.md``: how many clips, minutes, styles and contents, and which files were skipped and why;
* ``skeleton_report.json``: how well our limbs agree with the source's;
* ``parts``, the clips one by one, so that a run that was cut goes on where it was and a later one converts only what has
  changed. It may be deleted.
"""

from __future__ import annotations

import argparse
import json
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from zipfile import ZIP_STORED, ZipFile

import numpy as np
from tqdm import tqdm

from server.errors import SmooError
from server.motion.motion import Motion
from server.motion.skeleton import JOINT_COUNT
from training.conversion import Converted, Pool, Task, bodies
from training.datasets.formats import Item, LeftOut, contents_of, printable
from training.datasets.learning import references, skeletons
from training.found import Found, found_in
from training.parts import Parts, SavedTask, digest, key_of
from training.prepare_report import Account, as_json, as_markdown
from training.skeleton_report import Tally, write_json

_log = logging.getLogger(__name__)
_PARTS: Final = "parts"


@dataclass(frozen=True)
class _Prepared:
    """One data set whose clips are all in its parts.

    Attributes:
        found: where it is.
        items: its clips.
        keys: what each part has to say it was made from.
        parts: the converted clips.
        passing: why a clip could not be converted this time, by its name, where another time it may be.
        account: what is known so far for the report.
    """

    found: Found
    items: tuple[Item, ...]
    keys: tuple[str, ...]
    parts: Parts
    passing: dict[str, str]
    account: Account

    def results(self) -> Iterator[tuple[Item, Converted]]:
        """Yield every clip as it was converted."""
        for item, key in zip(self.items, self.keys, strict=True):
            problem = self.passing.get(item.name)
            result = Converted(problem=problem) if problem else self.parts.load(item, key)
            yield item, result or Converted(problem="what was converted is damaged. Start again")


def _prepared(found: Found, out: Path, pool: Pool) -> _Prepared:
    """Convert those clips of a data set that no earlier run has converted."""
    form = found.form
    contents = contents_of(form, found.folder)
    account = Account(form.DATASET, printable(found.folder), notes=list(contents.notes))
    account.skip(contents.left_out)
    parts = Parts(out / _PARTS / form.DATASET)
    lessons = {skeleton: references(form, skeleton, contents.items) for skeleton in skeletons(contents.items)}
    keys = tuple(key_of(item, lessons.get(item.skeleton, ())) for item in contents.items)
    pending = [pair for pair in zip(contents.items, keys, strict=True) if not parts.is_good(*pair)]
    account.kept = len(contents.items) - len(pending)
    learnt = bodies(form, contents.items, pool, skeletons([item for item, _ in pending])) if pending else {}
    tasks = [SavedTask(Task(form.DATASET, item, learnt[item.skeleton]), parts.path(item), key) for item, key in pending]
    problems = pool.run(tasks, form.DATASET)
    passing = {item.name: problem for (item, _), problem in zip(pending, problems, strict=True) if problem}
    parts.forget_others(contents.items)
    return _Prepared(found, contents.items, keys, parts, passing, account)


def _write_arrays(path: Path, roots: Sequence[np.ndarray], turns: Iterator[np.ndarray], frames: int) -> None:
    """Write ``motions.npz`` uncompressed, the rotations a clip at a time, since all of them may not fit into memory."""
    starts = np.cumsum([0, *(len(root) for root in roots)])[:-1].astype(np.int64)
    with ZipFile(path, "w", ZIP_STORED) as archive:
        for name, array in (("root_positions", np.concatenate(roots)), ("starts", starts)):
            with archive.open(f"{name}.npy", "w", force_zip64=True) as file:
                np.lib.format.write_array(file, array, allow_pickle=False)
        with archive.open("rotations.npy", "w", force_zip64=True) as file:
            header = {"descr": "<f4", "fortran_order": False, "shape": (frames, JOINT_COUNT, 4)}
            np.lib.format.write_array_header_1_0(file, header)
            for turn in turns:
                file.write(np.ascontiguousarray(turn, dtype="<f4").tobytes())


def _motions(prepared: Sequence[_Prepared]) -> Iterator[Motion]:
    for data_set in prepared:
        for _, result in data_set.results():
            yield from result.motions


def _is_as_it_was(out: Path, inputs: str, rows: Sequence[dict[str, object]]) -> bool:
    """Tell whether an earlier run wrote just these clips, so that files made from them may stay."""
    try:
        known = json.loads((out / "report.json").read_text(encoding="utf-8"))["inputs"]
        written = json.loads((out / "clips.json").read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError):
        return False
    return bool(known == inputs and written == list(rows) and (out / "motions.npz").is_file())


def _write(prepared: Sequence[_Prepared], left_out: Sequence[LeftOut], out: Path) -> dict[str, Any]:
    """Write everything but the parts; what is there already stays until its successor is complete."""
    rows, roots, skeleton_report, frames = list[dict[str, object]](), list[np.ndarray](), dict[str, object](), 0
    for data_set in prepared:
        tally, dataset = Tally(), data_set.found.form.DATASET
        for item, result in data_set.results():
            clips = result.clips(item, dataset)
            tally.add(result)
            if result.problem:
                _log.warning("left out %s: %s", printable(item.path), result.problem)
            data_set.account.add(result, clips, printable(item.path, data_set.found.folder))
            for clip in clips:
                rows.append(clip.row(frames))
                roots.append(clip.motion.root_positions)
                frames += clip.motion.frames
        skeleton_report[dataset] = tally.summary()
    accounts = [data_set.account for data_set in prepared]
    inputs = digest([key for data_set in prepared for key in data_set.keys])
    as_it_was = _is_as_it_was(out, inputs, rows)
    report = as_json(accounts, left_out)
    write_json(report | {"inputs": inputs if rows else ""}, out / "report.json", indent=1)
    _write_text(as_markdown(accounts, left_out), out / "report.md")
    write_json(skeleton_report, out / "skeleton_report.json", indent=1)
    if not rows:
        raise SmooError("no_data", f"No readable clip was found; {out / 'report.md'} says why each file was skipped.")
    if not as_it_was:
        partial = out / "motions.partial.npz"
        _write_arrays(partial, roots, (motion.rotations for motion in _motions(prepared)), frames)
        write_json(rows, out / "clips.partial.json")
        partial.replace(out / "motions.npz")
        (out / "clips.partial.json").replace(out / "clips.json")
    return report


def _write_text(text: str, path: Path) -> None:
    partial = path.with_name(path.name + ".partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)


def prepare(data: Path, out: Path, processes: int | None = None) -> dict[str, Any]:
    """Convert everything that is found, write it to ``out`` and return the report.

    Args:
        data: a data set, or a folder with several.
        out: folder to write; what an earlier run left there and has not changed is kept.
        processes: by default one a core.

    Raises:
        SmooError: ``no_data`` when no data set or no readable clip is found.
    """
    out.mkdir(parents=True, exist_ok=True)
    found, left_out = found_in(data, out)
    if not found:
        reasons = "".join(f" {row.file}: {row.reason}" for row in left_out)
        raise SmooError(
            "no_data",
            f"No data set found in {data}.{reasons} It should hold BVH files with an index.csv, archives such as "
            "bandai_namco.tar.xz, or data sets as docs/data.md lists them.",
        )
    with Pool(processes) as pool:
        prepared = [_prepared(one, out, pool) for one in found]
    return _write(prepared, left_out, out)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="a data set, or a folder with several")
    parser.add_argument("out", type=Path, help="folder to write")
    parser.add_argument("--processes", type=int, help="by default one a core")
    arguments = parser.parse_args()
    try:
        prepare(arguments.data, arguments.out, arguments.processes)
    except SmooError as error:
        parser.exit(2, f"{error.message}\n")
    tqdm.write((arguments.out / "report.md").read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
