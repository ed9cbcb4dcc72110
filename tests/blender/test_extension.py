# SPDX-License-Identifier: GPL-3.0-or-later
"""The extension as a user has it: installed from its zip, driven through its operators.

The inference process is the real one where set-up has made it (the project's test command does), and a scripted child
where a failure must be staged. Timers never fire without a window, so the tests call the tick themselves.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

bpy = pytest.importorskip("bpy")

ZIP = os.environ.get("SMOOGPT_ZIP", "")
SERVER = os.environ.get("SMOOGPT_SERVER_PYTHON", "")
NAME = "bl_ext.user_default.smoogpt"
PARTS = ("right_arm", "left_arm", "right_leg", "left_leg", "backbone", "root")

pytestmark = pytest.mark.skipif(not ZIP, reason="'python install.py test' builds the zip and says where it is")

SCRIPTED = """
import json, sys, time
for line in sys.stdin:
    request = json.loads(line)
    if request["method"] == "cancel":
        print(json.dumps({"jsonrpc": "2.0", "id": request["id"], "result": {"cancelled": True}}), flush=True)
        continue
    note = {"id": request["id"], "stage": "generate", "fraction": 0.5, "message": "half way"}
    print(json.dumps({"jsonrpc": "2.0", "method": "progress", "params": note}), flush=True)
    time.sleep(60)
