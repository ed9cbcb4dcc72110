# SPDX-License-Identifier: GPL-3.0-or-later
"""A real inference process without its models: what it answers is known, its plumbing is that of the service.

Run in a folder that holds the package ``server``. Prompts say what shall happen: see `describe`. Used by the tests of the
service and, in Blender, by those of the panel.
"""

from __future__ import annotations

import os
import sys
import time
import types
from typing import Any

sys.path.insert(0, os.getcwd())

import numpy as np

from server.errors import SmooError
from server.motion.motion import Motion
from server.motion.skeleton import PARTS
from server.service import Service, own_stdout


class Texts(types.SimpleNamespace):
    """Content, style and composed part texts, and a note."""

    note = ""


class Double:
    """A pipeline whose answers depend on the prompt in a way that tests know."""

    def hello(self) -> dict[str, object]:
        """Return the device."""
        return {"device": "none"}

    def describe(self, content: str, style: str, progress: Any, cancelled: Any) -> Texts:
        """Say the prompts again for every part; ``print``, ``sleep``, ``die``, ``note`` and ``for ever`` do what they say."""
        if "print" in content:
            print("a stray line from Python")
            os.system("echo a stray line from another program")
            os.write(1, b"a stray line from C\n")
        if "sleep" in content:
            progress("reason", 0.5, "asleep")
            time.sleep(600)
        if "die" in content:
            progress("reason", 0.5, "dying")
            os._exit(5)
        while "for ever" in content:
            progress("reason", 0.5, "on and on")
            if cancelled():
                raise SmooError("cancelled", "Cancelled.")
            time.sleep(0.01)
        return Texts(
            **{
                name: {part: f"{content} {style}".strip() for part in PARTS}
                for name in ("content", "style", "composed")
            },
            note="The built-in one wrote these texts." if "note" in content else "",
        )

    def generate(self, request: Any, progress: Any, cancelled: Any) -> list[Any]:
        """Return a motion that rises by the seed in centimetres, and the seed as tokens where nothing was locked."""
        texts = self.describe(request.content, request.style, progress, cancelled)
        if request.parts:
            texts.composed = request.parts
        frames = round(30 * request.seconds)
        steps = -(-frames // 4)
        tokens = np.full((steps, len(PARTS)), request.seed)
        for part in request.locks:
            at = PARTS.index(part)
            tokens[:, at] = -1 if request.lock_tokens is None else request.lock_tokens[:steps, at]
        for step in range(steps):
            progress("generate", (step + 1) / steps, f"step {step + 1} of {steps}")
            time.sleep(0.005)
        turns = np.zeros((frames, 22, 4))
        turns[..., 0] = 1.0
        root = np.zeros((frames, 3))
        root[:, 1] = 0.95 + np.linspace(0.0, 0.01 * request.seed, frames)
        told = {part: texts.composed.get(part, "") for part in PARTS if part not in request.locks}
        unmet = {part: text if "in vain" in text else "" for part, text in told.items()}
        take = {"motion": Motion(root, turns), "tokens": np.abs(tokens), "texts": texts, "seed": request.seed}
        return [types.SimpleNamespace(**take, unmet=unmet, timing={"total": 0.1})]

    def caption(self, motion: Motion) -> dict[str, str]:
        """Return nothing much."""
        return {"root": f"{motion.frames} frames"}

    def encode(self, motion: Motion) -> Any:
        """Return tokens of the right shape."""
        return np.ones((motion.frames // 4, len(PARTS)), np.int64)


class Request(types.SimpleNamespace):
    """Stands in for `server.pipeline.GenerateRequest`, which needs torch."""

    lock_tokens = None
    lock_motion = None


if __name__ == "__main__":
    stand_in = types.ModuleType("server.pipeline")
    stand_in.GenerateRequest = Request  # type: ignore[attr-defined]
    sys.modules["server.pipeline"] = stand_in
    with own_stdout() as out:
        Service(lambda tell: Double(), sys.stdin.buffer, out, leave=lambda: os._exit(0)).run()
