# SPDX-License-Identifier: GPL-3.0-or-later
"""What a bigger model may answer: a JSON object of six parts, each an object from slot to value.

The schema is made from the vocabulary, so a server that keeps to it can say nothing unknown. Not every server does, so
the answer is read with the same strictness here.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final, NoReturn

from ..errors import SmooError
from ..llm_format import PART_SLOTS, AttributeSet

_FENCED: Final = re.compile(r"```(?:json)?\s*\n(.*?)\n?\s*```", re.DOTALL)
_SHOWN: Final = 60  # letters of a wrong answer that a complaint repeats


def answer_schema(*, may_be_open: bool) -> dict[str, Any]:
    """Return the JSON schema of an answer.

    Args:
        may_be_open: True for a style, which may leave out any slot; otherwise the first slot of each part (its action,
            posture or direction) must be answered.
    """
    parts: dict[str, Any] = {}
    for part, slots in PART_SLOTS.items():
        values = {slot.name: {"type": "string", "enum": list(slot.values)} for slot in slots}
        parts[part] = _closed_object(values, [] if may_be_open else [slots[0].name])
    return _closed_object(parts, list(parts))


def answer_text(attributes: AttributeSet) -> str:
    """Return attributes as an answer, without blanks to keep it short; `attributes_from_answer` reads it back."""
    answer = {
        part: {slot.name: attributes[slot.key] for slot in slots if slot.key in attributes}
        for part, slots in PART_SLOTS.items()
    }
    return json.dumps(answer, separators=(",", ":"))


def attributes_from_answer(text: str, *, may_be_open: bool) -> dict[tuple[str, str], str]:
    """Return the attributes that an answer says, by part and slot.

    Args:
        text: the answer; a fence of three backticks around it is passed over.
        may_be_open: as in `answer_schema`.

    Raises:
        SmooError: ``bad_answer`` for what is no JSON, misses something that must be there or says something unknown.
    """
    answer = _object(_json(text), "the answer")
    if unknown := [name for name in answer if name not in PART_SLOTS]:
        _refuse(f"there is no part {_short(unknown[0])}; the parts are {', '.join(PART_SLOTS)}")
    attributes: dict[tuple[str, str], str] = {}
    for part, slots in PART_SLOTS.items():
        if part not in answer:
            _refuse(f"the part {part} is missing")
        said = _object(answer[part], part)
        values = {slot.name: slot.values for slot in slots}
        for name, value in said.items():
            if name not in values:
                _refuse(f"{part} has no slot {_short(name)}; its slots are {', '.join(values)}")
            if value not in values[name]:
                _refuse(f"{part}.{name} cannot be {_short(value)}; it is one of {', '.join(values[name])}")
            attributes[part, name] = value
        if not may_be_open and slots[0].name not in said:
            _refuse(f"{part} must say its {slots[0].name}, one of {', '.join(slots[0].values)}")
    return attributes


def _closed_object(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _json(text: str) -> object:
    fenced = _FENCED.fullmatch(text.strip())
    try:
        return json.loads(fenced[1] if fenced else text)
    except (ValueError, RecursionError) as error:
        raise SmooError("bad_answer", f"The answer is no JSON ({error}): {_short(text)}.") from error


def _object(value: object, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        _refuse(f"{name} must be an object, not {_short(value)}")
    return value


def _short(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= _SHOWN else shown[:_SHOWN] + "..."


def _refuse(complaint: str) -> NoReturn:
    raise SmooError("bad_answer", f"{complaint[0].upper()}{complaint[1:]}.")