"""


def module(name: str) -> ModuleType:
    return importlib.import_module(f"{NAME}.blender_smoogpt.{name}")


def use_server() -> None:
    """Have the extension use the environment that the tests were given."""
    bpy.context.preferences.addons[NAME].preferences.interpreter = SERVER


@pytest.fixture(scope="module", autouse=True)
def _installed() -> Iterator[None]:
    bpy.ops.wm.read_factory_settings(use_empty=True)
    done = bpy.ops.extensions.package_install_files(
        filepath=ZIP, repo="user_default", enable_on_install=True, overwrite=True
    )
    assert done == {"FINISHED"}
    assert NAME in bpy.context.preferences.addons
    use_server()
    yield
    module("engine.session").SESSION.close()


@pytest.fixture
def armature(tmp_path: Path) -> Iterator[bpy.types.Object]:
    """The 22-joint skeleton, with an Action that somebody made by hand."""
    session = module("engine.session").SESSION
    session.close()
    for thing in list(bpy.data.objects):
        bpy.data.objects.remove(thing, do_unlink=True)
    motion = importlib.import_module(f"{NAME}.server.motion.motion")
    bvh = importlib.import_module(f"{NAME}.server.motion.bvh")
    import numpy as np

    turns = np.zeros((2, 22, 4))
    turns[..., 0] = 1
    bvh.write_motion(motion.Motion(np.array([[0, 0.95, 0]] * 2), turns), tmp_path / "rest.bvh")
    bpy.ops.preferences.addon_enable(module="io_anim_bvh")
    bpy.ops.import_anim.bvh(filepath=str(tmp_path / "rest.bvh"), global_scale=0.01)
    made = bpy.context.active_object
    made.animation_data.action.name = "By hand"
    yield made
    session.close()


def wait(seconds: float = 240.0) -> None:
    session = module("engine.session").SESSION
    until = time.monotonic() + seconds
    while session.busy and time.monotonic() < until:
        session.tick()
        time.sleep(0.01)
    assert not session.busy


def state() -> bpy.types.PropertyGroup:
    return bpy.context.window_manager.smoogpt_state


def scripted(monkeypatch: pytest.MonkeyPatch) -> None:
    session = module("engine.session").SESSION
    monkeypatch.setattr(session, "command", lambda: [sys.executable, "-c", SCRIPTED])


def curves_in(action: bpy.types.Action) -> list[bpy.types.FCurve]:
    if not hasattr(action, "layers"):
        return list(action.fcurves)
    bags = [bag for layer in action.layers for strip in layer.strips for bag in strip.channelbags]
    return [curve for bag in bags for curve in bag.fcurves]


def keys(action: bpy.types.Action) -> list[tuple[str, int, list[tuple[float, float]]]]:
    curves = curves_in(action)
    return [(c.data_path, c.array_index, [tuple(p.co) for p in c.keyframe_points]) for c in curves]


def test_the_panel_and_operators_are_there_and_go_again() -> None:
    assert hasattr(bpy.types, "SMOOGPT_PT_main")
    assert hasattr(bpy.types.Object, "smoogpt_prompts")
    bpy.ops.preferences.addon_disable(module=NAME)
    assert not hasattr(bpy.types, "SMOOGPT_PT_main")
    assert not hasattr(bpy.types.Object, "smoogpt_prompts")
    bpy.ops.preferences.addon_enable(module=NAME)
    assert hasattr(bpy.types, "SMOOGPT_PT_main")
    use_server()


def test_nothing_selected(armature: bpy.types.Object) -> None:
    bpy.context.view_layer.objects.active = None
    for operator in (bpy.ops.smoogpt.describe, bpy.ops.smoogpt.generate):
        with pytest.raises(RuntimeError, match="No armature is selected"):
            operator()
    assert state().is_error


def test_an_armature_that_is_no_humanoid(armature: bpy.types.Object) -> None:
    bpy.ops.object.armature_add()
    bpy.context.active_object.smoogpt_prompts.content = "walks"
    with pytest.raises(RuntimeError, match="(?i)missing|lacks|no bone"):
        bpy.ops.smoogpt.generate()


def test_bad_prompts(armature: bpy.types.Object) -> None:
    with pytest.raises(RuntimeError, match="content is empty"):
        bpy.ops.smoogpt.describe()
    with pytest.raises(RuntimeError, match="content is empty"):
        bpy.ops.smoogpt.generate()
    armature.smoogpt_prompts.content = "x" * 301
    for operator in (bpy.ops.smoogpt.describe, bpy.ops.smoogpt.generate):
        with pytest.raises(RuntimeError, match="301 characters; shorten it to 300"):
            operator()
    armature.smoogpt_prompts.content = "walks"
    armature.smoogpt_prompts.root.text = "x" * 4001
    with pytest.raises(RuntimeError, match="root has 4001 characters"):
        bpy.ops.smoogpt.generate()
    assert not module("engine.session").SESSION.busy


def test_bad_seconds(armature: bpy.types.Object) -> None:
    prompts = armature.smoogpt_prompts
    prompts.content = "walks"
    prompts.seconds = 99
    assert prompts.seconds == 20, "the field keeps to the limits"
    asked = module("prompts.operators")
    for wrong in (0.5, 99.0, float("nan")):
        with pytest.raises(importlib.import_module(f"{NAME}.server.errors").SmooError, match="from 1 to 20 seconds"):
            asked.check_seconds(wrong)


def test_set_up_missing(armature: bpy.types.Object, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SMOOGPT_HOME", str(tmp_path))
    bpy.context.preferences.addons[NAME].preferences.interpreter = ""
    armature.smoogpt_prompts.content = "walks"
    with pytest.raises(RuntimeError, match="python install.py"):
        bpy.ops.smoogpt.generate()
    use_server()


def test_locks_without_a_take_or_an_action(armature: bpy.types.Object) -> None:
    armature.animation_data.action = None
    prompts = armature.smoogpt_prompts
    prompts.content, prompts.left_arm.lock = "walks", True
    with pytest.raises(RuntimeError, match="has no animation"):
        bpy.ops.smoogpt.generate()


def test_the_child_killed_in_the_middle_of_a_job(armature: bpy.types.Object, monkeypatch: pytest.MonkeyPatch) -> None:
    scripted(monkeypatch)
    session = module("engine.session").SESSION
    action = armature.animation_data.action
    before = keys(action)
    armature.smoogpt_prompts.content = "walks"
    bpy.ops.smoogpt.generate()
    until = time.monotonic() + 20
    while state().message != "half way" and time.monotonic() < until:
        session.tick()
        time.sleep(0.01)
    assert state().busy
    os.kill(session.process_id, signal.SIGKILL if os.name != "nt" else signal.SIGTERM)
    wait(20)
    assert state().is_error
    assert "ended" in state().message
    assert armature.animation_data.action == action
    assert keys(action) == before
    bpy.ops.smoogpt.generate()
    assert session.process_id is not None, "the next Generate starts a new one"
    bpy.ops.smoogpt.cancel()
    wait(20)
    assert not state().is_error
    assert state().message == "Cancelled."


def test_two_jobs_at_once_are_refused(armature: bpy.types.Object, monkeypatch: pytest.MonkeyPatch) -> None:
    scripted(monkeypatch)
    armature.smoogpt_prompts.content = "walks"
    bpy.ops.smoogpt.generate()
    with pytest.raises(RuntimeError, match="press Cancel"):
        bpy.ops.smoogpt.describe()


needs_server = pytest.mark.skipif(not SERVER, reason="'python install.py test' makes the inference environment")


@needs_server
def test_describe_generate_and_regenerate_one_arm(armature: bpy.types.Object, tmp_path: Path) -> None:
    prompts = armature.smoogpt_prompts
    prompts.content, prompts.style, prompts.seconds = "a person walks forward", "like an exhausted old man", 2.0
    by_hand = armature.animation_data.action
    before = keys(by_hand)
    bpy.ops.smoogpt.describe()
    wait()
    assert not state().is_error, state().message
    assert all(getattr(prompts, part).text for part in PARTS)

    bpy.ops.smoogpt.generate()
    wait()
    assert not state().is_error, state().message
    first = armature.animation_data.action
    assert first != by_hand
    assert keys(by_hand) == before
    assert by_hand.use_fake_user
    assert first.frame_range[1] - first.frame_range[0] >= 47
    curves = curves_in(first)
    assert {point.type for curve in curves for point in curve.keyframe_points} == {"GENERATED"}

    prompts.left_arm.text = "held straight out to the side, elbow straight, keeps still"
    prompts.seed = 5
    bpy.ops.smoogpt.regenerate_part(part="left_arm")
    wait()
    assert not state().is_error, state().message
    second = armature.animation_data.action
    assert second != first
    assert prompts.left_arm.text.startswith("held straight out")
    changed = {
        a[0].split('"')[1]
        for a, b in zip(keys(first), keys(second), strict=True)
        if max(abs(x[1] - y[1]) for x, y in zip(a[2], b[2], strict=True)) > 0.02
    }
    assert changed
    assert changed <= {f"left_{name}" for name in ("collar", "shoulder", "elbow", "wrist")}

    for name, operator in (("a.bvh", "export_bvh"), ("a.fbx", "export_fbx"), ("a.glb", "export_gltf")):
        getattr(bpy.ops.smoogpt, operator)(filepath=str(tmp_path / name))
        assert (tmp_path / name).stat().st_size > 1000


@needs_server
def test_prompts_alone_are_enough(armature: bpy.types.Object) -> None:
    prompts = armature.smoogpt_prompts
    prompts.content, prompts.seconds = "waves the left hand", 2.0
    bpy.ops.smoogpt.generate()
    wait()
    assert not state().is_error, state().message
    assert prompts.left_arm.text
    assert armature.animation_data.action.name.startswith("SMooGPT waves the left hand")


@needs_server
def test_the_character_deleted_in_the_meantime(armature: bpy.types.Object) -> None:
    armature.smoogpt_prompts.content = "walks"
    bpy.ops.smoogpt.describe()
    bpy.data.objects.remove(armature, do_unlink=True)
    wait()
    assert state().is_error
    assert "deleted" in state().message
