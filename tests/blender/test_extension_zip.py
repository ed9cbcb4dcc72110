# SPDX-License-Identifier: GPL-3.0-or-later
"""The extension's zip before Blender's own tool for extensions, which is what a platform checks it with."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

bpy = pytest.importorskip("bpy")

ROOT = Path(__file__).resolve().parents[2]
ZIP = os.environ.get("SMOOGPT_ZIP", "")


def blender_ext(*words: str | Path) -> subprocess.CompletedProcess[str]:
    tool = Path(bpy.utils.system_resource("SCRIPTS")) / "addons_core" / "bl_pkg" / "cli" / "blender_ext.py"
    return subprocess.run([sys.executable, tool, *words], capture_output=True, text=True, check=False, timeout=120)


@pytest.mark.skipif(not ZIP, reason="'python install.py test' builds the zip and says where it is")
def test_blenders_own_tool_finds_nothing_wrong_and_builds_the_same(tmp_path: Path) -> None:
    checked = blender_ext("validate", ZIP)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    built = blender_ext("build", "--source-dir", ROOT, "--output-dir", tmp_path)
    assert built.returncode == 0, built.stdout + built.stderr
    (theirs,) = tmp_path.glob("*.zip")
    assert theirs.name == Path(ZIP).name
    ours = zipfile.ZipFile(ZIP).namelist()
    tops = {name.split("/")[0] for name in ours}  # Blender's tool also takes what somebody left in the checkout
    assert sorted(ours) == sorted(name for name in zipfile.ZipFile(theirs).namelist() if name.split("/")[0] in tops)


def test_the_tool_would_object(tmp_path: Path) -> None:
    manifest = (ROOT / "blender_manifest.toml").read_text(encoding="utf-8")
    (tmp_path / "__init__.py").write_text("")
    (tmp_path / "blender_manifest.toml").write_text(manifest.replace("license =", "licence ="))
    checked = blender_ext("validate", tmp_path)
    assert checked.returncode != 0
    assert "license" in checked.stdout + checked.stderr
