# SPDX-License-Identifier: GPL-3.0-or-later
"""All six parts of a body measured and put into values."""

from __future__ import annotations

from .arms import arm_measures
from .body import Body
from .legs import leg_measures
from .rules import arm_values, backbone_values, leg_values, root_values
from .travel import root_measures
from .trunk import backbone_measures

Attributes = dict[tuple[str, str], str]
"""(part, slot name) to value."""


def described(body: Body) -> Attributes:
    """Return every attribute of a body's movement."""
    mirror = body.mirrored()
    left, right = arm_measures(body), arm_measures(mirror)
    left["other_size"], right["other_size"] = right["size"], left["size"]
    values = {
        "right_arm": arm_values(right),
        "left_arm": arm_values(left),
        "right_leg": leg_values(leg_measures(mirror)),
        "left_leg": leg_values(leg_measures(body)),
        "backbone": backbone_values(backbone_measures(body)),
        "root": root_values(root_measures(body)),
    }
    return {(part, slot): value for part, slots in values.items() for slot, value in slots.items()}
