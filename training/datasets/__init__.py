# SPDX-License-Identifier: GPL-3.0-or-later
"""Readers of motion data sets, one file a format, and the conversion to the 22-joint skeleton."""

from __future__ import annotations

from typing import Final

from . import bandai_namco, cmu, deepmimic, mesh2motion, zero_ad
from .formats import Format

FORMATS: Final[tuple[Format, ...]] = (bandai_namco, cmu, zero_ad, mesh2motion, deepmimic)
"""All data sets that can be read."""
