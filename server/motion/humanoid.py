# SPDX-License-Identifier: GPL-3.0-or-later
"""Which joints of a skeleton are which of ours: by their names and hierarchy, or else by their shape.

Limbs go by the words of their names, in whatever convention; what lies between them (pelvis, spine, neck, collar bones)
follows from the hierarchy alone, so that one spine joint is as good as five. Toes, neck, collar bones and hands that
are only the end of a forearm may be missing, limbs may not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from ..errors import SmooError
from . import joint_words as words
from .humanoid_shape import limbs_by_shape
from .joint_words import Said, said_by
from .rotations import Array, normalized
from .source import Source

LIMBS: Final = {
    "shoulder": "upper arm",
    "elbow": "forearm",
    "wrist": "hand",
    "hip": "thigh",
    "knee": "shin",
    "ankle": "foot",
}
"""Joints that a body cannot do without, on both sides, with the names that people have for their bones."""
_SIDES: Final = ("left", "right")
_ARM_WORDS: Final = (words.SHOULDER, words.UPPER_ARM, words.ARM, words.FOREARM, words.HAND)
_LEG_WORDS: Final = (words.HIP, words.THIGH, words.LEG, words.SHIN, words.ANKLE, words.FOOT, words.TOES)
_BONES: Final = (("shoulder", "elbow"), ("elbow", "wrist"), ("hip", "knee"), ("knee", "ankle"))
_NO_LENGTH: Final = 1e-3  # of the legs: shorter bones have no direction to be relied on
_UNEVEN: Final = 2.5  # times as long as on the other side: one of the two is something else
_NECK_AT_MOST: Final = 4  # joints from the chest to the head
_TOE_AHEAD: Final = 0.6  # sine between shin and the tip of a foot: a tip straight below the ankle is no toe


class _Tree:
    """A skeleton with what its names say."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.above = [source.above(joint) for joint in range(len(source.names))]
        self.children = source.children()
        self.said = said_by([name.removesuffix("_end") for name in source.names])
        ends = {joint for joint, name in enumerate(source.names) if name.endswith("_end") and not self.children[joint]}
        # ends bear their joint's name, and what carries a left hand is on the left
        self.said = [Said("", words.EXTRA) if joint in ends else said for joint, said in enumerate(self.said)]
        self.sides = [
            next((self.said[at].side for at in (joint, *self.above[joint]) if self.said[at].side), "")
            for joint in range(len(source.names))
        ]

    def way(self, joint: int) -> list[int]:
        """Return the joints from the root to a joint."""
        return [*self.above[joint][::-1], joint]

    def common(self, joints: Sequence[int]) -> int | None:
        """Return the joint nearest to all of some that carries them; None where they hang on different roots."""
        ways = [self.way(joint) for joint in joints]
        shared = [level[0] for level in zip(*ways, strict=False) if len(set(level)) == 1]
        return shared[-1] if shared else None

    def end_of(self, joint: int) -> int | None:
        """Return the end site of a joint, or a nameless or extra child that carries nothing."""
        tips = [child for child in self.children[joint] if not self.children[child]]
        return tips[0] if len(tips) == 1 else None


def _limb_way(tree: _Tree, side: str, kinds: Sequence[str], last: Sequence[str]) -> list[tuple[int, str]]:
    """Return the joints of one limb with their words, outwards: of all ways out, that with the most words."""
    best: list[tuple[int, str]] = []
    for joint, said in enumerate(tree.said):
        if said.word in last and tree.sides[joint] == side:
            way = [at for at in tree.way(joint) if tree.said[at].word in kinds and tree.sides[at] == side]
            found = [(at, tree.said[at].word) for at in way]
            if len({word for _, word in found}) > len({word for _, word in best}):
                best = found
    return best


def _first(way: Sequence[tuple[int, str]], *kinds: str, below: int | None = None) -> int | None:
    """Return the first joint of a limb that has one of some words and lies below another joint."""
    start = 0 if below is None else [joint for joint, _ in way].index(below) + 1
    return next((joint for joint, word in way[start:] if word in kinds), None)


