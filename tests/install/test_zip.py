# SPDX-License-Identifier: GPL-3.0-or-later
"""The extension's zip: what is in it, that a failed build harms nothing, and where it is installed."""

from __future__ import annotations

import os
import re
import zipfile
from pathlib import Path

import pytest

from installer import extension
from installer.console import ROOT


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMOOGPT_HOME", str(tmp_path / "home"))


@pytest.mark.parametrize(
    ("path", "excluded"),
    [
        (".git/HEAD", True),
        (".gitignore", True),
        ("tests/conftest.py", True),
        ("training/variations/limp.py", True),
        ("server/training.py", False),
        ("server/tests/a.py", False),
        ("install.py", True),
        ("server/install.py", False),
        ("server/__pycache__/pipeline.cpython-311.pyc", True),
        ("blender_smoogpt/rig/a.pyc", True),
        ("server/weights/generator.partial", True),
        ("server/weights/generator.safetensors", False),
        ("LICENSE", False),
    ],
)
def test_what_the_manifest_leaves_out(path: str, excluded: bool) -> None:
    text = (ROOT / "blender_manifest.toml").read_text(encoding="utf-8")
    patterns = re.findall(r'"([^"]+)"', text.split("paths_exclude_pattern")[1])
    assert extension._excluded(path, patterns) is excluded


def test_every_module_is_in_the_zip_as_it_is_in_the_project() -> None:
    target = extension.build_zip()
    assert re.fullmatch(r"smoogpt-\d+\.\d+\.\d+\.zip", target.name)
    with zipfile.ZipFile(target) as archive:
        names = set(archive.namelist())
        for folder in ("blender_smoogpt", "server"):
            for path in (ROOT / folder).rglob("*.py"):
                name = path.relative_to(ROOT).as_posix()
                assert archive.read(name) == path.read_bytes(), name
        assert archive.read("blender_manifest.toml") == (ROOT / "blender_manifest.toml").read_bytes()
        sums = archive.read("server/weights/SHA256SUMS").decode().splitlines()
    assert {f"server/weights/{line.split()[1]}" for line in sums} <= names
    assert not [name for name in names if "\\" in name or name.startswith(("/", "../"))]
    assert os.listdir(target.parent) == [target.name]


def test_a_build_that_fails_leaves_the_last_zip_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "small").mkdir()
    for name in ("blender_manifest.toml", "LICENSE"):
        (tmp_path / "small" / name).write_bytes((ROOT / name).read_bytes())
    monkeypatch.setattr(extension, "ROOT", tmp_path / "small")
    (tmp_path / "small" / "results").mkdir()
    (tmp_path / "small" / "results" / "demo.png").write_text("of a demonstration")
    target = extension.build_zip()
    before = target.read_bytes()
    assert sorted(zipfile.ZipFile(target).namelist()) == ["LICENSE", "blender_manifest.toml"]

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(extension.zipfile.ZipFile, "write", full)
    with pytest.raises(OSError, match="No space left"):
        extension.build_zip()
    assert target.read_bytes() == before


@pytest.mark.skipif(os.name == "nt", reason="the stand-in for Blender is a shell script")
@pytest.mark.parametrize(
    ("version", "code", "said", "by_hand"),
    [
        ("4.5.1", 0, "installed", False),
        ("3.4.1", 0, "is older than 4.2 and was left alone", True),
        ("5.2.0", 1, "could not", True),
    ],
)
def test_installed_where_a_blender_is_found(
    version: str,
    code: int,
    said: str,
    by_hand: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    called = tmp_path / "called"
    program = tmp_path / "blender"
    program.write_text(
        f'#!/bin/sh\nif [ "$1" = --version ]; then echo "Blender {version} LTS"; exit 0; fi\necho "$@" > "{called}"\nexit {code}\n'
    )
    program.chmod(0o755)
    archive = tmp_path / "smoogpt.zip"
    monkeypatch.setattr(extension, "find_blenders", lambda: [program])
    extension.install_into_blenders(archive)
    output = capsys.readouterr().out
    assert said in output
    assert ("Install from Disk" in output) is by_hand
    assert (str(archive) in output) is by_hand
    if version == "3.4.1":
        assert not called.exists()
    else:
        assert called.read_text().split() == [
            "--command",
            "extension",
            "install-file",
            "-r",
            "user_default",
            "-e",
            str(archive),
        ]


def test_blender_is_found_on_the_path_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / ("blender.exe" if os.name == "nt" else "blender")
    program.write_text("")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert extension.find_blenders().count(program) == 1


def test_empty_checksums_do_not_pass(tmp_path: Path) -> None:
    (tmp_path / "SHA256SUMS").write_text("")
    with pytest.raises(extension.InstallError, match="is empty"):
        extension.check_weights(tmp_path)


def test_one_blender_that_refuses_does_not_hide_one_that_took_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(extension, "find_blenders", lambda: [Path("good"), Path("bad")])
    monkeypatch.setattr(extension, "blender_version", lambda blender: (4, 5))
    monkeypatch.setattr(extension, "output_of", lambda command: "" if command[0] == Path("good") else None)
    extension.install_into_blenders(tmp_path / "a.zip")
    assert "Install from Disk" not in capsys.readouterr().out
