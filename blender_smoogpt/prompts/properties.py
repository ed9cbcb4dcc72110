# SPDX-License-Identifier: GPL-3.0-or-later
"""Prompts on the character, so that they travel with the file; what is going on, on the window manager."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import bpy

from ...server.protocol import LIMITS, PARTS
from ..engine.session import SESSION

_OVERRIDE: Final = {"LIBRARY_OVERRIDABLE"}  # a character linked from another file is animated by way of an override


def _forget_unmet(part: bpy.types.PropertyGroup, _: bpy.types.Context) -> None:
    part.unmet = ""


class SMOOGPT_PG_part(bpy.types.PropertyGroup):
    """One body part: what it does, whether it stays as it is, and what the last take did not do of it."""

    text: bpy.props.StringProperty(
        override=_OVERRIDE,
        name="Part text",
        description="Where this part is held and how it moves; edit it freely",
        update=_forget_unmet,
    )
    unmet: bpy.props.StringProperty(
        override=_OVERRIDE,
        description="Clauses that the last take does not do; gone when the text is edited",
        options={"HIDDEN"},
    )
    lock: bpy.props.BoolProperty(
        override=_OVERRIDE, name="Lock", description="Keep this part as it is in the last take"
    )


class SMOOGPT_PG_prompts(bpy.types.PropertyGroup):
    """Everything that is asked for one character. Texts have no limit here: what is too long is told, not cut off."""

    content: bpy.props.StringProperty(override=_OVERRIDE, name="Content", description="What the character does")
    style: bpy.props.StringProperty(override=_OVERRIDE, name="Style", description="How it does it; may stay empty")
    seconds: bpy.props.FloatProperty(
        override=_OVERRIDE,
        name="Seconds",
        description="Length of the motion",
        default=4.0,
        min=LIMITS.seconds_least,
        max=LIMITS.seconds_most,
        step=50,
        precision=1,
    )
    seed: bpy.props.IntProperty(
        override=_OVERRIDE, name="Seed", description="Another number gives another take", min=0, max=LIMITS.seed_most
    )
    right_arm: bpy.props.PointerProperty(override=_OVERRIDE, type=SMOOGPT_PG_part)
    left_arm: bpy.props.PointerProperty(override=_OVERRIDE, type=SMOOGPT_PG_part)
    right_leg: bpy.props.PointerProperty(override=_OVERRIDE, type=SMOOGPT_PG_part)
    left_leg: bpy.props.PointerProperty(override=_OVERRIDE, type=SMOOGPT_PG_part)
    backbone: bpy.props.PointerProperty(override=_OVERRIDE, type=SMOOGPT_PG_part)
    root: bpy.props.PointerProperty(override=_OVERRIDE, type=SMOOGPT_PG_part)
    described: bpy.props.StringProperty(
        override=_OVERRIDE, description="Prompts that the part texts were written for", options={"HIDDEN"}
    )
    take: bpy.props.StringProperty(
        override=_OVERRIDE, description="Tokens of the last take, as JSON", options={"HIDDEN"}
    )


def _is_busy(_: bpy.types.PropertyGroup) -> bool:
    return SESSION.busy


class SMOOGPT_PG_state(bpy.types.PropertyGroup):
    """What the panel shows of a running job, and the last message."""

    # asked of the session, not stored: a file saved during a job must not open as if it were still running
    busy: bpy.props.BoolProperty(get=_is_busy)
    fraction: bpy.props.FloatProperty(min=0.0, max=1.0, options={"SKIP_SAVE"})
    message: bpy.props.StringProperty(options={"SKIP_SAVE"})
    is_error: bpy.props.BoolProperty(options={"SKIP_SAVE"})


def part_texts(prompts: SMOOGPT_PG_prompts) -> dict[str, str]:
    """Return part to text."""
    return {part: getattr(prompts, part).text.strip() for part in PARTS}


def set_part_texts(prompts: SMOOGPT_PG_prompts, texts: dict[str, str], described: str) -> None:
    """Fill the part texts and note what they were written for; locked parts keep theirs."""
    for part in PARTS:
        row = getattr(prompts, part)
        if not row.lock or not row.text:
            row.text = texts.get(part, "")
    prompts.described = described


def set_unmet(prompts: SMOOGPT_PG_prompts, unmet: Mapping[str, str]) -> None:
    """Note what the last take did not do; of parts that are not told of, which were locked, all stays as it was."""
    for part, clauses in unmet.items():
        getattr(prompts, part).unmet = clauses


def both_prompts(content: str, style: str) -> str:
    """Return content and style as one text, to tell whether they have changed."""
    return f"{content.strip()}\n{style.strip()}"


def texts_are_old(prompts: SMOOGPT_PG_prompts) -> bool:
    """Tell whether the prompts were changed after the part texts were written for them."""
    changed = bool(prompts.described) and prompts.described != both_prompts(prompts.content, prompts.style)
    return changed and any(part_texts(prompts).values())


CLASSES = (SMOOGPT_PG_part, SMOOGPT_PG_prompts, SMOOGPT_PG_state)


def register() -> None:
    """Add the properties."""
    for cls in CLASSES:
        bpy.utils.register_class(cls)
    bpy.types.Object.smoogpt_prompts = bpy.props.PointerProperty(type=SMOOGPT_PG_prompts, override=_OVERRIDE)
    bpy.types.WindowManager.smoogpt_state = bpy.props.PointerProperty(type=SMOOGPT_PG_state)


def unregister() -> None:
    """Take them away again; what was typed stays in the file."""
    del bpy.types.WindowManager.smoogpt_state
    del bpy.types.Object.smoogpt_prompts
    for cls in reversed(CLASSES):
        bpy.utils.unregister_class(cls)
