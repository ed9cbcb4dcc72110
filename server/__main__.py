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
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

# nothing is ever fetched while working: set-up has put everything in place
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TRANSFORMERS_OFFLINE", "1")
os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")  # progress is told in the service's own way
# threads that spin while they wait halt everything, tenfold slower, as soon as Blender or anything else wants a core too
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

_INTERPRETER = "Use the interpreter that 'python install.py python' prints."

try:
    from . import protocol
    from .errors import SmooError
    from .llm_files import model_folder
    from .motion.bvh import motion_from_bvh, write_motion
    from .service import Service, generate_values, own_stdout
except ModuleNotFoundError as missing:
    sys.exit(f"smoogpt: {missing}. {_INTERPRETER}")

if TYPE_CHECKING:
    from .pipeline import Pipeline, Take

_log = logging.getLogger(__name__)


class _Parser(argparse.ArgumentParser):
    """Tells a wrong argument in one line, like every other error."""

    def error(self, message: str) -> NoReturn:
        """End the program."""
        self.exit(2, f"smoogpt: {message}. See '{self.prog} --help'.\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m server", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="answer JSON-RPC requests, one a line, on standard input and output")
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
    for command in (serve, describe, generate, batch):
        chosen = os.environ.get("SMOOGPT_WEIGHTS", "")
        command.add_argument("--weights", default=chosen, metavar="SET", help="'standard', 'open' or a folder")
        chosen = os.environ.get("SMOOGPT_LANGUAGE_MODEL", "")
        told = "a bigger model for the words: a folder, a Hugging Face id, or a local server's http://localhost:..."
        command.add_argument("--language-model", default=chosen, metavar="WHERE", help=told)
    return parser


def _load(arguments: argparse.Namespace, tell: Any = None, *, words: bool = True) -> Pipeline:
    if tell is not None:
        tell("load", 0.0, "starting")  # importing torch alone takes seconds
    if words:
        model_folder()  # a missing language model is told before anything heavy is imported
    import torch

    from .networks.files import weights_folder
    from .pipeline import Pipeline

    if "OMP_NUM_THREADS" not in os.environ:
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 4
        torch.set_num_threads(max(1, min(8, cores)))
    chosen = weights_folder(arguments.weights)
    return Pipeline.load(tell, chosen, words=words, bigger=arguments.language_model)


def _teller() -> Any:
    """Return what shows progress on a terminal: one line that is written over; None where nobody watches."""
    if not sys.stderr.isatty():
        return None

    def tell(stage: str, fraction: float, message: str) -> None:
        end = "\n" if stage == "decode" and fraction >= 1.0 else ""
        sys.stderr.write(f"\r{stage:<9}{'#' * round(30 * fraction):<30} {message:<32}{end}")
        sys.stderr.flush()

    return tell


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


def _warn(note: str) -> None:
    """Tell what is not as it was asked for, on standard error, below the line of progress."""
    if note:
        begin = "\n" if sys.stderr.isatty() else ""
        sys.stderr.write(f"{begin}smoogpt: {note}\n")


def _attributes_json(texts: dict[str, str]) -> dict[str, object]:
    """Return what texts say: the attributes of each part, and of each of its phases with the seconds that are stated."""
    from .parts.attributes import parse
    from .parts.phases import parse_phases

    grouped: dict[str, dict[str, str]] = {part: {} for part in protocol.PARTS}
    for (part, slot), value in parse(texts).items():
        grouped[part][slot] = value
    phases = {
        part: [{"seconds": seconds, "attributes": said} for seconds, said in parse_phases(part, texts.get(part, ""))]
        for part in protocol.PARTS
    }
    return {"attributes": grouped, "phases": phases}