def _arm(tree: _Tree, side: str) -> dict[str, int]:
    way = _limb_way(tree, side, _ARM_WORDS, (words.HAND, words.FOREARM))
    elbow = _first(way, words.FOREARM)
    upper = _first(way, words.UPPER_ARM)
    if elbow is None and upper is not None:
        elbow = _first(way, words.ARM, below=upper)
    if upper is None:
        upper = _first(way, words.ARM)
    if upper is None:
        upper = _first(way, words.SHOULDER)
    hand = _first(way, words.HAND, below=elbow) if elbow is not None else _first(way, words.HAND)
    if hand is None and elbow is not None:
        hand = tree.end_of(elbow)
    return _known(shoulder=upper, elbow=elbow, wrist=hand)


def _leg(tree: _Tree, side: str) -> dict[str, int]:
    way = _limb_way(tree, side, _LEG_WORDS, (words.TOES, words.FOOT, words.ANKLE, words.SHIN))
    thigh, knee, leg = _first(way, words.THIGH), _first(way, words.SHIN), _first(way, words.LEG)
    if thigh is None and knee is not None and leg is not None and leg in tree.above[knee]:
        thigh = leg
    if thigh is None:
        thigh = _first(way, words.HIP)
    if knee is None and thigh is not None:
        knee = _first(way, words.LEG, below=thigh)
    ankle = (
        _first(way, words.ANKLE, words.FOOT, below=knee) if knee is not None else _first(way, words.ANKLE, words.FOOT)
    )
    toes = None
    if ankle is not None:
        toes = _first(way, words.TOES, below=ankle)
        if toes is None and tree.said[ankle].word == words.ANKLE:
            toes = _first(way, words.FOOT, below=ankle)
        if toes is None:
            toes = tree.end_of(ankle)
    elif knee is not None:
        ankle = tree.end_of(knee)
    return _known(hip=thigh, knee=knee, ankle=ankle, foot=toes)


def _known(**joints: int | None) -> dict[str, int]:
    return {name: joint for name, joint in joints.items() if joint is not None}


