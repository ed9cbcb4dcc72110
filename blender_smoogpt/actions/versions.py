# SPDX-License-Identifier: GPL-3.0-or-later
"""The one place that knows how Actions differ between Blender versions.

Until 4.3 an Action holds its F-curves itself. From 4.4 on they lie in a channelbag of a slot; `Action.fcurves` went
away in 5.0. An Action that is assigned without a slot plays nothing, and does so silently.
"""

from __future__ import annotations

from collections.abc import Iterable

import bpy


def is_layered() -> bool:
    """Tell whether this Blender's Actions have slots."""
    return "slots" in bpy.types.Action.bl_rna.properties


class CurveWriter:
    """Makes F-curves in a new Action for one object."""

    def __init__(self, action: bpy.types.Action, owner: bpy.types.Object) -> None:
        """Prepare a slot for the object where there are slots.

        Args:
            action: empty.
            owner: the object that is to be moved.
        """
        self._action = action
        self._bag = None
        self._groups: dict[str, bpy.types.ActionGroup] = {}
        if is_layered():
            self.slot = action.slots.new(id_type="OBJECT", name=owner.name)
            strip = action.layers.new("Layer").strips.new(type="KEYFRAME")
            self._bag = strip.channelbag(self.slot, ensure=True)

    def new(self, data_path: str, index: int, group: str) -> bpy.types.FCurve:
        """Add an F-curve in a named channel group."""
        holder = self._action if self._bag is None else self._bag
        curve = holder.fcurves.new(data_path, index=index)
        if group not in self._groups:
            self._groups[group] = holder.groups.new(group)
        curve.group = self._groups[group]
        return curve


def assign(owner: bpy.types.Object, action: bpy.types.Action) -> None:
    """Make a filled Action the object's current one, with its slot bound."""
    data = owner.animation_data_create()
    data.action = action
    if is_layered() and action.slots:
        data.action_slot = next((slot for slot in data.action_suitable_slots), action.slots[0])


def curves_of(owner: bpy.types.Object) -> Iterable[bpy.types.FCurve]:
    """Return the F-curves that the object's current Action moves it by."""
    data = owner.animation_data
    action = data.action if data else None
    if action is None:
        return ()
    if not is_layered():
        return tuple(action.fcurves)
    slot = data.action_slot
    bags = [strip.channelbag(slot) for layer in action.layers for strip in layer.strips] if slot else []
    return tuple(curve for bag in bags if bag is not None for curve in bag.fcurves)
