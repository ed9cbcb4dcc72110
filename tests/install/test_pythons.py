# SPDX-License-Identifier: GPL-3.0-or-later
"""Which Python is taken, and what the wrong one is told."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from installer import pythons
from installer.console import ROOT


def test_an_old_python_is_told_before_anything_else() -> None:
    code = (
        "import runpy, sys; sys.argv = ['install.py']; sys.version_info = (3, 6, 15); "
        "runpy.run_path('install.py', run_name='__main__')"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == "SMooGPT needs CPython 3.11 or 3.13. Install one of them and run it with this file.\n"


def test_the_installer_is_written_for_the_pythons_it_speaks_to() -> None:
    assert ast.parse((ROOT / "install.py").read_text(encoding="utf-8"), feature_version=(3, 4)).body
    for path in [*(ROOT / "installer").glob("*.py"), ROOT / "server" / "__init__.py", ROOT / "server" / "home.py"]:
        assert ast.parse(path.read_text(encoding="utf-8"), filename=str(path), feature_version=(3, 9)).body, path


def test_the_parser_used_above_does_object() -> None:
    with pytest.raises(SyntaxError):
        ast.parse("match x:\n    case 1: pass\n", feature_version=(3, 9))


def test_another_python_says_what_to_install(tmp_path: Path) -> None:
    others = {version: pythons.find_python(version) for version in ("3.9", "3.10", "3.12")}
    version, other = next(((v, path) for v, path in others.items() if path), ("", None))
    if other is None or os.name == "nt":
        pytest.skip("no other Python here")
    real = subprocess.run(
        [other, "-c", "import sys; print(sys.executable)"], capture_output=True, text=True, check=True
    )
    nothing = {"PATH": str(tmp_path), "HOME": str(tmp_path), "SMOOGPT_HOME": str(tmp_path / "home")}
    done = subprocess.run(
        [real.stdout.strip(), ROOT / "install.py"], env=nothing, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2, done.stderr
    assert f"This is Python {version}; SMooGPT needs CPython 3.11 or 3.13" in done.stdout
    assert not done.stderr
    assert not (tmp_path / "home").exists()


@pytest.mark.skipif(os.name == "nt", reason="the stand-ins are shell scripts")
def test_a_shim_that_fails_is_passed_over_for_a_managed_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def script(path: Path, text: str) -> Path:
        path.parent.mkdir(parents=True)
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)
        return path

    script(tmp_path / "shims" / "python3.99", "exit 127")
    script(tmp_path / "root" / "versions" / "3.99.1" / "bin" / "python", "echo 3.99 pypy")
    managed = script(tmp_path / "root" / "versions" / "3.99.0" / "bin" / "python", "echo 3.99 cpython")
    monkeypatch.setenv("PATH", str(tmp_path / "shims"))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "root"))
    assert pythons.find_python("3.99") == str(managed)


def test_the_stubs_of_the_microsoft_store_are_never_started(monkeypatch: pytest.MonkeyPatch) -> None:
    stub = r"C:\Users\me\AppData\Local\Microsoft\WindowsApps\python.exe"
    monkeypatch.setattr(pythons.shutil, "which", lambda name: stub)
    assert stub not in pythons._candidates("3.11")
    monkeypatch.setattr(pythons.shutil, "which", lambda name: f"/somewhere/{name}")
    assert "/somewhere/python3.11" in pythons._candidates("3.11")


def test_one_choice_whichever_python_runs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pythons, "find_python", lambda version: f"python{version}")
    for running in ((3, 11, 7), (3, 13, 0), (3, 9, 1)):
        monkeypatch.setattr(pythons.sys, "version_info", running)
        assert pythons.choose_python() == ("python3.11", "3.11")
    monkeypatch.setattr(pythons, "find_python", lambda version: "python3.13" if version == "3.13" else None)
    assert pythons.choose_python() == ("python3.13", "3.13")
