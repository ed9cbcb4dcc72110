# SPDX-License-Identifier: GPL-3.0-or-later
"""Find the convention that a rig's bone names follow. Plain Python: names and parents in, a mapping out."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as Table
from dataclasses import dataclass
from typing import Final

from ..errors import UserError
from .conventions import BY_KEY, CONVENTIONS
from .mapping import LIMB_JOINTS, OPTIONAL, REQUIRED, SPINE, Convention, Mapping, plain_name
from .names import Affixes, Names

_NAMED_AT_MOST: Final = 6
_WELL_KNOWN: Final = ("mixamo", "rigify", "unreal4", "unity", "vroid", "daz8", "reallusion")
_ORDER: Final = (("elbow", "shoulder"), ("wrist", "elbow"), ("knee", "hip"), ("ankle", "knee"), ("foot", "ankle"))
_ON_PELVIS: Final = ("collar", *LIMB_JOINTS[::3])
_SIDES: Final = ("left", "right")
_ENOUGH: Final = 9
"""Names of required joints, of 15 with the spine, from which on a rig is said to look like a family: quadrupeds that
share some names with a family have 8, a bust without legs has 9."""


@dataclass(frozen=True)
class Match:
    """How well a rig fits a convention.

    Attributes:
        mapping: which bones are which, as far as it goes.
        lacking: required joints (and ``spine``) without a bone.
        misplaced: joint to the bone that has its name but does not hang where a body's would.
        affixes: what stands before and after all names.
        specific: how many bones there are that only this family has.
    """

    mapping: Mapping
    lacking: tuple[str, ...]
    misplaced: Table[str, str]
    affixes: Affixes
    specific: int

    @property
    def is_likely(self) -> bool:
        """Whether enough required joints go by this family's names for the rig to be meant as one of it."""
        missing = [joint for joint in self.lacking if joint not in self.misplaced]
        return len(REQUIRED) + 1 - len(missing) >= _ENOUGH

    @property
    def score(self) -> tuple[int, int, int, int]:
        """Required joints first, then the names that account for the most, the marks of a family, all bones found.

        The third keeps Rigify's controls before its deform bones, the second its deform bones before the meta-rig.
        """
        return -len(self.lacking), -self.affixes.length, self.specific, len(self.mapping.rows())


class _Hierarchy:
    """Which bones carry which: through parents, and through bones whose pose these copy."""

    def __init__(self, parents: Table[str, str | None], copies: Table[str, str]) -> None:
        self._parents = parents
        self._copies = copies

    def above(self, bone: str) -> tuple[str, ...]:
        """Return the bones that carry a bone, nearest first."""
        chain: dict[str, None] = {}
        current = self._copies.get(bone) or self._parents.get(bone)
        while current is not None and current not in chain:
            chain[current] = None
            current = self._copies.get(current) or self._parents.get(current)
        return tuple(chain)


def _misplaced(bones: Table[str, str], tree: _Hierarchy) -> set[str]:
    """Return joints whose bone does not hang where a body's would."""
    pairs = [(f"{side}_{child}", f"{side}_{above}") for side in _SIDES for child, above in _ORDER]
    pairs += [(f"{side}_{joint}", "pelvis") for side in _SIDES for joint in _ON_PELVIS]
    pairs.append(("head", "pelvis"))
    above = {joint: tree.above(bone) for joint, bone in bones.items()}
    wrong = {low for low, high in pairs if low in bones and high in bones and bones[high] not in above[low]}
    for side, other in zip(_SIDES, reversed(_SIDES), strict=True):
        opposite = {bone for joint, bone in bones.items() if joint.startswith(other)}
        wrong |= {joint for joint in bones if joint.startswith(side) and not opposite.isdisjoint(above[joint])}
    return wrong


def _trunk(found: Iterable[str], bones: Table[str, str], tree: _Hierarchy, chain: bool) -> tuple[str, ...]:
    """Return those spine or neck bones that lie between pelvis and head, upwards.

    Args:
        found: the bones that have the names.
        bones: the joints found so far.
        tree: the hierarchy.
        chain: whether such bones have to carry the head; otherwise it is enough that the pelvis carries them.
    """
    pelvis, head = bones.get("pelvis"), bones.get("head")
    taken = set(bones.values())
    kept = [bone for bone in found if bone not in taken and (pelvis is None or pelvis in tree.above(bone))]
    if not chain or head is None:
        return tuple(kept)
    way = tree.above(head)[::-1]
    return tuple(sorted((bone for bone in kept if bone in way), key=way.index))


