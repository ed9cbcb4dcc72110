# SPDX-License-Identifier: GPL-3.0-or-later
"""Batches made ahead of need by processes of their own, so that a GPU does not wait for a processor."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

import torch
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

T = TypeVar("T")
_AHEAD = 8  # batches that each process has ready


class _Feed(IterableDataset[T], Generic[T]):
    def __init__(self, start: Callable[[int], Iterator[T]]) -> None:
        self.start = start

    def __iter__(self) -> Iterator[T]:
        worker = get_worker_info()
        return self.start(worker.id if worker else 0)


def workers_for(device: str) -> int:
    """Return how many processes shall make batches for a device: none where the processor itself is what learns."""
    if device != "cuda" or os.name == "nt":  # Windows cannot fork, and samplers are too large to be sent
        return 0
    return max(1, min(8, (os.cpu_count() or 1) // 2))


def fed(start: Callable[[int], Iterator[T]], workers: int) -> Iterator[T]:
    """Yield what ``start(number)`` yields without end, from that many processes in turn; from this one if there are none.

    Args:
        start: begins a row of batches; rows of other numbers must be drawn with other seeds.
        workers: processes, numbered from 0.
    """
    if workers == 0:
        return start(0)
    torch.multiprocessing.set_sharing_strategy("file_system")  # thousands of tensors, but few open files
    feed = _Feed(start)
    return iter(DataLoader(feed, None, num_workers=workers, prefetch_factor=_AHEAD, multiprocessing_context="fork"))
