# SPDX-License-Identifier: GPL-3.0-or-later
"""The written corpus: the folders ``contents`` and ``styles``, a file a theme, one table an entry.

An entry has wordings to train on, wordings held out to measure with, and a text for each body part.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final, Literal

from server.motion.skeleton import PARTS
from server.parts.attributes import PartTexts, parse

Kind = Literal["contents", "styles"]
Attributes = dict[tuple[str, str], str]

KINDS: Final[tuple[Kind, ...]] = ("contents", "styles")
_FOLDER: Final = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Entry:
    """One content or style.

    Attributes:
        name: unique within its kind; the label of the recordings where there are any.
        trained: prompts that mean it, to train on.
        held_out: others, which training never sees.
        texts: the six part texts.
    """

    name: str
    trained: tuple[str, ...]
    held_out: tuple[str, ...]
    texts: PartTexts

    @cached_property
    def attributes(self) -> Attributes:
        """What the texts say; shared by all who ask, so it is not to be changed."""
        return parse(self.texts)

    @property
    def wordings(self) -> tuple[str, ...]:
        """All prompts that mean it."""
        return self.trained + self.held_out


def entries(kind: Kind, folder: Path = _FOLDER) -> dict[str, Entry]:
    """Return the entries of a kind by name.

    Raises:
        KeyError: if an entry lacks its wordings or a part.
        ValueError: if two files have an entry of the same name.
    """
    found: dict[str, Entry] = {}
    for file in sorted((folder / kind).glob("*.toml")):
        for name, table in tomllib.loads(file.read_text(encoding="utf-8")).items():
            if name in found:
                raise ValueError(f"{file.name}: there is another {name} in {kind}")
            texts = {part: table[part] for part in PARTS}
            found[name] = Entry(name, tuple(table["wordings"]), tuple(table["held_out"]), texts)
    return found
