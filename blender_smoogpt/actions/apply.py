# SPDX-License-Identifier: GPL-3.0-or-later
"""A motion onto the selected character.

Every take is a new Action. The Action that was there is left as it is, hand-set keys and all, and kept by a fake user,
so nothing is lost by generating again; NLA tracks are not touched.
"""

from __future__ import annotations

import bpy

from ...server.motion.motion import Motion
from ..errors import UserError
from ..retarget.options import Options, RootMode
from ..retarget.plan import Plan, make_plan
from ..rig.detect import armature_of
from ..rig.mapping import Mapping
from ..rig.properties import mapping_of
from .keys import make_keys
from .rest_pose import read_rest
from .versions import assign
from .write import write_action


def scene_fps(scene: bpy.types.Scene) -> float:
    """Return the scene's frames a second."""
    return float(scene.render.fps / scene.render.fps_base)


def options_of(armature: bpy.types.Object) -> Options:
    """Return what is chosen in a character's panel."""
    rig = armature.smoogpt_rig
    mode = RootMode(rig.root_mode)
    return Options(mode, rig.heading, rig.path_turn, rig.keep_feet, rig.keep_hands, rig.thin_error)


def plan_of(armature_object: bpy.types.Object | None) -> tuple[bpy.types.Object, Mapping, Plan]:
    """Return an armature that can be animated as it is, its mapping and its plan.

    Raises:
        UserError: when the object is no armature, no humanoid or cannot be edited now.
    """
    armature = armature_of(armature_object)
    if not armature.is_editable:
        raise UserError(
            f"'{armature.name}' is linked from another file and cannot be animated. "
            "Make a library override of it (Object > Library Override), then try again."
        )
    if armature.animation_data and armature.animation_data.use_tweak_mode:
        raise UserError(
            f"An NLA strip of '{armature.name}' is being edited, so it cannot get another Action. "
            "Leave the strip (Tab in the NLA editor), then try again."
        )
    mapping = mapping_of(armature)
    return armature, mapping, make_plan(read_rest(armature, mapping), mapping)


def apply_motion(
    context: bpy.types.Context,
    armature_object: bpy.types.Object,
    motion: Motion,
    name: str,
    start_frame: int,
    options: Options | None = None,
    fps: float | None = None,
) -> bpy.types.Action:
    """Write a motion as a new Action and make it the character's current one.

    The motion is brought to the scene's frame rate and starts where the character stands and looks at ``start_frame``.
    Only mapped bones are keyed, in their own rotation mode and not on locked channels.

    Args:
        context: its scene gives the frame rate.
        armature_object: the character.
        motion: at any frame rate.
        name: for the Action.
        start_frame: of the first key.
        options: how it is put there; by default what is chosen in the character's panel.
        fps: frames a second of the Action; by default the scene's.

    Raises:
        UserError: when the object is no armature, no humanoid or cannot be edited; nothing has been changed then.
    """
    armature, mapping, plan = plan_of(armature_object)
    chosen = options or options_of(armature)
    keys = make_keys(armature, plan, motion.resampled(fps or scene_fps(context.scene)), chosen, start_frame)
    action = write_action(armature, name, keys, plan, mapping.extras, start_frame, chosen.thin_error)
    before = armature.animation_data.action if armature.animation_data else None
    if before is not None:
        before.use_fake_user = True
    assign(armature, action)
    if armature.data.is_editable:
        armature.data.pose_position = "POSE"  # in rest position nothing of it would be seen
    return action
