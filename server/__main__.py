# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line of the inference process: ``python -m server serve|describe|generate|caption|batch``."""

from __future__ import annotations

import argparse
import csv
import json
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

# nothing is ever fetched while working: set-up has put everything in place
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TRANSFORMERS_OFFLINE", "1")

from . import protocol
from .errors import SmooError
from .motion.bvh import motion_from_bvh, write_motion
from .service import Service, clean_stdout, generate_request

if TYPE_CHECKING:
    from .pipeline import Pipeline, Take

_LIMITS = protocol.LIMITS


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m server", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("serve", help="answer JSON-RPC requests, one a line, on standard input and output")
    describe = commands.add_parser("describe", help="prompts to part texts")
    generate = commands.add_parser("generate", help="prompts or part texts to a BVH file")
    for command in (describe, generate):
        command.add_argument("--content", default="", help="what the character does")
        command.add_argument("--style", default="", help="how it does it")
    describe.add_argument("--json", action="store_true", help="print JSON with the parsed attributes")
    generate.add_argument("--seconds", type=float, default=4.0)
    generate.add_argument("--seed", type=int, default=0)
    generate.add_argument("--parts", type=Path, metavar="F.json", help="part texts to follow as they stand")
    generate.add_argument("--lock", action="append", default=[], metavar="PART", help="keep this part of --motion")
    generate.add_argument("--motion", type=Path, metavar="F.bvh", help="where locked parts come from")
    generate.add_argument("--variants", type=int, default=1)
    generate.add_argument("--out", type=Path, required=True, metavar="F.bvh")
    generate.add_argument("--json", type=Path, metavar="F.json", help="write texts and timing")
    caption = commands.add_parser("caption", help="a BVH file to part texts")
    caption.add_argument("file", type=Path)
    caption.add_argument("--json", action="store_true", help="print JSON with the attributes")
    batch = commands.add_parser("batch", help="a table of jobs to BVH files")
    batch.add_argument("jobs", type=Path, metavar="JOBS.csv", help="columns: name, content, style, seconds, seed")
    batch.add_argument("--out", type=Path, required=True, metavar="DIR")
    return parser


def _load(tell: Any = None, *, words: bool = True) -> Pipeline:
    import torch

    from .pipeline import Pipeline

    torch.set_num_threads(max(1, min(8, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 4)))
    return Pipeline.load(tell, words=words)


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


def _attributes_json(texts: dict[str, str]) -> dict[str, dict[str, str]]:
    from .parts.attributes import parse

    grouped: dict[str, dict[str, str]] = {part: {} for part in protocol.PARTS}
    for (part, slot), value in parse(texts).items():
        grouped[part][slot] = value
    return grouped


def _print_texts(texts: dict[str, str]) -> None:
    for part, text in texts.items():
        _say(f"{part.replace('_', ' ') + ':':<11} {text}")


def _serve(_: argparse.Namespace) -> None:
    with clean_stdout() as sink:
        Service(_load, sys.stdin.buffer, sink).run()


def _describe(arguments: argparse.Namespace) -> None:
    content = protocol.check_prompt(arguments.content, "content", may_be_empty=False)
    style = protocol.check_prompt(arguments.style, "style", may_be_empty=True)
    texts = _load().describe(content, style)
    if arguments.json:
        groups = {"content": texts.content, "style": texts.style, "composed": texts.composed}
        _say(json.dumps({"texts": groups, "attributes": _attributes_json(texts.composed)}, indent=1))
        return
    for title, part_texts in (("what", texts.content), ("how", texts.style), ("together", texts.composed)):
        _say(f"-- {title}")
        _print_texts(part_texts)


def _read_parts(path: Path) -> dict[str, str]:
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SmooError("bad_request", f"Cannot open {path}: {error.strerror}. Check the path.") from error
    except ValueError as error:
        raise SmooError("bad_request", f"{path.name} is not JSON: {error}. It should map parts to texts.") from error
    if isinstance(values, dict) and isinstance(values.get("texts"), dict):
        values = values["texts"].get("composed")  # what --json wrote can be edited and given back
    parts = protocol.check_parts(values)
    if parts is None:
        raise SmooError("bad_request", f"{path.name} holds no part texts.")
    return parts


