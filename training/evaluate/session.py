# SPDX-License-Identifier: GPL-3.0-or-later
"""What all rows of the report share: recordings, models, sizes, and clips that are generated once and judged by several.

Generation goes through `server.pipeline` alone, by prompts and part texts, so that the generator and the tokenizer behind it
may change without the ruler's changing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from pathlib import Path

import numpy as np

from server.motion.motion import Motion
from server.motion.skeleton import FPS
from server.networks.files import WEIGHTS_FOLDER
from server.parts.attributes import PartTexts
from server.pipeline import GenerateRequest, Pipeline, Take
from training.corpus.entries import Entry as CorpusEntry
from training.corpus.entries import Kind
from training.corpus.entries import entries as corpus
from training.library import Entry, Library

from .ruler import Ruler
from .splits import Pair, Pairs, is_real, measured_contents, pairs_of, spread

WORDINGS = ("trained", "held_out")
_SECONDS = (2.0, 6.0)  # lengths asked for lie in this range, around what recordings of the pair have


@dataclass(frozen=True)
class Sizes:
    """How much is measured; chosen so that all rows together stay well under 20 minutes on two cores.

    Attributes:
        recorded: test clips that are encoded and decoded at the most, a data set.
        tokens: training clips whose tokens, and whose mirror images', are counted.
        swaps: pairs of clips whose parts are exchanged.
        seen, unseen: prompts a wording, of pairs that training saw and of the other groups.
        captions: real test clips whose captions are generated.
        phrases, styles: plain phrases and unseen styles at the most.
        edits: takes of which one part's text is changed.
        actions: actions that must be complete within a length, and lengths that are asked for.
        labels, variants: labels and takes a label for the variety.
        draws: random halves and pools.
    """

    recorded: int = 70
    tokens: int = 6000
    swaps: int = 24
    seen: int = 64
    unseen: int = 20
    captions: int = 40
    phrases: int = 200
    styles: int = 80
    edits: int = 48
    actions: int = 10
    labels: int = 12
    variants: int = 8
    draws: int = 20

    def scaled(self, share: float) -> Sizes:
        """Return smaller sizes for a quick look; two of everything at least."""
        return Sizes(**{f.name: max(2, round(getattr(self, f.name) * share)) for f in fields(self)})


@dataclass(frozen=True)
class Task:
    """One prompt, and what its clip should be recognised as."""

    content: str
    style: str
    content_prompt: str
    style_prompt: str
    seconds: float


@dataclass(frozen=True)
class Outcome:
    """What came of a task: the composed part texts and one take a seed."""

    task: Task
    texts: PartTexts
    takes: tuple[Take, ...]


@dataclass
class Session:
    """The models and recordings at hand, and everything generated so far.

    Attributes:
        library: recordings.
        pipeline: the models that are measured.
        ruler: the classifier and retrieval model that measure.
        seeds: how many seeds a generated figure is repeated with.
        sizes: how much is measured.
        temperature, guidance, drafts: see `server.pipeline.GenerateRequest`.
        weights: folder that the models came from, for processes that load them again.
        also: further clips for the tokenizer, such as edited ones.
        progress: told what is being done, in a few words.
    """

    library: Library
    pipeline: Pipeline
    ruler: Ruler
    seeds: int = 3
    sizes: Sizes = field(default_factory=Sizes)
    temperature: float = GenerateRequest.temperature
    guidance: float = GenerateRequest.guidance
    drafts: int = GenerateRequest.drafts
    weights: Path = WEIGHTS_FOLDER
    also: Sequence[Library] = ()
    progress: Callable[[str], None] = lambda _: None
    _described: dict[tuple[str, str], PartTexts] = field(default_factory=dict)
    _prompted: dict[tuple[str, str], list[Outcome]] = field(default_factory=dict)

    @cached_property
    def entries(self) -> list[Entry]:
        """The recorded clips: what was made by editing recordings is no measure of them."""
        return [entry for entry in self.library.entries if is_real(entry)]

    @cached_property
    def written(self) -> dict[Kind, dict[str, CorpusEntry]]:
        """The corpus: contents and styles by name."""
        return {"contents": corpus("contents"), "styles": corpus("styles")}

    @cached_property
    def pairs(self) -> Pairs:
        """The content-style pairs of the recordings in their groups."""
        return pairs_of(self.entries)

    @cached_property
    def contents(self) -> list[str]:
        """The contents that recognition is measured on."""
        return measured_contents(self.entries)

    @cached_property
    def clips(self) -> dict[Pair, dict[str, list[Entry]]]:
        """The labelled clips by pair and split."""
        found: dict[Pair, dict[str, list[Entry]]] = {}
        for entry in self.entries:
            if entry.content:
                splits = found.setdefault((entry.content, entry.style), {"train": [], "val": [], "test": []})
                splits[entry.split].append(entry)
        return found

    def of_split(self, split: str) -> list[Entry]:
        """Return the clips of measured contents in a split."""
        return [e for e in self.entries if e.split == split and e.content in self.contents]

    def describe(self, content: str, style: str) -> PartTexts:
        """Return the composed part texts of two prompts; the same prompts are asked once."""
        key = (content, style)
        if key not in self._described:
            self._described[key] = self.pipeline.describe(content, style).composed
        return self._described[key]

    def generate(
        self,
        parts: PartTexts,
        seconds: float,
        seed: int = 0,
        variants: int | None = None,
        locks: tuple[str, ...] = (),
        kept: Take | None = None,
        prefix: Motion | None = None,
    ) -> tuple[Take, ...]:
        """Return takes of part texts, one a seed by default.

        Args:
            parts: the six part texts.
            seconds: length.
            seed: of the first take; the others count up.
            variants: how many; one a seed of the session by default.
            locks: parts kept from ``kept``.
            kept: an earlier take.
            prefix: motion to be continued.
        """
        request = GenerateRequest(
            parts=parts,
            seconds=seconds,
            seed=seed,
            variants=self.seeds if variants is None else variants,
            locks=locks,
            lock_tokens=kept.tokens if kept is not None else None,
            prefix=prefix,
            temperature=self.temperature,
            guidance=self.guidance,
            drafts=self.drafts,
        )
        return tuple(self.pipeline.generate(request))

    def decoded(self, motion: Motion) -> Motion:
        """Return a motion encoded and decoded, without clean-up: what the tokens keep of it."""
        return self.pipeline.decode(self.pipeline.encode(motion), motion.frames, clean=False)

    def tasks(self, group: str, wording: str) -> list[Task]:
        """Return the prompts of a group of pairs in trained or held-out wordings."""
        size = self.sizes.seen if group == "seen" else self.sizes.unseen
        pairs: Sequence[Pair] = getattr(self.pairs, group)
        known = [pair for pair in pairs if pair[0] in self.written["contents"] and pair[1] in self.written["styles"]]
        return [self.task(pair, number, wording) for number, pair in enumerate(spread(known, size, group))]

    def task(self, pair: Pair, number: int, wording: str = "trained") -> Task:
        """Return a prompt for a pair, its wording chosen by a number."""
        content, style = pair
        words = _wordings(self.written["contents"][content], wording)
        how = _wordings(self.written["styles"][style], wording)
        manner = "" if style == "normal" else how[number // 3 % len(how)]
        return Task(content, style, words[number % len(words)], manner, self.seconds_of(content, style))

    def seconds_of(self, content: str, style: str) -> float:
        """Return the median length of a pair's recordings, or else of its content's, within limits."""
        entries = [e for splits in [self.clips.get((content, style), {})] for es in splits.values() for e in es]
        entries = entries or [e for e in self.entries if e.content == content]
        return round(float(np.clip(np.median([e.frames for e in entries]) / FPS, *_SECONDS)), 2)

    def prompted(self, group: str, wording: str) -> list[Outcome]:
        """Return the clips of a group's prompts, generated on the first call."""
        key = (group, wording)
        if key not in self._prompted:
            outcomes = []
            for number, task in enumerate(self.tasks(group, wording)):
                self.progress(f"{group}, {wording} wordings: {number + 1}")
                texts = self.describe(task.content_prompt, task.style_prompt)
                takes = self.generate(texts, task.seconds, seed=1000 * number)
                outcomes.append(Outcome(task, texts, takes))
            self._prompted[key] = outcomes
        return self._prompted[key]

    def spread_entries(self, entries: Sequence[Entry], count: int, key: str) -> list[Entry]:
        """Return some clips, chosen by their names."""
        by_name: Mapping[str, Entry] = {entry.name: entry for entry in entries}
        return [by_name[name] for name in spread(by_name, count, key)]


def _wordings(entry: CorpusEntry, wording: str) -> tuple[str, ...]:
    return entry.trained if wording == "trained" else entry.held_out
