# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the environments, the two models of language and the caches live: one folder of the user's.

Standard library only, and written for the oldest Python that may run the installer.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path


def home() -> Path:
    """Return the user's SMooGPT folder: ``SMOOGPT_HOME`` if set, else the platform's place for application data."""
    chosen = os.environ.get("SMOOGPT_HOME")
    if chosen:
        return Path(chosen).expanduser().resolve()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "smoogpt"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "smoogpt"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "smoogpt"


def environment_folder() -> Path:
    """Folder of the virtual environment in which the inference process runs."""
    return home() / "env"


def blender_environment_folder() -> Path:
    """Folder of the virtual environment with the ``bpy`` wheel, used by the demo and the tests."""
    return home() / "env-bpy"


def language_model_folder() -> Path:
    """Folder of the converted language model."""
    return home() / "models" / "smollm2-135m-instruct"


def encoder_folder() -> Path:
    """Folder of the sentence encoder."""
    return home() / "models" / "all-minilm-l6-v2"


def downloads_folder() -> Path:
    """Folder that keeps downloads until they are complete and checked."""
    return home() / "downloads"


def training_folder() -> Path:
    """Folder for prepared data and training checkpoints, never inside the source tree: ``SMOOGPT_TRAINING`` if set."""
    chosen = os.environ.get("SMOOGPT_TRAINING")
    return Path(chosen).expanduser().resolve() if chosen else home() / "training"
