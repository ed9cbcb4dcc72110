# SPDX-License-Identifier: GPL-3.0-or-later
"""Motion to part texts, by kinematics alone: the motion-text encoder of the paper, deterministic and without a network.

The measures follow the rule-based captions of PoseScript, MotionScript and Kinematic Phrases in kind (heights against the
body, joint angles, directions, extents, rhythm); slots, edges and words are this project's own.
"""

from __future__ import annotations

from .captioning.body import Body
from .captioning.describe import described
from .captioning.phases import Phase, by_part, phases_of
from .motion.motion import Motion
from .motion.skeleton import FPS
from .parts.attributes import PartTexts
from .parts.phases import write_phases


def attributes_of(motion: Motion) -> dict[tuple[str, str], str]:
    """Return every attribute of a motion as a whole: (part, slot name) to value."""
    return described(Body.of(motion.resampled(FPS)))


def captioned(motion: Motion) -> list[Phase]:
    """Return the phases of a motion, each with its attributes; a single one where it does one thing throughout."""
    return phases_of(motion)


def caption(motion: Motion) -> PartTexts:
    """Return the six part texts of a motion in the canonical wording, in phases where what is done changes."""
    phases = by_part(captioned(motion), motion.fps)
    return {
        part: write_phases(part, [(seconds and round(seconds, 1), said) for seconds, said in of_part])
        for part, of_part in phases.items()
    }
