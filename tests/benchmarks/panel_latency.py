# SPDX-License-Identifier: GPL-3.0-or-later
"""How long the extension's callbacks hold up Blender's window while a motion is generated, printed as JSON.

    SMOOGPT_ZIP=FILE PYTHON_WITH_BPY tests/benchmarks/panel_latency.py [--rig rigify|mixamo] [--double] [--json F.json]

The extension is installed from its zip and its buttons are pressed; the timer's callback is called every 0.1 s, as Blender
does, and every call is timed. The inference process is the real one, or with ``--double`` one without models.
Milliseconds by the clock: in the calls while the process works, and, apart, in the one call that applies the answer; of
that one also the time that its thread computes, which a busy machine does not stretch.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import bpy

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests" / "blender")]

import rigs
from installed import DOUBLE, NAME, install, session, state

_INTERVAL = 0.1


def _timed(call: Any) -> tuple[float, float]:
    """Return the milliseconds that a call takes by the clock, and those that its thread computes."""
    started, computed = time.perf_counter(), time.thread_time()
    call()
    return 1000.0 * (time.perf_counter() - started), 1000.0 * (time.thread_time() - computed)


def _job(button: Any) -> dict[str, Any]:
    """Press a button and call the timer's callback until the job is done."""
    started = time.perf_counter()
    press = _timed(button)[0]
    waiting: list[float] = []
    took = (0.0, 0.0)
    while session().busy:
        time.sleep(_INTERVAL)
        took = _timed(session().tick)
        if session().busy:
            waiting.append(took[0])
    if state().is_error:
        raise SystemExit(state().message)
    return {
        "seconds": round(time.perf_counter() - started, 2),
        "button_ms": round(press, 2),
        "callbacks": len(waiting),
        "callback_median_ms": round(sorted(waiting)[len(waiting) // 2], 3) if waiting else None,
        "callback_longest_ms": round(max(waiting), 2) if waiting else None,
        "apply_ms": round(took[0], 2),
        "apply_computing_ms": round(took[1], 2),
    }


def measure(chosen: argparse.Namespace) -> dict[str, Any]:
    """Describe, generate, and generate one part anew."""
    install()
    rig = rigs.rigify_human() if chosen.rig == "rigify" else rigs.mixamo()
    if chosen.double:
        session().command = lambda: DOUBLE
    else:
        bpy.context.preferences.addons[NAME].preferences.interpreter = os.environ.get("SMOOGPT_SERVER_PYTHON", "")
    bpy.context.scene.render.fps = 30
    prompts = rig.smoogpt_prompts
    prompts.content, prompts.style, prompts.seconds = "a person walks forward", "like an exhausted old man", 4.0
    jobs = {
        "describe (first, starts the process)": bpy.ops.smoogpt.describe,
        "generate": bpy.ops.smoogpt.generate,
        "regenerate left arm": lambda: bpy.ops.smoogpt.regenerate_part(part="left_arm"),
    }
    figures = {title: _job(button) for title, button in jobs.items()}
    longest = max(f["callback_longest_ms"] or 0.0 for f in figures.values())
    return {
        "blender": bpy.app.version_string,
        "rig": f"{rig.name}, {len(rig.data.bones)} bones",
        "process": "without models" if chosen.double else "with models",
        "motion": "4 s, 120 frames",
        "jobs": figures,
        "longest_callback_while_generating_ms": longest,
    }


def main() -> None:
    """Print the figures and leave."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rig", choices=("rigify", "mixamo"), default="rigify")
    parser.add_argument("--double", action="store_true", help="use a process without models")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    chosen = parser.parse_args()
    try:
        text = json.dumps(measure(chosen), indent=1)
        sys.stdout.write(text + "\n")
        if chosen.json:
            chosen.json.write_text(text + "\n", encoding="utf-8")
    finally:
        session().close()


if __name__ == "__main__":
    code = 0
    try:
        main()
    except SystemExit as stop:
        sys.stderr.write(f"{stop.code}\n" if isinstance(stop.code, str) else "")
        code = 1 if stop.code else 0
    sys.stdout.flush()
    os._exit(code)  # Blender as a module hangs at exit while add-ons have handlers
