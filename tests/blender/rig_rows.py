# SPDX-License-Identifier: GPL-3.0-or-later
"""A character's rows for the tests, and a layout that panels can be drawn into without a window."""

from __future__ import annotations

from types import SimpleNamespace

import bpy
import rigs
from smoogpt_ext.blender_smoogpt.rig import properties

P = "mixamorig:"
ICONS = bpy.types.UILayout.bl_rna.functions["label"].parameters["icon"].enum_items.keys()


class Layout:
    """Stands for a layout: refuses what Blender would refuse, and remembers what was drawn."""

    def __init__(self, drawn: Layout | None = None) -> None:
        self.alert = False
        self.texts: list[str] = drawn.texts if drawn else []
        self.alerts: list[str] = drawn.alerts if drawn else []
        self.buttons: list[SimpleNamespace] = drawn.buttons if drawn else []
        self.props: list[str] = drawn.props if drawn else []

    def _inside(self, **_: object) -> Layout:
        return Layout(self)

    row = column = split = box = _inside

    def panel(self, name: str, default_closed: bool) -> tuple[Layout, Layout]:
        return Layout(self), Layout(self)

    def separator(self) -> None:
        """Draw nothing."""

    def label(self, text: str, icon: str = "NONE") -> None:
        assert icon in ICONS
        self.texts.append(text)
        if self.alert:
            self.alerts.append(text)

    def operator(self, name: str, text: str = "", icon: str = "NONE", translate: bool = True) -> SimpleNamespace:
        assert icon in ICONS
        button = SimpleNamespace(operator=name)
        self.buttons.append(button)
        if name.split(".")[1] in dir(bpy.ops.smoogpt):
            return button
        raise AssertionError(name)

    def menu(self, name: str, text: str = "", icon: str = "NONE") -> None:
        assert icon in ICONS
        assert hasattr(bpy.types, name)

    def prop(self, data: object, name: str, text: str = "") -> None:
        assert name in data.bl_rna.properties
        self.props.append(name)

    def prop_search(self, data: object, name: str, where: object, what: str, text: str) -> None:
        assert name in data.bl_rna.properties
        assert what in where.bl_rna.properties
        if self.alert:
            self.alerts.append(data.name)


def draw(panel: type, armature: bpy.types.Object | None) -> Layout:
    """Draw a panel for a character."""
    layout = Layout()
    panel.draw(SimpleNamespace(layout=layout), SimpleNamespace(active_object=armature))
    return layout


def drawn(panel: type, armature: bpy.types.Object | None) -> list[str]:
    """Return the labels that a panel draws."""
    return draw(panel, armature).texts


def detected() -> bpy.types.Object:
    """Return a Mixamo character, its bones detected."""
    armature = rigs.mixamo()
    assert bpy.ops.smoogpt.detect_rig() == {"FINISHED"}
    return armature


def rows(armature: bpy.types.Object) -> dict[str, str]:
    """Return role to bone, as the panel shows them."""
    return {row.name: row.bone for row in properties.ordered_rows(armature.smoogpt_rig)}


def activate(armature: bpy.types.Object, bone: str, mode: str = "POSE") -> None:
    """Make a bone active."""
    bpy.ops.object.mode_set(mode=mode)
    bones = armature.data.edit_bones if mode == "EDIT" else armature.data.bones
    bones.active = bones[bone]
