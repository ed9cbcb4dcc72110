# SPDX-License-Identifier: GPL-3.0-or-later
"""What the operators of the Rig panel have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

import bpy

from ..errors import UserError
from .detect import armature_of


class RigOperator:
    """Does something to the active armature, with undo; what goes wrong is reported and nothing is changed then."""

    bl_options = {"REGISTER", "UNDO"}

    if TYPE_CHECKING:  # what every operator has; this class is only mixed into operators

        def report(self, kind: set[str], message: str) -> None:
            """Tell the animator."""

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Act and report."""
        try:
            armature = armature_of(context.active_object)
            if not armature.is_editable:
                raise UserError(
                    f"'{armature.name}' is linked from another file and cannot be changed. "
                    "Make a library override of it (Object > Library Override), then try again."
                )
            done = self.act(context, armature)
        except UserError as error:
            self.report({"ERROR"}, error.message)
            return {"CANCELLED"}
        self.report({"INFO"}, done)
        return {"FINISHED"}

    def act(self, context: bpy.types.Context, armature: bpy.types.Object) -> str:
        """Do it, and return what to tell the animator.

        Raises:
            UserError: before anything is changed.
        """
        raise NotImplementedError
