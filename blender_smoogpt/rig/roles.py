# SPDX-License-Identifier: GPL-3.0-or-later
"""Roles: the parts of a body that a row of the mapping may stand for. Plain Python.

A role is a joint (``left_elbow``) or a numbered bone of spine or neck (``spine.1``, counted upwards).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from ..errors import UserError
from .mapping import NECK, OPTIONAL, REQUIRED, SPINE, plain_name

CHAINS: Final = (SPINE, NECK)
_SIDES: Final = {"left": "right", "right": "left"}
_LIMBS: Final = ("collar", "shoulder", "elbow", "wrist", "hip", "knee", "ankle", "foot")
_BODY: Final = ("pelvis", *CHAINS, "head", *(f"{side}_{joint}" for side in _SIDES for joint in _LIMBS))
_PLACE: Final = {part: place for place, part in enumerate(_BODY)}
JOINTS: Final[frozenset[str]] = frozenset((*REQUIRED, *OPTIONAL))
BY_HAND: Final[tuple[str, ...]] = tuple(f"{part}.1" if part in CHAINS else part for part in _BODY)
"""The roles that a mapping made by hand begins with."""


def chain_number(role: str, kind: str) -> int:
    """Return the number of a role in the spine or neck, or 0 where it does not belong there."""
    found = re.fullmatch(rf"{kind}\.([1-9]\d{{0,3}})", role)
    return int(found[1]) if found else 0


def is_role(word: str) -> bool:
    """Tell whether a word is a role."""
    return word in JOINTS or any(chain_number(word, kind) for kind in CHAINS)


def checked_role(word: str) -> str:
    """Return a role that came from outside.

    Raises:
        UserError: when it is none.
    """
    if not is_role(word):
        raise UserError(f"'{word}' is no part of the body. Use a button of the Rig panel, next to the part's name.")
    return word


def place(role: str) -> tuple[int, int]:
    """Return where a role stands in the panel: the trunk upwards, then the left side, then the right."""
    part, _, number = role.partition(".")
    return _PLACE.get(part, len(_PLACE)), int(number) if number.isdecimal() else 0


def role_label(role: str) -> str:
    """Return what an animator calls a role: ``spine 2``, ``left upper arm``."""
    kind, _, number = role.partition(".")
    return f"{kind} {number}" if number else plain_name(role)


def opposite(role: str) -> str | None:
    """Return the same role on the other side of the body, or None in the middle."""
    side, _, joint = role.partition("_")
    return f"{_SIDES[side]}_{joint}" if side in _SIDES else None


def listed(words: Iterable[str], most: int = 6) -> str:
    """Return the first few words, and how many more there are."""
    every = list(words)
    more = len(every) - most
    return ", ".join(every[:most]) + (f" and {more} more" if more > 0 else "")
