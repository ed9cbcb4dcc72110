# SPDX-License-Identifier: GPL-3.0-or-later
"""All edits of arms, backbone and head."""

from __future__ import annotations

from typing import Final

from .arms_held import HELD
from .arms_moving import MOVING
from .arms_swinging import SWINGING
from .arms_timed import TIMED
from .backbone import HELD_BACKBONE
from .backbone_moving import MOVING_BACKBONE
from .edit import Edit
from .head import HEAD

UPPER: Final[tuple[Edit, ...]] = (*HELD, *SWINGING, *MOVING, *TIMED, *HELD_BACKBONE, *MOVING_BACKBONE, *HEAD)
"""Every edit of the upper body, each under its own name."""
