# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs in Blender as a module: ``python -m installer.scene``. Does what an animator does, through the extension."""

from __future__ import annotations

import argparse
import importlib
import os
import shutil
import sys
import time
from pathlib import Path
from types import ModuleType

import bpy

from server.motion.skeleton import PARTS

from .characters import make_character
from .pictures import contact_sheet, film, prepare

_ID = "bl_ext.user_default.smoogpt"
_PATIENCE = 600.0  # seconds for one answer


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _install(archive: Path) -> None:
    bpy.ops.extensions.package_install_files(
        filepath=str(archive), repo="user_default", enable_on_install=True, overwrite=True
    )


def _module(name: str) -> ModuleType:
    """Return a module of the installed extension."""
    return importlib.import_module(f"{_ID}.blender_smoogpt.{name}")


def _wait(what: str) -> str:
    """Do what Blender's timer does, which never fires without a window, until the answer is applied."""
    session = _module("engine.session").SESSION
    state = bpy.context.window_manager.smoogpt_state
    started, shown = time.monotonic(), ""
    while session.busy and time.monotonic() - started < _PATIENCE:
        session.tick()
        line = f"{what}: {state.message} {100 * state.fraction:3.0f} %"
        if line != shown and sys.stdout.isatty():
            sys.stdout.write(f"\r{line:<70}")
            sys.stdout.flush()
            shown = line
        time.sleep(0.02)
    _say(("\r" if sys.stdout.isatty() else "") + f"{what}: {state.message} ({time.monotonic() - started:.1f} s)")
    if state.is_error:
        raise SystemExit(state.message)
    return str(state.message)


def _take(armature: bpy.types.Object, content: str, style: str, seconds: float, seed: int) -> bpy.types.Action:
    """Describe and generate as a user does, and return the new Action."""
    bpy.context.view_layer.objects.active = armature
    prompts = armature.smoogpt_prompts
    prompts.content, prompts.style, prompts.seconds, prompts.seed = content, style, seconds, seed
    bpy.context.scene.frame_set(1)
    for operator, title in ((bpy.ops.smoogpt.describe, "Describe"), (bpy.ops.smoogpt.generate, "Generate")):
        try:
            operator()
        except RuntimeError as error:
            raise SystemExit(str(error).strip()) from error
        _wait(f"{title} '{content}{', ' + style if style else ''}'")
    return armature.animation_data.action


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="installer.scene")
    for name in ("zip", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    for name in ("rig", "content", "style"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--seed", type=int, required=True)
    return parser.parse_args()


def main() -> None:
    """Make the character, generate the plain and the stylised motion, and write everything."""
    chosen = _arguments()
    armature = make_character(chosen.rig)
    _install(chosen.zip)
    assign = _module("actions.versions").assign
    limits = _module("prompts.properties").LIMITS
    if not limits.seconds_least <= chosen.seconds <= limits.seconds_most:
        raise SystemExit(f"--seconds must be from {limits.seconds_least:g} to {limits.seconds_most:g}.")
    scene = bpy.context.scene
    scene.render.fps = 30
    plain = _take(armature, chosen.content, "", chosen.seconds, chosen.seed)
    stylised = _take(armature, chosen.content, chosen.style, chosen.seconds, chosen.seed) if chosen.style else plain
    prompts = armature.smoogpt_prompts
    for part in PARTS:
        _say(f"  {part.replace('_', ' ') + ':':<11} {getattr(prompts, part).text}")
    assign(armature, stylised)
    scene.frame_start, scene.frame_end = 1, round(stylised.frame_range[1])
    out = chosen.out
    started = time.monotonic()
    bpy.ops.smoogpt.export_bvh(filepath=str(out / "demo.bvh"))
    bpy.ops.smoogpt.export_gltf(filepath=str(out / "demo.glb"))
    prepare(armature)
    rows = [plain, stylised] if stylised is not plain else [plain]
    contact_sheet(armature, rows, assign, out / "demo.png")
    assign(armature, stylised)
    scene.frame_set(1)
    bpy.ops.wm.save_as_mainfile(filepath=str(out / "demo.blend"))
    film(armature, out / "demo.mp4")
    _say(f"Pictures and exports: {time.monotonic() - started:.1f} s")
    for name in ("demo.blend", "demo.glb", "demo.bvh", "demo.png", "demo.mp4"):
        path = out / name
        if not path.is_file():
            raise SystemExit(f"{path} was not written; see above.")
        _say(f"  {path} ({path.stat().st_size / 1000:.0f} kB)")


def _quiet_blender() -> None:
    """Keep our lines and send Blender's own chatter, a line a frame, nowhere."""
    ours = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    sys.stdout = os.fdopen(ours, "w", encoding="utf-8")


def _run() -> int:
    _quiet_blender()
    try:
        main()
    except SystemExit as stop:
        sys.stderr.write(f"{stop.code}\n")
        return 2
    finally:
        loaded = sys.modules.get(f"{_ID}.blender_smoogpt.engine.session")
        if loaded is not None:
            loaded.SESSION.close()
        scratch = os.environ.get("BLENDER_USER_RESOURCES")
        if scratch:
            shutil.rmtree(scratch, ignore_errors=True)
    return 0


if __name__ == "__main__":
    # Blender as a module crashes or hangs at exit while add-ons such as Rigify have handlers registered
    code = _run()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
