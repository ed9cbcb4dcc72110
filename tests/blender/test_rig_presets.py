# SPDX-License-Identifier: GPL-3.0-or-later
"""Mappings saved by name and loaded on other characters."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

bpy = pytest.importorskip("bpy")

import rigs
from rig_rows import Layout, P, detected, rows
from smoogpt_ext.blender_smoogpt.rig.properties import mapping_of


@pytest.fixture(autouse=True, scope="module")
def _registered() -> Iterator[None]:
    with rigs.registered():
        yield


@pytest.fixture(autouse=True)
def _empty_scene() -> Iterator[None]:
    rigs.empty_scene()
    yield


def preset_module() -> ModuleType:
    """Return the module that the registered operators use: of the checkout, or of the installed extension."""
    package = bpy.types.SMOOGPT_OT_save_rig_preset.__module__.rpartition(".")[0]
    return sys.modules[f"{package}.presets"]


@pytest.fixture
def presets() -> Iterator[Path]:
    """Yield the folder of the presets, and leave it empty."""
    folder = preset_module().folder()
    before = set(folder.iterdir())
    yield folder
    for path in set(folder.iterdir()) - before:
        path.unlink()


@pytest.mark.parametrize("name", ["Hero", "a/b: c.d*?", "CON", "日本", "  spaced  ", ".."])
def test_presets_are_saved_loaded_and_deleted(name: str, presets: Path) -> None:
    first = detected()
    first.smoogpt_rig.rows["left_wrist"].bone = f"{P}LeftHandIndex1"
    bpy.ops.smoogpt.clear_bone(role="left_foot")
    bpy.ops.smoogpt.add_chain_row(kind="neck")
    first.smoogpt_rig.rows["head"].t_pose = (0.5, 0.5, -0.5, 0.5)
    assert bpy.ops.smoogpt.save_rig_preset(name=name) == {"FINISHED"}
    (path,) = presets.glob("*.json")
    assert path.parent == presets
    assert preset_module().preset_names() == [name.strip()]
    wanted = rows(first)
    layout = Layout()
    bpy.types.SMOOGPT_MT_rig_presets.draw(SimpleNamespace(layout=layout), bpy.context)
    assert layout.buttons[0].operator == "smoogpt.load_rig_preset"

    second = detected()
    assert bpy.ops.smoogpt.load_rig_preset(name=name.strip()) == {"FINISHED"}
    assert rows(second) == wanted
    assert list(rows(second)) == list(wanted)
    assert second.smoogpt_rig.convention == "mixamo"
    assert tuple(second.smoogpt_rig.rows["head"].t_pose) == (0.5, 0.5, -0.5, 0.5)
    assert mapping_of(second).missing == ("left_foot",)
    assert bpy.ops.smoogpt.delete_rig_preset(name=name.strip()) == {"FINISHED"}
    assert not list(presets.glob("*.json"))
    assert rows(second) == wanted


def test_a_preset_is_replaced_only_when_asked(presets: Path) -> None:
    armature = detected()
    bpy.ops.smoogpt.save_rig_preset(name="Hero")
    bpy.ops.smoogpt.clear_bone(role="left_foot")
    before = next(presets.glob("*.json")).read_text(encoding="utf-8")
    with pytest.raises(RuntimeError, match="There is a preset 'Hero' already"):
        bpy.ops.smoogpt.save_rig_preset(name="Hero")
    assert next(presets.glob("*.json")).read_text(encoding="utf-8") == before
    assert bpy.ops.smoogpt.save_rig_preset(name="Hero", overwrite=True) == {"FINISHED"}
    assert next(presets.glob("*.json")).read_text(encoding="utf-8") != before
    assert not list(presets.glob("*.part"))
    assert rows(armature)["left_foot"] == ""


def test_presets_report_what_is_wrong(presets: Path) -> None:
    rigs.mixamo()
    with pytest.raises(RuntimeError, match="nothing to save"):
        bpy.ops.smoogpt.save_rig_preset(name="Hero")
    bpy.ops.smoogpt.detect_rig()
    with pytest.raises(RuntimeError, match="The preset has no name"):
        bpy.ops.smoogpt.save_rig_preset(name="  ")
    for call in (bpy.ops.smoogpt.load_rig_preset, bpy.ops.smoogpt.delete_rig_preset):
        with pytest.raises(RuntimeError, match="There is no preset 'Hero'"):
            call(name="Hero")
    assert not list(presets.iterdir())


def test_a_preset_of_another_rig_names_the_bones_that_lack(presets: Path) -> None:
    detected()
    bpy.ops.smoogpt.save_rig_preset(name="Hero")
    other = rigs.mixamo(prefix="")
    bpy.ops.smoogpt.detect_rig()
    before = rows(other)
    with pytest.raises(RuntimeError, match="another rig: .* has no 'mixamorig:Hips',.* and 16 more") as caught:
        bpy.ops.smoogpt.load_rig_preset(name="Hero")
    assert str(caught.value).count("mixamorig:") == 6
    assert rows(other) == before


ROW = {"role": "head", "bone": f"{P}Head"}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b"3",
        json.dumps({"version": 2, "convention": "mixamo", "rows": []}).encode(),
        json.dumps({"version": 1, "convention": 3, "rows": []}).encode(),
        json.dumps({"version": 1, "convention": "mixamo", "rows": 3}).encode(),
        json.dumps({"version": 1, "convention": "mixamo", "rows": [3]}).encode(),
        json.dumps({"version": 1, "convention": "mixamo", "rows": [{"role": "tail", "bone": "x"}]}).encode(),
        json.dumps({"version": 1, "convention": "mixamo", "rows": [{"role": "head", "bone": 3}]}).encode(),
        json.dumps({"version": 1, "convention": "mixamo", "rows": [ROW, ROW]}).encode(),
        json.dumps({"version": 1, "convention": "mixamo", "rows": [ROW | {"t_pose": [1, 2]}]}).encode(),
        json.dumps({"version": 1, "convention": "mixamo", "rows": [ROW | {"t_pose": [1, 2, 3, math.nan]}]}).encode(),
        b"[" * 100_000,
    ],
)
def test_a_damaged_preset_is_named_and_nothing_is_lost(content: bytes, presets: Path) -> None:
    armature = detected()
    before = rows(armature)
    (presets / "Hero.json").write_bytes(content)
    with pytest.raises(RuntimeError, match=r"Hero\.json' is damaged .*Delete the preset"):
        bpy.ops.smoogpt.load_rig_preset(name="Hero")
    assert rows(armature) == before
    assert bpy.ops.smoogpt.delete_rig_preset(name="Hero") == {"FINISHED"}


def test_a_preset_that_somebody_put_there_is_found(presets: Path) -> None:
    detected()
    bpy.ops.smoogpt.save_rig_preset(name="Hero")
    (presets / "Hero.json").rename(presets / "my.hero (2).json")
    assert bpy.ops.smoogpt.load_rig_preset(name="my.hero (2)") == {"FINISHED"}
