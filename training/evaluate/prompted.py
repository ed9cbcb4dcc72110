# SPDX-License-Identifier: GPL-3.0-or-later
"""Clips generated from prompts, judged beside real ones."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass

import numpy as np
from tqdm import tqdm

from server.generator import Sampling
from server.motion.contacts import jitter, planted_slide, skating_ratio
from server.motion.motion import Motion
from server.motion.skeleton import FPS
from server.pipeline import GenerateRequest, Pipeline
from training.corpus.entries import entries as corpus
from training.library import Entry, Library

from .classifier import Classifier, frechet

CONTENTS = (
    "walk",
    "run",
    "walk-turn-left",
    "walk-turn-right",
    "walk-back",
    "wave-left-hand",
    "wave-right-hand",
    "wave-both-hands",
    "raise-up-left-hand",
    "raise-up-right-hand",
    "raise-up-both-hands",
    "bow",
    "kick",
)


@dataclass(frozen=True)
class Task:
    """One clip to be generated: what it should be recognised as, and how it is asked for."""

    content: str
    style: str
    content_prompt: str
    style_prompt: str
    seconds: float
    seed: int


def tasks(library: Library, count: int, held_out: bool = False, seed: int = 0) -> list[Task]:
    """Return tasks over the contents and every style that training saw them with, evenly over the pairs.

    Args:
        library: the recordings.
        count: how many.
        held_out: take turns among the wordings that the language model never saw, instead of among those that it did.
        seed: of the first task's motion; the others count on.
    """
    contents, styles = corpus("contents"), corpus("styles")
    lengths: dict[tuple[str, str], list[int]] = {}
    for entry in library.entries:
        if entry.split == "train" and entry.content in CONTENTS:
            lengths.setdefault((entry.content, entry.style), []).append(entry.frames)
    pairs = sorted(lengths)
    chosen: list[Task] = []
    for number in range(count):
        content, style = pairs[number % len(pairs)]
        seconds = float(np.clip(np.median(lengths[content, style]) / FPS, 2.0, 4.0))
        words, how = (entry.held_out if held_out else entry.trained for entry in (contents[content], styles[style]))
        chosen.append(
            Task(
                content,
                style,
                words[number % len(words)],
                "" if style == "normal" else how[number // 3 % len(how)],
                round(seconds, 2),
                seed + number,
            )
        )
    return chosen


def generate(pipeline: Pipeline, wanted: list[Task], sampling: Sampling) -> list[Motion]:
    """Generate every task's motion from its prompts."""
    motions: list[Motion] = []
    described: dict[tuple[str, str], dict[str, str]] = {}
    for task in tqdm(wanted, "generate", mininterval=5):
        key = (task.content_prompt, task.style_prompt)
        if key not in described:
            described[key] = pipeline.describe(*key).composed
        request = GenerateRequest(
            parts=described[key],
            seconds=task.seconds,
            seed=task.seed,
            temperature=sampling.temperature,
            guidance=sampling.guidance,
        )
        motions.append(pipeline.generate(request)[0].motion)
    return motions


def _physics(motions: list[Motion]) -> dict[str, float]:
    return {
        "planted_slide_m_s": round(float(np.mean([planted_slide(m) for m in motions])), 4),
        "skating_ratio": round(float(np.mean([skating_ratio(m) for m in motions])), 4),
        "jitter": round(float(np.mean([jitter(m) for m in motions])), 3),
    }


def _accuracy(found: list[bool]) -> float:
    return round(float(np.mean(found)), 4) if found else float("nan")


