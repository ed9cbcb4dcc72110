# SPDX-License-Identifier: GPL-3.0-or-later
"""The command measures in two processes, and what goes wrong in one of them is told as it would be in one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("processes", ["1", "2"])
def test_a_missing_library_is_named(tmp_path: Path, processes: str) -> None:
    rows = ["--rows", "recognition,obedience", "--processes", processes]
    command = [sys.executable, "-m", "training.evaluate", "--data", str(tmp_path / "none"), *rows]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "training.prepare" in done.stderr
    assert "Traceback" not in done.stderr
