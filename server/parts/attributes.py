# SPDX-License-Identifier: GPL-3.0-or-later
"""Attribute sets: what is said of a motion, part by part, as typed values."""

from __future__ import annotations

import random
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from ..motion.skeleton import PARTS
from .parsing import parse_part
from .vocabulary import SLOT_INDEX, SLOTS, mirrored_slot, mirrored_value, wordings

AttributeSet = Mapping[tuple[str, str], str]
"""(part, slot name) to value; what is not in it is left open."""
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
    texts: PartTexts = {}
    for part in PARTS:
        clauses = []
        for slot in SLOTS:
            if slot.part == part and slot.key in attributes:
                options = wordings(slot, attributes[slot.key])
                clauses.append(dice.choice(options) if dice else options[0])
        if dice:
            dice.shuffle(clauses)
        texts[part] = ", ".join(clauses)
    return texts


def parse(texts: Mapping[str, str]) -> dict[tuple[str, str], str]:
    """Return what six part texts say; words that say nothing known are passed over."""
    attributes: dict[tuple[str, str], str] = {}
    for part in PARTS:
        for name, value in parse_part(part, texts.get(part, "")).items():
            attributes[part, name] = value
    return attributes
