# SPDX-License-Identifier: GPL-3.0-or-later
"""How well the language model's roles answer: ``python -m training.llm_report --data PREPARED --json F.json``.

Slot accuracy is the share of attributes that are written as they should be. For compositions the truth is the
captioner's commonest value over the real clips of the pair, and the whole way is gone: prompts, reasoner, composer,
with the memory of written entries and, for comparison, without it.
What was set aside stands beside looking up the nearest entry (`training.llm_unseen`), and beside the language model untuned.
Beside it stand two figures without a language model: how often a single real clip has the commonest value of its own
pair (what the data allow), and how often the plain content, unstyled, has it (what ignoring the style would score).
"""

from __future__ import annotations

import argparse
import json
import random
import string
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from server.composer import Composer
from server.composition import compose
from server.encoder import SentenceEncoder
from server.home import training_folder
from server.llm import LanguageModel
from server.motion.skeleton import PARTS
from server.parts.attributes import parse, write
from server.parts.vocabulary import SLOTS
from server.reasoner import Reasoner
from training.corpus.entries import KINDS, Attributes, Entry, entries
from training.corpus.recorded import NORMAL, Recorded, clip_attributes, modal
from training.evaluate.expectations import reserved
from training.evaluate.splits import is_trained, spread
from training.llm_unseen import by_meaning, by_reasoner, by_states, by_words, f1

Wordings = Callable[[Entry], Sequence[str]]


class Score:
    """Counts of right slots, by slot name."""

    def __init__(self) -> None:
        """Start with nothing counted."""
        self.right: dict[str, int] = {}
        self.total: dict[str, int] = {}

    def add(self, found: Attributes, truth: Attributes, only_said: bool = False) -> None:
        """Compare two attribute sets slot by slot, or only in the slots that either of them says."""
        for slot in SLOTS:
            if only_said and slot.key not in found and slot.key not in truth:
                continue
            name = f"{slot.part.split('_')[-1]}.{slot.name}"
            self.total[name] = self.total.get(name, 0) + 1
            self.right[name] = self.right.get(name, 0) + (found.get(slot.key) == truth.get(slot.key))

    def percent(self) -> float:
        """Return the share of right slots in percent."""
        return round(100 * sum(self.right.values()) / max(1, sum(self.total.values())), 1)

    def weakest(self, count: int = 8) -> dict[str, float]:
        """Return the slots with the lowest shares, in percent."""
        shares = {name: round(100 * self.right[name] / total, 1) for name, total in self.total.items()}
        return dict(sorted(shares.items(), key=lambda item: item[1])[:count])


class Report:
    """Asks the two roles and counts."""

    def __init__(self, llm: LanguageModel, recorded: Recorded, seed: int = 0) -> None:
        """Take an adapted model and the recordings."""
        self.reasoner, self.composer, self.recorded = Reasoner(llm), Composer(llm), recorded
        self.contents, self.styles = entries("contents"), entries("styles")
        self._random = random.Random(seed)  # noqa: S311 (no secret)

    def descriptions(self, wordings: Wordings, recorded_only: bool, limit: int) -> dict[str, float]:
        """Return the accuracy of describing contents (all slots) and styles (slots that are said)."""
        contents, styles = Score(), Score()
        jobs = [(name, w) for name, e in self.contents.items() for w in wordings(e)]
        for name, wording in self._some(
            [j for j in jobs if not recorded_only or j[0] in self.recorded.contents], limit
        ):
            truth = self.recorded.contents.get(name) or self.contents[name].attributes
            contents.add(parse(self.reasoner.content(wording)), truth)
        jobs = [(name, w) for name, e in self.styles.items() for w in wordings(e)]
        for name, wording in self._some([j for j in jobs if not recorded_only or j[0] in self.recorded.styles], limit):
            truth = self.recorded.styles.get(name) or self.styles[name].attributes
            styles.add(parse(self.reasoner.style(wording)), truth, only_said=True)
        return {"content": contents.percent(), "style": styles.percent()}

    def compositions(self, wordings: Wordings, limit: int) -> dict[str, Any]:
        """Return the accuracy of composed texts over recorded pairs, from the prompts alone."""
        score, unstyled, rule = Score(), Score(), Score()
        for content, style in self._some(
            [p for p in sorted(self.recorded.pairs) if p[0] in self.contents and p[1] in self.styles], limit
        ):
            prompts = [self._random.choice(list(wordings(e))) for e in (self.contents[content], self.styles[style])]
            texts = self.reasoner.both(*prompts)
            truth = self.recorded.pairs[content, style]
            score.add(parse(self.composer.compose(prompts[0], prompts[1], *texts)), truth)
            unstyled.add(self.recorded.contents[content], truth)
            rule.add(compose(self.recorded.contents[content], self.recorded.styles.get(style, {})), truth)
        return {
            "composed": score.percent(),
            "weakest": score.weakest(),
            "content_without_style": unstyled.percent(),
            "written_rule": rule.percent(),
        }

    def _some(self, jobs: list[Any], limit: int) -> list[Any]:
        return jobs if len(jobs) <= limit else self._random.sample(jobs, limit)


