# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows of the report measured in one process, or in two side by side.

A module of its own: what other processes run they import by name, and a package's ``__main__`` has none for them.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import torch
from tqdm import tqdm

from server.pipeline import Pipeline
from training.library import Library

from .report import Row
from .rows import ALONE, HALVES, ROWS, measured
from .ruler import Ruler
from .session import Session, Sizes


def sizes_of(given: argparse.Namespace) -> Sizes:
    """Return how much is measured at the share that was asked for."""
    return Sizes().scaled(given.share) if given.share != 1.0 else Sizes()


def _quietly(_: str) -> None:
    """Progress that nobody reads: standard error is no terminal."""


def _shown(doing: str) -> None:
    sys.stderr.write(f"\r\033[K{doing[:100]}")
    sys.stderr.flush()


def _session(given: argparse.Namespace) -> Session:
    """Load the models and recordings that rows are measured on."""
    ruler, library = Ruler.load(), Library(given.data)
    pipeline = Pipeline.load(weights=given.weights)
    if given.no_memory and pipeline.llm is not None:
        pipeline.llm.memory = None
    return Session(
        library,
        pipeline,
        ruler,
        given.seeds,
        sizes_of(given),
        given.temperature,
        given.guidance,
        given.drafts,
        given.weights,
        [Library(folder) for folder in given.also],
        _shown if sys.stderr.isatty() and given.processes == 1 else _quietly,
    )


def measure(given: argparse.Namespace, names: Sequence[str], threads: int | None = None) -> list[Row]:
    """Measure some rows in this process, on so many threads."""
    if threads:
        torch.set_num_threads(threads)
    rows = []
    for row in measured(_session(given), names):
        rows.append(row)
        tqdm.write(f"{row.name}: {row.seconds:.0f} s, {row.processor_seconds:.0f} s of a core", file=sys.stderr)
    return rows


def measure_apart(given: argparse.Namespace, names: Sequence[str]) -> list[Row]:
    """Measure rows in two processes at once; those that time something come first and alone."""
    rows = measure(given, timed) if (timed := [name for name in names if name in ALONE]) else []
    halves = [half for group in HALVES if (half := [name for name in names if name in group])]
    threads = max(1, torch.get_num_threads() // max(1, len(halves)))
    # a process that was forked would share the thread pools of its parent and wait for them for ever
    with ProcessPoolExecutor(len(HALVES), mp_context=get_context("spawn")) as pool:
        for done in [pool.submit(measure, given, half, threads) for half in halves]:
            rows += done.result()
    return sorted(rows, key=lambda row: list(ROWS).index(row.name))
