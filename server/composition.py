# SPDX-License-Identifier: GPL-3.0-or-later
"""The rule by which a style changes a content that no recording shows in it.

Recorded pairs need no rule: their composed texts are what the captioner says of the clips. For all others:

1. What is done stays: direction, turn and pace of the root, the legs' and arms' action, a bow's bend.
2. How fast and how large things are is relative. A style's "slow" makes a run a slow run, not a walk: the content's
   value moves by as many places as the style's value lies above or below the ordinary one, and stays within the slot. What
   does not travel, step or move is not made to. In a walk, which is what is ordinary, "short" and "slow" are at most as long and
   fast as they say, however long the recorded walk's strides are.
3. An arm that the content needs (it waves, strikes, is held up ...) keeps its place; the style gives it tempo and size
   only. A free arm takes whatever the style says.
4. Posture (back, head, hips, knees, toes, width) is the style's where it says something, but a content that goes down
   keeps the deeper of the two heights and knees, and one that bends or turns the back or head keeps that.

What of the content nobody insists on and motions rarely do together with the rest is left open (`without_leftovers`): an arm
that a style holds still does not swing "forward and back, quickly" as it did in the walk.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from enum import Enum
from typing import Final

from .parts.attributes import AttributeSet, Word
from .parts.vocabulary import SLOT_INDEX, SLOTS

_ORDINARY: Final = {
    "tempo": "moderate",
    "size": "medium",
    "stride": "medium",
    "cadence": "steady",
    "speed": "walking",
    "bounce": "slight",
}
_ALWAYS_CONTENT: Final = frozenset(("direction", "turn", "pace", "path", "change", "held"))
_DEEPER: Final = {"height": -1, "knee": 1}
_ARM_PLACE: Final = frozenset(("action", "hold", "peak", "reach", "spread", "elbow", "way", "rhythm", "touch", "pair"))
_HELD_HIGH: Final = frozenset(("chest", "shoulder", "head", "overhead"))
_DEEP: Final = frozenset(("floor", "crouched", "deep", "squat"))
_STEPPING: Final = frozenset(("walks", "runs", "steps"))


class Rule(Enum):
    """Which rule decided a slot that a style speaks of."""

    STAYS = "what is done stays"
    RELATIVE = "how fast and how large is relative"
    IN_USE = "an arm in use keeps its place"
    GESTURE = "a bend, a turn or a gesture stays"
    DEEPER = "the deeper of two heights"
    STYLE = "posture is the style's"


def compose(content: AttributeSet, style: AttributeSet) -> dict[tuple[str, str], str]:
    """Return the attributes of a content done in a style."""
    composed = dict(content)
    used = used_arms(content)
    for key, value in style.items():
        if not wanted_by_content(key, content, used):
            walks = content.get(("left_leg", "action")) == "walks" and key[0] not in used
            composed[key] = _changed(key, content.get(key), value, walks)
    return composed


def without_leftovers(
    composed: AttributeSet,
    content: AttributeSet,
    style: AttributeSet,
    insisted: Collection[tuple[str, str]],
    go_badly: Callable[[Word, Word], bool],
) -> dict[tuple[str, str], str]:
    """Return what was composed without the content's habits that go badly with what the style says or the content needs.

    Args:
        composed: attributes of content and style together.
        content: those of the content alone.
        style: those of the style alone.
        insisted: slots that a prompt speaks of outright, which are never left open.
        go_badly: tells whether motions rarely do two words at once.
    """
    used = used_arms(content)
    meant = {
        key: value
        for key, value in composed.items()
        if key in style or key in insisted or wanted_by_content(key, content, used)
    }
    return {
        key: value
        for key, value in composed.items()
        if key in meant or not any(go_badly((key, value), word) for word in meant.items())
    }


def deciding(key: tuple[str, str], content: AttributeSet) -> Rule:
    """Return the rule that decides what becomes of a slot that a style speaks of."""
    part, name = key
    if wanted_by_content(key, content, used_arms(content)):
        if part == "backbone":
            return Rule.GESTURE
        return Rule.IN_USE if part.endswith("arm") and name not in _ALWAYS_CONTENT else Rule.STAYS
    before = content.get(key)
    if name in _DEEPER and before in _DEEP:
        return Rule.DEEPER
    return Rule.RELATIVE if name in _ORDINARY and before is not None else Rule.STYLE


def used_arms(content: AttributeSet) -> set[str]:
    """Return the arms that a content needs."""
    return {part for part in ("left_arm", "right_arm") if arm_in_use(part, content)}


def arm_in_use(part: str, attributes: AttributeSet) -> bool:
    """Tell whether an arm does or holds something that matters, as against hanging or swinging along."""
    action = attributes.get((part, "action"), "still")
    raised = attributes.get((part, "hold")) in _HELD_HIGH or attributes.get((part, "peak")) in _HELD_HIGH
    placed = attributes.get((part, "reach")) in ("behind", "far_front") and attributes.get((part, "hold")) != "low"
    busy = action in ("raises", "lowers", "raises_lowers", "waves", "thrusts") or (part, "touch") in attributes
    return busy or raised or (placed and action == "still")


def wanted_by_content(key: tuple[str, str], content: AttributeSet, used: set[str]) -> bool:
    """Tell whether a slot belongs to what is done, so that no style changes it; ``used`` are the arms in use."""
    part, name = key
    if name in _ALWAYS_CONTENT or (name == "action" and part.endswith("leg")):
        return True
    if part.endswith("arm"):
        return part in used and name in _ARM_PLACE
    if part == "backbone":
        bends = content.get(("backbone", "bend")) in ("bows", "bends", "straightens")
        shakes = content.get(("backbone", "head_motion")) in ("clear", "strong") or ("backbone", "head_way") in content
        gesture = ("head_motion", "head_turn", "head_way")
        return (bends and name in ("bend", "pitch", "curve")) or (shakes and name in gesture)
    if part.endswith("leg"):
        action = content.get((part, "action"))
        return action == "kicks" or (action not in _STEPPING and name in ("stride", "cadence", "lift", "fold", "place"))
    return (
        name in ("speed", "bounce")
        and content.get(("root", "direction")) == "in_place"
        and (name == "speed" or content.get(("root", "bounce")) == "leaps")
    )


def _changed(key: tuple[str, str], before: str | None, wanted: str, walks: bool) -> str:
    """Return what a slot becomes that the content does not insist on; ``walks`` if it is a walk's."""
    values = SLOTS[SLOT_INDEX[key]].values
    name = key[1]
    if before is None:
        return wanted
    if name in _DEEPER:
        deeper = min if _DEEPER[name] < 0 else max
        if before in _DEEP:
            return values[deeper(values.index(before), values.index(wanted))]
        return wanted
    if name in _ORDINARY:
        shift = values.index(wanted) - values.index(_ORDINARY[name])
        lowest = 1 if values[0] == "none" and before != "none" and name != "bounce" else 0
        place = values.index(before) + shift
        if walks and shift < 0:
            place = min(place, values.index(wanted))
        return values[max(lowest, min(len(values) - 1, place))]
    return wanted
