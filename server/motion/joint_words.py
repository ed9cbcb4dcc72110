# SPDX-License-Identifier: GPL-3.0-or-later
"""What the name of a joint says: which side it is on, and which part of a limb, in the words that exporters use.

Names are taken apart into words (``mixamorig:LeftUpLeg``, ``Bip01 L Thigh``, ``CC_Base_L_Thigh``, ``lfemur``, ``thigh_l``
all say a left thigh). Words that nearly all names share say nothing. What a word means may depend on the others of
the limb: a ``LeftShoulder`` is the upper arm beside a ``LeftCollar`` and the collar bone beside a ``LeftArm``, so that
such words stay open here (`SHOULDER`, `ARM`, `HIP`, `LEG`, `FOOT`) and are settled in `humanoid`.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

PELVIS, HEAD, NECK, SPINE = "pelvis", "head", "neck", "spine"
COLLAR, SHOULDER, UPPER_ARM, ARM, FOREARM, HAND = "collar", "shoulder", "upper arm", "arm", "forearm", "hand"
HIP, THIGH, LEG, SHIN, ANKLE, FOOT, TOES = "hip", "thigh", "leg", "shin", "ankle", "foot", "toes"
EXTRA: Final = "extra"
"""Fingers, twist bones, face, props and ends, which are no joints of ours whatever else their name says."""

_SPELLINGS: Final[Mapping[str, tuple[str, ...]]] = {
    PELVIS: ("hips", "pelvis", "センター", "腰"),
    HEAD: ("head", "skull", "頭"),
    NECK: ("neck", "首"),
    SPINE: ("spine", "chest", "torso", "thorax", "abdomen", "waist", "back", "belly", "ribs", "ribcage", "上半身"),
    COLLAR: ("clavicle", "collar", "collarbone", "scapula", "肩"),
    SHOULDER: ("shoulder",),
    UPPER_ARM: ("upperarm", "uparm", "armupper", "shldr", "humerus", "腕"),
    ARM: ("arm",),
    FOREARM: ("forearm", "lowerarm", "lowarm", "armlower", "elbow", "radius", "ulna", "ひじ"),
    HAND: ("hand", "wrist", "palm", "手首"),
    HIP: ("hip",),
    THIGH: ("thigh", "upleg", "upperleg", "legupper", "femur", "足"),
    LEG: ("leg",),
    SHIN: ("shin", "calf", "lowleg", "lowerleg", "leglower", "knee", "tibia", "crus", "ひざ"),
    ANKLE: ("ankle", "足首"),
    FOOT: ("foot",),
    TOES: ("toe", "toes", "toebase", "ball", "つま先"),
}
_WORDS: Final = {spelling: word for word, spellings in _SPELLINGS.items() for spelling in spellings}
_EXTRA_SPELLINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "thumbs": ("thumb", "bigtoe", "heel"),
    "fingers": ("finger", "fingers", "fingerbase", "index", "middle", "mid", "ring", "pinky", "little", "指"),
    "palms": ("metacarpal", "carpal"),
    "twists": ("twist", "roll", "share", "corrective", "bulge", "捩"),
    "face": ("eye", "eyes", "jaw", "tongue", "teeth", "brow", "lip", "cheek", "nose", "ear", "face", "目"),
    "flesh": ("hair", "tail", "breast", "pectoral", "pec", "buttock", "glute", "genital", "hipjoint"),
    "worn": ("cloth", "skirt", "cape", "prop", "weapon", "sword", "shield", "hold"),
    "controls": ("ik", "pole", "target", "ctrl", "helper", "dummy", "footsteps", "attach", "socket", "camera"),
    "ends": ("nub", "end", "effector", "tip", "site", "headtop"),
}
_EXTRAS: Final = frozenset(spelling for spellings in _EXTRA_SPELLINGS.values() for spelling in spellings)
_SAY_NOTHING: Final = frozenset(
    ("joint", "jnt", "jt", "bone", "bn", "def", "org", "mch", "skel", "bend", "rot", "c", "m", "x", "j", "b")
)
_LEFT: Final = frozenset(("left", "l", "lft", "lf", "左"))
_RIGHT: Final = frozenset(("right", "r", "rgt", "rt", "右"))
_STUCK: Final = ("left", "right", "l", "r")
_KNOWN: Final = frozenset(_WORDS) | _EXTRAS
_PIECES: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[左右]|[^\W\d_A-Za-z左右]+")
_SHARED: Final = 0.8  # of the joints have a word before it counts as said of the character, not of the joint


@dataclass(frozen=True)
class Said:
    """What a name says.

    Attributes:
        side: ``left``, ``right`` or "".
        word: one of the words above, or "" where nothing is known.
    """

    side: str = ""
    word: str = ""


def _pieces(name: str) -> list[str]:
    """Return the words of a name in small letters, sides that are stuck to a word apart from it."""
    # what stands before the last colon or bar names the character or the file
    plain = unicodedata.normalize("NFKC", re.split(r"[:|]", name)[-1])
    pieces: list[str] = []
    for piece in _PIECES.findall(plain):
        small = piece.lower()
        if small in _WORDS or small in _EXTRAS or small in _SAY_NOTHING:
            pieces.append(small)
            continue
        side = next((word for word in _STUCK if small.startswith(word) and small[len(word) :] in _KNOWN), "")
        pieces += [side, small[len(side) :]] if side else [small]
    return pieces


def _said(pieces: Sequence[str]) -> Said:
    side = "left" if _LEFT & set(pieces) else "right" if _RIGHT & set(pieces) else ""
    words = [piece for piece in pieces if piece not in _LEFT | _RIGHT | _SAY_NOTHING]
    if any(word in _EXTRAS for word in words) or "".join(words) in _EXTRAS:
        return Said(side, EXTRA)
    for start in range(len(words)):  # Up Leg, Fore Arm and Toe Base are one word in pieces; the last words count most
        word = _WORDS.get("".join(words[start:]))
        if word:
            return Said(side, word)
    return Said(side, next((_WORDS[word] for word in reversed(words) if word in _WORDS), ""))


def said_by(names: Sequence[str]) -> list[Said]:
    """Return what each of a skeleton's joint names says."""
    split = [_pieces(name) for name in names]
    counts = Counter(piece for pieces in split for piece in set(pieces))
    shared = {piece for piece, count in counts.items() if count > _SHARED * len(names) and len(names) > 4}
    return [_said([piece for piece in pieces if piece not in shared]) for pieces in split]
