# SPDX-License-Identifier: GPL-3.0-or-later
"""The captioner on recorded motion, printed as JSON: mirroring, noise, speed, and agreement with what the clips are labelled.

    PYTHON tests/benchmarks/captioner.py --data PREPARED [--split train] [--every N] [--parts mirror,noise,...] [--json F.json]

PREPARED is what `training.prepare` wrote. Noise is one degree about a random axis on every joint and one centimetre on every
coordinate of the root (standard deviations): ``noise`` draws it anew for every frame, ``bias`` once for the whole clip.
An attribute is changed if its value, or whether it is said at all, differs; changes are counted over the slots said in either.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from server.captioner import attributes_of, captioned
from server.captioning.body import Body
from server.captioning.trunk import backbone_measures
from server.motion.motion import Motion
from server.motion.rotations import quat_from_axis_angle, quat_mul
from server.motion.skeleton import JOINT_COUNT
from server.parts.attributes import mirrored
from server.parts.vocabulary import SLOTS
from training.library import Entry, Library

Clips = list[tuple[Entry, Motion]]
_BENT = ("normal", "old", "tired")
_BENDS = ("pitch", "curve", "head", "backbone", "all")
_JOINED = ("walk", "run", "wave-left-hand", "wave-both-hands", "raise-up-right-hand")
Attributes = dict[tuple[str, str], str]


def shaken(motion: Motion, dice: np.random.Generator, *, constant: bool = False) -> Motion:
    """Return a motion with one degree and one centimetre of Gaussian noise, each frame its own or one for all."""
    frames = 1 if constant else motion.frames
    axes = dice.normal(size=(frames, JOINT_COUNT, 3))
    axes /= np.linalg.norm(axes, axis=-1, keepdims=True)
    turns = quat_from_axis_angle(axes, np.radians(dice.normal(size=(frames, JOINT_COUNT))))
    root = motion.root_positions + dice.normal(size=(frames, 3)) * 0.01
    return Motion(root, quat_mul(motion.rotations, turns), motion.fps)


def values_said(clips: Clips) -> dict[str, Any]:
    """Return the share of the seconds, of clips and of their mirror images, that each value is said of."""
    seconds: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    total = 0.0
    for _, motion in clips:
        said = attributes_of(motion)
        total += 2 * motion.seconds
        for attributes in (said, mirrored(said)):
            for key, value in attributes.items():
                seconds[key][value] += motion.seconds
    return {
        f"{slot.part}.{slot.name}": {value: round(seconds[slot.key][value] / total, 4) for value in slot.values}
        for slot in SLOTS
        if not slot.part.startswith("right")
    }


def mirroring(clips: Clips) -> dict[str, Any]:
    """Return on how many clips the mirrored motion is not captioned with the mirrored attributes."""
    wrong = {
        entry.name: sorted(map(str, set(attributes_of(motion.mirrored()).items()) ^ set(mirrored(said).items())))
        for entry, motion in clips
        if attributes_of(motion.mirrored()) != mirrored(said := attributes_of(motion))
    }
    return {"clips": len(clips), "wrong": len(wrong), "first": dict(list(wrong.items())[:10])}


def noise(clips: Clips, *, constant: bool = False) -> dict[str, Any]:
    """Return the share of attributes that noise changes, over all, by data set and slot by slot."""
    changed: Counter[str] = Counter()
    either: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    sets: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for number, (entry, motion) in enumerate(clips):
        before = attributes_of(motion)
        after = attributes_of(shaken(motion, np.random.default_rng(number), constant=constant))
        for key in before.keys() | after.keys():
            name = f"{key[0].removeprefix('left_').removeprefix('right_')}.{key[1]}"
            differs = before.get(key) != after.get(key)
            either[name] += 1
            for group in (
                entry.dataset,
                f"{entry.dataset} {entry.content}" if entry.content.startswith("walk") else "",
            ):
                sets[group][0] += differs
                sets[group][1] += 1
            if differs:
                changed[name] += 1
                kinds[f"{name}: {before.get(key)} > {after.get(key)}"] += 1
    return {
        "clips": len(clips),
        "changed": changed.total() / either.total(),
        "by_set": {name: round(some / of, 4) for name, (some, of) in sorted(sets.items()) if name},
        "by_slot": {name: round(changed[name] / either[name], 4) for name, _ in changed.most_common()},
        "share_of_all_changes": {name: round(n / changed.total(), 4) for name, n in changed.most_common(12)},
        "commonest": dict(kinds.most_common(12)),
    }


def speed(clips: Clips) -> dict[str, Any]:
    """Return the seconds of one core that captioning takes, as a whole and in phases; the best of five."""
    longest = [motion for _, motion in sorted(clips, key=lambda clip: -clip[1].frames)[:40]]
    root = np.concatenate([motion.root_positions for motion in longest])
    turns = np.concatenate([motion.rotations for motion in longest])
    rows: dict[str, dict[str, float]] = {}
    for seconds in (4, 60, 600):
        frames = np.resize(np.arange(len(root)), seconds * 30)
        motion = Motion(root[frames], turns[frames])
        rows[f"{seconds}_s"] = {
            name: min(_seconds_of(function, motion) for _ in range(5))
            for name, function in (("attributes", attributes_of), ("phases", captioned))
        }
    return rows


def _seconds_of(function: Callable[[Motion], Any], motion: Motion) -> float:
    start = time.process_time()
    function(motion)
    return time.process_time() - start


def _raised(said: Attributes, side: str) -> bool:
    """Whether an arm is raised or waves, or is held up, by its attributes."""
    up = said[f"{side}_arm", "peak"] in ("chest", "shoulder", "head", "overhead")
    return up and said[f"{side}_arm", "action"] in ("raises", "lowers", "raises_lowers", "waves", "moves", "thrusts")


def hands(clips: Clips) -> dict[str, Any]:
    """Return on how many raise and wave clips the raised hand is the labelled one, and what those arms are said to do."""
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    actions: dict[str, Counter[str]] = defaultdict(Counter)
    wrong = []
    for entry, motion in clips:
        words = entry.content.split("-")
        if entry.dataset != "bandai_namco" or words[0] not in ("raise", "wave"):
            continue
        said = attributes_of(motion)
        wanted = {side for side in ("left", "right") if side in words or "both" in words}
        found = {side for side in ("left", "right") if _raised(said, side)}
        total[entry.content] += 1
        right[entry.content] += found == wanted
        if found != wanted:
            wrong.append(f"{entry.name}: {sorted(found)}")
        for side in wanted:
            actions[words[0]][said[f"{side}_arm", "action"]] += 1
    return {
        "clips": total.total(),
        "right": right.total() / max(total.total(), 1),
        "by_content": {name: right[name] / total[name] for name in sorted(total)},
        "actions": {name: dict(counted.most_common()) for name, counted in actions.items()},
        "wrong": wrong[:20],
    }


def bent(clips: Clips) -> dict[str, Any]:
    """Return how often an old or tired walk is more bent than a normal one, over all pairs of the same set and content.

    Bent forward is measured by what ``pitch``, ``curve`` and ``head`` are made of, in degrees, and by the sum of the first
    two, which is the backbone's part, and of all three.
    """
    measured: dict[tuple[str, str, str], list[list[float]]] = defaultdict(list)
    for entry, motion in clips:
        if entry.dataset == "bandai_namco" and entry.content.startswith("walk") and entry.style in _BENT:
            m = backbone_measures(Body.of(motion))
            row = [m["pitch"], m["curve"], -m["head"], m["pitch"] + m["curve"], m["pitch"] + m["curve"] - m["head"]]
            measured[entry.name.split("_")[0], entry.content, entry.style].append(row)
    rows = {}
    for (data, style), found in _pairs(measured).items():
        more = np.concatenate([(a[:, None] > b[None]).reshape(-1, len(_BENDS)) for a, b in found])
        apart = np.concatenate([(a[:, None] - b[None]).reshape(-1, len(_BENDS)) for a, b in found])
        rows[f"{data} {style}"] = {
            "pairs": len(more),
            "more": dict(zip(_BENDS, more.mean(axis=0).round(4).tolist(), strict=True)),
            "degrees_more": dict(zip(_BENDS, np.median(apart, axis=0).round(2).tolist(), strict=True)),
        }
    return rows


def _pairs(measured: dict[tuple[str, str, str], list[list[float]]]) -> dict[tuple[str, str], list[Any]]:
    """Return for each set and style the measures beside those of normal walks of the same content."""
    pairs: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for (data, content, style), rows in sorted(measured.items()):
        normal = measured.get((data, content, "normal"))
        if style != "normal" and normal:
            pairs[data, style].append((np.array(rows), np.array(normal)))
    return pairs


def phases(clips: Clips) -> dict[str, Any]:
    """Return how many phases clips over four seconds have, how steady they are, and whether joined clips are found."""
    counts: dict[str, Counter[int]] = defaultdict(Counter)
    wrong = same = total = 0
    for number, (entry, motion) in enumerate(clips):
        if motion.seconds <= 4:
            continue
        found = captioned(motion)
        counts[entry.content or entry.dataset][len(found)] += 1
        there = [(phase.start, phase.end, mirrored(phase.attributes)) for phase in found]
        wrong += [(phase.start, phase.end, phase.attributes) for phase in captioned(motion.mirrored())] != there
        noisy = captioned(shaken(motion, np.random.default_rng(number)))
        same += len(noisy) == len(found) and all(abs(a.start - b.start) <= 9 for a, b in zip(noisy, found, strict=True))
        total += 1
    return {
        "clips": total,
        "mirrored_wrong": wrong,
        "same_under_noise": same / max(total, 1),
        "number": {name: dict(sorted(counted.items())) for name, counted in sorted(counts.items())},
        "joined": joined(clips),
    }


def joined(clips: Clips, times: int = 100) -> dict[str, int]:
    """Return how many joins of clips of different contents are found within 0.6 s, how many not, and what else is cut."""
    dice = np.random.default_rng(0)
    pools = [[m for e, m in clips if e.content == content and m.seconds >= 2] for content in _JOINED]
    rows = {"found": 0, "missed": 0, "besides": 0}
    if not all(pools):
        return rows
    for _ in range(times):
        order = [int(dice.integers(len(pools)))]
        while len(order) < dice.integers(2, 5):
            order.append(int((order[-1] + dice.integers(1, len(pools))) % len(pools)))
        chosen = [pools[at][int(dice.integers(len(pools[at])))].canonical() for at in order]
        offsets = np.cumsum([m.root_positions[-1] * [1, 0, 1] for m in chosen], axis=0)
        root = [m.root_positions + (offsets[at - 1] if at else 0) for at, m in enumerate(chosen)]
        motion = Motion(np.concatenate(root), np.concatenate([m.rotations for m in chosen]))
        joins = np.cumsum([m.frames for m in chosen])[:-1]
        cuts = np.array([phase.start for phase in captioned(motion)[1:]])
        near = np.abs(joins[:, None] - cuts[None]) <= 18
        rows["found"] += int(near.any(axis=1).sum())
        rows["missed"] += int((~near.any(axis=1)).sum())
        rows["besides"] += int((~near.any(axis=0)).sum())
    return rows


PARTS: dict[str, Callable[[Clips], dict[str, Any]]] = {
    "values": values_said,
    "mirror": mirroring,
    "noise": noise,
    "bias": lambda clips: noise(clips, constant=True),
    "speed": speed,
    "hands": hands,
    "bent": bent,
    "phases": phases,
}


def measure(clips: Clips, parts: Iterable[str]) -> dict[str, Any]:
    """Return the figures of the chosen parts."""
    return {part: PARTS[part](clips) for part in parts}


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder that training.prepare wrote")
    parser.add_argument("--split", default="", help="train, val or test; all of them by default")
    parser.add_argument("--every", type=int, default=1, help="take every N-th clip")
    parser.add_argument("--parts", default=",".join(PARTS), help=f"some of {', '.join(PARTS)}")
    parser.add_argument("--json", type=Path, help="write the figures here as well")
    arguments = parser.parse_args()
    library = Library(arguments.data)
    entries = [entry for entry in library.entries if arguments.split in ("", entry.split)][:: arguments.every]
    clips = [(entry, library.motion(entry)) for entry in entries]
    text = json.dumps(measure(clips, arguments.parts.split(",")), indent=1)
    print(text)
    if arguments.json:
        arguments.json.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
