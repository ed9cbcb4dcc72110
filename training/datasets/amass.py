# SPDX-License-Identifier: GPL-3.0-or-later
"""AMASS (Mahmood et al. 2019) with the texts of HumanML3D (Guo et al. 2022) where those are there.

An ``.npz`` file holds ``poses`` (T, 156 or 165), axis-angle vectors in radians of which the first 22 are SMPL's body
joints (pelvis first, then each joint relative to its parent), ``trans`` (T, 3) in metres, and ``mocap_framerate``
(``mocap_frame_rate`` in newer releases). The world is Z up; a joint's own axes are SMPL's, Y up and facing +Z, zero being
the T-pose: ours. ``shape.npz`` and the like hold no motion.

HumanML3D's ``index.csv`` has the columns ``source_path, start_frame, end_frame, new_name``: a file of AMASS under
``./pose_data``, a stretch of it in frames at 20 a second after a lead-in that is cut from some collections, and the number
under which ``texts/{number}.txt`` describes it, one ``caption#words with tags#start#end`` a line, the seconds being 0 for
the whole clip. Numbers with an ``M`` are mirror images, which training makes by itself. Rows of HumanAct12 are no AMASS.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Final
from zipfile import BadZipFile

import numpy as np

from server.errors import SmooError
from server.motion.rotations import Array, quat_from_axis_angle, quat_mul
from server.motion.skeleton import FPS, JOINT_COUNT, JOINTS, PARENTS
from server.motion.source import Source, source_from_local

from .formats import Contents, Item, LeftOut, printable, table

DATASET: Final = "amass"
SOLVED: Final = False
ON_THE_SPOT: Final = False
SKELETONS: Final[Mapping[str, Mapping[str, str]]] = {}
_SKELETON: Final = "smpl"
# where the mean body's joints lie from their parents, to a centimetre: it droops, bends and spreads where ours is straight
_OFFSETS: Final = np.array(
    [
        (0.0, 0.0, 0.0),
        (0.06, -0.09, -0.01),
        (-0.06, -0.09, -0.01),
        (0.0, 0.12, -0.03),
        (0.04, -0.38, 0.0),
        (-0.04, -0.38, 0.0),
        (0.0, 0.14, 0.03),
        (-0.01, -0.42, -0.04),
        (0.01, -0.42, -0.04),
        (0.0, 0.06, 0.0),
        (0.04, -0.06, 0.12),
        (-0.04, -0.06, 0.12),
        (0.0, 0.21, -0.03),
        (0.07, 0.12, -0.02),
        (-0.07, 0.12, -0.02),
        (0.0, 0.09, 0.05),
        (0.12, 0.05, -0.01),
        (-0.12, 0.05, -0.01),
        (0.26, -0.01, -0.02),
        (-0.26, -0.01, -0.02),
        (0.25, 0.01, 0.0),
        (-0.25, 0.01, 0.0),
    ]
)
_LEAD_INS: Final = {
    "Eyes_Japan_Dataset": 3.0,
    "MPI_HDM05": 3.0,
    "TotalCapture": 1.0,
    "MPI_Limits": 1.0,
    "Transitions_mocap": 0.5,
}
"""Seconds that HumanML3D cuts from the beginning before it counts frames."""
_TEXT_FPS: Final = 20
_LOOKED_AT: Final = 20
_ENDINGS: Final = ("_poses", "_stageii")


def is_here(folder: Path) -> bool:
    """Tell whether a folder holds such files, judged by the first few that are there."""
    return any(_holds_poses(path) for path in islice(folder.rglob("*.npz"), _LOOKED_AT))


def _holds_poses(path: Path) -> bool:
    try:
        with np.load(path, allow_pickle=False) as file:
            return {"poses", "trans"} <= set(file.files)
    except (ValueError, OSError, EOFError, BadZipFile):
        return False


def _bare(stem: str) -> str:
    for ending in _ENDINGS:
        stem = stem.removesuffix(ending)
    return stem


def _texts_folder(folder: Path) -> Path | None:
    """Return where HumanML3D lies: within the folder, beside it, or there itself."""
    for place in (folder, folder / "HumanML3D", folder.parent / "HumanML3D"):
        if (place / "index.csv").is_file() and "source_path" in (place / "index.csv").read_text("utf-8", "replace")[
            :200
        ]:
            return place
    return None


def captions(path: Path) -> list[str]:
    """Return the captions of a text file that are on the whole clip, or all where none is."""
    if not path.is_file():
        return []
    whole, every = [], []
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        cells = line.strip().split("#")
        if cells[0]:
            every.append(cells[0].strip())
            times = [cell.strip() for cell in cells[2:4]]
            if all(time in ("", "0", "0.0", "nan") for time in times):
                whole.append(cells[0].strip())
    return whole or every


def contents(folder: Path) -> Contents:
    """Return the clips of HumanML3D's index, or every file where there is none."""
    files = sorted(folder.rglob("*.npz"))
    texts = _texts_folder(folder)
    if texts is None:
        return Contents(tuple(Item(path, _SKELETON, _name(path, folder)) for path in files))
    by_name: dict[str, list[Path]] = defaultdict(list)
    for path in files:
        by_name[_bare(path.stem).lower()].append(path)
    items, notes, used, absent, no_text = [], [], set[Path](), 0, 0
    words = next(
        (place for place in (texts / "texts", texts / "HumanML3D" / "texts") if place.is_dir()), texts / "texts"
    )
    for row in table(texts / "index.csv"):
        number = PurePosixPath(row.get("new_name", "")).stem
        source = PurePosixPath(row.get("source_path", ""))
        found = _closest(by_name.get(_bare(source.stem).lower(), []), source)
        if found is None or number.startswith("M"):
            absent += found is None
            continue
        frames = _stretch(row)
        if frames is None:
            notes.append(f"row {number} of HumanML3D's index has no frames: passed over")
            continue
        said = captions(words / f"{number}.txt")
        no_text += not said
        text, take = " / ".join(said), _name(found, folder)
        items.append(Item(found, _SKELETON, f"amass_{number}", description=text, frames=frames, split_name=take))
        used.add(found)
    if absent:
        notes.append(f"{absent} rows of HumanML3D's index are of files that are not here")
    if no_text:
        where = (
            "unpack texts.zip"
            if (texts / "texts.zip").is_file() or (texts / "HumanML3D" / "texts.zip").is_file()
            else "put texts/ there"
        )
        notes.append(f"{no_text} clips have no text in {words}: {where}")
    unused = [
        LeftOut(printable(path, folder), "HumanML3D's index has no stretch of it") for path in files if path not in used
    ]
    return Contents(tuple(items), tuple(unused), tuple(notes))


