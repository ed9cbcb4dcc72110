# SPDX-License-Identifier: GPL-3.0-or-later
"""Which interpreter runs the inference process, and in which surroundings. No bpy."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

from ...server.home import environment_folder, home
from ..errors import UserError

EXTENSION_ROOT: Final = Path(__file__).resolve().parents[2]


def interpreter_of(environment: Path) -> Path:
    """Return where a virtual environment keeps its interpreter."""
    return environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def find_interpreter(chosen: str = "") -> Path:
    """Return the interpreter that set-up made, or the one chosen in the preferences.

    Raises:
        UserError: when there is none, saying what to run.
    """
    path = Path(chosen).expanduser() if chosen else interpreter_of(environment_folder())
    if path.is_file():
        return path
    if chosen:
        raise UserError(f"The interpreter {path} does not exist. Correct or clear it in the extension's preferences.")
    raise UserError(f"SMooGPT is not set up: nothing in {home()}. Run 'python install.py' once, then try again.")


def child_environment() -> dict[str, str]:
    """Return the variables for the child: ours, in UTF-8, without what would send it to Blender's own Python."""
    variables = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    variables |= {"PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1", "HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"}
    variables.setdefault("SMOOGPT_HOME", str(home()))
    # a Blender started from a desktop may have almost no PATH
    variables.setdefault("PATH", os.defpath)
    return variables


def creation_flags() -> int:
    """Return flags that keep a console window from flashing up on Windows."""
    return 0x08000000 if sys.platform == "win32" else 0
