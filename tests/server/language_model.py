# SPDX-License-Identifier: GPL-3.0-or-later
"""The real language model for tests, loaded once a session."""

from __future__ import annotations

from functools import cache

import pytest

from server.home import language_model_folder
from server.llm import ADAPTER_FILE, LanguageModel
from server.llm_files import is_converted


@cache
def language_model(adapted: bool) -> LanguageModel:
    """Return the model, with or without the adapter; the test is left out where set-up has not fetched it."""
    if not is_converted(language_model_folder()):
        pytest.skip(f"no language model in {language_model_folder()}: run 'python install.py'")
    return LanguageModel.load(adapter=ADAPTER_FILE if adapted else None)
