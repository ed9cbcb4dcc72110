# SPDX-License-Identifier: GPL-3.0-or-later
"""Describe, Generate, regenerate one part, Cancel."""

from __future__ import annotations

import math
from typing import Any

import bpy

from ...server.codec import motion_to_json
from ...server.errors import SmooError
from ...server.protocol import PARTS, check_parts, check_prompt, check_seconds
from ..actions.apply import plan_of, scene_fps
from ..actions.read import action_of, frames_of, read_motion
from ..engine.session import SESSION, Job
from ..errors import UserError
from ..rig.detect import armature_of
from .properties import part_texts
from .results import apply_answer, last_start, last_tokens, on_event, show, weights_mark


def _fail(operator: bpy.types.Operator, message: str) -> set[str]:
    show(message, error=True)
    operator.report({"ERROR"}, message)
    return {"CANCELLED"}


def _prompts(armature: bpy.types.Object, *, content_may_be_empty: bool) -> dict[str, Any]:
    prompts = armature.smoogpt_prompts
    return {
        "content": check_prompt(prompts.content, "content", may_be_empty=content_may_be_empty),
        "style": check_prompt(prompts.style, "style", may_be_empty=True),
    }


def _submit(
    context: bpy.types.Context, armature: bpy.types.Object, method: str, params: dict[str, Any], start: int
) -> None:
    asked = {
        "content": params["content"],
        "style": params["style"],
        "start_frame": start,
        "fps": scene_fps(context.scene),
        "parts_given": "parts" in params,
        "weights": weights_mark(),
    }
    SESSION.submit(method, params, Job(armature.session_uid, on_event, asked))
    show("starting")


def _kept(context: bpy.types.Context, armature: bpy.types.Object) -> tuple[dict[str, Any], int]:
    """Return where locked parts come from, the last take or else the Action as it stands, and the frame it begins at.

    Raises:
        UserError: when there is neither.
    """
    tokens, last = last_tokens(armature.smoogpt_prompts), last_start(armature)
    if tokens is not None:
        return {"lock_tokens": tokens}, last[0] if last else context.scene.frame_current
    first, end = frames_of(action_of(armature))
    needed = math.ceil(armature.smoogpt_prompts.seconds * scene_fps(context.scene))
    motion = read_motion(context, armature, first, min(end, first + needed))
    return {"lock_motion": motion_to_json(motion)}, first


def _generate(context: bpy.types.Context, locks: list[str] | None) -> None:
    # what cannot be keyed is refused before anything is generated for it
    armature, _, _ = plan_of(context.active_object)
    prompts = armature.smoogpt_prompts
    texts = part_texts(prompts)
    locked = [part for part in PARTS if getattr(prompts, part).lock] if locks is None else locks
    params = _prompts(armature, content_may_be_empty=any(texts.values()))
    params |= {"seconds": check_seconds(round(prompts.seconds, 3)), "seed": prompts.seed, "locks": locked}
    if any(texts.values()):
        params["parts"] = check_parts(texts)
    start = context.scene.frame_current
    if locked:
        kept, start = _kept(context, armature)  # what is kept stays where it is, whichever frame is looked at
        params |= kept
    _submit(context, armature, "generate", params, start)


class SMOOGPT_OT_describe(bpy.types.Operator):
    """Write what each part of the body does, from content and style; locked parts keep their text."""

    bl_idname = "smoogpt.describe"
    bl_label = "Describe"
    bl_options = {"REGISTER"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Send the request."""
        try:
            armature = armature_of(context.active_object)
            _submit(context, armature, "describe", _prompts(armature, content_may_be_empty=False), 0)
        except (UserError, SmooError) as error:
            return _fail(self, error.message)
        return {"FINISHED"}


class SMOOGPT_OT_generate(bpy.types.Operator):
    """Generate a motion from the part texts as they stand (from content and style if they are empty)."""

    bl_idname = "smoogpt.generate"
    bl_label = "Generate"
    bl_options = {"REGISTER"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Send the request."""
        try:
            _generate(context, None)
        except (UserError, SmooError) as error:
            return _fail(self, error.message)
        return {"FINISHED"}


class SMOOGPT_OT_regenerate_part(bpy.types.Operator):
    """Generate this part anew and keep the five others as they are."""

    bl_idname = "smoogpt.regenerate_part"
    bl_label = "Regenerate"
    bl_options = {"REGISTER"}

    part: bpy.props.EnumProperty(items=[(part, part.replace("_", " ").capitalize(), "") for part in PARTS])

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Send the request."""
        try:
            _generate(context, [part for part in PARTS if part != self.part])
        except (UserError, SmooError) as error:
            return _fail(self, error.message)
        return {"FINISHED"}


class SMOOGPT_OT_cancel(bpy.types.Operator):
    """Stop what is being generated; the character stays as it is."""

    bl_idname = "smoogpt.cancel"
    bl_label = "Cancel"
    bl_options = {"REGISTER"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Tell the inference process to stop."""
        SESSION.cancel()
        return {"FINISHED"}


class SMOOGPT_OT_apply_answer(bpy.types.Operator):
    """Apply what the inference process has answered."""

    bl_idname = "smoogpt.apply_answer"
    bl_label = "SMooGPT"
    bl_options = {"INTERNAL", "UNDO"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Apply the oldest answer that waits."""
        if not SESSION.answers:
            return {"CANCELLED"}
        job, result = SESSION.answers.pop(0)
        try:
            message = apply_answer(context, job, result)
        except UserError as error:
            show(error.message, error=True)
            self.report({"WARNING"}, error.message)  # an error would be raised in the timer that called
            return {"CANCELLED"}
        show(message)
        return {"FINISHED"}


CLASSES = (
    SMOOGPT_OT_describe,
    SMOOGPT_OT_generate,
    SMOOGPT_OT_regenerate_part,
    SMOOGPT_OT_cancel,
    SMOOGPT_OT_apply_answer,
)


def register() -> None:
    """Register the operators."""
    for cls in CLASSES:
        bpy.utils.register_class(cls)


def unregister() -> None:
    """Unregister them."""
    for cls in reversed(CLASSES):
        bpy.utils.unregister_class(cls)