def score(classifier: Classifier, library: Library, wanted: list[Task], motions: list[Motion]) -> dict[str, object]:
    """Return recognition, Frechet distance and physics of generated clips, with real held-out clips beside."""
    judged = classifier.judge_motions(motions)
    content = [classifier.contents[i] == task.content for i, task in zip(judged.contents, wanted, strict=True)]
    style = [classifier.styles[i] == task.style for i, task in zip(judged.styles, wanted, strict=True)]
    wrong = Counter(
        f"{task.content} -> {classifier.contents[i]}"
        for i, task, good in zip(judged.contents, wanted, content, strict=True)
        if not good
    )
    wrong_style = Counter(
        f"{task.style} -> {classifier.styles[i]}"
        for i, task, good in zip(judged.styles, wanted, style, strict=True)
        if not good
    )
    held_out = [entry for entry in library.entries if entry.split == "test" and entry.content in CONTENTS]
    trained = [entry for entry in library.entries if entry.split == "train" and entry.content in CONTENTS]
    real, seen = classifier.judge_entries(held_out), classifier.judge_entries(trained)
    by_take = [entry.name.startswith("dataset-2") for entry in held_out]
    right_content = [classifier.contents[i] == e.content for i, e in zip(real.contents, held_out, strict=True)]
    right_style = [classifier.styles[i] == e.style for i, e in zip(real.styles, held_out, strict=True)]
    return {
        "clips": len(motions),
        "generated": {
            "content_recognised": _accuracy(content),
            "style_recognised": _accuracy(style),
            "frechet": round(frechet(judged.embeddings, seen.embeddings), 2),
            **_physics(motions),
        },
        "real_held_out": {
            "clips": len(held_out),
            "content_recognised": _accuracy(right_content),
            "style_recognised": _accuracy(right_style),
            "style_recognised_held_out_takes": _accuracy([s for s, t in zip(right_style, by_take, strict=True) if t]),
            "style_recognised_held_out_pairs": _accuracy(
                [s for s, t in zip(right_style, by_take, strict=True) if not t]
            ),
            "frechet_to_training": round(frechet(real.embeddings, seen.embeddings), 2),
            **_physics([library.motion(entry) for entry in _spread(held_out)]),
        },
        "content_confusions": dict(wrong.most_common(12)),
        "style_confusions": dict(wrong_style.most_common(12)),
    }


def _spread(entries: list[Entry], most: int = 120) -> list[Entry]:
    return entries[:: max(1, len(entries) // most)]


def plain_checks(pipeline: Pipeline, seeds: int = 5) -> dict[str, object]:
    """Return the two plain promises: how far and whereto a walk goes, and which wrist a wave moves."""
    travels, angles, ratios = [], [], []
    for seed in range(seeds):
        walk = pipeline.generate(GenerateRequest(content="walks forward", seconds=4.0, seed=seed))[0].motion
        x, _, z = walk.root_positions[-1] - walk.root_positions[0]
        travels.append(float(np.hypot(x, z)))
        angles.append(abs(float(np.degrees(np.arctan2(x, z)))))
        wave = pipeline.generate(GenerateRequest(content="waves the left hand", seconds=4.0, seed=seed))[0].motion
        joints = wave.positions()
        relative = joints - joints[:, 9:10]
        left, right = (float(np.linalg.norm(np.ptp(relative[:, j], axis=0))) for j in (20, 21))
        ratios.append(left / max(right, 1e-6))
    return {
        "walk_travel_m": [round(value, 2) for value in travels],
        "walk_angle_to_ahead_deg": [round(value, 1) for value in angles],
        "wave_left_wrist_over_right": [round(value, 1) for value in ratios],
    }


def speed(pipeline: Pipeline) -> dict[str, float]:
    """Return seconds for four seconds of motion, warm: from prompts, and from part texts."""
    request = GenerateRequest(content="a person walks forward", style="like an exhausted old man", seconds=4.0)
    take = pipeline.generate(request)[0]
    figures: dict[str, float] = {}
    for name, wanted in (
        ("from_prompts_s", request),
        ("from_part_texts_s", GenerateRequest(parts=take.texts.composed, seconds=4.0)),
    ):
        times = []
        for _ in range(3):
            started = time.perf_counter()
            pipeline.generate(wanted)
            times.append(time.perf_counter() - started)
        figures[name] = round(float(np.median(times)), 3)
    return figures
