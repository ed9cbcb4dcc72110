# SPDX-License-Identifier: GPL-3.0-or-later
"""From answers to the character: texts into the rows, motion into an Action, each as one undo step."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import bpy

from ...server.codec import motion_from_json
from ...server.errors import SmooError
from ..actions.apply import apply_motion, options_of
from ..engine.client import Event
from ..engine.environment import EXTENSION_ROOT
from ..engine.session import SESSION, Failure, Job, Progress, chosen_weights
from ..errors import UserError
from .properties import SMOOGPT_PG_prompts, both_prompts, set_part_texts, set_unmet

_NAME_LENGTH = 60  # Blender 4.x cuts Action names at 63


def show(message: str, *, fraction: float = 0.0, error: bool = False) -> None:
    """Put a message into the panel and have it drawn."""
    manager = bpy.context.window_manager
    state = manager.smoogpt_state
    state.message, state.fraction, state.is_error = message, fraction, error
    for window in manager.windows:
        for area in window.screen.areas:
            if area.type == "VIEW_3D":
                area.tag_redraw()


def armature_by_id(number: int) -> bpy.types.Object | None:
    """Return the object with a session id, whatever it is called now; None when it was deleted."""
    return next((ob for ob in bpy.data.objects if ob.session_uid == number), None)


def take_name(content: str, style: str) -> str:
    """Return a name for the Action of a take."""
    words = ", ".join(text for text in (content.strip(), style.strip()) if text) or "part texts"
    return f"SMooGPT {words}"[:_NAME_LENGTH]


def on_event(job: Job, event: Event) -> None:
    """Show progress and failures; hand an answer to the operator that applies it with undo."""
    if isinstance(event, Progress):
        show(event.message, fraction=event.fraction)
    elif isinstance(event, Failure):
        show(event.message, error=not event.cancelled)
    else:
        SESSION.answers.append((job, event.result))
        windows = bpy.context.window_manager.windows
        override = {"window": windows[0]} if windows and bpy.context.window is None else {}
        with bpy.context.temp_override(**override):
            bpy.ops.smoogpt.apply_answer("EXEC_DEFAULT", True)


def apply_answer(context: bpy.types.Context, job: Job, result: Mapping[str, Any]) -> str:
    """Apply an answer and return what to say about it.

    Raises:
        UserError: when the character is gone or the answer cannot be used; nothing has been changed then.
    """
    armature = armature_by_id(job.armature)
    if armature is None:
        raise UserError("The character was deleted in the meantime; the motion was not applied.")
    prompts, asked = armature.smoogpt_prompts, job.context
    described = both_prompts(asked["content"], asked["style"])
    if "composed" in result:
        set_part_texts(prompts, result["composed"], described)
        return _with_note("Described. Edit the parts, then press Generate.", result)
    take = result["takes"][0]
    try:
        motion = motion_from_json(take["motion"])
    except SmooError as error:
        raise UserError(error.message) from error
    name = take_name(asked["content"], asked["style"])
    start, options, last = asked["start_frame"], options_of(armature), last_start(armature)
    # who stands where the last take begins is turned already
    turned = last[1] if last and last[0] == start else 0.0
    placed = replace(options, heading=options.heading - turned)
    action = apply_motion(context, armature, motion, name, start, placed, asked["fps"])
    about = {"action": action.name, "frame": start, "heading": options.heading}
    prompts.take = json.dumps({"weights": asked["weights"], "tokens": take["tokens"]} | about)
    if not asked["parts_given"]:
        set_part_texts(prompts, take["texts"]["composed"], described)
    set_unmet(prompts, take["unmet"])
    return _with_note(f"{action.name}: {motion.seconds:.1f} s in {take['timing']['total']:.1f} s", take["texts"])


def _with_note(message: str, texts: Mapping[str, Any]) -> str:
    """Return a message, with what is to be said of the texts if another model than the chosen one wrote them."""
    note = texts.get("note", "")
    return f"{message.rstrip('.')}. {note}" if note else message


def weights_mark() -> str:
    """Return what tells one tokenizer from another: the tokens of one mean nothing to the next.

    Raises:
        UserError: when no weights are chosen.
    """
    choice, own = chosen_weights(), EXTENSION_ROOT / "server" / "weights"
    folder = {"standard": own, "open": own / "open"}.get(choice) or Path(choice)
    sums = folder / "SHA256SUMS"
    lines = sums.read_text(encoding="utf-8").splitlines() if sums.is_file() else []
    return next((line[:16] for line in lines if line.endswith("tokenizer.safetensors")), "")


def _last_take(prompts: SMOOGPT_PG_prompts) -> dict[str, Any]:
    """Return what is noted of the last take; empty where there is none, or it cannot be read."""
    try:
        take = json.loads(prompts.take or "{}")
    except ValueError:
        return {}
    return take if isinstance(take, dict) else {}


def last_tokens(prompts: SMOOGPT_PG_prompts) -> Any:
    """Return the tokens of the last take; None where there are none, or they are another release's."""
    take = _last_take(prompts)
    return take.get("tokens") if take.get("weights") == weights_mark() else None


def last_start(armature: bpy.types.Object) -> tuple[int, float] | None:
    """Return the first frame of the last take and the heading (radians) it was given, while its Action is current."""
    take, data = _last_take(armature.smoogpt_prompts), armature.animation_data
    if not (data and data.action and data.action.name == take.get("action")):
        return None
    frame, heading = take.get("frame"), take.get("heading")
    return (frame, float(heading)) if isinstance(frame, int) and isinstance(heading, int | float) else None
