# SPDX-License-Identifier: GPL-3.0-or-later
"""How what a prompt says outright enters the language model's choices: as votes that outweigh its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import torch
from torch import Tensor

from .llm_format import PART_SLOTS
from .llm_memory import Prior
from .parts.attributes import AttributeSet
from .parts.vocabulary import SLOT_INDEX, SLOTS

_AGREED: Final = 0.5
_ORDERED: Final = frozenset(
    "hold peak reach spread elbow size tempo stride cadence knee fold lift width pitch curve head".split()  # noqa: SIM905
)
_GESTURES: Final = frozenset({"waves", "thrusts", "kicks"})
_RISING: Final = frozenset({"raises", "lowers", "raises_lowers"})
"""A gesture of who stands; in a jump the arms only help."""


def agrees(priors: Mapping[str, Prior], said: AttributeSet) -> bool:
    """Tell whether the memory's votes say what a prompt says outright, and of no side of which it does not."""
    for (part, slot), value in said.items():
        if _votes(priors, part, slot, value, near=True) < _AGREED:
            return False
        other = _other_side(part)
        if other and slot == "hold" and (other, slot) not in said and _votes(priors, other, slot, value) > _AGREED:
            return False
    return True


def votes_for(attributes: AttributeSet, share: float) -> dict[str, Prior]:
    """Return the votes of each part for an attribute set, "left open" for what is not in it; each slot has ``share`` of a vote."""
    votes: dict[str, Prior] = {}
    for part, slots in PART_SLOTS.items():
        votes[part] = [torch.zeros(len(slot.values) + 1) for slot in slots]
        for vote, slot in zip(votes[part], slots, strict=True):
            value = attributes.get(slot.key)
            vote[0 if value is None else slot.values.index(value) + 1] = share
    return votes


def insist(priors: Mapping[str, Prior], said: AttributeSet, *, silent_else: bool) -> dict[str, Prior]:
    """Return the votes of each part with all votes of a slot for the value that is said outright.

    Args:
        priors: the memory's votes.
        said: what is said outright.
        silent_else: whether the memory has no vote on what is not said of a part of which something is.
    """
    return dict(priors) | {part: _insisted(priors.get(part), part, said, silent_else) for part, _ in said}


def _insisted(prior: Prior | None, part: str, said: AttributeSet, silent_else: bool) -> Prior:
    votes = []
    for number, slot in enumerate(PART_SLOTS[part]):
        vote = torch.zeros(len(slot.values) + 1)
        if slot.key in said:
            vote[slot.values.index(said[slot.key]) + 1] = 1.0
        elif prior is not None and not silent_else:
            vote = prior[number]
        votes.append(vote)
    return votes


def to_insist_on(
    content_said: AttributeSet, style_said: AttributeSet, content: AttributeSet, style: AttributeSet
) -> dict[tuple[str, str], str]:
    """Return what a composition must keep of what the two prompts say outright.

    The texts may have been edited since, so only what they still say counts. The style goes first, unless the content
    needs the limb: who waves with the hands on the hips waves.
    """
    kept = {
        key: value for key, value in style_said.items() if style.get(key) == value and not _is_needed(key[0], content)
    }
    parts = {part for part, _ in kept}
    return kept | {
        key: value for key, value in content_said.items() if content.get(key) == value and key[0] not in parts
    }


def _is_needed(part: str, content: AttributeSet) -> bool:
    """Tell whether a limb does what the content is about, so that a style must not hold it still."""
    action = content.get((part, "action"))
    stands = content.get((part.replace("arm", "leg"), "action")) == "stands"
    return action in _GESTURES or (action in _RISING and stands)


def _other_side(part: str) -> str:
    side, _, limb = part.partition("_")
    return f"{'right' if side == 'left' else 'left'}_{limb}" if limb else ""


def _votes(priors: Mapping[str, Prior], part: str, name: str, value: str, *, near: bool = False) -> float:
    """Return the share of the votes for a value; with `near` also for those next to it where values have an order."""
    slot = SLOTS[SLOT_INDEX[part, name]]
    votes: Tensor = priors[part][PART_SLOTS[part].index(slot)]
    index = slot.values.index(value) + 1
    if not (near and name in _ORDERED):
        return float(votes[index])
    return float(votes[max(index - 1, 1) : index + 2].sum())