def set_aside(tuned: LanguageModel, untouched: LanguageModel, count: int, most: int) -> dict[str, dict[str, float]]:
    """Return F1 of entries that were never trained on: by the reasoner, by look-ups, by the model without training.

    Up to ``count`` entries of each kind, ``most`` wordings of each.
    """
    found: dict[str, dict[str, float]] = {}
    kept, encoder = reserved(), SentenceEncoder.load()
    for kind in KINDS:
        every = entries(kind)
        known = [entry for name, entry in every.items() if is_trained(kind, name, kept)]
        unseen = [name for name in every if not is_trained(kind, name, kept)]
        aside = [every[name] for name in spread(unseen, count, "report")]
        answers = {
            "reasoner": by_reasoner(tuned, kind),
            "nearest_by_meaning": by_meaning(encoder, known),
            "nearest_by_states": by_states(untouched, known),
            "nearest_by_words": by_words(known),
            "untuned": by_reasoner(untouched, kind),
        }
        found[kind] = {"entries": len(aside)} | {name: f1(answer, aside, most) for name, answer in answers.items()}
    return found


def share_complete(reasoner: Reasoner, count: int) -> float:
    """Return the percentage of prompts, wordings of the corpus and chance letters, that get six part texts which read back."""
    dice = random.Random(1)  # noqa: S311 (no secret)
    wordings = [wording for kind in KINDS for entry in entries(kind).values() for wording in entry.wordings]
    odd = ["".join(dice.choices(string.printable, k=dice.randint(1, 60))) + "x" for _ in range(count // 5)]
    right = 0
    for prompt in [*odd, *dice.choices(wordings, k=count - len(odd))]:
        texts = reasoner.content(prompt)
        right += all(texts[part] and write(parse({part: texts[part]}))[part] == texts[part] for part in PARTS)
    return round(100 * right / count, 2)


def single_clip_agreement(clips: dict[tuple[str, str], list[Attributes]]) -> float:
    """Return how often a single clip has its pair's commonest value, over pairs with several clips, in percent."""
    score = Score()
    for found in clips.values():
        if len(found) > 1:
            truth = modal(found)
            for clip in found[:5]:
                score.add(clip, truth)
    return score.percent()


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=training_folder() / "prepared", help="made by training.prepare")
    parser.add_argument("--json", type=Path, default=None, help="where to write the figures")
    parser.add_argument("--limit", type=int, default=100, help="how many prompts a figure is made from")
    parser.add_argument(
        "--prompts", type=int, default=0, help="of how many prompts to check that every reply is complete"
    )
    parser.add_argument("--adapter", type=Path, default=None, help="another adapter than the project's")
    arguments = parser.parse_args()
    clips = clip_attributes(arguments.data)
    llm = LanguageModel.load(adapter=arguments.adapter) if arguments.adapter else LanguageModel.load()
    begun = time.monotonic()
    report = Report(llm, Recorded(clips))
    figures: dict[str, Any] = {"single_clip_agreement": single_clip_agreement(clips), "normal_style": NORMAL}
    kinds: dict[str, Wordings] = {"trained_wordings": lambda e: e.trained, "held_out_wordings": lambda e: e.held_out}
    for name, wordings in kinds.items():
        figures[name] = {
            "recorded": report.descriptions(wordings, recorded_only=True, limit=arguments.limit),
            "all": report.descriptions(wordings, recorded_only=False, limit=arguments.limit),
            "pairs": report.compositions(wordings, arguments.limit),
        }
    untouched = LanguageModel.load(adapter=None)
    figures["set_aside"] = set_aside(llm, untouched, arguments.limit, max(1, arguments.limit // 25))
    if arguments.prompts:
        figures["replies_complete"] = share_complete(report.reasoner, arguments.prompts)
    llm.memory = None
    figures["held_out_wordings_without_memory"] = {
        "pairs": report.compositions(kinds["held_out_wordings"], arguments.limit)
    }
    figures["seconds"] = round(time.monotonic() - begun, 1)
    text = json.dumps(figures, indent=1)
    if arguments.json:
        arguments.json.write_text(text + "\n", encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
