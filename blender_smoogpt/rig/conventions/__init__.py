# SPDX-License-Identifier: GPL-3.0-or-later
"""The families of rigs that are known by name, one file each."""

from __future__ import annotations

from typing import Final

from ..mapping import Convention
from . import mixamo, rigify, rigify_metarig, smpl

CONVENTIONS: Final[tuple[Convention, ...]] = (
    rigify.CONVENTION,
    rigify_metarig.CONVENTION,
    mixamo.CONVENTION,
    smpl.CONVENTION,
)
BY_KEY: Final[dict[str, Convention]] = {convention.key: convention for convention in CONVENTIONS}
