# SPDX-License-Identifier: GPL-3.0-or-later
"""What an animator may write beside the listed phrases: a table of patterns for each kind of part."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from .arm import ARM
from .backbone import BACKBONE
from .leg import LEG
from .patterns import Rows
from .root import ROOT

FREE: Final[Mapping[str, Rows]] = {
    "right_arm": ARM,
    "left_arm": ARM,
    "right_leg": LEG,
    "left_leg": LEG,
    "backbone": BACKBONE,
    "root": ROOT,
}
