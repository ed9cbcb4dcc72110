# SPDX-License-Identifier: GPL-3.0-or-later
"""Trained weights on disk: safetensors in half precision, with the network's sizes in the header and a checksum beside.

``SHA256SUMS`` in the weights folder holds one line a file, as the ``sha256sum`` command writes it.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, Final

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import nn

from ..errors import SmooError

WEIGHTS_FOLDER: Final = Path(__file__).resolve().parent.parent / "weights"
CHECKSUMS: Final = "SHA256SUMS"
SETS: Final = {"standard": WEIGHTS_FOLDER, "open": WEIGHTS_FOLDER / "open"}
"""The sets of weights that come with the program; their model cards say what they were trained on, and their licences."""


def weights_folder(choice: str = "") -> Path:
    """Return the folder of a set of weights.

    Args:
        choice: a name of `SETS`, or a folder that ``python -m training`` made; the standard set where it is empty.

    Raises:
        SmooError: ``weights_missing`` if there is no such set or folder.
    """
    folder = SETS.get(choice or "standard") or Path(choice).expanduser()
    if not (folder / CHECKSUMS).is_file():
        names = " or ".join(f"'{name}'" for name in SETS)
        message = f"There are no weights in {folder}. Choose {names}, or a folder that 'python -m training' has made."
        raise SmooError("weights_missing", message)
    return folder


def save_weights(network: nn.Module, config: dict[str, Any], path: Path) -> None:
    """Write a network's weights in half precision, with its config in the header."""
    tensors = {
        name: tensor.detach().cpu().contiguous().to(torch.float16 if tensor.is_floating_point() else tensor.dtype)
        for name, tensor in network.state_dict().items()
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(tensors, path, metadata={"config": json.dumps(config)})


def check_weights(path: Path) -> None:
    """Compare a weights file with its checksum.

    Raises:
        SmooError: ``weights_missing`` or ``weights_damaged``, saying what to do.
    """
    if not path.is_file():
        raise SmooError(
            "weights_missing", f"The weights file {path.name} is missing. Install SMooGPT again from its zip."
        )
    sums = path.parent / CHECKSUMS
    lines = sums.read_text(encoding="utf-8").splitlines() if sums.is_file() else []
    wanted = {name.lstrip("*"): digest for digest, _, name in (line.partition("  ") for line in lines)}
    if path.name not in wanted:
        raise SmooError(
            "weights_damaged", f"{CHECKSUMS} has no line for {path.name}. Install SMooGPT again from its zip."
        )
    if hashlib.sha256(path.read_bytes()).hexdigest() != wanted[path.name]:
        raise SmooError(
            "weights_damaged", f"The weights file {path.name} is damaged. Install SMooGPT again from its zip."
        )


def load_weights(path: Path) -> tuple[dict[str, torch.Tensor], dict[str, Any]]:
    """Return the tensors (in single precision) and the config of a checked weights file.

    Raises:
        SmooError: ``weights_missing`` or ``weights_damaged``.
    """
    check_weights(path)
    try:
        with safe_open(path, framework="pt") as file:
            config = json.loads((file.metadata() or {})["config"])
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (no mapping)
    except (SafetensorError, KeyError, json.JSONDecodeError) as error:
        message = f"The weights file {path.name} cannot be read ({error}). Install SMooGPT again from its zip."
        raise SmooError("weights_damaged", message) from error
    floats = {name: t.float() if t.is_floating_point() else t for name, t in tensors.items()}
    return floats, config


def write_checksums(folder: Path = WEIGHTS_FOLDER) -> None:
    """Write ``SHA256SUMS`` for every safetensors file of a folder."""
    lines = [f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {p.name}" for p in sorted(folder.glob("*.safetensors"))]
    (folder / CHECKSUMS).write_text("\n".join(lines) + "\n", encoding="utf-8")
