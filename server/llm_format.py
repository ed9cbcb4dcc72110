# SPDX-License-Identifier: GPL-3.0-or-later
"""How the reasoner's and the composer's jobs look to the language model, in training and in use.

One prompt is shared by six branches, one a body part. A branch asks for a part and is answered with the values of
that part's slots in their fixed order, one short word each, ``-`` for what is left open::

    does: walks forward         style: like an old man      does: walks forward
                                                            style: like an old man
    left arm: swings low ...    left arm: - - slight ...    left arm: swings low ... + - - slight ... => swings low ...

The sentences that people read and edit are the canonical writing of these values (`server.parts`). Values instead of
sentences make an answer three times shorter, so that training and writing fit two processor cores.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from .llm_grammar import ChoiceGrammar, Encode
from .motion.skeleton import PARTS
from .parts.vocabulary import SLOTS, Slot

if TYPE_CHECKING:  # the format itself needs no torch
    from torch import Tensor

AttributeSet = Mapping[tuple[str, str], str]

OPEN: Final = "-"
UNCHANGED: Final = "as usual"
"""The text of a part that a style leaves as it is."""
PART_SLOTS: Final[dict[str, tuple[Slot, ...]]] = {p: tuple(s for s in SLOTS if s.part == p) for p in PARTS}


def tidy(prompt: str) -> str:
    """Return a prompt in one line, in lower case, without a full stop at the end."""
    return " ".join(prompt.lower().split()).rstrip(".!")


def content_prefix(content: str) -> str:
    """Return the shared beginning for describing what is done."""
    return f"does: {tidy(content)}\n"


def style_prefix(style: str) -> str:
    """Return the shared beginning for describing how it is done."""
    return f"style: {tidy(style)}\n"


def compose_prefix(content: str, style: str) -> str:
    """Return the shared beginning for composing the two."""
    return content_prefix(content) + style_prefix(style)


def part_name(part: str) -> str:
    """Return a part's name in words."""
    return part.replace("_", " ")


def describe_branch(part: str) -> str:
    """Return the question for one part of a content or style."""
    return f"{part_name(part)}:"


def compose_branch(part: str, content: AttributeSet, style: AttributeSet) -> str:
    """Return the question for one part of a composition."""
    return f"{part_name(part)}:{values_text(part, content)} +{values_text(part, style)} =>"


def values_text(part: str, attributes: AttributeSet) -> str:
    """Return a part's values as the language model writes them."""
    return "".join(phrases(slot, True)[_index(slot, attributes)] for slot in PART_SLOTS[part])


def phrases(slot: Slot, may_be_open: bool) -> tuple[str, ...]:
    """Return the words of a slot in the language model's answer, "left open" first."""
    words = [value.replace("_", " ") for value in slot.values]
    # A word that begins another one needs an end mark, or the trie of tokens could not tell them apart.
    end = "," if any(b.startswith(a + " ") for a in words for b in words) else ""
    return tuple(f" {word}{end}" for word in ([OPEN, *words] if may_be_open else words))


def grammars(encode: Encode, may_be_open: bool) -> dict[str, ChoiceGrammar]:
    """Return the grammar of each part's answer.

    Args:
        encode: the language model's tokenizer.
        may_be_open: False if the first slot of a part (its action, posture or direction) must be answered, so that no
            part stays without a text.
    """
    return {
        part: ChoiceGrammar(encode, [phrases(slot, may_be_open or index > 0) for index, slot in enumerate(slots)])
        for part, slots in PART_SLOTS.items()
    }


def chosen_phrases(part: str, attributes: AttributeSet, may_be_open: bool) -> list[int]:
    """Return the index of each slot's phrase in the grammar of a part.

    Raises:
        ValueError: if the first slot is open where it must not be.
    """
    numbers = [_index(slot, attributes) for slot in PART_SLOTS[part]]
    if may_be_open:
        return numbers
    if numbers[0] == 0:
        raise ValueError(f"{part} has no {PART_SLOTS[part][0].name}")
    return [numbers[0] - 1, *numbers[1:]]


def prior_of_phrases(prior: Sequence[Tensor], may_be_open: bool) -> list[Tensor]:
    """Return probabilities by phrase from probabilities by value, of which the first is "left open"."""
    return list(prior) if may_be_open else [prior[0][1:], *prior[1:]]


def attributes_from(part: str, chosen: Sequence[int], may_be_open: bool) -> dict[tuple[str, str], str]:
    """Return the attributes of a part from the indices of the phrases chosen: the inverse of `chosen_phrases`."""
    numbers = list(chosen) if may_be_open else [chosen[0] + 1, *chosen[1:]]
    return {slot.key: slot.values[number - 1] for slot, number in zip(PART_SLOTS[part], numbers, strict=True) if number}


def _index(slot: Slot, attributes: AttributeSet) -> int:
    value = attributes.get(slot.key)
    return slot.values.index(value) + 1 if value is not None else 0
