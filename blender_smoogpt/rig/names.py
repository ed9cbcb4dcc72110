# SPDX-License-Identifier: GPL-3.0-or-later
"""Bone names as they are compared: whatever the case and the separators, and with an affix that all of a rig share.

A rig of a known family may be called ``hero:LeftArm``, ``Armature|LeftArm``, ``LeftArm_jnt`` or ``LeftArm.001``. Which
affixes it has is found by voting: every bone whose name contains a wanted name votes for what stands before and after.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

_SEPARATORS: Final = re.compile(r"[\s_.\-]+")
_TRIED: Final = 4


def plain(name: str) -> str:
    """Return a bone name as it is compared: one case, full-width characters narrow, all separators alike."""
    return _SEPARATORS.sub("_", unicodedata.normalize("NFKC", name).casefold())


@dataclass(frozen=True)
class Affixes:
    """What stands before and after the names of a rig, as it is compared."""

    before: str = ""
    after: str = ""

    @property
    def length(self) -> int:
        """Characters that the convention does not account for."""
        return len(self.before) + len(self.after)


NO_AFFIXES: Final = Affixes()


class Names:
    """The bones of one rig, to be found by name."""

    def __init__(self, bones: Iterable[str]) -> None:
        """Take the bone names; their order does not matter."""
        self._bones: dict[str, list[str]] = {}
        for bone in bones:
            self._bones.setdefault(plain(bone), []).append(bone)

    def find(self, wanted: str, affixes: Affixes) -> str | None:
        """Return the bone that has a name between the affixes and nothing else, or None.

        Of several that differ in case or separators alone, the one that is spelt as wanted is preferred.
        """
        bones = self._bones.get(f"{affixes.before}{plain(wanted)}{affixes.after}", ())
        return min(bones, key=lambda bone: (wanted not in bone, bone), default=None)

    def affixes(self, wanted: Iterable[str]) -> tuple[Affixes, ...]:
        """Return the affixes that the most of the wanted names are found with, and none at all, which comes first."""
        votes: Counter[tuple[str, str]] = Counter()
        for name in {plain(name) for name in wanted}:
            votes.update(
                {(before, after) for bone in self._bones for before, hit, after in [bone.partition(name)] if hit}
            )
        most = sorted(votes, key=lambda pair: (-votes[pair], len("".join(pair)), pair))[:_TRIED]
        return tuple(dict.fromkeys((NO_AFFIXES, *(Affixes(*pair) for pair in most))))
