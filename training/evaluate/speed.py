# SPDX-License-Identifier: GPL-3.0-or-later
"""Row ``speed``: seconds and memory, warm in this process and cold in others (`training.evaluate.cold`)."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import torch

from server.errors import SmooError
from server.pipeline import GenerateRequest, Pipeline

from .cold import REQUEST
from .figures import Asked, Figure, Value, over_draws, over_seeds
from .phrases import bases
from .report import Row
from .session import Session

_ROOT: Final = Path(__file__).resolve().parents[2]
_REPEATS: Final = 5


def _timed(action: Callable[[], object]) -> Value:
    action()
    times = []
    for _ in range(_REPEATS):
        started = time.perf_counter()
        action()
        times.append(time.perf_counter() - started)
    return over_draws(times, _REPEATS)


def first_progress(pipeline: Pipeline) -> float:
    """Return the seconds until somebody who asked hears of it."""
    started, heard = time.perf_counter(), list[float]()
    pipeline.generate(REQUEST, lambda *_: heard.append(time.perf_counter()))
    return heard[0] - started


def cold_start(weights: Path) -> dict[str, float]:
    """Return what a process of its own takes: ``load``, ``generate``, ``total`` in seconds, ``memory`` in GB.

    Raises:
        SmooError: ``measuring_failed`` when it did not end well.
    """
    started = time.perf_counter()
    command = [sys.executable, "-m", "training.evaluate.cold", str(weights)]
    done = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, check=False)
    total = time.perf_counter() - started
    if done.returncode:
        raise SmooError("measuring_failed", f"The process that measures a cold start failed: {done.stderr[-400:]}")
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found | {"total": total}


def measure(session: Session) -> Row:
    """Measure times and memory."""
    row = Row("speed", "Speed and memory", [])
    pipeline, walk = session.pipeline, bases()["walk"]
    requests = {
        "4 s of motion from prompts": (REQUEST, 2.5),
        "4 s of motion from part texts": (GenerateRequest(parts=walk, seconds=4.0), 0.6),
        "10 s of motion from part texts": (GenerateRequest(parts=walk, seconds=10.0), 1.5),
    }
    for name, (request, most) in requests.items():
        session.progress(name)
        value = _timed(_generating(pipeline, request))
        row.figures.append(Figure(name, "s", value, asked=Asked(most=most), on=f"warm, {_REPEATS} times"))
    heard = [first_progress(pipeline) for _ in range(session.seeds)]
    row.figures.append(
        Figure("first progress", "s", over_seeds(heard, 1), asked=Asked(most=0.3), on="warm, from prompts")
    )
    session.progress("cold starts")
    cold = [cold_start(session.weights) for _ in range(session.seeds)]
    for name, key, unit, asked in (
        ("loading, cold", "load", "s", None),
        ("from process start to 4 s of motion from prompts, cold", "total", "s", None),
        ("peak memory of that process", "memory", "GB", Asked(most=1.3)),
    ):
        value = over_seeds([run[key] for run in cold], 1)
        row.figures.append(Figure(name, unit, value, asked=asked, on=f"{len(cold)} processes"))
    row.details |= {"processor": platform.processor() or platform.machine(), "cores": os.cpu_count()}
    row.details |= {"threads": torch.get_num_threads(), "device": str(pipeline.hello()["device"])}
    row.details["load_average"] = list(os.getloadavg()) if hasattr(os, "getloadavg") else []
    return row


def _generating(pipeline: Pipeline, request: GenerateRequest) -> Callable[[], object]:
    return lambda: pipeline.generate(request)
