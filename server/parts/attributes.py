# SPDX-License-Identifier: GPL-3.0-or-later
"""Attribute sets: what is said of a motion, part by part, as typed values."""

from __future__ import annotations

import random
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from ..motion.skeleton import PARTS
from .parsing import parse_part
from .splitting import main_phase
from .vocabulary import SLOT_INDEX, SLOTS, mirrored_slot, mirrored_value, wordings

AttributeSet = Mapping[tuple[str, str], str]
"""(part, slot name) to value; what is not in it is left open."""
Word = tuple[tuple[str, str], str]
"""One of its items: a slot and its value."""
PartTexts = dict[str, str]


def to_vector(attributes: AttributeSet) -> npt.NDArray[np.int64]:
    """Return (slots,) numbers: 0 for what is left open, else one more than the value's place.

    Raises:
        ValueError: for an unknown slot or value.
    """
    vector = np.zeros(len(SLOTS), dtype=np.int64)
    for key, value in attributes.items():
        if key not in SLOT_INDEX or value not in SLOTS[SLOT_INDEX[key]].values:
            raise ValueError(f"unknown attribute {key} = {value!r}")
        vector[SLOT_INDEX[key]] = SLOTS[SLOT_INDEX[key]].values.index(value) + 1
    return vector


def from_vector(vector: npt.ArrayLike) -> dict[tuple[str, str], str]:
    """Return the attribute set of (slots,) numbers."""
    numbers = np.asarray(vector)
    return {slot.key: slot.values[number - 1] for slot, number in zip(SLOTS, numbers.tolist(), strict=True) if number}


def mirrored(attributes: AttributeSet) -> dict[tuple[str, str], str]:
    """Return the attributes of the mirrored motion: sides exchanged, all else the same."""
    return {mirrored_slot(SLOTS[SLOT_INDEX[key]]): mirrored_value(value) for key, value in attributes.items()}


def write(attributes: AttributeSet, seed: int | None = None) -> PartTexts:
    """Return one sentence a part: its values as clauses in the order of the slots.

    Args:
        attributes: what to say. A part without any gets the empty text.
        seed: None for the canonical wording, a number for one of the many others.
    """
    dice = random.Random(seed) if seed is not None else None  # noqa: S311 (no secret)
    said: dict[str, dict[str, str]] = {part: {} for part in PARTS}
    for (part, name), value in attributes.items():
        said[part][name] = value
    return {part: sentence(part, said[part], dice) for part in PARTS}


def sentence(part: str, said: Mapping[str, str], dice: random.Random | None = None) -> str:
    """Return the sentence of one part, given slot name to value, in canonical wording or as the dice fall."""
    phrases = [wordings(slot, said[slot.name]) for slot in SLOTS if slot.part == part and slot.name in said]
    if dice is None:
        return ", ".join(options[0] for options in phrases)
    clauses = [dice.choice(options) for options in phrases]
    dice.shuffle(clauses)
    return ", ".join(clauses)


def parse(texts: Mapping[str, str]) -> dict[tuple[str, str], str]:
    """Return what six part texts say; words that say nothing known are passed over.

    Of a text in several phases only one is read, so that what belongs to different times is never mixed: the one that
    lasts longest, see `server.parts.splitting.main_phase`. `server.parts.phases` reads all of them.
    """
    attributes: dict[tuple[str, str], str] = {}
    for part in PARTS:
        for name, value in parse_part(part, main_phase(texts.get(part, "")).text).items():
            attributes[part, name] = value
    return attributes
