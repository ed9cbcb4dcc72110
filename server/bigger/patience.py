# SPDX-License-Identifier: GPL-3.0-or-later
"""Signs of life while something takes long that cannot tell its progress.

Blender gives the inference process up when it hears nothing for minutes; loading a bigger model may take as long.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def told_every(seconds: float, tell: Callable[[], None]) -> Iterator[None]:
    """Call ``tell`` at once, and from another thread every few seconds until the block is left."""
    done = threading.Event()

    def go_on() -> None:
        while not done.wait(seconds):
            tell()

    tell()
    thread = threading.Thread(target=go_on, name="patience", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
