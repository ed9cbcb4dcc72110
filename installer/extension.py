# SPDX-License-Identifier: GPL-3.0-or-later
"""The extension's zip, built from its manifest, and its installation into the Blenders that are found."""

from __future__ import annotations

import fnmatch
import hashlib
import os
import re
import shutil
import sys
import zipfile
from pathlib import Path

from server.home import home

from .console import ROOT, InstallError, output_of, say

WEIGHTS = ROOT / "server" / "weights"
_KEPT = ("__init__.py", "blender_manifest.toml", "LICENSE", "blender_smoogpt", "server")


def check_weights(folder: Path = WEIGHTS) -> None:
    """Compare the trained weights with their checksums.

    Raises:
        InstallError: when one is missing or damaged.
    """
    advice = "Check out the repository again (git checkout server/weights), or unpack its archive again."
    sums = folder / "SHA256SUMS"
    if not sums.is_file():
        raise InstallError(f"{sums} is missing. {advice}")
    lines = sums.read_text(encoding="utf-8").splitlines()
    if not lines:
        raise InstallError(f"{sums} is empty. {advice}")
    for line in lines:
        digest, _, name = line.partition("  ")
        path = folder / name
        if not path.is_file():
            raise InstallError(f"The weights file {name} is missing. {advice}")
        if hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            raise InstallError(f"The weights file {name} is damaged (checksum). {advice}")


def _manifest(key: str) -> str:
    """Return a simple text value of the manifest; Python 3.9 and 3.10 have no TOML reader."""
    text = (ROOT / "blender_manifest.toml").read_text(encoding="utf-8")
    found = re.search(rf'^{key} = "([^"]*)"', text, re.MULTILINE)
    if found is None:
        raise InstallError(f"blender_manifest.toml has no {key}. Check out the repository again.")
    return found.group(1)


def _excluded(relative: str, patterns: list[str]) -> bool:
    for pattern in patterns:
        anchored, name = pattern.startswith("/"), pattern.strip("/")
        parts = relative.split("/")
        if pattern.endswith("/"):
            folders = parts[:-1]
            if (anchored and folders and fnmatch.fnmatch(folders[0], name)) or (not anchored and name in folders):
                return True
        elif (anchored and fnmatch.fnmatch(parts[0], name)) or (not anchored and fnmatch.fnmatch(parts[-1], name)):
            return True
    return False


def build_zip() -> Path:
    """Build the zip that Blender installs, and return its path."""
    text = (ROOT / "blender_manifest.toml").read_text(encoding="utf-8")
    block = text[text.index("paths_exclude_pattern") :]
    patterns = re.findall(r'"([^"]+)"', block[: block.index("]")])
    target = home() / "dist" / f"{_manifest('id')}-{_manifest('version')}.zip"
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_suffix(".partial")
    with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        # a folder that somebody made beside ours, such as a demonstration's results, is none of the extension's
        for path in sorted(path for name in _KEPT for path in (ROOT / name, *(ROOT / name).rglob("*"))):
            relative = path.relative_to(ROOT).as_posix()
            if path.is_file() and not _excluded(relative, patterns):
                archive.write(path, relative)
    os.replace(partial, target)
    return target


def find_blenders() -> list[Path]:
    """Return the Blender programs on PATH and in the usual places."""
    found = [Path(path)] if (path := shutil.which("blender")) else []
    places = {
        "win32": [Path(os.environ.get("PROGRAMFILES", "C:/Program Files")) / "Blender Foundation"],
        "darwin": [Path("/Applications")],
    }.get(sys.platform, [Path("/usr/share"), Path.home()])
    names = {"win32": "*/blender.exe", "darwin": "Blender*.app/Contents/MacOS/Blender"}
    for place in places:
        if place.is_dir():
            found += sorted(place.glob(names.get(sys.platform, "blender-*/blender")))
    return list(dict.fromkeys(found))


def blender_version(blender: Path) -> tuple[int, int]:
    """Return major and minor version of a Blender program; (0, 0) when it does not answer."""
    match = re.search(r"Blender (\d+)\.(\d+)", output_of([blender, "--version"]) or "")
    return (int(match.group(1)), int(match.group(2))) if match else (0, 0)


def install_into_blenders(archive: Path) -> None:
    """Install the zip into every Blender found that is new enough, else say how to do it by hand."""
    done = False
    for blender in find_blenders():
        version = blender_version(blender)
        if version < (4, 2):
            say(f"{blender}: Blender {version[0]}.{version[1]} is older than 4.2 and was left alone")
            continue
        command: list[str | Path] = [
            blender,
            "--command",
            "extension",
            "install-file",
            "-r",
            "user_default",
            "-e",
            archive,
        ]
        installed = output_of(command) is not None
        done = done or installed
        say(f"{blender}: {'installed' if installed else 'the extension could not be installed'}")
    if not done:
        say(f"Extension: {archive}\nIn Blender 4.2 or newer: Edit > Preferences > Get Extensions > Install from Disk.")
