# SPDX-License-Identifier: GPL-3.0-or-later
"""The extension installed from its zip, for the tests of the panel, and a character to press its buttons for."""

from __future__ import annotations

import importlib
import os
import sys
import time
from pathlib import Path
from types import ModuleType

import bpy

ZIP = os.environ.get("SMOOGPT_ZIP", "")
NAME = "bl_ext.user_default.smoogpt"
DOUBLE = [sys.executable, str(Path(__file__).resolve().parents[1] / "server" / "service_process.py")]


def module(name: str) -> ModuleType:
    """Return a module of the installed extension."""
    return importlib.import_module(f"{NAME}.{name}")


def install() -> None:
    """Install the zip into an empty file, if that has not been done."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    bpy.ops.extensions.package_install_files(filepath=ZIP, repo="user_default", enable_on_install=True, overwrite=True)


def session() -> object:
    """Return the extension's connection to the inference process."""
    return module("blender_smoogpt.engine.session").SESSION


def state() -> bpy.types.PropertyGroup:
    """Return what the panel shows."""
    return bpy.context.window_manager.smoogpt_state


def character(folder: Path) -> bpy.types.Object:
    """Make the 22-joint skeleton, at rest, with an Action that stands for one made by hand."""
    import numpy as np

    for thing in list(bpy.data.objects):
        bpy.data.objects.remove(thing, do_unlink=True)
    turns = np.zeros((2, 22, 4))
    turns[..., 0] = 1
    rest = module("server.motion.motion").Motion(np.array([[0, 0.95, 0]] * 2), turns)
    module("server.motion.bvh").write_motion(rest, folder / "rest.bvh")
    bpy.ops.preferences.addon_enable(module="io_anim_bvh")
    bpy.ops.import_anim.bvh(filepath=str(folder / "rest.bvh"), global_scale=0.01)
    made = bpy.context.active_object
    made.animation_data.action.name = "By hand"
    return made


def keys(action: bpy.types.Action, owner: bpy.types.Object) -> list[tuple[str, int, list[tuple[float, float]]]]:
    """Return the keys of an Action that its owner uses."""
    curves = module("blender_smoogpt.actions.versions").curves_of(owner)
    assert owner.animation_data.action == action
    return [(c.data_path, c.array_index, [tuple(p.co) for p in c.keyframe_points]) for c in curves]


def tick_until(done: object, seconds: float = 60.0) -> None:
    """Do what Blender's timer does, which never fires without a window, until something is the case."""
    until = time.monotonic() + seconds
    while not done() and time.monotonic() < until:
        session().tick()
        time.sleep(0.01)
    assert done(), state().message


def wait() -> str:
    """Wait for the job and return the message that the panel shows then."""
    tick_until(lambda: not session().busy)
    return state().message