def _print_texts(texts: dict[str, str]) -> None:
    """Print the sentence of each part, and under it what it says, a line a phase."""
    from .parts.phases import parse_phases

    for part, text in texts.items():
        _say(f"{part.replace('_', ' ') + ':':<11} {text}")
        for seconds, said in parse_phases(part, text):
            if said:
                length = f"{seconds:g} s: " if seconds else ""
                _say(f"{'':<11}   {length}{' '.join(f'{slot}={value}' for slot, value in said.items())}")


def _serve(arguments: argparse.Namespace) -> None:
    def leave() -> None:
        # at once: there is nothing to clean up, and threads of libraries may abort an orderly end
        sys.stderr.flush()
        os._exit(0)

    with own_stdout() as sink:
        Service(partial(_load, arguments), sys.stdin.buffer, sink, leave).run()
        leave()


def _describe(arguments: argparse.Namespace) -> None:
    content = protocol.check_prompt(arguments.content, "content", may_be_empty=False)
    style = protocol.check_prompt(arguments.style, "style", may_be_empty=True)
    tell = _teller()
    texts = _load(arguments, tell).describe(content, style, tell)
    _warn(texts.note)
    if arguments.json:
        groups = {"content": texts.content, "style": texts.style, "composed": texts.composed}
        _say(json.dumps({"texts": groups, **_attributes_json(texts.composed)}, indent=1))
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
        "unmet": take.unmet,
        "timing": timing,
    }


def _outputs(path: Path, count: int) -> list[Path]:
    """Return one path a variant: walk.bvh, or walk_1.bvh, walk_2.bvh ..."""
    return [path] if count == 1 else [path.with_name(f"{path.stem}_{i + 1}{path.suffix}") for i in range(count)]


def _check_folder(folder: Path) -> None:
    if not folder.is_dir():
        raise SmooError("bad_request", f"The folder {folder} does not exist. Make it, or choose another.")


def _values(arguments: argparse.Namespace) -> dict[str, Any]:
    """Return what a `GenerateRequest` takes from the arguments of ``generate``."""
    params: dict[str, Any] = {
        name: getattr(arguments, name) for name in ("content", "style", "seconds", "seed", "variants")
    }
    if arguments.parts is not None:
        params["parts"] = _read_parts(arguments.parts)
    values = generate_values(params)
    values["locks"] = protocol.check_locks(arguments.lock)
    if values["locks"] and arguments.motion is None:
        raise SmooError("bad_request", "--lock needs --motion F.bvh, from which the parts are kept.")
    if arguments.motion is not None:
        if not values["locks"]:
            raise SmooError("bad_request", "--motion needs --lock PART: which part of it shall be kept?")
        values["lock_motion"] = motion_from_bvh(arguments.motion)
    return values


def _generate(arguments: argparse.Namespace) -> None:
    for path in filter(None, (arguments.out, arguments.json)):
        _check_folder(path.resolve().parent)
    values, tell = _values(arguments), _teller()
    pipeline = _load(arguments, tell, words=values["parts"] is None)
    from .pipeline import GenerateRequest

    takes = pipeline.generate(GenerateRequest(**values), tell)
    _warn(takes[0].texts.note)
    for take, path in zip(takes, _outputs(arguments.out, len(takes)), strict=True):
        write_motion(take.motion, path)
        _say(f"{path}: {take.motion.frames} frames, seed {take.seed}")
        for part, clauses in take.unmet.items():
            if clauses:
                _say(f"  not done: {part.replace('_', ' ')}: {clauses}")
    if arguments.json:
        for take, path in zip(takes, _outputs(arguments.json, len(takes)), strict=True):
            path.write_text(json.dumps(take_json(take), indent=1) + "\n", encoding="utf-8")


def _caption(arguments: argparse.Namespace) -> None:
    from .captioner import caption

    texts = caption(motion_from_bvh(arguments.file))
    if arguments.json:
        _say(json.dumps({"parts": texts, **_attributes_json(texts)}, indent=1))
    else:
        _print_texts(texts)


