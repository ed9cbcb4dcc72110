# SPDX-License-Identifier: GPL-3.0-or-later
"""Edits of how the backbone is held all through a clip: pitched, round or hollow, leaned, turned, or kept still."""

from __future__ import annotations

from functools import partial
from typing import Final

import numpy as np

from .curves import smoothed
from .head import backbone_changed, drawn_side, of_backbone
from .torso import Torso
from .trunk_turns import BENT, ROUND, gain, trunk_angles, turned_trunk, upright_share
from .upper_edit import Change, Dice, UpperEdit

_MOST: Final = 75.0  # degrees that the chest is turned against the pelvis at the most


def _pitched(says: str, low: float, high: float, torso: Torso, dice: Dice) -> Change | None:
    """Hold the trunk pitched: degrees forward of the line from pelvis to neck, as a median over the clip."""
    change = (dice.uniform(low, high) - float(np.median(trunk_angles(torso)["pitch"]))) / gain(BENT)
    if not torso.upright or not -45.0 < change < _MOST:
        return None
    return backbone_changed(turned_trunk(torso, pitch=change), of_backbone(pitch=says))


def _curved(says: str, low: float, high: float, torso: Torso, dice: Dice) -> Change | None:
    """Make the back round or hollow: degrees between its lower and its upper half, as a median over the clip."""
    change = (dice.uniform(low, high) - float(np.median(trunk_angles(torso)["curve"]))) / gain(ROUND, curve=True)
    if not torso.upright or abs(change) > 45.0:
        return None
    return backbone_changed(turned_trunk(torso, pitch=change, shares=ROUND), of_backbone(curve=says))


def lean(torso: Torso, dice: Dice) -> Change | None:
    """Hold the trunk leaned to one side."""
    side, sign = drawn_side(dice)
    change = sign * dice.uniform(6.0, 15.0) - float(np.median(trunk_angles(torso)["lean"]))
    change /= gain(BENT) * upright_share(torso)
    if not torso.upright or abs(change) > 40.0:
        return None
    return backbone_changed(turned_trunk(torso, lean=change), of_backbone(lean=side))


def turn(torso: Torso, dice: Dice) -> Change | None:
    """Hold the chest turned to one side."""
    side, sign = drawn_side(dice)
    change = sign * dice.uniform(18.0, 38.0) - float(np.median(trunk_angles(torso)["twist"]))
    change /= upright_share(torso)
    if not torso.upright or abs(change) > 60.0:
        return None
    return backbone_changed(turned_trunk(torso, twist=change), of_backbone(turned=side))


def keep_still(torso: Torso, dice: Dice) -> Change | None:
    """Take most of the sway, the twist and the rocking out of the trunk."""
    if not torso.upright:
        return None
    share = dice.uniform(0.75, 0.92)
    angles = trunk_angles(torso)
    # what is taken away is smooth, so that no new shaking comes in
    calm = {name: -share * smoothed(angles[name] - np.median(angles[name]), 5) for name in ("pitch", "lean", "twist")}
    if max(float(np.abs(angle).max()) for angle in calm.values()) > 30.0:
        return None
    seen = upright_share(torso)
    changed = turned_trunk(torso, calm["pitch"] / gain(BENT), calm["lean"] / (gain(BENT) * seen), calm["twist"] / seen)
    return backbone_changed(changed, of_backbone(sway=("still", "slight"), twist=("still", "slight"), bend="steady"))


HELD_BACKBONE: Final[tuple[UpperEdit, ...]] = (
    UpperEdit("backbone_back", partial(_pitched, "back", -14.0, -7.5)),
    UpperEdit("backbone_upright", partial(_pitched, "upright", -3.0, 1.0)),
    UpperEdit("backbone_slightly_forward", partial(_pitched, "slight", 5.0, 7.5)),
    UpperEdit("backbone_forward", partial(_pitched, "forward", 11.0, 18.0)),
    UpperEdit("backbone_far_forward", partial(_pitched, "far", 24.0, 40.0)),
    UpperEdit("back_hollow", partial(_curved, "hollow", -14.0, -6.0)),
    UpperEdit("back_straight", partial(_curved, "straight", -1.0, 2.0)),
    UpperEdit("back_rounded", partial(_curved, "rounded", 6.0, 10.0)),
    UpperEdit("back_hunched", partial(_curved, "hunched", 16.0, 32.0)),
    UpperEdit("backbone_leaned", lean),
    UpperEdit("chest_turned", turn),
    UpperEdit("backbone_still", keep_still),
)
"""Edits of the backbone's posture."""
