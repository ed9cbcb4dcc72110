# SPDX-License-Identifier: GPL-3.0-or-later
"""A motion onto the selected character."""

from __future__ import annotations

import bpy

from ...server.motion.motion import Motion


def apply_motion(
    context: bpy.types.Context, armature_object: bpy.types.Object, motion: Motion, name: str, start_frame: int
) -> bpy.types.Action:
    """Write a motion as a new Action and make it the character's current one.

    Raises:
        UserError: when the object is no armature or no humanoid; nothing has been changed then.
    """
    raise NotImplementedError
