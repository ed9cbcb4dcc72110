# SPDX-License-Identifier: GPL-3.0-or-later
"""Unreal Engine 5's mannequins and MetaHuman: the names of 4 with five spine bones and two neck bones."""

from __future__ import annotations

from typing import Final

from ..mapping import Convention
from . import unreal4

CONVENTION: Final = Convention(
    key="unreal5",
    label="Unreal Engine 5",
    bones=unreal4.CONVENTION.bones,
    spine=("spine_01", "spine_02", "spine_03", "spine_04", "spine_05"),
    neck=("neck_01", "neck_02"),
    signature=("spine_04", "spine_05"),
)
