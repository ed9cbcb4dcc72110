# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers kept as bytes: whole steps, and how large a step is in each row or column."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import torch
from torch import Tensor

STEP: Final = "_step"
"""What follows a tensor's name in the name of its steps."""
_BYTE: Final = 127
_LEAST: Final = 1e-8


def in_bytes(name: str, tensor: Tensor, along: int) -> dict[str, Tensor]:
    """Return a tensor (rows, columns) as int8 and its float32 steps, under their names; all along one dimension share a step."""
    step = (tensor.abs().amax(dim=along, keepdim=True) / _BYTE).clamp(min=_LEAST).to(torch.float32)
    return {name: (tensor / step).round().to(torch.int8).contiguous(), name + STEP: step.contiguous()}


def from_bytes(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return all tensors that are not steps, those with steps multiplied by them, in single precision where they are not whole."""
    return {
        name: tensor.float() * tensors[name + STEP] if name + STEP in tensors else tensor
        for name, tensor in tensors.items()
        if not name.endswith(STEP)
    }