def _attempt(convention: Convention, parents: Table[str, str | None], names: Names, affixes: Affixes) -> Match:
    """Match one convention, provided that all names have the given affixes."""

    def found(wanted: Iterable[str]) -> tuple[str, ...]:
        return tuple(bone for name in wanted if (bone := names.find(name, affixes)) is not None)

    signed = len(found(convention.signature)) == len(convention.signature)
    joints = convention.bones if signed else ()
    named = {joint: hits[0] for joint in joints if (hits := found(convention.names_of(joint)))}
    extras = convention.extras.renamed(lambda name: names.find(name, affixes) or name)
    tree = _Hierarchy(parents, extras.copies)
    wrong = _misplaced(named, tree)
    bones = {joint: bone for joint, bone in named.items() if joint not in wrong}
    spine = _trunk(found(convention.spine), bones, tree, convention.chain) if signed else ()
    neck = _trunk(found(convention.neck), bones, tree, convention.chain) if signed else ()
    lacking = [joint for joint in REQUIRED if joint not in bones]
    if not spine:
        lacking.append(SPINE)
    mapping = Mapping(
        convention.key,
        convention.label,
        bones,
        spine,
        neck,
        tuple(joint for joint in OPTIONAL if joint not in bones),
        extras.among(parents),
    )
    misplaced = {joint: bone for joint, bone in named.items() if joint in wrong}
    return Match(mapping, tuple(lacking), misplaced, affixes, len(convention.signature) if signed else 0)


def _match_names(convention: Convention, parents: Table[str, str | None], names: Names) -> Match:
    tried = names.affixes(convention.every_name())
    return max((_attempt(convention, parents, names, affixes) for affixes in tried), key=lambda m: m.score)


def match_convention(convention: Convention, parents: Table[str, str | None]) -> Match:
    """Match one convention.

    Args:
        convention: the names to look for.
        parents: bone name to the name of its parent (None for roots), for all bones of the rig, in any order.
    """
    return _match_names(convention, parents, Names(parents))


def best_match(parents: Table[str, str | None]) -> Match:
    """Return the match of the convention that fits best; it may still lack joints.

    Args:
        parents: bone name to the name of its parent (None for roots), for all bones of the rig, in any order.
    """
    names = Names(parents)
    return max((_match_names(convention, parents, names) for convention in CONVENTIONS), key=lambda m: m.score)


def _listed(words: list[str]) -> str:
    """Return the first few, and how many more there are."""
    more = len(words) - _NAMED_AT_MOST
    return ", ".join(words[:_NAMED_AT_MOST]) + (f" and {more} more" if more > 0 else "")


def missing_names(match: Match) -> str:
    """Return the required joints that a rig has no names for, in an animator's words."""
    return _listed([plain_name(joint) for joint in match.lacking if joint not in match.misplaced])


def refusal(match: Match, rig_name: str) -> UserError:
    """Return the error for a rig whose best match lacks joints, which it names in an animator's words.

    Args:
        match: the best match; it lacks at least one joint.
        rig_name: for the message.
    """
    missing = [plain_name(joint) for joint in match.lacking if joint not in match.misplaced]
    elsewhere = [f"{plain_name(joint)} ('{bone}')" for joint, bone in match.misplaced.items() if joint in match.lacking]
    if not match.is_likely:
        lacking = [plain_name(joint) for joint in match.lacking]
        known = ", ".join(BY_KEY[key].label for key in _WELL_KNOWN)
        return UserError(
            f"'{rig_name}' has no humanoid bones that are known by name; missing: {_listed(lacking)}. "
            f"Select a character whose bones are named as in {known} or another known family."
        )
    label, problems = match.mapping.label, []
    if missing:
        problems.append(f"these bones are missing: {_listed(missing)}")
    if elsewhere:
        problems.append(f"these do not hang where a body has them: {_listed(elsewhere)}")
    return UserError(
        f"'{rig_name}' looks like {label} but {' and '.join(problems)}. "
        f"Name and parent them as {label} does, or select another armature."
    )


def match(parents: Table[str, str | None], rig_name: str) -> Mapping:
    """Return the mapping of a rig by the convention that fits best.

    Args:
        parents: bone name to parent's name (None for roots).
        rig_name: for the message.

    Raises:
        UserError: when no convention has all required bones; names those missing.
    """
    best = best_match(parents)
    if best.lacking:
        raise refusal(best, rig_name)
    return best.mapping
