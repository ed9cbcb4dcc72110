# SPDX-License-Identifier: GPL-3.0-or-later
"""What the installer says, and how it runs other programs."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class InstallError(Exception):
    """Something the user can put right; the message says what to do."""


def say(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


@contextmanager
def busy(what: str) -> Iterator[None]:
    """Show that something takes its time: a running count of seconds on a terminal, two lines elsewhere."""
    started, done = time.monotonic(), threading.Event()

    def show() -> None:
        while not done.wait(0.5):
            sys.stdout.write(f"\r{what} ... {time.monotonic() - started:.0f} s ")
            sys.stdout.flush()

    thread = threading.Thread(target=show, daemon=True)
    if sys.stdout.isatty():
        thread.start()
    else:
        say(f"{what} ...")
    try:
        yield
    finally:
        done.set()
        end = "\r" if sys.stdout.isatty() else ""
        say(f"{end}{what}: {time.monotonic() - started:.1f} s    ")


def bar(what: str, total: int) -> Callable[[int], None]:
    """Return a function that draws a progress bar, given how much is done."""
    last = [-1]

    def show(done: int) -> None:
        percent = int(100 * done / max(total, 1))
        if percent == last[0] or (not sys.stdout.isatty() and percent // 25 == last[0] // 25):
            return
        last[0] = percent
        filled = "#" * (percent // 4)
        start, end = ("\r", "\n" if percent >= 100 else "") if sys.stdout.isatty() else ("", "\n")
        sys.stdout.write(f"{start}{what} [{filled:<25}] {percent:3d} %{end}")
        sys.stdout.flush()

    return show


def run(command: Sequence[str | Path], failure: str, environment: Mapping[str, str] | None = None) -> None:
    """Run a program with its output shown.

    Raises:
        InstallError: with ``failure`` when it does not end well.
    """
    merged = {**os.environ, **(environment or {})}
    if subprocess.run([str(word) for word in command], cwd=ROOT, env=merged, check=False).returncode:
        raise InstallError(failure)


def output_of(command: Sequence[str | Path], environment: Mapping[str, str] | None = None) -> str | None:
    """Return what a program prints, or None when it cannot be run or fails."""
    try:
        merged = {**os.environ, **(environment or {})}
        done = subprocess.run(
            [str(word) for word in command],
            cwd=ROOT,
            env=merged,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
            timeout=300,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None
