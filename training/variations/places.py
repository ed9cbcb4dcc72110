# SPDX-License-Identifier: GPL-3.0-or-later
"""Where hands are held: a table of places for the left hand, with what the captioner should then say.

Metres and directions in the axes of a part of the body: x to the left, y up, z ahead.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from .arm_ik import straightness

Frame = Literal["shoulder", "trunk", "head", "thigh"]
"""``shoulder``: from the shoulder, level, facing as the chest does; ``trunk``: from the pelvis, up along the spine."""
Vector = tuple[float, float, float]
Values = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Place:
    """A place for the left hand.

    Attributes:
        frame: in whose axes all is told.
        at: where the palm is for a hand that touches, else the wrist.
        elbow: to where the elbow points.
        palm: to where the palm faces; None for as the forearm brings it.
        fingers: to where the fingers point; None for along the forearm.
        says: slot name to the values that the captioner may then give the arm.
        scatter: metres by which the place varies along each axis.
        touching: whether the palm rests on the body.
    """

    frame: Frame
    at: Vector
    elbow: Vector
    says: Values
    palm: Vector | None = None
    fingers: Vector | None = None
    scatter: float = 0.02
    touching: bool = False


def _stretched(direction: Vector, bend: float, elbow: Vector, says: Values, palm: Vector | None = None) -> Place:
    """Return a place away from the shoulder in a direction, at an elbow bent by so many degrees."""
    x, y, z = direction
    length = straightness(bend) / (x * x + y * y + z * z) ** 0.5
    return Place("shoulder", (x * length, y * length, z * length), elbow, says, palm)


_ANY_HIP: Final = ("hip", "waist")

OVERHEAD: Final = (
    _stretched((0.10, 1.0, 0.05), 12.0, (1.0, 0.0, 0.5), {"hold": ("overhead",)}, (-1.0, 0.0, 0.0)),
    _stretched((0.15, 1.0, 0.10), 45.0, (1.0, 0.0, 0.3), {"hold": ("overhead",)}, (0.0, 0.0, 1.0)),
    _stretched((0.60, 0.85, 0.05), 12.0, (0.5, -1.0, -0.5), {"hold": ("overhead",)}, (-0.3, 0.2, 1.0)),
)
SIDEWAYS: Final = (
    _stretched((1.0, 0.04, 0.0), 10.0, (0.0, -0.6, -1.0), {"hold": ("shoulder",), "spread": ("far_wide",)}),
    _stretched(
        (1.0, 0.04, 0.1), 16.0, (0.0, -1.0, -0.3), {"hold": ("shoulder",), "spread": ("far_wide",)}, (0.0, 1.0, 0.3)
    ),
    _stretched((0.80, -0.75, 0.05), 18.0, (0.0, -0.2, -1.0), {"hold": _ANY_HIP, "spread": ("far_wide",)}),
)
FORWARD: Final = (
    _stretched(
        (-0.05, 0.05, 1.0), 10.0, (0.6, -1.0, 0.0), {"hold": ("shoulder",), "reach": ("far_front",)}, (0.0, -1.0, 0.0)
    ),
    _stretched(
        (0.0, 0.03, 1.0), 20.0, (0.8, -1.0, 0.0), {"hold": ("shoulder",), "reach": ("far_front",)}, (-1.0, 0.0, 0.0)
    ),
    _stretched((-0.05, 0.55, 1.0), 15.0, (0.6, -1.0, 0.0), {"hold": ("head", "overhead"), "reach": ("far_front",)}),
)
HANGING: Final = (_stretched((0.05, -1.0, 0.02), 6.0, (0.2, 0.0, -1.0), {"hold": ("straight_down",)}),)
HELD_BACK: Final = (
    _stretched((0.15, -0.80, -0.62), 8.0, (0.7, 0.2, -1.0), {"reach": ("behind",), "hold": ("hip", "low")}),
    _stretched((0.40, -0.60, -0.70), 10.0, (0.6, 0.5, -1.0), {"reach": ("behind",), "hold": _ANY_HIP}),
)
AT_RIBS: Final = (
    Place("shoulder", (-0.02, -0.22, 0.10), (0.5, -0.4, -1.0), {"elbow": ("folded",)}, (-1.0, 0.0, 0.0)),
    Place("shoulder", (0.08, -0.20, 0.02), (1.0, 0.0, -0.6), {"elbow": ("folded",)}, (-0.5, -1.0, 0.0)),
)
GUARD: Final = (
    Place("shoulder", (-0.04, 0.0, 0.22), (0.35, -1.0, 0.0), {"hold": ("shoulder",)}, (-1.0, 0.0, 0.2)),
    Place("shoulder", (-0.02, -0.12, 0.24), (0.45, -1.0, 0.0), {"hold": ("chest",)}, (-1.0, 0.2, 0.3)),
)
CARRYING: Final = (
    Place(
        "shoulder",
        (-0.02, -0.27, 0.31),
        (0.3, -1.0, -0.5),
        {"hold": ("waist",), "reach": ("far_front",)},
        (0.0, 1.0, 0.0),
    ),
    Place(
        "shoulder",
        (0.05, -0.14, 0.34),
        (0.4, -1.0, -0.3),
        {"hold": ("chest",), "reach": ("far_front",)},
        (-1.0, 0.3, 0.0),
    ),
)
ON_HIP: Final = (
    Place(
        "trunk",
        (0.165, 0.085, 0.025),
        (1.0, 0.0, -0.75),
        {"touch": ("hip",)},
        (-1.0, 0.0, -0.2),
        (-0.30, -0.35, 0.90),
        0.01,
        touching=True,
    ),
)
ON_THIGH: Final = (
    Place(
        "thigh",
        (0.03, -0.27, 0.095),
        (1.0, 0.2, -0.2),
        {"touch": ("thigh",)},
        (0.0, 0.0, -1.0),
        (-0.2, -1.0, 0.2),
        0.015,
        touching=True,
    ),
)
ON_CHEST: Final = (
    Place(
        "trunk",
        (0.0, 0.34, 0.13),
        (0.8, -0.7, 0.0),
        {"touch": ("chest",)},
        (0.0, 0.0, -1.0),
        (-0.9, 0.4, 0.1),
        0.015,
        touching=True,
    ),
)
ACROSS: Final = (
    Place("trunk", (-0.16, 0.19, 0.20), (0.7, -0.8, 0.3), {"spread": ("across",)}, (0.0, -0.3, -1.0), (-1.0, 0.0, 0.1)),
    Place(
        "trunk", (-0.12, 0.39, 0.16), (0.5, -0.7, 0.7), {"spread": ("across",)}, (0.0, -0.3, -1.0), (-1.0, 0.3, -0.1)
    ),
)
ON_HEAD: Final = (
    Place(
        "head",
        (0.088, 0.205, 0.01),
        (1.0, 0.3, 0.2),
        {"touch": ("head",)},
        (-0.3, -1.0, 0.0),
        (-1.0, 0.3, 0.1),
        0.012,
        touching=True,
    ),
    Place(
        "head",
        (0.080, 0.13, -0.09),
        (1.0, 0.3, 0.0),
        {"touch": ("head",)},
        (0.0, 0.0, 1.0),
        (-1.0, 0.3, -0.1),
        0.012,
        touching=True,
    ),
    Place(
        "head",
        (0.125, 0.10, 0.02),
        (1.0, -0.6, 0.2),
        {"touch": ("head",)},
        (-1.0, 0.0, 0.0),
        (-0.1, 1.0, 0.0),
        0.01,
        touching=True,
    ),
)
AT_FACE: Final = (
    Place(
        "head",
        (0.02, 0.02, 0.135),
        (0.5, -1.0, 0.1),
        {"touch": ("head",)},
        (0.0, 0.2, -1.0),
        (-0.5, 0.85, -0.1),
        0.008,
        touching=True,
    ),
    Place(
        "head",
        (0.06, 0.16, 0.135),
        (1.0, -0.3, 0.1),
        {"touch": ("head",)},
        (0.0, -1.0, -0.3),
        (-1.0, 0.15, 0.2),
        0.008,
        touching=True,
    ),
)
BEHIND: Final = (
    Place(
        "trunk",
        (-0.01, 0.08, -0.135),
        (1.0, 0.0, -0.5),
        {"touch": ("back",)},
        (0.0, 0.0, -1.0),
        (-1.0, -0.1, -0.1),
        0.012,
        touching=True,
    ),
)


@dataclass(frozen=True)
class Pair:
    """Places for both hands that belong together.

    Attributes:
        left: where the left hand is.
        right: where the right hand is, told as if it were the left one of a mirrored body.
    """

    left: Place
    right: Place


_TOGETHER: Final[Values] = {"touch": ("other_hand",)}
_FOLDED: Final[Values] = {"touch": ("other_arm",)}


def _both(at: Vector, elbow: Vector, palm: Vector, fingers: Vector) -> Pair:
    """Return hands that touch each other, alike in a mirror."""
    place = Place("trunk", at, elbow, _TOGETHER, palm, fingers, 0.006, touching=True)
    return Pair(place, place)


FOLDED_ARMS: Final = (
    Pair(
        Place(
            "trunk",
            (-0.17, 0.24, 0.115),
            (1.0, -0.7, 0.2),
            _FOLDED,
            (0.0, 0.0, -1.0),
            (-1.0, 0.1, -0.35),
            0.006,
            touching=True,
        ),
        Place(
            "trunk",
            (-0.15, 0.30, 0.165),
            (1.0, -0.7, 0.3),
            _FOLDED,
            (0.0, -0.3, -1.0),
            (-1.0, 0.2, -0.25),
            0.006,
            touching=True,
        ),
    ),
)
HANDS_TOGETHER: Final = (
    _both((0.025, 0.29, 0.21), (1.0, -0.8, 0.0), (-1.0, 0.0, 0.1), (-0.1, 0.9, 0.45)),
    _both((0.025, 0.08, 0.20), (1.0, -0.3, -0.3), (-1.0, 0.0, 0.0), (-0.35, -0.25, 0.9)),
    Pair(
        Place(
            "trunk",
            (0.01, 0.12, 0.155),
            (1.0, -0.3, -0.3),
            _TOGETHER,
            (0.0, 0.2, -1.0),
            (-1.0, -0.15, 0.1),
            0.006,
            touching=True,
        ),
        Place(
            "trunk",
            (0.01, 0.11, 0.185),
            (1.0, -0.3, -0.3),
            _TOGETHER,
            (0.0, 0.2, -1.0),
            (-1.0, -0.15, 0.1),
            0.006,
            touching=True,
        ),
    ),
)
HANDS_BEHIND: Final = (
    Pair(
        Place(
            "trunk",
            (-0.01, 0.03, -0.135),
            (1.0, 0.0, -0.7),
            {"touch": ("back", "other_hand")},
            (0.0, 0.0, -1.0),
            (-0.9, -0.4, -0.1),
            0.006,
            touching=True,
        ),
        Place(
            "trunk",
            (-0.01, 0.02, -0.165),
            (1.0, 0.0, -0.7),
            {"touch": ("back", "other_hand")},
            (0.0, 0.0, -1.0),
            (-0.9, -0.4, -0.1),
            0.006,
            touching=True,
        ),
    ),
)
HANDS_BEHIND_HEAD: Final = (
    Pair(
        Place(
            "head",
            (0.02, 0.12, -0.125),
            (1.0, 0.2, -0.1),
            {"touch": ("head", "other_hand")},
            (0.0, 0.0, 1.0),
            (-1.0, 0.25, -0.1),
            0.006,
            touching=True,
        ),
        Place(
            "head",
            (0.02, 0.10, -0.15),
            (1.0, 0.2, -0.1),
            {"touch": ("head", "other_hand")},
            (0.0, 0.0, 1.0),
            (-1.0, 0.25, -0.1),
            0.006,
            touching=True,
        ),
    ),
)
