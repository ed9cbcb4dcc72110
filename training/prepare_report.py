# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run of ``training.prepare`` has made of which files, for programs (JSON) and for people (Markdown)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from server.motion.skeleton import FPS
from training.conversion import Converted
from training.datasets.clip import Clip
from training.datasets.formats import LeftOut

_SHOWN: Final = 40  # files of one reason that the Markdown names; the JSON names all
_NO_LABEL: Final = "(none)"


@dataclass
class Account:
    """What became of one data set's files.

    Attributes:
        dataset: its name.
        folder: where it is.
        found: files of motion and clips in them that were found.
        converted: how many of them became clips.
        kept: how many of those had been converted by an earlier run.
        skipped: the others, each with its reason.
        clips: number of clips by split.
        seconds: length of the clips.
        styles: clips by style.
        contents: clips by content.
        with_text: clips with a description.
        skeletons: files by what was found out about their skeleton.
        flips: frames that are left out because joints flip over.
        walked: walks on the spot that were made to travel.
        notes: what else people should know.
    """

    dataset: str
    folder: str
    found: int = 0
    converted: int = 0
    kept: int = 0
    skipped: list[LeftOut] = field(default_factory=list)
    clips: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    styles: Counter[str] = field(default_factory=Counter)
    contents: Counter[str] = field(default_factory=Counter)
    with_text: int = 0
    skeletons: Counter[str] = field(default_factory=Counter)
    flips: int = 0
    walked: int = 0
    notes: list[str] = field(default_factory=list)

    def skip(self, rows: Sequence[LeftOut]) -> None:
        """Count files that are not converted."""
        self.found += len(rows)
        self.skipped += rows

    def add(self, result: Converted, clips: Sequence[Clip], file: str) -> None:
        """Count one clip of the data set."""
        if not clips:
            why = result.problem or "joints flip over or feet and head are turned backwards all the time"
            self.skip([LeftOut(file, why)])
            return
        self.found += 1
        self.converted += 1
        self.flips += result.frames_left_out
        self.walked += result.walked
        if result.found_out:
            self.skeletons[result.found_out] += 1
        for clip in clips:
            self.clips[clip.split] += 1
            self.seconds += clip.motion.frames / FPS
            self.styles[clip.style or _NO_LABEL] += 1
            self.contents[clip.content or _NO_LABEL] += 1
            self.with_text += bool(clip.description)

    def json(self) -> dict[str, Any]:
        """Return it for JSON; ``found`` is ``converted`` and ``skipped`` together."""
        return {
            "folder": self.folder,
            "found": self.found,
            "converted": self.converted,
            "kept_from_an_earlier_run": self.kept,
            "skipped": [asdict(row) for row in self.skipped],
            "clips": self.clips.total(),
            "minutes": round(self.seconds / 60, 2),
            "splits": dict(sorted(self.clips.items())),
            "styles": dict(self.styles.most_common()),
            "contents": dict(self.contents.most_common()),
            "skeletons_found_out": dict(self.skeletons.most_common()),
            "clips_with_a_description": self.with_text,
            "frames_left_out_for_flips": self.flips,
            "walks_on_the_spot_made_to_travel": self.walked,
            "notes": self.notes,
        }


def totals(accounts: Sequence[Account], left_out: Sequence[LeftOut]) -> dict[str, Any]:
    """Return the sums over all data sets.

    Args:
        accounts: of the data sets.
        left_out: what belongs to none of them.
    """
    splits = sum((account.clips for account in accounts), Counter[str]())
    return {
        "found": sum(account.found for account in accounts) + len(left_out),
        "converted": sum(account.converted for account in accounts),
        "skipped": sum(len(account.skipped) for account in accounts) + len(left_out),
        "clips": splits.total(),
        "minutes": round(sum(account.seconds for account in accounts) / 60, 2),
        "splits": dict(sorted(splits.items())),
    }


def as_json(accounts: Sequence[Account], left_out: Sequence[LeftOut]) -> dict[str, Any]:
    """Return the whole report for JSON."""
    return {
        "total": totals(accounts, left_out),
        "data_sets": {account.dataset: account.json() for account in accounts},
        "outside_of_any_data_set": [asdict(row) for row in left_out],
    }


def as_markdown(accounts: Sequence[Account], left_out: Sequence[LeftOut]) -> str:
    """Return the whole report for people."""
    total = totals(accounts, left_out)
    summary = (
        f"{total['clips']} clips, {total['minutes']:.1f} minutes, from {total['converted']} of {total['found']} files; "
        f"{total['skipped']} skipped, each named below with the reason."
    )
    lines = [
        "# Prepared data",
        "",
        summary,
        "",
        "| data set | found | converted | skipped | clips | minutes | train | val | test | styles | contents | described |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for account in accounts:
        cells = [
            account.dataset,
            account.found,
            account.converted,
            len(account.skipped),
            account.clips.total(),
            f"{account.seconds / 60:.1f}",
            *(account.clips[split] for split in ("train", "val", "test")),
            len(set(account.styles) - {_NO_LABEL}),
            len(set(account.contents) - {_NO_LABEL}),
            account.with_text,
        ]
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    for account in accounts:
        lines += [
            "",
            f"## {account.dataset}",
            "",
            f"In `{account.folder}`; {account.kept} clips kept from an earlier run.",
        ]
        lines += [f"{note[0].upper()}{note[1:]}." for note in _findings(account)]
        for title, counts in (("Styles", account.styles), ("Contents", account.contents)):
            if set(counts) - {_NO_LABEL}:
                lines += ["", f"{title}: " + ", ".join(f"{word} {count}" for word, count in counts.most_common()) + "."]
        lines += _skipped(account.skipped)
    if left_out:
        lines += ["", "## Outside of any data set", *_skipped(left_out)]
    return "\n".join(lines) + "\n"


def _findings(account: Account) -> list[str]:
    found = [*account.notes, *(f"{count} files: {words}" for words, count in account.skeletons.most_common())]
    if account.flips:
        found.append(f"{account.flips} frames are left out because joints flip over in them")
    if account.walked:
        found.append(f"{account.walked} walks on the spot are made to travel")
    return found


def _skipped(rows: Sequence[LeftOut]) -> list[str]:
    by_reason: dict[str, list[str]] = {}
    for row in rows:
        by_reason.setdefault(row.reason, []).append(row.file)
    lines = ["", "Skipped:", ""] if rows else []
    for reason, files in by_reason.items():
        more = f" and {len(files) - _SHOWN} more" if len(files) > _SHOWN else ""
        lines.append(f"* {', '.join(f'`{file}`' for file in files[:_SHOWN])}{more}: {reason}")
    return lines
