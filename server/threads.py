# SPDX-License-Identifier: GPL-3.0-or-later
"""On how many cores small pieces of work are computed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch


@contextmanager
def one_thread() -> Iterator[None]:
    """Compute on one core: little work gains little from a second one, and waits long for it if another program has it.

    Measured on two cores (docs/decisions.md): two prompts described in 0.4 s on one thread, in more than ten on two threads of
    a busy machine; six drafts of 2 s in 0.46 s, in 0.65 on two threads that sleep while they wait.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
