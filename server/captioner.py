# SPDX-License-Identifier: GPL-3.0-or-later
"""Motion to part texts, by kinematics alone: the motion-text encoder of the paper, deterministic and without a network.

The measures follow the rule-based captions of PoseScript, MotionScript and Kinematic Phrases in kind (heights against the
body, joint angles, directions, extents, rhythm); slots, edges and words are this project's own.
"""

from __future__ import annotations

from .captioning.bins import arm_values, backbone_values, leg_values, root_values
from .captioning.measures import Body, arm_measures, backbone_measures, leg_measures, root_measures
from .motion.motion import Motion
from .motion.skeleton import FPS
from .parts.attributes import PartTexts, write


def attributes_of(motion: Motion) -> dict[tuple[str, str], str]:
    """Return every attribute of a motion: (part, slot name) to value."""
    at30 = motion.resampled(FPS)
    plain, mirror = Body(at30), Body(at30.mirrored())
    values = {
        "right_arm": arm_values(arm_measures(mirror)),
        "left_arm": arm_values(arm_measures(plain)),
        "right_leg": leg_values(leg_measures(mirror)),
        "left_leg": leg_values(leg_measures(plain)),
        "backbone": backbone_values(backbone_measures(plain)),
        "root": root_values(root_measures(plain)),
    }
    return {(part, slot): value for part, slots in values.items() for slot, value in slots.items()}


def caption(motion: Motion) -> PartTexts:
    """Return the six part texts of a motion in the canonical wording."""
    return write(attributes_of(motion))
