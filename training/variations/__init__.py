# SPDX-License-Identifier: GPL-3.0-or-later
"""Parametric edits of real clips that keep them natural, so that the data spans what the words can say."""

from __future__ import annotations

from typing import Final

VARIED: Final = "variations"
"""Data set name of clips that were made by edits."""
