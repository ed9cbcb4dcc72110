# SPDX-License-Identifier: GPL-3.0-or-later
"""The rig and export operators as an animator calls them, and what the sub-panels draw."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import MagicMock

import pytest

bpy = pytest.importorskip("bpy")

import rigs
from sample_motions import walk
from smoogpt_ext.blender_smoogpt.actions.apply import apply_motion
from smoogpt_ext.blender_smoogpt.actions.panel import SMOOGPT_PT_export
from smoogpt_ext.blender_smoogpt.rig.panel import SMOOGPT_PT_rig


@pytest.fixture(autouse=True, scope="module")
def _registered() -> Iterator[None]:
    with rigs.registered():
        yield


@pytest.fixture(autouse=True)
def _empty_scene() -> Iterator[None]:
    rigs.empty_scene()
    yield


def drawn(panel: type, armature: bpy.types.Object | None) -> list[str]:
    """Return the labels that a panel draws."""
    texts: list[str] = []
    layout = MagicMock()
    for item in (layout, layout.row.return_value):
        item.label.side_effect = lambda text, icon="NONE": texts.append(text)
    body = MagicMock()
    body.split.return_value.label.side_effect = lambda text: texts.append(text)
    layout.panel.return_value = (MagicMock(), body)
    panel.draw(SimpleNamespace(layout=layout), SimpleNamespace(active_object=armature))
    return texts


def test_detecting_stores_and_shows_the_mapping() -> None:
    armature = rigs.mixamo()
    assert "Not detected yet" in drawn(SMOOGPT_PT_rig, armature)
    assert bpy.ops.smoogpt.detect_rig() == {"FINISHED"}
    texts = drawn(SMOOGPT_PT_rig, armature)
    assert texts[:2] == ["Mixamo", "22 bones mapped"]
    assert {"Left upper arm", "Spine 2", "Right thigh"} <= set(texts)


def test_missing_bones_are_shown() -> None:
    armature = rigs.mixamo()
    bpy.ops.object.mode_set(mode="EDIT")
    armature.data.edit_bones.remove(armature.data.edit_bones["mixamorig:LeftToeBase"])
    bpy.ops.object.mode_set(mode="OBJECT")
    bpy.ops.smoogpt.detect_rig()
    assert "No bone: left toes" in drawn(SMOOGPT_PT_rig, armature)


def test_without_an_armature_the_panel_says_so() -> None:
    assert drawn(SMOOGPT_PT_rig, None) == ["Select a character's armature"]
    assert drawn(SMOOGPT_PT_export, None) == ["No Action"]


def test_detecting_reports_what_is_wrong() -> None:
    with pytest.raises(RuntimeError, match="No armature is selected"):
        bpy.ops.smoogpt.detect_rig()
    rigs.snake()
    with pytest.raises(RuntimeError, match="'Snake' has no humanoid bones"):
        bpy.ops.smoogpt.detect_rig()


@pytest.mark.parametrize("kind", ["bvh", "fbx", "gltf"])
def test_exporting_reports_what_is_wrong_and_saves_what_is_right(kind: str, tmp_path: Path) -> None:
    export = getattr(bpy.ops.smoogpt, f"export_{kind}")
    suffix = {"gltf": "glb"}.get(kind, kind)
    target = tmp_path / f"walk.{suffix}"
    with pytest.raises(RuntimeError, match="No armature is selected"):
        export(filepath=str(target))
    armature = rigs.mixamo()
    with pytest.raises(RuntimeError, match="has no animation"):
        export(filepath=str(target))
    assert not target.exists()
    apply_motion(bpy.context, armature, walk(5), "Walk", 1)
    assert drawn(SMOOGPT_PT_export, armature) == ["Walk"]
    assert export(filepath=str(target)) == {"FINISHED"}
    assert target.stat().st_size > 500
