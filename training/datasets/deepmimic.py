# SPDX-License-Identifier: GPL-3.0-or-later
"""DeepMimic's captured clips (zlib licence): JSON rows of quaternions for the humanoid of ``humanoid.urdf``.

A row holds the seconds of the frame, root position and quaternion, then one quaternion a spherical joint and one
angle a hinge. The model faces +X in its own frame; distances in the URDF are four times those of the clips.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np

from server.errors import SmooError
from server.motion.rotations import normalized, quat_from_axis_angle
from server.motion.source import Source, source_from_local

from .formats import Item, both_sides

DATASET: Final = "deepmimic"
SOLVED: Final = False
ON_THE_SPOT: Final = False
SKELETONS: Final[Mapping[str, Mapping[str, str]]] = {
    "deepmimic": {
        "pelvis": "root",
        "spine1": "chest",
        "neck": "neck",
        **both_sides(
            {
                "shoulder": "{side}_shoulder",
                "elbow": "{side}_elbow",
                "wrist": "{side}_wrist",
                "hip": "{side}_hip",
                "knee": "{side}_knee",
                "ankle": "{side}_ankle",
                "foot": "{side}_toe",
            },
            "left",
            "right",
        ),
    }
}
# name, parent, offset in the URDF's units, numbers a frame
_JOINTS: Final[tuple[tuple[str, int, tuple[float, float, float], int], ...]] = (
    ("root", -1, (0.0, 0.0, 0.0), 4),
    ("chest", 0, (0.0, 0.944604, 0.0), 4),
    ("neck", 1, (0.0, 0.895576, 0.0), 4),
    ("right_hip", 0, (0.0, 0.0, 0.339548), 4),
    ("right_knee", 3, (0.0, -1.686184, 0.0), 1),
    ("right_ankle", 4, (0.0, -1.63948, 0.0), 4),
    ("right_shoulder", 1, (-0.0962, 0.974, 0.73244), 4),
    ("right_elbow", 6, (0.0, -1.099152, 0.0), 1),
    ("left_hip", 0, (0.0, 0.0, -0.339548), 4),
    ("left_knee", 8, (0.0, -1.686184, 0.0), 1),
    ("left_ankle", 9, (0.0, -1.63948, 0.0), 4),
    ("left_shoulder", 1, (-0.0962, 0.974, -0.73244), 4),
    ("left_elbow", 11, (0.0, -1.099152, 0.0), 1),
    ("right_wrist", 7, (0.0, -1.035788, 0.0), 0),
    ("left_wrist", 12, (0.0, -1.035788, 0.0), 0),
    # no joints of the model: where the boxes of the feet would bend
    ("right_toe", 5, (0.4, -0.2, 0.0), 0),
    ("left_toe", 10, (0.4, -0.2, 0.0), 0),
)
_SCALE: Final = 0.25
_ROW: Final = 44


def items(folder: Path) -> list[Item]:
    """Return every clip; the locomotion is the reference."""
    rows: list[Item] = []
    for path in sorted(folder.glob("humanoid3d_*.txt")):
        words = path.stem.removeprefix("humanoid3d_").replace("_", " ")
        reference = words in ("walk", "run", "jump", "kick", "punch")
        rows.append(Item(path, DATASET, f"deepmimic_{path.stem}", description=words, reference=reference))
    return rows


def read(item: Item) -> Source:
    """Read one clip.

    Raises:
        SmooError: ``bad_clip`` when the JSON is not such a clip.
    """
    try:
        rows = np.array(json.loads(item.path.read_text(encoding="utf-8"))["Frames"], dtype=np.float64)
    except (ValueError, KeyError, TypeError) as error:
        raise SmooError("bad_clip", f"{item.path.name} is not a DeepMimic clip: {error}") from error
    if rows.ndim != 2 or rows.shape[1] != _ROW:
        raise SmooError("bad_clip", f"{item.path.name} is not a DeepMimic clip: rows must have {_ROW} numbers")
    frames = len(rows)
    rotations = np.zeros((frames, len(_JOINTS), 4))
    rotations[..., 0] = 1.0
    positions = np.tile(np.array([row[2] for row in _JOINTS])[None] * _SCALE, (frames, 1, 1))
    positions[:, 0] = rows[:, 1:4]
    column = 4
    for joint, (_, _, _, count) in enumerate(_JOINTS):
        if count == 4:
            rotations[:, joint] = normalized(rows[:, column : column + 4])
        elif count == 1:
            rotations[:, joint] = quat_from_axis_angle(np.array([0.0, 0.0, 1.0]), rows[:, column])
        column += count
    names, parents = [row[0] for row in _JOINTS], [row[1] for row in _JOINTS]
    return source_from_local(names, parents, positions, rotations, round(1.0 / rows[0, 0], 3))
