# SPDX-License-Identifier: GPL-3.0-or-later
"""What the recordings say: the captioner's attributes of real clips, summed up by content and style.

Only clips with a content label count; without a style label they are in the normal style. Of each pair of content and
style the training clips are captioned, and in each slot the commonest value is taken. A pair without a training clip
borrows from its mirror image where there is one.

* a content's texts: its clips in the normal style, or the commonest value over all styles where there are none;
* a composed text: the pair's own clips;
* a style's texts: the slots in which its pairs differ from the same contents in the normal style, in at least half of
  the contents, with the value they most often differ to. A content has no say in the slots that it needs itself
  (`server.composition`): a waving arm tells nothing of how a style holds its arms.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

import numpy as np
from tqdm import tqdm

from server.captioner import attributes_of
from server.composition import used_arms, wanted_by_content
from server.motion.motion import Motion
from server.parts.attributes import from_vector, mirrored, to_vector, write
from server.parts.vocabulary import SLOTS

from .entries import Attributes, Entry

Pair = tuple[str, str]
NORMAL: Final = "normal"
_DIFFERING_SHARE: Final = 0.5
_MIRRORED_CONTENT: Final = {
    f"{start}{a}{end}": f"{start}{b}{end}"
    for start, end in (("walk-", ""), ("walk-turn-", ""), ("raise-up-", "-hand"), ("wave-", "-hand"))
    for a, b in (("left", "right"), ("right", "left"))
}


def clip_attributes(folder: Path, splits: Sequence[str] = ("train",)) -> dict[Pair, list[Attributes]]:
    """Caption all labelled clips of a prepared library.

    Args:
        folder: what ``training.prepare`` wrote.
        splits: which clips.

    Returns:
        The attributes of every clip, by content and style.
    """
    rows = json.loads((folder / "clips.json").read_text(encoding="utf-8"))
    chosen = [row for row in rows if row["content"] and row["split"] in splits]
    arrays = np.load(folder / "motions.npz")
    positions, rotations = arrays["root_positions"], arrays["rotations"]
    with get_context("fork").Pool(2) as pool:
        captions = pool.imap(partial(_caption, positions, rotations), chosen, chunksize=16)
        found: dict[Pair, list[Attributes]] = defaultdict(list)
        for row, attributes in zip(chosen, tqdm(captions, "captions", len(chosen)), strict=True):
            found[row["content"], row["style"] or NORMAL].append(attributes)
    return dict(found)


def labelled(values: Mapping[str, Attributes], known: Collection[str]) -> dict[str, Entry]:
    """Return entries for labels of a library that the written corpus lacks: the label in words is all that means them."""
    new = sorted(set(values) - set(known))
    return {name: Entry(name, (name.replace("-", " ").replace("_", " "),), (), write(values[name])) for name in new}


def _caption(positions: Any, rotations: Any, row: dict[str, Any]) -> Attributes:
    rows = slice(row["start"], row["start"] + row["frames"])
    return dict(attributes_of(Motion(positions[rows], rotations[rows].astype(np.float32)).canonical()))


def modal(clips: Iterable[Attributes]) -> Attributes:
    """Return the commonest value of each slot, "left open" counted as a value."""
    vectors = np.stack([to_vector(attributes) for attributes in clips])
    return from_vector([np.bincount(column, minlength=1).argmax() for column in vectors.T])


class Recorded:
    """The recordings' contents, styles and pairs as attributes."""

    def __init__(self, clips: dict[Pair, list[Attributes]]) -> None:
        """Sum up captioned clips."""
        self.pairs: dict[Pair, Attributes] = {pair: modal(found) for pair, found in clips.items()}
        for content, twin in _MIRRORED_CONTENT.items():
            for other, style in list(clips):
                if other == twin and (content, style) not in self.pairs:
                    self.pairs[content, style] = modal(mirrored(clip) for clip in clips[other, style])
        self.contents: dict[str, Attributes] = {}
        for content in sorted({content for content, _ in self.pairs}):
            normal = self.pairs.get((content, NORMAL))
            everything = [values for (name, _), values in self.pairs.items() if name == content]
            self.contents[content] = normal if normal is not None else modal(everything)
        styles = sorted({style for _, style in self.pairs} - {NORMAL})
        self.styles: dict[str, Attributes] = {style: self._difference(style) for style in styles}

    def _difference(self, style: str) -> Attributes:
        votes: dict[tuple[str, str], Counter[str | None]] = {slot.key: Counter() for slot in SLOTS}
        for (content, name), values in self.pairs.items():
            if name == style and (content, NORMAL) in self.pairs:
                normal = self.pairs[content, NORMAL]
                for key, counter in votes.items():
                    if wanted_by_content(key, normal, used_arms(normal)):
                        continue
                    counter[values.get(key) if values.get(key) != normal.get(key) else None] += 1
        changed: Attributes = {}
        for key, counter in votes.items():
            counter["none"] = 0  # a short clip has no rhythm to measure: no style
            differing = sum(count for value, count in counter.items() if value is not None)
            if differing and differing >= _DIFFERING_SHARE * sum(counter.values()):
                changed[key] = max((count, value) for value, count in counter.items() if value is not None)[1]
        return changed
