# SPDX-License-Identifier: GPL-3.0-or-later
"""What a bigger model is told: the vocabulary, the rules of its role, worked examples, and then the question.

The text is kept short: servers that run on a desktop often read no more than four thousand tokens.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Final

from ..llm_format import PART_SLOTS, AttributeSet
from ..parts.vocabulary import Slot, wordings
from .examples import examples
from .question import Question, Role

Message = dict[str, str]
"""``role`` (system, user or assistant) and ``content``, as chat templates and servers take it."""

_INTRODUCTION: Final = """\
You describe how a human body moves, for an animation program. The body has six parts: right_arm, left_arm, right_leg, \
left_leg, backbone (torso and head) and root (the body as a whole). Each part has slots, and a slot takes one of its \
values, listed below from least to most where there is an order, each with its meaning. An arm or leg has no side in its \
values; left and right of backbone and root are the character's own. Slots marked * are said only where they are out of \
the ordinary. Everything is said of the whole clip, as a habit rather than a moment."""
_LISTS: Final = {"Arms": "right_arm", "Legs": "right_leg", "Backbone": "backbone", "Root": "root"}
_RULES: Final[dict[Role, str]] = {
    "content": """\
You are told what somebody does. Describe the whole body doing just that, in an ordinary manner. Say every slot of every \
part that is not marked *; the first slot of each part must be said. What is not named goes on as usual: arms swing with \
the steps of a walk, a figure that only gestures stands in place. Use the arm or leg that is named.""",
    "style": """\
You are told how something is done: a mood, an age, a character, a manner. You are not told what is done. Say only what \
this manner changes, whatever is done: posture, height, size, tempo. Leave out every slot, and the whole of every part, \
that it leaves alone; above all never say a leg's action or the root's direction, turn or pace.""",
    "composition": """\
You are given what is done and how, each with its attributes. Answer with the attributes of doing it that way:
1. What is done stays: the action of legs and of arms in use, and direction, turn, pace, path and change of the root, \
and so does a bow.
2. Speed and size are relative. If the style is slower than ordinary (walking, moderate, steady) or smaller (medium), \
take the content's value and go down by as many places; if faster or larger, go up. A slow run is still a run. What \
does not travel or step does not begin to.
3. An arm that does or holds something (waves, punches, is raised, rests on something) keeps its place and its action; \
of the style it takes tempo and size only. An arm that is free takes all the style says of it.
4. Posture (back, head, hips, knees, toes, width) is the style's where it says something. But of two heights the lower \
and of two knees the more bent one counts if the content goes down, and a content that bends the back or turns the head \
keeps that.
5. All else is the content's. Where the style says nothing of a part, repeat what the content says of it.""",
}


@dataclass(frozen=True)
class Form:
    """How answers are written down.

    Attributes:
        instruction: what the model is told about it.
        write: from attributes to an answer.
    """

    instruction: str
    write: Callable[[AttributeSet], str]


def messages(question: Question, form: Form) -> list[Message]:
    """Return the chat that ends with a question, after instructions and worked examples."""
    chat = [_message("system", f"{_instructions(question.role)}\n\n{form.instruction}")]
    for example in examples(question.role):
        chat += [_message("user", _asked(example.question, form)), _message("assistant", form.write(example.answer))]
    return [*chat, _message("user", _asked(question, form))]


@cache
def _instructions(role: Role) -> str:
    lists = [f"{title}:\n" + "\n".join(_slot_line(slot) for slot in PART_SLOTS[part]) for title, part in _LISTS.items()]
    return "\n\n".join([_INTRODUCTION, *lists, _RULES[role]])


def _slot_line(slot: Slot) -> str:
    values = "; ".join(_value_text(value, wordings(slot, value)[0]) for value in slot.values)
    return f"{slot.name}{'*' if slot.notable else ''}: {values}"


def _value_text(value: str, meaning: str) -> str:
    return value if value.replace("_", " ") == meaning else f"{value} ({meaning})"


def _asked(question: Question, form: Form) -> str:
    lines = []
    for name, prompt, says in (
        ("does", question.content, question.content_says),
        ("style", question.style, question.style_says),
    ):
        if question.role == "composition":
            lines += [f"{name}: {prompt}", form.write(says)]
        elif prompt:
            lines.append(f"{name}: {prompt}")
    return "\n".join(lines)


def _message(role: str, text: str) -> Message:
    return {"role": role, "content": text}
