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
_COMPLETE: Final = "smoogpt-complete.json"  # written by set-up into an environment that is whole
_BLENDERS: Final = ("PYTHON", "__PYVENV")  # variables of Blender's Python that would mislead another


def interpreter_of(environment: Path) -> Path:
    """Return where a virtual environment keeps its interpreter."""
    return environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _is_complete(environment: Path) -> bool:
    return (environment / _COMPLETE).is_file()


def find_interpreter(chosen: str = "") -> Path:
    """Return the interpreter that set-up made, or the one chosen in the preferences.

    Raises:
        UserError: when there is none, saying what to run.
    """
    if chosen:
        path = Path(chosen).expanduser()
        if not path.is_file():
            message = f"The interpreter {path} does not exist. Correct or clear it in the extension's preferences."
            raise UserError(message)
        return path
    path = interpreter_of(environment_folder())
    if not path.is_file():
        raise UserError(f"SMooGPT is not set up: nothing in {home()}. Run 'python install.py' once, then try again.")
    if not _is_complete(environment_folder()):
        raise UserError("The set-up of SMooGPT was interrupted. Run 'python install.py' again: it goes on from there.")
    return path


def child_environment(interpreter: Path) -> dict[str, str]:
    """Return the variables for the child: ours, in UTF-8, without what would send it to Blender's own Python.

    An interpreter that set-up made in another place than usual has its language model beside it, so the child is told
    that place; a Blender started from a desktop knows nothing of variables set in a shell.
    """
    variables = {name: value for name, value in os.environ.items() if not name.startswith(_BLENDERS)}
    variables |= {"PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1", "HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"}
    environment = interpreter.absolute().parent.parent
    variables.setdefault("SMOOGPT_HOME", str(environment.parent if _is_complete(environment) else home()))
    # a Blender started from a desktop may have almost no variables
    variables.setdefault("PATH", os.defpath)
    variables.setdefault("HOME", str(Path.home()))
    return variables


def creation_flags() -> int:
    """Return flags that keep a console window from flashing up on Windows."""
    return 0x08000000 if sys.platform == "win32" else 0
