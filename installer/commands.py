# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands of ``install.py``."""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path

from server.home import downloads_folder, home

from .console import ROOT, InstallError, say
from .console import run as run_program
from .encoder import ensure_encoder
from .environments import blender_environment, server_environment
from .extension import build_zip, check_weights, install_into_blenders
from .model import ensure_model
from .pythons import choose_python, find_python

_TEST_SECONDS = 1500  # a Blender that hangs at exit must not hang the tests


def _engine() -> tuple[Path, str, str]:
    """Make everything that the inference process needs; returns its interpreter, and Python's path and version."""
    python, version = choose_python()
    check_weights()
    inside = server_environment(python, version)
    ensure_model(inside)
    ensure_encoder(inside)
    shutil.rmtree(downloads_folder(), ignore_errors=True)
    return inside, python, version


def setup(_: argparse.Namespace) -> int:
    """Set up everything and install the extension where a Blender is found."""
    _engine()
    install_into_blenders(build_zip())
    say("Ready. In Blender: select a character's armature and open the SMooGPT tab of the sidebar (N).")
    return 0


def demo(arguments: argparse.Namespace) -> int:
    """Generate a motion onto a character and show it."""
    rig = arguments.rig
    if rig not in ("rigify", "mannequin"):
        rig = str(Path(rig).resolve())
        if not rig.endswith(".blend") or not Path(rig).is_file():
            raise InstallError(f"There is no file {rig}. --rig takes rigify, mannequin or a .blend file.")
    out = Path(arguments.out).resolve()
    out.mkdir(parents=True, exist_ok=True)
    _, python, version = _engine()
    blender = blender_environment(python, version)
    command = [blender, "-m", "installer.scene", "--zip", build_zip(), "--rig", rig, "--out", out]
    for name in ("content", "style", "seconds", "seed"):
        command += [f"--{name}", str(getattr(arguments, name))]
    scratch = home() / "blender-demo"
    run_program(command, "The demonstration did not finish; see above.", {"BLENDER_USER_RESOURCES": str(scratch)})
    return 0


def _pytest(
    python: Path, folders: Sequence[str], environment: dict[str, str], title: str
) -> tuple[int, dict[str, int]]:
    """Run pytest with its output shown and return its exit code and counts; one that hangs is ended."""
    say(f"\n== {title}")
    command = [str(python), "-m", "pytest", "-q", *folders]
    merged = {**os.environ, "PYTHONIOENCODING": "utf-8", **environment}
    lines: list[str] = []
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=merged,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    ) as process:
        # reading its output ends only when it does, so the limit must come from beside
        limit = threading.Timer(_TEST_SECONDS, process.kill)
        limit.start()
        for line in process.stdout or ():
            say(line.rstrip())
            lines.append(line)
        code = process.wait()
        if limit.is_alive():
            limit.cancel()
        else:
            say(f"Ended after {_TEST_SECONDS} s: it hung.")
            code = code or 1
    found = re.findall(r"(\d+) (passed|failed|skipped|error)", "".join(lines[-3:]))
    return code, {word: int(number) for number, word in found}


def test(_arguments: argparse.Namespace) -> int:
    """Run all tests that this machine can run; returns 0 when all passed."""
    _, python, version = _engine()
    server = server_environment(python, version, develop=True)
    archive = build_zip()
    results = [_pytest(server, ["tests"], {}, f"inference process and pure parts, Python {version}")]
    shared = {"SMOOGPT_ZIP": str(archive), "SMOOGPT_SERVER_PYTHON": str(server)}
    for wanted in dict.fromkeys((version, "3.11", "3.13")):
        found = python if wanted == version else find_python(wanted)
        if found is None:
            say(f"\n== Blender on Python {wanted}: left out, no such Python found")
            continue
        blender = blender_environment(found, wanted)
        scratch = home() / f"blender-test-{wanted}"
        environment = {**shared, "BLENDER_USER_RESOURCES": str(scratch)}
        results.append(_pytest(blender, ["tests/blender"], environment, f"Blender as a module, Python {wanted}"))
    total = {
        word: sum(counts.get(word, 0) for _, counts in results) for word in ("passed", "failed", "error", "skipped")
    }
    bad = [code for code, _ in results if code]
    failed = max(total["failed"] + total["error"], len(bad))
    say(f"\n{total['passed']} passed, {failed} failed, {total['skipped']} skipped")
    return 1 if bad else 0


def python_path(_: argparse.Namespace) -> int:
    """Print the interpreter of the environment that set-up made."""
    python, version = choose_python()
    say(str(server_environment(python, version)))
    return 0


def run(words: Sequence[str]) -> int:
    """Run one command of ``install.py`` and return the exit code."""
    parser = argparse.ArgumentParser(prog="install.py", description="Set-up, demonstration and tests of SMooGPT.")
    parser.set_defaults(function=setup)
    commands = parser.add_subparsers()
    show = commands.add_parser("demo", help="set up, then generate a motion onto a character")
    show.set_defaults(function=demo)
    show.add_argument("--content", default="a person walks forward")
    show.add_argument("--style", default="like an exhausted old man")
    show.add_argument("--seconds", type=float, default=4.0)
    show.add_argument("--seed", type=int, default=0)
    show.add_argument("--rig", default="rigify", help="rigify, mannequin, or a .blend file with a character")
    show.add_argument("--out", default="demo", help="folder for the results")
    commands.add_parser("test", help="set up, then run all tests").set_defaults(function=test)
    commands.add_parser("python", help="print the environment's interpreter").set_defaults(function=python_path)
    chosen = parser.parse_args(words)
    try:
        return int(chosen.function(chosen))
    except InstallError as error:
        say(f"install.py: {error}")
    except OSError as error:
        say(f"install.py: {error}. Check that the disk has space and that the folder may be written to.")
    except KeyboardInterrupt:
        say("\nInterrupted. Run the same command again: it goes on where it stopped.")
    return 2
