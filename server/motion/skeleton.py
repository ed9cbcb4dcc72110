# SPDX-License-Identifier: GPL-3.0-or-later
"""The 22-joint skeleton on which everything is generated: SMPL's body joints, names and order.

Metres, right-handed, +Y up, facing +Z, so the character's left is +X. Zero rotation on every joint is the T-pose with
palms down. ``left_shoulder`` is the upper arm and ``left_foot`` the toes, as in SMPL.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

FPS: Final = 30.0

# name, parent, offset from the parent in metres (an adult of about 1.72 m; limbs straight along the axes)
_TABLE: Final[tuple[tuple[str, str, tuple[float, float, float]], ...]] = (
    ("pelvis", "", (0.0, 0.0, 0.0)),
    ("left_hip", "pelvis", (0.09, -0.08, 0.0)),
    ("right_hip", "pelvis", (-0.09, -0.08, 0.0)),
    ("spine1", "pelvis", (0.0, 0.11, 0.0)),
    ("left_knee", "left_hip", (0.0, -0.40, 0.0)),
    ("right_knee", "right_hip", (0.0, -0.40, 0.0)),
    ("spine2", "spine1", (0.0, 0.13, 0.0)),
    ("left_ankle", "left_knee", (0.0, -0.41, 0.0)),
    ("right_ankle", "right_knee", (0.0, -0.41, 0.0)),
    ("spine3", "spine2", (0.0, 0.07, 0.0)),
    ("left_foot", "left_ankle", (0.0, -0.06, 0.13)),
    ("right_foot", "right_ankle", (0.0, -0.06, 0.13)),
    ("neck", "spine3", (0.0, 0.21, 0.0)),
    ("left_collar", "spine3", (0.07, 0.13, 0.0)),
    ("right_collar", "spine3", (-0.07, 0.13, 0.0)),
    ("head", "neck", (0.0, 0.10, 0.0)),
    ("left_shoulder", "left_collar", (0.11, 0.0, 0.0)),
    ("right_shoulder", "right_collar", (-0.11, 0.0, 0.0)),
    ("left_elbow", "left_shoulder", (0.27, 0.0, 0.0)),
    ("right_elbow", "right_shoulder", (-0.27, 0.0, 0.0)),
    ("left_wrist", "left_elbow", (0.25, 0.0, 0.0)),
    ("right_wrist", "right_elbow", (-0.25, 0.0, 0.0)),
)

JOINTS: Final[tuple[str, ...]] = tuple(row[0] for row in _TABLE)
JOINT_COUNT: Final = len(JOINTS)
JOINT_INDEX: Final[dict[str, int]] = {name: index for index, name in enumerate(JOINTS)}
PARENTS: Final[tuple[int, ...]] = tuple(JOINT_INDEX.get(row[1], -1) for row in _TABLE)
"""Index of each joint's parent, -1 for the pelvis; a parent always comes before its children."""
OFFSETS: Final[npt.NDArray[np.float32]] = np.array([row[2] for row in _TABLE], dtype=np.float32)

PARTS: Final[tuple[str, ...]] = ("right_arm", "left_arm", "right_leg", "left_leg", "backbone", "root")
PART_JOINTS: Final[dict[str, tuple[int, ...]]] = {
    part: tuple(JOINT_INDEX[name] for name in names)
    for part, names in {
        "right_arm": ("right_collar", "right_shoulder", "right_elbow", "right_wrist"),
        "left_arm": ("left_collar", "left_shoulder", "left_elbow", "left_wrist"),
        "right_leg": ("right_hip", "right_knee", "right_ankle", "right_foot"),
        "left_leg": ("left_hip", "left_knee", "left_ankle", "left_foot"),
        "backbone": ("spine1", "spine2", "spine3", "neck", "head"),
        "root": ("pelvis",),
    }.items()
}


def mirrored_name(name: str) -> str:
    """Return the name of the joint or part on the other side (``left_knee`` for ``right_knee``)."""
    if name.startswith("left_"):
        return "right_" + name[len("left_") :]
    if name.startswith("right_"):
        return "left_" + name[len("right_") :]
    return name


MIRROR: Final[tuple[int, ...]] = tuple(JOINT_INDEX[mirrored_name(name)] for name in JOINTS)
"""For each joint, the index of the joint on the other side (itself on the middle line)."""
FOOT_JOINTS: Final[tuple[int, ...]] = tuple(
    JOINT_INDEX[name] for name in ("left_ankle", "left_foot", "right_ankle", "right_foot")
)
