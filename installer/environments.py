# SPDX-License-Identifier: GPL-3.0-or-later
"""Virtual environments filled by pip from lock files, marked complete only when they are."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import sys
from pathlib import Path

from server.home import blender_environment_folder, environment_folder

from .console import ROOT, InstallError, busy, output_of, run, say

LOCKS = ROOT / "requirements"
TORCH = "torch==2.13.0"
_TORCH_INDEX = "https://download.pytorch.org/whl/"
_MARK = "smoogpt-complete.json"
_NO_PIP = (
    "pip could not install the packages. If there is no network, connect and run this again: it goes on where it "
    "stopped. Behind a proxy or mirror, set it up for pip (pip config) first."
)
_SIZES = {"bpy": ", about 370 MB"}  # of lock files, by the beginning of their names
_SPACE = 4_000_000_000  # bytes that an environment with torch or bpy may need while it is made


def interpreter_of(folder: Path) -> Path:
    """Return where an environment keeps its interpreter."""
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _wanted(locks: list[Path], version: str) -> str:
    text = version + TORCH + "".join(lock.read_text(encoding="utf-8") for lock in locks)
    return hashlib.sha256(text.encode()).hexdigest()


def is_complete(folder: Path, locks: list[Path], version: str) -> bool:
    """Tell whether an environment was made to the end from these lock files and still starts."""
    try:
        mark = json.loads((folder / _MARK).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool(mark.get("lock") == _wanted(locks, version)) and interpreter_of(folder).exists()


def _made_for(folder: Path) -> str | None:
    """Return ``3.11`` or the like: the Python of an environment that was once complete; None if it never was."""
    try:
        settings = (folder / "pyvenv.cfg").read_text(encoding="utf-8")
    except OSError:
        return None
    found = re.search(r"^version\w* *= *(\d+\.\d+)", settings, re.MULTILINE)
    return found.group(1) if found and (folder / _MARK).exists() else None


def _check_space(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(folder).free
    if free < _SPACE:
        raise InstallError(
            f"Only {free / 1e9:.1f} GB are free in {folder}; {_SPACE / 1e9:.0f} GB are needed. "
            "Free some space, or set SMOOGPT_HOME to a folder on another disk."
        )


def has_nvidia() -> bool:
    """Tell whether an NVIDIA graphics card answers."""
    return shutil.which("nvidia-smi") is not None and output_of(["nvidia-smi", "-L"]) is not None


def torch_options(python: Path) -> list[str]:
    """Return pip's options for the build of torch that fits: the user's own source, or PyTorch's index.

    Without a graphics card a CUDA build would be gigabytes for nothing, so what pip's settings would give is looked at
    before anything is downloaded.
    """
    gpu = has_nvidia()
    if sys.platform == "darwin":
        say("torch: the build for macOS, about 90 MB")
        return []
    if gpu:
        say("torch: the CUDA build for the NVIDIA card, about 2.5 GB with its libraries")
        return ["--index-url", _TORCH_INDEX + "cu130"] if os.name == "nt" else []
    report = output_of([python, "-m", "pip", "install", "--dry-run", "--quiet", "--no-deps", "--report", "-", TORCH])
    try:
        found = json.loads(report or "")["install"][0]
        version, url = found["metadata"]["version"], found["download_info"]["url"]
    except (ValueError, KeyError, IndexError):
        version, url = "", ""
    if "+cpu" in version or "%2Bcpu" in url or "+cpu" in url or os.name == "nt":
        say("torch: the CPU build that pip's settings give, about 200 MB")
        return []
    say("torch: the CPU build from PyTorch's index, about 200 MB")
    return ["--index-url", _TORCH_INDEX + "cpu"]


def make(folder: Path, python: str, version: str, locks: list[Path], *, torch: bool) -> Path:
    """Make or repair an environment and return its interpreter.

    Raises:
        InstallError: no space, no network, or pip failed.
    """
    inside = interpreter_of(folder)
    if is_complete(folder, locks, version):
        return inside
    _check_space(folder.parent)
    if folder.exists() and _made_for(folder) != version:
        say(f"{folder} was not completed the last time, or for another Python; making it anew")
        shutil.rmtree(folder)
    if not inside.exists():
        with busy(f"making the environment {folder}"):
            run(
                [python, "-m", "venv", "--clear", folder],
                f"Python {version} could not make an environment in {folder}.",
            )
    pip: list[str | Path] = [inside, "-m", "pip", "install", "--disable-pip-version-check"]
    if torch:
        run([*pip, *torch_options(inside), TORCH], _NO_PIP)
    for lock in locks:
        with busy(f"installing {lock.name}{_SIZES.get(lock.name.partition('-')[0], '')}"):
            run([*pip, "--quiet", "-r", lock], _NO_PIP)
    (folder / _MARK).write_text(json.dumps({"lock": _wanted(locks, version)}), encoding="utf-8")
    return inside


def server_environment(python: str, version: str, *, develop: bool = False) -> Path:
    """Return the interpreter of the inference process's environment, making it if needed.

    ``develop`` adds what tests and training need, into an environment of its own, so that the animator's stays small.
    """
    locks = [LOCKS / "server.txt"] + ([LOCKS / "develop.txt"] if develop else [])
    folder = environment_folder()
    if develop and is_complete(folder, locks[:1], version):
        # the lean environment is there: add to it, and keep its mark until the additions are in
        pip: list[str | Path] = [
            interpreter_of(folder),
            "-m",
            "pip",
            "install",
            "--disable-pip-version-check",
            "--quiet",
        ]
        mark = folder / "smoogpt-develop.json"
        wanted = _wanted(locks, version)
        if not mark.exists() or mark.read_text(encoding="utf-8") != wanted:
            with busy("installing develop.txt"):
                run([*pip, "-r", LOCKS / "develop.txt"], _NO_PIP)
            mark.write_text(wanted, encoding="utf-8")
        return interpreter_of(folder)
    inside = make(folder, python, version, locks[:1], torch=True)
    return server_environment(python, version, develop=True) if develop else inside


def blender_environment(python: str, version: str) -> Path:
    """Return the interpreter of the environment with Blender as a module, making it if needed."""
    lock = LOCKS / f"bpy-py{version.replace('.', '')}.txt"
    folder = blender_environment_folder().with_name(f"env-bpy-{version}")
    return make(folder, python, version, [lock], torch=False)
