# SPDX-License-Identifier: GPL-3.0-or-later
"""CMU's recordings as MotionBuilder-friendly BVH (cgspeed), and MPFB's rig for them; the hips are joined by offset bones."""

from __future__ import annotations

from typing import Final

from ..mapping import Convention
from . import mixamo

CONVENTION: Final = Convention(
    key="cmu",
    label="CMU BVH",
    bones=mixamo.CONVENTION.bones,
    spine=("LowerBack", "Spine", "Spine1"),
    neck=("Neck", "Neck1"),
    signature=("LowerBack",),
)
