# SPDX-License-Identifier: GPL-3.0-or-later
"""Which interpreters are there, and which of them fit."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from .console import InstallError, output_of

SUPPORTED = ("3.11", "3.13")
"""Versions for which a ``bpy`` wheel exists: Blender 4.5 LTS and 5.2 LTS."""
_ASK = "import sys, venv, ensurepip; print(f'{sys.version_info[0]}.{sys.version_info[1]}', sys.implementation.name)"


def version_of(python: str | Path) -> str | None:
    """Return ``3.11`` or the like of a working CPython that can make environments, else None."""
    words = (output_of([python, "-c", _ASK]) or "").split()
    return words[0] if len(words) == 2 and words[1] == "cpython" else None


def _candidates(version: str) -> list[str]:
    here = f"{sys.version_info[0]}.{sys.version_info[1]}"
    found = [sys.executable] if here == version else []
    for name in (f"python{version}", "python3", "python"):
        path = shutil.which(name)
        # the Microsoft Store puts stubs called python.exe there that only open the shop
        if path and "WindowsApps" not in path:
            found.append(path)
    managers = [Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"]
    for folder in managers:
        found += [str(path) for path in sorted(folder.glob(f"{version}*/bin/python"), reverse=True)]
    if os.name == "nt":
        listed = output_of(["py", f"-{version}", "-c", "import sys; print(sys.executable)"])
        found += [listed.strip()] if listed else []
    return found


def find_python(version: str) -> str | None:
    """Return a working interpreter of a version, or None."""
    return next((path for path in _candidates(version) if version_of(path) == version), None)


def choose_python() -> tuple[str, str]:
    """Return interpreter and version for everything: 3.11 if there is one, else 3.13.

    Raises:
        InstallError: when there is neither, saying what to install.
    """
    here = f"{sys.version_info[0]}.{sys.version_info[1]}"
    for version in SUPPORTED:  # one order whichever Python runs this, so that the environment is not made twice
        if path := find_python(version):
            return path, version
    raise InstallError(
        f"This is Python {here}; SMooGPT needs CPython {' or '.join(SUPPORTED)} with venv. "
        "Install one of them from python.org or your system's packages, then run this again."
    )
