# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers that never change, once on every device.

Made anew at each call, they would be copied to a GPU each time, which takes longer than what is done with them and cannot be part
of a recorded CUDA graph.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import torch
from torch import Tensor


def constant(values: Sequence[int] | Sequence[float], device: torch.device) -> Tensor:
    """Return a tensor (N,) of integers or of numbers that nobody may change, on a device."""
    broken = any(isinstance(value, float) for value in values)
    return _constant(tuple(values), torch.float32 if broken else torch.int64, device)


@cache
def _constant(values: tuple[int, ...] | tuple[float, ...], dtype: torch.dtype, device: torch.device) -> Tensor:
    with torch.inference_mode(False):  # what is made while a clip is generated must serve training as well
        return torch.tensor(values, dtype=dtype, device=device)
