# SPDX-License-Identifier: GPL-3.0-or-later
"""Find the convention that a rig's bone names follow. Plain Python: names and parents in, a mapping out."""

from __future__ import annotations

from collections.abc import Mapping as Table
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ..errors import UserError
from .conventions import CONVENTIONS
from .mapping import LIMB_JOINTS, OPTIONAL, REQUIRED, SPINE, Convention, Mapping, plain_name

_NAMED_AT_MOST: Final = 6
_ORDER: Final = (("elbow", "shoulder"), ("wrist", "elbow"), ("knee", "hip"), ("ankle", "knee"), ("foot", "ankle"))


@dataclass(frozen=True)
class Match:
    """How well a rig fits a convention: the mapping as far as it goes, and the required joints it lacks."""

    mapping: Mapping
    lacking: tuple[str, ...]

    @property
    def score(self) -> tuple[int, int]:
        """Required joints found first, then all bones found."""
        return -len(self.lacking), len(self.mapping.rows())


def bare_name(name: str) -> str:
    """Return a bone name as it is compared: without namespace (``mixamorig1:``) and in lower case."""
    return name.rsplit(":", 1)[-1].casefold()


def _is_below(bone: str, ancestor: str, parents: Table[str, str | None], copies: Table[str, str]) -> bool:
    """Tell whether the pose of ``ancestor`` carries ``bone``, through parents and copied poses."""
    seen: set[str] = set()
    current: str | None = bone
    while current is not None and current not in seen:
        seen.add(current)
        current = copies.get(current) or parents.get(current)
        if current == ancestor:
            return True
    return False


def _out_of_order(bones: Table[str, str], parents: Table[str, str | None], copies: Table[str, str]) -> set[str]:
    """Return joints whose bone does not hang where a body's would."""
    pairs = [(f"{side}_{child}", f"{side}_{above}") for side in ("left", "right") for child, above in _ORDER]
    pairs += [(f"{side}_{joint}", "pelvis") for side in ("left", "right") for joint in LIMB_JOINTS[::3]]
    pairs.append(("head", "pelvis"))
    return {
        child
        for child, above in pairs
        if child in bones and above in bones and not _is_below(bones[child], bones[above], parents, copies)
    }


def match_convention(convention: Convention, parents: Table[str, str | None]) -> Match:
    """Match one convention.

    Args:
        convention: the names to look for.
        parents: bone name to the name of its parent, for all bones of the rig.
    """
    names: dict[str, str] = {}
    for name in parents:
        names.setdefault(bare_name(name), name)

    def found(wanted: Sequence[str]) -> tuple[str, ...]:
        return tuple(names[bare_name(name)] for name in wanted if bare_name(name) in names)

    signed = len(found(convention.signature)) == len(convention.signature)
    bones = {joint: hit[0] for joint, name in convention.bones.items() if signed and (hit := found((name,)))}
    for joint in _out_of_order(bones, parents, convention.extras.copies):
        del bones[joint]
    spine = found(convention.spine) if signed else ()
    lacking = [joint for joint in REQUIRED if joint not in bones]
    if not spine:
        lacking.append(SPINE)
    mapping = Mapping(
        convention.key,
        convention.label,
        bones,
        spine,
        found(convention.neck) if signed else (),
        tuple(joint for joint in OPTIONAL if joint not in bones),
        convention.extras.among(parents),
    )
    return Match(mapping, tuple(lacking))


def match(parents: Table[str, str | None], rig_name: str) -> Mapping:
    """Return the mapping of a rig by the convention that fits best.

    Args:
        parents: bone name to parent's name (None for roots).
        rig_name: for the message.

    Raises:
        UserError: when no convention has all required bones; names those missing.
    """
    best = max((match_convention(convention, parents) for convention in CONVENTIONS), key=lambda m: m.score)
    if not best.lacking:
        return best.mapping
    words = [plain_name(joint) for joint in best.lacking]
    missing = ", ".join(words[:_NAMED_AT_MOST])
    if len(words) > _NAMED_AT_MOST:
        missing += f" and {len(words) - _NAMED_AT_MOST} more"
    known = ", ".join(convention.label for convention in CONVENTIONS)
    if best.mapping.rows():
        raise UserError(
            f"'{rig_name}' looks like {best.mapping.label} but these bones are missing: {missing}. "
            f"Name them as {best.mapping.label} does, or select another armature."
        )
    raise UserError(
        f"'{rig_name}' has no humanoid bones that are known by name; missing: {missing}. "
        f"Select a character whose bones are named as in {known}."
    )
