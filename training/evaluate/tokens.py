# SPDX-License-Identifier: GPL-3.0-or-later
"""Row ``tokenizer``: what is left of a recording after encoding and decoding, and whether parts keep to themselves."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import torch

from server.motion.contacts import jitter, planted_slide, skating_ratio
from server.motion.motion import Motion
from server.motion.skeleton import FPS, PARTS
from training.library import Entry, Library

from .body_errors import apart, bones, joint_distance, limbs, rotation_distance, speed
from .figures import Asked, Figure, Json, Value, exact, over_clips, over_draws, ratio_over_clips
from .report import Row, Sheet, Strip
from .session import Session
from .splits import spread

Tokens = npt.NDArray[np.int64]

_SHORTEST: Final = 20  # frames; less is no motion
_OTHERS: Final = "other_sets"
_ERROR: Final = {"bandai_namco": Asked(most=8.0), _OTHERS: Asked(most=20.0)}
_COLUMNS: Final = ("position", "rotation", "slide", "slide_real", "skate", "skate_real", "speed", "speed_real")
_JITTER: Final = ("jitter", "jitter_real")
_DRAWN: Final = 6


def clip_errors(real: Motion, made: Motion) -> dict[str, float]:
    """Return what a clip (T frames) has lost: errors, and physics of both."""
    return {
        "position": float(joint_distance(real, made).mean()) * 1000,
        "rotation": float(rotation_distance(real, made).mean()),
        "slide": planted_slide(made),
        "slide_real": planted_slide(real),
        "skate": skating_ratio(made),
        "skate_real": skating_ratio(real),
        "speed": speed(made),
        "speed_real": speed(real),
        "jitter": jitter(made),
        "jitter_real": jitter(real),
        "frames": float(real.frames),
    }


def reconstruction_figures(group: str, rows: Sequence[dict[str, float]]) -> list[Figure]:
    """Return the figures of a group of clips from their `clip_errors`."""
    columns = {name: np.array([row[name] for row in rows]) for name in (*_COLUMNS, *_JITTER, "frames")}
    on = f"{len(rows)} held-out clips, {group}"
    weighted = float(np.average(columns["position"], weights=columns["frames"]))

    def beside_real(name: str, unit: str, column: str, most: float) -> Figure:
        real = {"real": over_clips(columns[f"{column}_real"])}
        return Figure(f"{group}: {name}", unit, over_clips(columns[column]), real, Asked(most=most, of="real"), on)

    def ratio(name: str, column: str) -> Figure:
        value = ratio_over_clips(columns[column], columns[f"{column}_real"])
        return Figure(f"{group}: {name} to the original's", "", value, asked=Asked(0.9, 1.1), on=on)

    return [
        Figure(f"{group}: joint position error", "mm", over_clips(columns["position"]), {}, _ERROR.get(group), on),
        Figure(f"{group}: joint position error by frames", "mm", exact(weighted, len(rows)), on=on),
        Figure(f"{group}: rotation error", "deg", over_clips(columns["rotation"]), asked=Asked(most=4.0), on=on),
        beside_real("foot skating ratio", "", "skate", 1.15),
        beside_real("slide of planted feet", "m/s", "slide", 1.15),
        ratio("velocity", "speed"),
        ratio("jitter", "jitter"),
    ]


def swap_effect(session: Session, clips: Sequence[Motion]) -> tuple[dict[str, list[float]], list[float], list[float]]:
    """Exchange each part's tokens between neighbours among clips and return what that does to the other parts.

    Returns:
        Millimetres by exchanged part, of bones in their parents' axes; the same over all; and of whole limbs.
    """
    by_part: dict[str, list[float]] = {part: [] for part in PARTS}
    every, chained = [], []
    for first, second in zip(clips[::2], clips[1::2], strict=False):
        frames = min(first.frames, second.frames)
        tokens, others = (session.pipeline.encode(motion.sliced(0, frames)) for motion in (first, second))
        before = session.pipeline.decode(tokens, frames, clean=False)
        own, own_limbs = bones(before), limbs(before)
        for index, part in enumerate(PARTS):
            mixed = tokens.copy()
            mixed[:, index] = others[:, index]
            after = session.pipeline.decode(mixed, frames, clean=False)
            rest = [other for other in PARTS if other != part]
            moved, moved_limbs = bones(after), limbs(after)
            effect = np.concatenate([apart(own[other], moved[other]).ravel() for other in rest]) * 1000
            by_part[part].append(float(effect.mean()))
            every.append(float(effect.mean()))
            far = [apart(own_limbs[other], moved_limbs[other]).ravel() for other in rest]
            chained.append(float(np.concatenate(far).mean()) * 1000)
    return by_part, every, chained


def code_use(tokens: Tokens, codes: int) -> dict[str, dict[str, float]]:
    """Return, for every part, the share of codes that tokens (N, 6) use, and how many they use evenly (perplexity)."""
    found: dict[str, dict[str, float]] = {}
    for index, part in enumerate(PARTS):
        counts = np.unique(tokens[:, index], return_counts=True)[1] / max(1, len(tokens))
        found[part] = {
            "share": len(counts) / codes,
            "perplexity": float(np.exp(-(counts * np.log(counts)).sum())) if len(counts) else 0.0,
        }
    return found


def _seconds(session: Session, clip: Motion) -> tuple[Value, Value]:
    """Return the seconds to decode ten seconds: the networks alone, and with the clean-up of feet."""
    frames = round(10 * FPS)
    rows = np.arange(frames) % clip.frames
    tokens = session.pipeline.encode(Motion(clip.root_positions[rows], clip.rotations[rows]))
    alone, whole = [], []
    for _ in range(7):
        started = time.perf_counter()
        session.pipeline.tokenizer.decode(tokens, frames)
        alone.append(time.perf_counter() - started)
        started = time.perf_counter()
        session.pipeline.decode(tokens, frames)
        whole.append(time.perf_counter() - started)
    return over_draws(sorted(alone)[1:-1], 1), over_draws(sorted(whole)[1:-1], 1)


def measure(session: Session) -> Row:
    """Measure the tokenizer on held-out clips."""
    row = Row("tokenizer", "Part tokenizer: recordings encoded and decoded", [])
    groups: dict[str, list[dict[str, float]]] = {}
    drawn: dict[str, list[Strip]] = {}
    for library, dataset in _sets(session):
        for entry in _held_out(session, library, dataset):
            session.progress(f"encoding and decoding {entry.name}")
            real = library.motion(entry)
            made = session.decoded(real)
            errors = clip_errors(real, made)
            for group in (dataset,) if dataset == "bandai_namco" else (dataset, _OTHERS):
                groups.setdefault(group, []).append(errors)
            caption = f"{entry.name}: {errors['position']:.1f} mm, {errors['rotation']:.1f} degrees"
            drawn.setdefault(dataset, []).append(Strip(caption, {"real": real, "decoded": made}))
    for group in sorted(groups, key=lambda name: (name not in _ERROR, name)):
        row.figures += reconstruction_figures(group, groups[group])
    strips = [strip for some in drawn.values() for strip in some[:_DRAWN]]
    row.sheets.append(Sheet("decoded", "Recordings, and the same encoded and decoded", strips))
    row.figures += _parts_figures(session, row.details)
    return row


def _sets(session: Session) -> list[tuple[Library, str]]:
    """Return the data sets of all libraries at hand."""
    libraries = (session.library, *session.also)
    return [(library, name) for library in libraries for name in dict.fromkeys(e.dataset for e in library.entries)]


def _held_out(session: Session, library: Library, dataset: str) -> list[Entry]:
    found = [e for e in library.entries if e.dataset == dataset and e.split == "test" and e.frames >= _SHORTEST]
    return session.spread_entries(found, session.sizes.recorded, "recorded")


@torch.inference_mode()
def _learnt_tokens(session: Session, library: Library, entry: Entry) -> list[Tokens]:
    """Return the tokens (steps, 6) of a clip and of its mirror image, as the tokenizer saw both in its training."""
    tokenizer = session.pipeline.tokenizer
    frames = entry.frames // tokenizer.config.frames * tokenizer.config.frames
    rows = slice(entry.start, entry.start + frames)
    sides = [torch.from_numpy(np.asarray(side[rows], dtype=np.float32)) for side in (library.plain, library.mirror)]
    return [np.asarray(tokenizer.tokens_of(side[None].to(tokenizer.mean.device))[0].cpu().numpy()) for side in sides]


def _parts_figures(session: Session, details: Json) -> list[Figure]:
    """Return code use, the effect of exchanged parts, and speed."""
    entries = [entry for entry in session.entries if entry.split == "train" and entry.frames >= _SHORTEST]
    libraries = (session.library, *session.also)
    known = {f"{number}/{e.name}": (place, e) for number, place in enumerate(libraries) for e in place.entries}
    trained = [name for name, (_, entry) in known.items() if entry.split == "train" and entry.frames >= _SHORTEST]
    chosen = [known[name] for name in spread(trained, session.sizes.tokens, "tokens")]
    session.progress(f"counting the tokens of {len(chosen)} clips")
    tokens = np.concatenate([row for clip in chosen for row in _learnt_tokens(session, *clip)])
    use = code_use(tokens, session.pipeline.tokenizer.config.codes)
    details |= {"code_use": use, "tokens_counted": len(tokens)}
    held = [entry for entry in entries if entry.frames >= 60]
    held = session.spread_entries(held, 2 * session.sizes.swaps, "swaps")
    session.progress("exchanging parts between clips")
    by_part, every, chained = swap_effect(session, [session.library.motion(entry) for entry in held])
    details["exchange_mm_by_part"] = {part: float(np.mean(values)) for part, values in by_part.items()}
    alone, whole = _seconds(session, session.library.motion(held[0]))
    least = min(use, key=lambda part: use[part]["share"])
    on = f"{len(every) // len(PARTS)} pairs of training clips, every part"
    return [
        Figure(
            "codes used, least used part",
            "",
            exact(use[least]["share"], len(chosen)),
            asked=Asked(least=0.7),
            on=f"{len(tokens)} steps of {len(chosen)} training clips and their mirror images; the part is {least}",
        ),
        Figure("others' bones when a part is exchanged", "mm", over_clips(every), asked=Asked(most=10.0), on=on),
        Figure("others' limbs when a part is exchanged", "mm", over_clips(chained), on=on),
        Figure("decoding 10 s of motion", "s", alone, asked=Asked(most=0.15), on="networks alone"),
        Figure("decoding 10 s of motion, feet cleaned", "s", whole, on="as the pipeline does it"),
    ]
