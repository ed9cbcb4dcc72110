# SPDX-License-Identifier: GPL-3.0-or-later
"""Which data sets lie in a folder: archives to unpack, folders known by name, folders known by what is in them."""

from __future__ import annotations

import json
import re
import shutil
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from server.errors import SmooError
from training.datasets import BROUGHT, FORMATS, Folder, holds_bvh, recognised
from training.datasets.formats import MOTION_FILES, Format, LeftOut, printable

_STAMP: Final = ".unpacked"


@dataclass(frozen=True)
class Found:
    """A data set and where it lies."""

    form: Format
    folder: Path


def _name_of(folder: Path) -> str:
    """Return a folder's name as a data set's: small letters, digits and underscores."""
    return re.sub(r"\W+", "_", printable(Path(folder.resolve().name))).strip("_").lower() or "library"


def unpacked(data: Path, work: Path, name: str) -> Path | None:
    """Return a data set's folder, unpacking its archive into ``work`` if needed; None when there is neither.

    An archive that was exchanged since it was unpacked is unpacked again.

    Raises:
        SmooError: ``bad_archive`` when the archive is damaged.
    """
    if (data / name).is_dir():
        return data / name
    archive = data / f"{name}.tar.xz"
    if not archive.is_file():
        return None
    state = [archive.stat().st_size, archive.stat().st_mtime_ns]
    stamp = work / name / _STAMP
    if stamp.is_file() and json.loads(stamp.read_text(encoding="utf-8")) == state:
        return work / name
    partial = work / f"{name}.partial"
    for old in (partial, work / name):
        shutil.rmtree(old, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        with tarfile.open(archive) as file:
            file.extractall(partial, filter="data")
    except (tarfile.TarError, EOFError, OSError) as error:
        shutil.rmtree(partial, ignore_errors=True)
        reason = str(error).split("\n", 1)[0].rstrip(":")
        raise SmooError("bad_archive", f"{archive.name} cannot be unpacked: {reason}. Copy it again.") from error
    found = partial / name if (partial / name).is_dir() else partial
    (found / _STAMP).write_text(json.dumps(state), encoding="utf-8")
    found.rename(work / name)
    shutil.rmtree(partial, ignore_errors=True)
    return work / name


def found_in(data: Path, work: Path) -> tuple[list[Found], list[LeftOut]]:
    """Return the data sets in a folder, and what in it belongs to none.

    The folder holds several where one has a known name, each in a sub-folder or archive of its own; otherwise it is one
    data set itself, sub-folders and all.

    Args:
        data: the folder.
        work: where archives are unpacked.
    """
    found, left_out = list[Found](), list[LeftOut]()
    for form in FORMATS:
        try:
            folder = unpacked(data, work, form.DATASET)
        except SmooError as error:
            left_out.append(LeftOut(f"{form.DATASET}.tar.xz", error.message))
            continue
        if folder is not None:
            found.append(Found(form, folder))
    folders = [path for path in sorted(data.glob("*")) if path.is_dir() and path.resolve() != work.resolve()]
    brought = {form.DATASET: form for form in BROUGHT}
    if not found and not left_out and not any(folder.name.lower() in brought for folder in folders):
        itself = recognised(data, _name_of(data))
        return ([Found(itself, data)] if itself else []), left_out
    for path in sorted(data.glob("*")):
        if path.is_file() and path.suffix.lower() in MOTION_FILES:
            left_out.append(LeftOut(printable(path, data), "it lies outside of any data set's folder: put it in one"))
    for folder in folders:
        if folder.name in {form.DATASET for form in FORMATS}:
            continue
        other = brought.get(folder.name.lower()) or recognised(folder, _name_of(folder))
        if other is not None and other.DATASET in {entry.form.DATASET for entry in found}:
            other = Folder(f"{_name_of(folder)}_library") if holds_bvh(folder) else None
        if other is not None:
            found.append(Found(other, folder))
        elif any(path.suffix.lower() in MOTION_FILES for path in folder.rglob("*")):
            left_out.append(LeftOut(printable(folder, data), "it holds motion, but none in a form that can be read"))
    return found, left_out
