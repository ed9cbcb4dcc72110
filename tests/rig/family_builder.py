# SPDX-License-Identifier: GPL-3.0-or-later
"""Build rigs for tests from short texts.

A rig is written as chains of bones, parent before child: ``Hips=pelvis > Spine=spine`` are body bones with their role,
``Root!root`` is an extra bone of that kind, and a bare name is a bone of an earlier chain. ``{}`` stands for the side,
so that such a chain is there twice, and ``{1}`` for its first letter; ``Index[123]!finger`` is three bones, and spine
and neck number themselves.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

KINDS: Final = ("body", "root", "twist", "finger", "end", "face", "other")
_STEPS: Final = re.compile(r"\[(\w+)\]")
_SIDED: Final = ("collar", "shoulder", "elbow", "wrist", "hip", "knee", "ankle", "foot")


@dataclass(frozen=True)
class FamilyBone:
    """A bone; ``role`` is a joint word, ``spine.1`` upwards or ``neck.1`` upwards, and None for extra bones."""

    name: str
    parent: str | None
    role: str | None
    kind: str


@dataclass
class Family:
    """A rig: parents come before their children."""

    key: str
    convention: str
    bones: tuple[FamilyBone, ...]

    def parents(self) -> dict[str, str | None]:
        """Return bone to parent."""
        return {bone.name: bone.parent for bone in self.bones}

    def roles(self) -> dict[str, str]:
        """Return role to bone."""
        return {bone.role: bone.name for bone in self.bones if bone.role}


@dataclass
class _Builder:
    bones: dict[str, FamilyBone] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    def add(self, token: str, parent: str | None, side: str) -> str:
        name, mark, word = re.fullmatch(r"(.*?)(?:([=!])(\w+))?", token).groups()
        if mark is None:
            assert name in self.bones, f"{name} is not known yet"
            return name
        assert name not in self.bones, f"{name} is there twice"
        role = None
        if mark == "=":
            role = f"{side}_{word}" if word in _SIDED else word
            if word in ("spine", "neck"):
                self.counts[word] = self.counts.get(word, 0) + 1
                role = f"{word}.{self.counts[word]}"
        else:
            assert word in KINDS, word
        self.bones[name] = FamilyBone(name, parent, role, "body" if role else word)
        return name

    def chain(self, tokens: list[str], side: str) -> None:
        parent = None
        for token in tokens:
            steps = _STEPS.search(token)
            for step in steps[1] if steps else ("",):
                parent = self.add(_STEPS.sub(step, token), parent, side)


def family(key: str, convention: str, sides: tuple[str, str], text: str) -> Family:
    """Build a family of its chains, one a line."""
    builder = _Builder()
    for line in filter(None, map(str.strip, text.splitlines())):
        for side, spelt in zip(("left", "right"), sides, strict=True):
            if side == "left" or "{}" in line:
                builder.chain(line.replace("{}", spelt).replace("{1}", spelt[0]).split(" > "), side)
    return Family(key, convention, tuple(builder.bones.values()))