def _trunk(tree: _Tree, limbs: dict[str, int]) -> dict[str, int]:
    """Return pelvis, spine, neck, head and collar bones, which lie between and above the limbs.

    Raises:
        SmooError: ``bad_bvh`` when arms and legs do not hang on one body.
    """
    hips = tree.common([limbs["left_hip"], limbs["right_hip"]])
    chest = tree.common([limbs["left_shoulder"], limbs["right_shoulder"]])
    fork = tree.common([hips, chest]) if hips is not None and chest is not None else None
    if hips is None or chest is None or fork is None:
        raise _refused("arms and legs that hang on one body")
    # Biped hangs the thighs on the first spine joint, below which the pelvis lies
    near = [at for at in tree.above[hips][:2] if tree.said[at].word == words.PELVIS]
    pelvis = near[0] if near and tree.said[hips].word == words.SPINE else hips
    spine = tree.way(chest)[len(tree.way(fork)) :]
    if pelvis != hips:
        spine = tree.way(chest)[len(tree.way(pelvis)) :]
    neck = [at for at in spine if tree.said[at].word == words.NECK]
    spine = [at for at in spine if at not in neck]
    arms = [at for side in _SIDES for at in tree.way(limbs[f"{side}_shoulder"])]
    head = _head(tree, chest, set(arms))
    if head is not None:
        neck += tree.way(head)[len(tree.way(chest)) : -1]
    joints = {"pelvis": pelvis}
    levels = [spine[0], spine[(len(spine) - 1) // 2 if len(spine) > 2 else -1], spine[-1]] if spine else [pelvis]
    joints |= dict(zip(("spine1", "spine2", "spine3"), levels, strict=False))
    if neck:
        joints |= {"neck": neck[0]} | ({"head": head} if head is not None else {})
    elif head is not None:
        joints["neck"] = head
    for side in _SIDES:
        between = tree.way(limbs[f"{side}_shoulder"])[len(tree.way(chest)) : -1]
        named = [at for at in between if tree.said[at].word in (words.COLLAR, words.SHOULDER)]
        if between:
            joints[f"{side}_collar"] = (named or between)[0]
    return joints


def _head(tree: _Tree, chest: int, arms: set[int]) -> int | None:
    """Return the head: by its name, or the end of what goes on from the chest beside the arms."""
    named = [
        at for at, said in enumerate(tree.said) if said.word == words.HEAD and not said.side and chest in tree.above[at]
    ]
    if named:
        return min(named, key=lambda at: len(tree.above[at]))
    at = chest
    for _ in range(_NECK_AT_MOST):
        ahead = [
            child for child in tree.children[at] if child not in arms and not tree.source.names[child].endswith("_end")
        ]
        if at != chest and len(ahead) != 1:
            break
        following = max(ahead, key=lambda child: len(tree.children[child]), default=None)
        if following is None:
            break
        at = following
    return at if at != chest else None


def _refused(missing: str) -> SmooError:
    return SmooError(
        "bad_bvh",
        f"the skeleton is no person's as far as can be told: it has no {missing}. "
        "Choose a file of a humanoid with two arms and two legs, or name its joints as Mixamo, CMU or SMPL do.",
    )


def _checked(source: Source, joints: dict[str, int]) -> None:
    """Refuse bones without length, and limbs of which one side is something else."""
    first = source.positions[0]

    def length(a: str, b: str) -> float:
        return float(np.linalg.norm(first[joints[b]] - first[joints[a]]))

    legs = max(length(f"{side}_hip", f"{side}_knee") + length(f"{side}_knee", f"{side}_ankle") for side in _SIDES)
    for a, b in _BONES:
        lengths = [length(f"{side}_{a}", f"{side}_{b}") for side in _SIDES]
        for side, found in zip(_SIDES, lengths, strict=True):
            if not found > _NO_LENGTH * legs:
                raise SmooError(
                    "bad_bvh",
                    f"the {side} {LIMBS[a]} has no length: joints {source.names[joints[f'{side}_{a}']]!r} and "
                    f"{source.names[joints[f'{side}_{b}']]!r} lie in one place. Export it with its bone lengths.",
                )
        if max(lengths) > _UNEVEN * min(lengths):
            raise SmooError(
                "bad_bvh",
                f"the {LIMBS[a]} is {max(lengths) / min(lengths):.1f} times as long on one side as on the other. "
                "Export a character whose sides match.",
            )


def _toes_lie_ahead(source: Source, joints: dict[str, int], side: str) -> bool:
    knee, ankle, tip = (source.positions[:, joints[f"{side}_{name}"]] for name in ("knee", "ankle", "foot"))
    shin, foot = normalized(ankle - knee), normalized(tip - ankle)
    sine: Array = np.linalg.norm(np.cross(shin, foot), axis=-1)
    return bool(np.median(sine) > _TOE_AHEAD)


def human_joints(source: Source) -> dict[str, str]:
    """Return our joint name to the source's; ``spine1`` and ``neck`` are always there, others as far as they exist.

    Args:
        source: a clip of the skeleton; of its movement only lengths and, where names say nothing, places are used.

    Raises:
        SmooError: ``bad_bvh`` when limbs are missing, which it names, or have no length.
    """
    tree = _Tree(source)
    limbs = {f"{side}_{name}": at for side in _SIDES for name, at in (_arm(tree, side) | _leg(tree, side)).items()}
    missing = [f"{side} {bone}" for name, bone in LIMBS.items() for side in _SIDES if f"{side}_{name}" not in limbs]
    if missing:
        shape = limbs_by_shape(source)
        if shape is None:
            raise _refused(" and no ".join(missing) if len(missing) < 2 * len(LIMBS) else "arms and legs")
        limbs = shape
    joints = limbs | _trunk(tree, limbs)
    if "neck" not in joints:
        raise _refused("neck or head")
    _checked(source, joints)
    for side in _SIDES:
        toes = joints.get(f"{side}_foot")
        if toes is not None and tree.said[toes].word == words.EXTRA and not _toes_lie_ahead(source, joints, side):
            del joints[f"{side}_foot"]
    return {name: source.names[at] for name, at in joints.items()}
