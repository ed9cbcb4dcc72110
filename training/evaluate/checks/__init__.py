# SPDX-License-Identifier: GPL-3.0-or-later
"""Plain geometry in plain words: ``CHECKS["left wrist above the head"](Body(motion))`` is true or false.

Written apart from the captioner and sharing no code with it, so that a mistake of the captioner's cannot hide behind
itself. A check sees joint positions and two points of the head (`training.evaluate.checks.body`), nothing else. Names with
a side exist for ``left`` and ``right`` and, where both can hold at once, ``each``.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Final

from . import arms, legs, path, trunk
from .body import Body, Check, Sided

__all__ = ["CHECKS", "Body", "Check", "mirrored_check"]


def _each(check: Sided, body: Body) -> bool:
    return check(body, "left") and check(body, "right")


def _one(check: Sided, side: str, body: Body) -> bool:
    return check(body, side)


def _expanded() -> dict[str, Check]:
    found: dict[str, Check] = {}
    for module in (arms, legs, trunk, path):
        found |= module.CHECKS
        for template, check in module.SIDED.items():
            for side in ("left", "right"):
                found[template.format(side=side)] = partial(_one, check, side)
            if template.startswith("{side}") and not template.endswith("the other"):
                found[template.format(side="each")] = partial(_each, check)
    return found


CHECKS: Final[Mapping[str, Check]] = _expanded()
"""Every check by its name."""


def mirrored_check(name: str) -> str:
    """Return the name of the check on the other side."""
    swapped = {"left": "right", "right": "left"}
    return " ".join(swapped.get(word, word) for word in name.split())
