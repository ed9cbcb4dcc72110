# SPDX-License-Identifier: GPL-3.0-or-later
"""Which examples the language model learns from, and how often.

Three kinds: describe a content, describe a style, compose a content with a style. Recordings come first: their texts
are what the captioner says of real clips. The written corpus adds what no recording shows, composed by the rule in
`server.composition`; many of its compositions resolve a conflict (`training.corpus.conflicts`), and a share has
single attributes changed at random or no prompts, so that the composer listens to the texts and not only to the prompts
that it knows. Without recordings the written corpus is all there is.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Final

from server.composition import compose
from server.parts.attributes import mirrored
from server.parts.vocabulary import SLOTS
from training.corpus.conflicts import conflicts
from training.corpus.entries import Attributes, Entry
from training.corpus.recorded import NORMAL, Recorded
from training.llm_trees import Tree, TreeMaker

SUBJECTS: Final = ("", "", "", "a person ", "someone ", "the character ", "he ", "she ")
"""What a wording in the third person may begin with."""


@dataclass(frozen=True)
class Shares:
    """How often each kind of example is drawn.

    Attributes:
        recorded: among contents and styles, those that were recorded.
        recorded_pairs: among compositions, recorded pairs.
        conflicts: among written compositions, those of content and style that want different things.
        edited: among written compositions, those with attributes changed at random.
        unprompted: among written compositions, those without prompts.
        mistaken: among recorded pairs, those whose texts hold mistakes such as the reasoner's.
        mistakes: of the slots of such a text.
    """

    recorded: float = 0.5
    recorded_pairs: float = 0.6
    conflicts: float = 0.4
    edited: float = 0.3
    unprompted: float = 0.15
    mistaken: float = 0.5
    mistakes: float = 0.1


def is_third_person(wording: str) -> bool:
    """Tell whether a wording is a sentence that lacks its subject, such as "walks forward"."""
    first = wording.split(maxsplit=1)[0]
    return first.endswith("s") and first not in ("as", "arms", "hands")


class Lessons:
    """Draws examples."""

    def __init__(
        self,
        contents: dict[str, Entry],
        styles: dict[str, Entry],
        recorded: Recorded,
        maker: TreeMaker,
        seed: int,
        shares: Shares | None = None,
    ) -> None:
        """Take the written corpus and the recordings; a recorded entry's texts are those of the recordings."""
        self.contents, self.styles, self.recorded, self.maker = contents, styles, recorded, maker
        self.shares = shares or Shares()
        self._random = random.Random(seed)  # noqa: S311 (no secret)
        self.content_values = {name: recorded.contents.get(name, entry.attributes) for name, entry in contents.items()}
        self.style_values = {name: recorded.styles.get(name, entry.attributes) for name, entry in styles.items()}
        self._recorded_contents = sorted(set(contents) & set(recorded.contents))
        self._recorded_styles = sorted(set(styles) & (set(recorded.styles) | {NORMAL}))
        self._pairs = sorted(pair for pair in recorded.pairs if pair[0] in contents and pair[1] in styles)
        self._conflicts = [(example.content, example.style) for example in conflicts(contents, styles)]

    def draw_anew(self, seed: int | str) -> None:
        """Draw from now on with another seed."""
        self._random = random.Random(seed)  # noqa: S311 (no secret)

    def describe(self) -> Tree:
        """Return an example of describing a content or a style."""
        if self._random.random() < 0.5:
            name = self._pick(self._recorded_contents, sorted(self.contents))
            return self.maker.content(self._wording(self.contents[name]), self.content_values[name])
        name = self._pick(self._recorded_styles, sorted(self.styles))
        return self.maker.style(self._wording(self.styles[name]), self.style_values[name])

    def composition(self) -> Tree:
        """Return an example of composing."""
        if self._pairs and self._random.random() < self.shares.recorded_pairs:
            content, style = self._random.choice(self._pairs)
            prompts = (self._wording(self.contents[content]), self._wording(self.styles[style]))
            before, how = self.content_values[content], self.style_values[style]
            if self._random.random() < self.shares.mistaken:
                before, how = self._mistaken(before, self.content_values), self._mistaken(how, self.style_values)
            return self.maker.compose(prompts, before, how, self.recorded.pairs[content, style])
        return self._written_composition()

    def _written_composition(self) -> Tree:
        content, style = self._random.choice(sorted(self.contents)), self._random.choice(sorted(self.styles))
        if self._conflicts and self._random.random() < self.shares.conflicts:
            content, style = self._random.choice(self._conflicts)
        prompts = (self._wording(self.contents[content]), self._wording(self.styles[style]))
        before, how = dict(self.content_values[content]), dict(self.style_values[style])
        if (content, style) in self.recorded.pairs:
            return self.maker.compose(prompts, before, how, self.recorded.pairs[content, style])
        chance = self._random.random()
        if chance < self.shares.edited:
            before = self._edited(before, keep_first=True)
            how = self._edited(how, keep_first=False)
        if chance < self.shares.edited + self.shares.unprompted and chance > self.shares.edited / 2:
            prompts = ("", "")
        return self.maker.compose(prompts, before, how, compose(before, how))

    def _edited(self, attributes: Attributes, *, keep_first: bool) -> Attributes:
        edited = dict(attributes)
        for slot in self._random.sample(SLOTS, 3):
            if not keep_first and self._random.random() < 0.5:
                edited.pop(slot.key, None)
            else:
                edited[slot.key] = self._random.choice(slot.values)
        return mirrored(edited) if self._random.random() < 0.3 else edited

    def _mistaken(self, attributes: Attributes, others: dict[str, Attributes]) -> Attributes:
        """Return attributes with some slots taken from other entries of the kind, for the reasoner errs as well."""
        mistaken = dict(attributes)
        names = sorted(others)
        for slot in SLOTS:
            if self._random.random() < self.shares.mistakes:
                value = others[self._random.choice(names)].get(slot.key)
                if value is not None:
                    mistaken[slot.key] = value
                else:
                    mistaken.pop(slot.key, None)
        return mistaken

    def _pick(self, first: list[str], everything: list[str]) -> str:
        return self._random.choice(first if first and self._random.random() < self.shares.recorded else everything)

    def _wording(self, entry: Entry) -> str:
        wording = self._random.choice(entry.trained)
        return self._random.choice(SUBJECTS) + wording if is_third_person(wording) else wording
