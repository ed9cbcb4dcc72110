# SPDX-License-Identifier: GPL-3.0-or-later
"""Every edit of legs and root, those that take the hands along included."""

from __future__ import annotations

from typing import Final

from .bounce import HIPS
from .edit import Edit
from .gait import GAITS
from .jumps import JUMPS
from .legs import LEGS
from .one_leg import ONE_LEG
from .path import PATHS
from .postures import POSTURES
from .seated import SEATED
from .swings import SWINGS

LOWER: Final[tuple[Edit, ...]] = LEGS + SWINGS + ONE_LEG + HIPS + POSTURES + JUMPS + GAITS + PATHS + SEATED