def take_json(take: Take) -> dict[str, object]:
    """Return what ``generate --json`` writes of a take."""
    texts = {"content": take.texts.content, "style": take.texts.style, "composed": take.texts.composed}
    timing = {name: round(seconds, 4) for name, seconds in take.timing.items()}
    motion = take.motion
    return {
        "texts": texts,
        "seconds": motion.seconds,
        "fps": motion.fps,
        "frames": motion.frames,
        "seed": take.seed,
        "timing": timing,
    }


def _outputs(path: Path, count: int) -> list[Path]:
    """Return one path a variant: walk.bvh, or walk_1.bvh, walk_2.bvh ..."""
    return [path] if count == 1 else [path.with_name(f"{path.stem}_{i + 1}{path.suffix}") for i in range(count)]


def _check_folder(folder: Path) -> None:
    if not folder.is_dir():
        raise SmooError("bad_request", f"The folder {folder} does not exist. Make it, or choose another.")


def _generate(arguments: argparse.Namespace) -> None:
    _check_folder(arguments.out.resolve().parent)
    params: dict[str, Any] = {
        name: getattr(arguments, name) for name in ("content", "style", "seconds", "seed", "variants")
    }
    params["locks"] = arguments.lock
    if arguments.parts is not None:
        params["parts"] = _read_parts(arguments.parts)
    request = generate_request(params)
    if arguments.lock:
        if arguments.motion is None:
            raise SmooError("bad_request", "--lock needs --motion F.bvh, from which the parts are kept.")
        values = {**request.__dict__, "lock_motion": motion_from_bvh(arguments.motion)}
        request = type(request)(**values)
    takes = _load(words=request.parts is None).generate(request)
    for take, path in zip(takes, _outputs(arguments.out, len(takes)), strict=True):
        write_motion(take.motion, path)
        _say(f"{path}: {take.motion.frames} frames, seed {take.seed}")
    if arguments.json:
        for take, path in zip(takes, _outputs(arguments.json, len(takes)), strict=True):
            path.write_text(json.dumps(take_json(take), indent=1) + "\n", encoding="utf-8")


def _caption(arguments: argparse.Namespace) -> None:
    from .captioner import caption

    texts = caption(motion_from_bvh(arguments.file))
    if arguments.json:
        _say(json.dumps({"parts": texts, "attributes": _attributes_json(texts)}, indent=1))
    else:
        _print_texts(texts)


def _read_jobs(path: Path) -> list[tuple[str, Any]]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    except OSError as error:
        raise SmooError("bad_request", f"Cannot open {path}: {error.strerror}. Check the path.") from error
    jobs: list[tuple[str, Any]] = []
    for number, row in enumerate(rows, 2):
        try:
            params = {
                "content": row.get("content") or "",
                "style": row.get("style") or "",
                "seconds": float(row.get("seconds") or 4.0),
                "seed": int(row.get("seed") or 0),
            }
            jobs.append((row.get("name") or f"take_{number - 1:03d}", generate_request(params)))
        except (ValueError, SmooError) as error:
            raise SmooError("bad_request", f"{path.name}, line {number}: {error}") from error
    if not jobs:
        raise SmooError("bad_request", f"{path.name} holds no jobs. It needs a header line with at least 'content'.")
    return jobs


def _batch(arguments: argparse.Namespace) -> None:
    jobs = _read_jobs(arguments.jobs)
    arguments.out.mkdir(parents=True, exist_ok=True)
    pipeline = _load()
    for number, (name, request) in enumerate(jobs, 1):
        take = pipeline.generate(request)[0]
        write_motion(take.motion, arguments.out / f"{name}.bvh")
        (arguments.out / f"{name}.json").write_text(json.dumps(take_json(take), indent=1) + "\n", encoding="utf-8")
        _say(f"{number}/{len(jobs)} {name}.bvh: {take.timing['total']:.1f} s")


_COMMANDS = {"serve": _serve, "describe": _describe, "generate": _generate, "caption": _caption, "batch": _batch}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit code: 0, or 2 after an error that was told in one line."""
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    chosen = _parser().parse_args(arguments)
    try:
        _COMMANDS[chosen.command](chosen)
    except SmooError as error:
        sys.stderr.write(f"smoogpt: {error.message}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
