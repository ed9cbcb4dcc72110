# SPDX-License-Identifier: GPL-3.0-or-later
"""The language model on disk: where it is, whether it is whole, and its conversion from the downloaded GGUF file.

Reading a GGUF takes some fifteen seconds, the converted folder two; so set-up converts once.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
from pathlib import Path

from .errors import SmooError
from .home import language_model_folder

GGUF_SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
MODEL_NAME = "SmolLM2-135M-Instruct"
_COMPLETE = "smoogpt.json"
_log = logging.getLogger(__name__)


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file as 64 hexadecimal digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def is_converted(folder: Path) -> bool:
    """Tell whether a folder holds a completely converted model whose weights have the size that was written."""
    try:
        record = json.loads((folder / _COMPLETE).read_text(encoding="utf-8"))
        return bool((folder / "model.safetensors").stat().st_size == record["bytes"])
    except (OSError, ValueError, KeyError, TypeError):
        return False


def model_folder(folder: Path | None = None) -> Path:
    """Return the folder of the language model.

    Raises:
        SmooError: ``model_missing`` if it is absent or was not written to the end.
    """
    found = folder or language_model_folder()
    if not is_converted(found):
        raise SmooError(
            "model_missing",
            f"The language model is missing or incomplete in {found}. Run 'python install.py' to fetch it again.",
        )
    return found


def convert_gguf(gguf_path: Path, out_dir: Path) -> Path:
    """Convert the GGUF of the language model to a folder with bfloat16 safetensors, tokenizer and configuration.

    The folder appears only when it is complete, so a run that is interrupted leaves nothing half written.

    Args:
        gguf_path: the downloaded file; its checksum must be the known one.
        out_dir: the folder to make; an older one is replaced.

    Returns:
        ``out_dir``.

    Raises:
        SmooError: ``model_missing`` if the file is absent, ``weights_damaged`` if its checksum is wrong.
    """
    if not gguf_path.is_file():
        raise SmooError("model_missing", f"There is no file {gguf_path}. Run 'python install.py' to download it.")
    found = sha256_of(gguf_path)
    if found != GGUF_SHA256:
        raise SmooError(
            "weights_damaged",
            f"{gguf_path} is not the expected file (SHA-256 {found[:12]}, expected {GGUF_SHA256[:12]}). "
            "Delete it and run 'python install.py' again.",
        )
    partial = out_dir.with_name(out_dir.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    _write_converted(gguf_path, partial)
    shutil.rmtree(out_dir, ignore_errors=True)
    os.replace(partial, out_dir)
    return out_dir


def _write_converted(gguf_path: Path, folder: Path) -> None:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig

    where = {"pretrained_model_name_or_path": str(gguf_path.parent), "gguf_file": gguf_path.name}
    tokenizer = AutoTokenizer.from_pretrained(**where)
    unpacked = GgufConfig(dequantize=True)  # packed weights cannot be saved, nor a LoRA merged into them
    model = AutoModelForCausalLM.from_pretrained(**where, quantization_config=unpacked, dtype=torch.bfloat16)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    record = {"model": MODEL_NAME, "gguf_sha256": GGUF_SHA256, "bytes": (folder / "model.safetensors").stat().st_size}
    (folder / _COMPLETE).write_text(json.dumps(record), encoding="utf-8")
    _log.info("language model converted to %s", folder)
