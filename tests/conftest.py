# SPDX-License-Identifier: GPL-3.0-or-later
"""How tests reach the code, and how a run with Blender ends.

The checkout is itself the extension's root, and inside the extension everything is imported relatively. Outside Blender
the root stands in as the package ``smoogpt_ext``, so that ``..server`` means what it means there.
"""

from __future__ import annotations

import os
import sys
import types
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

for folder in (ROOT, ROOT / "tests", ROOT / "tests" / "rig"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
if "smoogpt_ext" not in sys.modules:
    package = types.ModuleType("smoogpt_ext")
    package.__path__ = [str(ROOT)]
    sys.modules["smoogpt_ext"] = package

_exit_code = [0]


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Remember how the run ended."""
    _exit_code[0] = int(exitstatus)


def pytest_unconfigure(config: pytest.Config) -> None:
    """End at once where Blender was loaded: it crashes (4.2) or hangs (4.5) at exit while add-ons have handlers."""
    if "bpy" in sys.modules:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(_exit_code[0])
