# SPDX-License-Identifier: GPL-3.0-or-later
"""In how many bits networks compute."""

from __future__ import annotations

import torch


def precision(device: torch.device) -> torch.dtype:
    """Return bfloat16 on a GPU and on processors that compute with it, else single precision.

    A processor without instructions for bfloat16 converts each number on the way; on one with AVX2 alone a description took 13
    seconds instead of 4 (docs/decisions.md). Both choose the same words.
    """
    if device.type == "cuda":
        return torch.bfloat16
    return torch.bfloat16 if torch.backends.cpu.get_cpu_capability().startswith("AVX512") else torch.float32


def autocast(device_type: str) -> torch.autocast:
    """Return a context in which networks compute with bfloat16 where that is faster."""
    return torch.autocast(device_type, torch.bfloat16, enabled=precision(torch.device(device_type)) is torch.bfloat16)
