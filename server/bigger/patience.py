# SPDX-License-Identifier: GPL-3.0-or-later
"""Signs of life while something takes long that cannot tell its progress.

Blender gives the inference process up when it hears nothing for minutes; loading a bigger model may take as long.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Tell = Callable[[str, float, str], None]


@contextmanager
def repeated(tell: Tell, seconds: float) -> Iterator[Tell]:
    """Give a ``tell`` that passes on what it is told, and repeats the last of it every few seconds.

    The repetitions come from another thread; they end with the block.
    """
    done = threading.Event()
    last: list[tuple[str, float, str]] = []

    def tell_and_keep(stage: str, fraction: float, message: str) -> None:
        last[:] = [(stage, fraction, message)]
        tell(stage, fraction, message)

    def go_on() -> None:
        while not done.wait(seconds):
            for told in last:
                tell(*told)

    thread = threading.Thread(target=go_on, name="patience", daemon=True)
    thread.start()
    try:
        yield tell_and_keep
    finally:
        done.set()
        thread.join()