def _stretch(row: Mapping[str, str]) -> tuple[int, int] | None:
    start, end = row.get("start_frame", ""), row.get("end_frame", "")
    return (int(start), int(end)) if start.isdigit() and end.isdigit() and int(start) < int(end) else None


def _closest(paths: Sequence[Path], source: PurePosixPath) -> Path | None:
    """Return the file whose folders are the same as in the index from the end on, as far as possible; None for none."""
    wanted = [part.lower() for part in source.parts[:-1]]

    def shared(path: Path) -> int:
        folders = [part.lower() for part in path.parts[:-1]]
        return next(
            (n for n, (a, b) in enumerate(zip(folders[::-1], wanted[::-1], strict=False)) if a != b), len(wanted)
        )

    best = max(paths, key=shared, default=None)
    return best if best is not None and shared(best) > 0 else None


def _name(path: Path, folder: Path) -> str:
    return "amass_" + "__".join([*path.relative_to(folder).parts[:-1], _bare(path.stem)])


def items(folder: Path) -> list[Item]:
    """Return the clips of HumanML3D's index, or every file where there is none."""
    return list(contents(folder).items)


def _arrays(path: Path) -> tuple[Array, Array, float]:
    try:
        with np.load(path, allow_pickle=False) as file:
            known = set(file.files)
            if not {"poses", "trans"} <= known:
                raise SmooError("bad_clip", "it holds no poses: a description of a body's shape, not a motion")
            rate = next((name for name in ("mocap_framerate", "mocap_frame_rate") if name in known), None)
            if rate is None:
                raise SmooError("bad_clip", "it does not say how many frames a second it has (mocap_framerate)")
            return np.asarray(file["poses"], np.float64), np.asarray(file["trans"], np.float64), float(file[rate])
    except (ValueError, EOFError, OSError, KeyError, BadZipFile) as error:
        raise SmooError("bad_clip", f"it is no readable .npz file: {error}. Download it again.") from error


def read(item: Item) -> Source:
    """Read one clip, turned to Y up.

    Raises:
        SmooError: ``bad_clip`` when the file is no motion of AMASS.
    """
    poses, places, rate = _arrays(item.path)
    if poses.ndim != 2 or poses.shape[1] < 3 * JOINT_COUNT or places.shape != (len(poses), 3):
        raise SmooError(
            "bad_clip", f"poses {poses.shape} and trans {places.shape} are not those of a body of 22 joints"
        )
    if not (np.isfinite(poses).all() and np.isfinite(places).all()):
        raise SmooError("bad_clip", "it holds numbers that are not finite")
    if not 1.0 <= rate <= 1000.0:
        raise SmooError("bad_clip", f"its frame rate is {rate:g}")
    rows = _rows(item, len(poses), rate)
    poses, places = poses[rows, : 3 * JOINT_COUNT], places[rows]
    every = round(rate / FPS)
    if every > 1 and abs(rate / every / FPS - 1.0) < 1e-3:
        poses, places, rate = poses[::every], places[::every], rate / every
    vectors = poses.reshape(len(poses), JOINT_COUNT, 3)
    angles = np.linalg.norm(vectors, axis=-1)
    rotations = quat_from_axis_angle(vectors / np.maximum(angles, 1e-12)[..., None], angles)
    # Z up to Y up, by a quarter turn about X
    upright = quat_from_axis_angle(np.array([1.0, 0.0, 0.0]), -np.pi / 2)
    rotations[:, 0] = quat_mul(upright, rotations[:, 0])
    positions = np.tile(_OFFSETS[None], (len(poses), 1, 1))
    positions[:, 0] = places[:, [0, 2, 1]] * [1.0, 1.0, -1.0]
    return source_from_local(JOINTS, PARENTS, positions, rotations, round(rate, 3))


def _rows(item: Item, frames: int, rate: float) -> slice:
    """Return the file's frames that a clip of HumanML3D is of."""
    if item.frames is None:
        return slice(0, frames)
    # HumanML3D takes every nth frame, n cut down to a whole number, and counts those
    every = max(1, int(rate / _TEXT_FPS))
    lead = next((seconds for name, seconds in _LEAD_INS.items() if name in item.path.parts), 0.0)
    start, end = ((frame + int(lead * _TEXT_FPS)) * every for frame in item.frames)
    return slice(start, min(end, frames))


def rest(_: Item) -> Source:
    """Return SMPL's T-pose."""
    still = np.zeros((1, JOINT_COUNT, 4))
    still[..., 0] = 1.0
    return source_from_local(JOINTS, PARENTS, _OFFSETS[None], still, FPS)
