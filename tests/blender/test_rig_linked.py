# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows of characters that are linked from another file, and of library overrides of such."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

bpy = pytest.importorskip("bpy")

import rigs
from rig_rows import P, activate, detected, draw, rows
from smoogpt_ext.blender_smoogpt.rig.panel import SMOOGPT_PT_rig
from smoogpt_ext.blender_smoogpt.rig.properties import mapping_of


@pytest.fixture(autouse=True, scope="module")
def _registered() -> Iterator[None]:
    with rigs.registered():
        yield


@pytest.fixture(autouse=True)
def _empty_scene() -> Iterator[None]:
    rigs.empty_scene()
    yield


def linked(folder: Path, *, mapped: bool) -> bpy.types.Object:
    """Return a character linked from another file, with or without rows there."""
    (detected if mapped else rigs.mixamo)()
    bpy.ops.wm.save_as_mainfile(filepath=str(folder / "hero.blend"), copy=True)
    rigs.empty_scene()
    with bpy.data.libraries.load(str(folder / "hero.blend"), link=True) as (_, wanted):
        wanted.objects = ["Mixamo"]
    armature = bpy.data.objects["Mixamo"]
    bpy.context.scene.collection.objects.link(armature)
    bpy.context.view_layer.objects.active = armature
    return armature


def overridden(folder: Path, *, mapped: bool) -> bpy.types.Object:
    """Return a library override of such a character."""
    armature = linked(folder, mapped=mapped).override_create(remap_local_usages=True)
    armature.override_library.is_system_override = False
    bpy.context.view_layer.objects.active = armature
    return armature


def test_a_linked_character_is_not_changed(tmp_path: Path) -> None:
    armature = linked(tmp_path, mapped=True)
    with pytest.raises(RuntimeError, match="linked from another file.*library override"):
        bpy.ops.smoogpt.clear_bone(role="head")
    assert rows(armature)["head"] == f"{P}Head"
    assert draw(SMOOGPT_PT_rig, armature).texts[0] == "Mixamo"


@pytest.mark.parametrize("mapped", [False, True])
def test_an_override_has_rows_of_its_own(mapped: bool, tmp_path: Path) -> None:
    armature = overridden(tmp_path, mapped=mapped)
    assert bpy.ops.smoogpt.detect_rig() == {"FINISHED"}
    assert bpy.ops.smoogpt.detect_rig() == {"FINISHED"}
    assert len(armature.smoogpt_rig.rows) == 22
    activate(armature, f"{P}LeftHandIndex1")
    assert bpy.ops.smoogpt.pick_bone(role="left_wrist") == {"FINISHED"}
    assert bpy.ops.smoogpt.add_chain_row(kind="spine") == {"FINISHED"}
    assert mapping_of(armature).bones["left_wrist"] == f"{P}LeftHandIndex1"
    assert list(rows(armature))[3:6] == ["spine.3", "spine.4", "neck.1"]
    assert bpy.ops.smoogpt.remove_chain_row(kind="spine") == {"FINISHED"}
    if mapped:
        with pytest.raises(RuntimeError, match="Spine 3 comes from the library file.*Clear its bone"):
            bpy.ops.smoogpt.remove_chain_row(kind="spine")
    assert bpy.ops.smoogpt.clear_rows() == {"FINISHED"}
    assert draw(SMOOGPT_PT_rig, armature).texts[0] == "Not detected yet"
    assert len(mapping_of(armature).rows()) == 22  # detected anew


def test_an_overrides_rows_are_saved_with_the_file(tmp_path: Path) -> None:
    armature = overridden(tmp_path, mapped=True)
    rig = armature.smoogpt_rig
    rig.rows["left_wrist"].bone = f"{P}LeftHandIndex1"
    rig.rows["head"].t_pose = (1, 0, 0, 0)
    rig.root_mode = "IN_PLACE"
    bpy.ops.smoogpt.add_chain_row(kind="neck")
    before = rows(armature)
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "shot.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "shot.blend"))
    again = next(item for item in bpy.data.objects if item.override_library)
    assert rows(again) == before
    assert tuple(again.smoogpt_rig.rows["head"].t_pose) == (1, 0, 0, 0)
    assert again.smoogpt_rig.root_mode == "IN_PLACE"
