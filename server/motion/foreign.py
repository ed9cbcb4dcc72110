# SPDX-License-Identifier: GPL-3.0-or-later
"""Motion of a skeleton that nobody has described: what its joints are, what is up, and how to turn it into ours.

Units need no guess: all lengths are taken in units of the legs, whether those are 0.8 (metres), 80 (centimetres), 800
(millimetres) or 32 (inches) long.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from ..errors import SmooError
from .calibration import Calibration, calibrated
from .humanoid import human_joints
from .motion import Motion
from .rest import begins_with_t_pose, rest_of, to_y_up, up_axis
from .rotations import Array
from .source import Source

_MANY: Final = 8  # clips, in which people stand straight on average
_UNITS: Final = {
    "metres": 1.0,
    "decimetres": 0.1,
    "centimetres": 0.01,
    "millimetres": 0.001,
    "inches": 0.0254,
    "feet": 0.3048,
}
_LIKELY: Final = (0.8, 1.3)  # how much a unit's size may differ from what the legs of our skeleton would make it


@dataclass(frozen=True)
class Body:
    """What was found out about a skeleton.

    Attributes:
        mapping: our joint name to the skeleton's.
        turn: (3, 3) from the file's axes to +Y up.
        calibration: the joints' constant rotations; works on clips that `upright` returned.
        rested: whether the file shows the body at rest, or what is neutral had to be taken from the movement.
        t_pose_first: whether clips may begin with a T-pose that is no part of them.
    """

    mapping: Mapping[str, str]
    turn: Array
    calibration: Calibration
    rested: bool = False
    t_pose_first: bool = False

    @property
    def unit(self) -> str:
        """The unit of length of the file in words, as far as the length of the legs tells it."""
        near = {name: self.calibration.scale / size for name, size in _UNITS.items()}
        best = min(near, key=lambda name: abs(np.log(near[name])))
        return best if _LIKELY[0] < near[best] < _LIKELY[1] else f"{self.calibration.scale:.3g} m"

    @property
    def up(self) -> str:
        """The axis that is up in the file, such as ``+Z``."""
        axis = self.turn[1]
        at = int(np.argmax(np.abs(axis)))
        return f"{'+' if axis[at] > 0 else '-'}{'XYZ'[at]}"

    @property
    def words(self) -> str:
        """What was found out, for people: ``+Z up, inches, at rest in its zero pose or first frame``."""
        rest = "at rest in its zero pose or first frame" if self.rested else "no pose at rest, neutral on average"
        return f"{self.up} up, {self.unit}, {rest}"

    def upright(self, source: Source) -> Source:
        """Return a clip of that skeleton with +Y up, without a T-pose that was put before it."""
        if self.t_pose_first and begins_with_t_pose(source, self.mapping):
            source = source.sliced(1)
        return source if np.array_equal(self.turn, np.eye(3)) else source.turned(self.turn)

    def posed(self, source: Source) -> Motion:
        """Return a clip of that skeleton on ours, at its own frame rate; see `Calibration.posed`."""
        return self.calibration.posed(self.upright(source))


def body_of(clips: Sequence[Source], zero: Source) -> Body:
    """Find out about a skeleton.

    Args:
        clips: some clips of it, the more the better; none is needed where they stand still.
        zero: the pose with all rotations at zero, as a clip of one frame.

    Raises:
        SmooError: ``bad_bvh`` when it is no person's, saying what is missing.
    """
    longest = max(clips, key=lambda clip: len(clip.positions))
    mapping = human_joints(longest)
    rest = next((pose for clip in clips if (pose := rest_of(clip, zero, mapping))), None)
    posed_first = [begins_with_t_pose(clip, mapping) for clip in clips]
    clips = [clip.sliced(1) if first else clip for first, clip in zip(posed_first, clips, strict=True)]
    turn = to_y_up(up_axis(clips, zero, mapping))
    _check_sides(clips, mapping)
    calibration = calibrated(mapping, [clip.turned(turn) for clip in clips], rest, few=len(clips) < _MANY)
    return Body(mapping, turn, calibration, rest is not None, any(posed_first))


def _check_sides(clips: Sequence[Source], mapping: Mapping[str, str]) -> None:
    """Refuse skeletons whose toes point behind them: left and right are exchanged, or the file is mirrored."""
    if not {"left_foot", "right_foot"} <= set(mapping):
        return
    ahead, bend = [], []
    for clip in clips:
        place = {name: clip.place(theirs) for name, theirs in mapping.items()}
        up = place["neck"] - (place["left_hip"] + place["right_hip"]) / 2
        front = np.cross(place["left_hip"] - place["right_hip"], up)
        front /= np.maximum(np.linalg.norm(front, axis=-1, keepdims=True), 1e-12)
        for side in ("left", "right"):
            foot = place[f"{side}_foot"] - place[f"{side}_ankle"]
            knee = place[f"{side}_knee"] - (place[f"{side}_hip"] + place[f"{side}_ankle"]) / 2
            leg = np.linalg.norm(place[f"{side}_knee"] - place[f"{side}_hip"], axis=-1)
            ahead.append(np.sum(foot * front, axis=-1) / leg)
            bend.append(np.sum(knee * front, axis=-1) / leg)
    if np.median(np.concatenate(ahead)) < -0.1 and np.percentile(np.concatenate(bend), 5) < -0.1:
        raise SmooError(
            "bad_bvh",
            "toes and knees point behind the body: left and right are exchanged, or the file is mirrored. "
            "Export it again without mirroring (right-handed axes).",
        )


def motion_of(clip: Source, zero: Source) -> Motion:
    """Return a clip of any human skeleton on ours.

    Args:
        clip: in the file's own axes and units.
        zero: the pose with all rotations at zero, as a clip of one frame.

    Raises:
        SmooError: ``bad_bvh`` when it is no person's, saying what is missing.
    """
    return body_of([clip], zero).posed(clip)
