# SPDX-License-Identifier: GPL-3.0-or-later
"""The written corpus: `contents.toml` and `styles.toml`, one table an entry.

An entry has a list of wordings and a text for each body part. Every sixth wording is held out: training never sees it,
and accuracy on words that were never trained on is measured with it.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from server.motion.skeleton import PARTS
from server.parts.attributes import PartTexts, parse

Kind = Literal["contents", "styles"]
Attributes = dict[tuple[str, str], str]

_FOLDER: Final = Path(__file__).resolve().parent
_HELD_OUT_EVERY: Final = 6
_HELD_OUT_PLACE: Final = 4


@dataclass(frozen=True)
class Entry:
    """One content or style.

    Attributes:
        name: unique within its kind; the label of the recordings where there are any.
        wordings: prompts that mean it.
        texts: the six part texts.
    """

    name: str
    wordings: tuple[str, ...]
    texts: PartTexts

    @property
    def attributes(self) -> Attributes:
        """What the texts say."""
        return parse(self.texts)

    @property
    def trained(self) -> tuple[str, ...]:
        """The wordings to train on."""
        return tuple(w for i, w in enumerate(self.wordings) if i % _HELD_OUT_EVERY != _HELD_OUT_PLACE)

    @property
    def held_out(self) -> tuple[str, ...]:
        """The wordings to measure with."""
        return tuple(w for i, w in enumerate(self.wordings) if i % _HELD_OUT_EVERY == _HELD_OUT_PLACE)


def entries(kind: Kind, folder: Path = _FOLDER) -> dict[str, Entry]:
    """Return the entries of a kind by name.

    Raises:
        KeyError: if an entry lacks its wordings or a part.
    """
    tables = tomllib.loads((folder / f"{kind}.toml").read_text(encoding="utf-8"))
    return {
        name: Entry(name, tuple(table["wordings"]), {part: table[part] for part in PARTS})
        for name, table in tables.items()
    }