def _number(text: str | None, kind: type[int | float], default: float, name: str) -> float:
    try:
        return kind(text) if text and text.strip() else default
    except ValueError as error:
        raise SmooError("bad_request", f"{name} is {text!r}, which is no number.") from error


def _job(row: dict[str | None, Any], number: int) -> tuple[str, dict[str, Any]]:
    """Return name and values of a row of a table of jobs."""
    name = (row.get("name") or f"take_{number:03d}").strip()
    if Path(name).name != name or name.startswith("."):
        raise SmooError("bad_request", f"The name {name!r} cannot be the name of a file.")
    params = {
        "content": row.get("content") or "",
        "style": row.get("style") or "",
        "seconds": _number(row.get("seconds"), float, 4.0, "seconds"),
        "seed": _number(row.get("seed"), int, 0, "seed"),
    }
    return name, generate_values(params)


def _read_jobs(path: Path) -> dict[str, dict[str, Any]]:
    """Return the jobs of a table by name; all are checked before the first is begun."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:  # spreadsheets begin UTF-8 files with a mark
            rows: list[dict[str | None, Any]] = list(csv.DictReader(file))
    except OSError as error:
        raise SmooError("bad_request", f"Cannot open {path}: {error.strerror}. Check the path.") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise SmooError("bad_request", f"{path.name} is no CSV file in UTF-8: {error}") from error
    jobs: dict[str, dict[str, Any]] = {}
    for number, row in enumerate(rows, 1):
        try:
            name, values = _job(row, number)
        except SmooError as error:
            raise SmooError(error.code, f"{path.name}, job {number}: {error.message}") from error
        if name in jobs:
            raise SmooError("bad_request", f"{path.name}, job {number}: the name {name!r} is there twice.")
        jobs[name] = values
    if not jobs:
        raise SmooError("bad_request", f"{path.name} holds no jobs. It needs a header line with at least 'content'.")
    return jobs


def _batch(arguments: argparse.Namespace) -> None:
    jobs = _read_jobs(arguments.jobs)
    arguments.out.mkdir(parents=True, exist_ok=True)
    pipeline = _load(arguments, _teller())
    from .pipeline import GenerateRequest

    for number, (name, values) in enumerate(jobs.items(), 1):
        take = pipeline.generate(GenerateRequest(**values))[0]
        _warn(take.texts.note)
        write_motion(take.motion, arguments.out / f"{name}.bvh")
        (arguments.out / f"{name}.json").write_text(json.dumps(take_json(take), indent=1) + "\n", encoding="utf-8")
        _say(f"{number}/{len(jobs)} {name}.bvh: {take.timing['total']:.1f} s")


_COMMANDS = {"serve": _serve, "describe": _describe, "generate": _generate, "caption": _caption, "batch": _batch}


def _set_up_output(*, serving: bool) -> None:
    """Log to standard error (all of it when serving, else only what is wrong), in UTF-8 whatever the console's is."""
    form = "%(asctime)s %(levelname)s %(name)s: %(message)s"
    logging.basicConfig(level=logging.INFO if serving else logging.ERROR, stream=sys.stderr, format=form)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]


def _complaint(error: Exception) -> str:
    """Return one line that says what went wrong and, where it is known, what to do."""
    if isinstance(error, SmooError):
        return " ".join(error.message.split())
    if isinstance(error, ModuleNotFoundError):
        return f"{error}. {_INTERPRETER}"
    if isinstance(error, OSError):
        return f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}"
    _log.debug("unexpected", exc_info=error)
    return " ".join(f"unexpected {type(error).__name__}: {error}".split())


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit code: 0, or 2 after an error that was told in one line."""
    chosen = _parser().parse_args(arguments)
    _set_up_output(serving=chosen.command == "serve")
    try:
        _COMMANDS[chosen.command](chosen)
    except KeyboardInterrupt:
        return 130
    except Exception as error:  # noqa: BLE001 (people get one line, not a traceback)
        sys.stderr.write(f"smoogpt: {_complaint(error)}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
