# SPDX-License-Identifier: GPL-3.0-or-later
"""Edits of the head: hung, lowered, lifted, turned, tilted, nodding, shaking, looking around, or kept still."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

import numpy as np

from .arm_paths import beat, phase, strength
from .curves import eased, smoothed
from .torso import BOTH_ARMS, Torso
from .trunk_turns import head_angles, turned_head
from .upper_edit import Change, Dice, UpperEdit

_MOST: Final = 65.0  # degrees that a head is turned at the most


def of_backbone(**slots: Sequence[str] | str) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return claims of the backbone: slot to a value or several."""
    return {("backbone", slot): (says,) if isinstance(says, str) else tuple(says) for slot, says in slots.items()}


def backbone_changed(torso: Torso, claims: dict[tuple[str, str], tuple[str, ...]]) -> Change:
    """Return the result of an edit of backbone or head."""
    return Change(torso.motion, claims, frozenset({"backbone"}))


def drawn_side(dice: Dice) -> tuple[str, float]:
    """Return left or right, and +1 or -1 for it."""
    return ("left", 1.0) if dice.integers(2) else ("right", -1.0)


def _free(torso: Torso) -> bool:
    """Whether the head may move by itself: nobody lies on it, no hand holds it."""
    return torso.upright and all(torso.said.get((arm, "touch")) != "head" for arm in BOTH_ARMS)


def _nodded(says: str, low: float, high: float, torso: Torso, dice: Dice) -> Change | None:
    """Hold the head at some height, told by where the face looks: degrees up, as a median over the clip."""
    change = dice.uniform(low, high) - float(np.median(head_angles(torso)["nod"]))
    if not _free(torso) or abs(change) > _MOST:
        return None
    return backbone_changed(turned_head(torso, nod=change), of_backbone(head=says))


def turn_head(torso: Torso, dice: Dice) -> Change | None:
    """Hold the head turned to one side."""
    side, sign = drawn_side(dice)
    change = sign * dice.uniform(17.0, 48.0) - float(np.median(head_angles(torso)["look"]))
    if not _free(torso) or abs(change) > _MOST:
        return None
    return backbone_changed(turned_head(torso, look=change), of_backbone(head_turn=side))


def tilt_head(torso: Torso, dice: Dice) -> Change | None:
    """Hold the head tilted to one side."""
    side, sign = drawn_side(dice)
    change = sign * dice.uniform(14.0, 24.0) - float(np.median(head_angles(torso)["tilt"]))
    if not _free(torso) or abs(change) > 40.0:
        return None
    return backbone_changed(turned_head(torso, tilt=change), of_backbone(head_tilt=side))


def _to_and_fro(nodding: bool, torso: Torso, dice: Dice) -> Change | None:
    """Nod or shake the head again and again."""
    hertz = beat(torso, 0.9, 1.9, dice, least=3.0)
    if not _free(torso) or hertz > 2.4:
        return None
    swing = strength(torso, hertz, dice) * np.sin(phase(torso, hertz, dice))
    if nodding:
        nod = dice.uniform(8.0, 13.0) * swing
        return backbone_changed(turned_head(torso, nod=nod), of_backbone(head_way="nods"))
    look = dice.uniform(13.0, 24.0) * swing
    return backbone_changed(turned_head(torso, look=look), of_backbone(head_way="shakes"))


def look_around(torso: Torso, dice: Dice) -> Change | None:
    """Look from one side to the other and rest there for a while each time."""
    seconds, fps = torso.motion.seconds, torso.motion.fps
    if not _free(torso) or seconds < 2.0:
        return None
    places, at = [0.0], 0.0
    look = np.zeros(torso.frames)
    _, sign = drawn_side(dice)
    at = dice.uniform(0.1, 0.4)
    while at < seconds:
        place = sign * dice.uniform(25.0, 48.0) if dice.random() < 0.85 else dice.uniform(-8.0, 8.0)
        turning = dice.uniform(0.45, 0.8)
        look = look + (place - places[-1]) * eased((np.arange(torso.frames) / fps - at) / turning)
        places.append(place)
        sign, at = -sign, at + turning + dice.uniform(0.25, 0.9)
    nod = 4.0 * np.sin(np.arange(torso.frames) / fps * dice.uniform(0.8, 1.6))
    changed = turned_head(torso, nod=nod, look=look)
    return backbone_changed(changed, of_backbone(head_motion=("clear", "strong")))


def still_head(torso: Torso, dice: Dice) -> Change | None:
    """Keep the head's direction nearly steady."""
    if not _free(torso):
        return None
    angles = head_angles(torso)
    share = dice.uniform(0.8, 0.95)
    # what is taken away is smooth, so that no new shaking comes in
    calm = {name: -share * smoothed(angle - np.median(angle), 5) for name, angle in angles.items()}
    if max(float(np.abs(angle).max()) for angle in calm.values()) > _MOST:
        return None
    changed = turned_head(torso, **calm)
    return backbone_changed(changed, of_backbone(head_motion=("still", "slight")))


HEAD: Final[tuple[UpperEdit, ...]] = (
    UpperEdit("head_hung", partial(_nodded, "hung", -42.0, -25.0)),
    UpperEdit("head_lowered", partial(_nodded, "lowered", -14.0, -8.0)),
    UpperEdit("head_level", partial(_nodded, "level", -1.0, 5.0)),
    UpperEdit("head_lifted", partial(_nodded, "lifted", 14.0, 30.0)),
    UpperEdit("head_turned", turn_head),
    UpperEdit("head_tilted", tilt_head),
    UpperEdit("head_nods", partial(_to_and_fro, True)),
    UpperEdit("head_shakes", partial(_to_and_fro, False)),
    UpperEdit("head_looks_around", look_around),
    UpperEdit("head_still", still_head),
)
"""Edits of the head."""
