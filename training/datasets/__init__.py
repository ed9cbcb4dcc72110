# SPDX-License-Identifier: GPL-3.0-or-later
"""Readers of motion data sets, one file a format, and which folders hold which.

Those of this project come as archives or folders with their names; those that users bring are known by what is in them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from . import amass, bandai_namco, cmu, deepmimic, lafan1, mesh2motion, style100, zero_ad
from .folder import Folder, is_labelled
from .folder import is_here as holds_bvh
from .formats import Format

__all__ = ["BROUGHT", "FORMATS", "Folder", "format_named", "holds_bvh", "recognised"]

FORMATS: Final[tuple[Format, ...]] = (bandai_namco, cmu, zero_ad, mesh2motion, deepmimic)
"""The data sets that the project's own weights are trained on, known by the names of their folders and archives."""
BROUGHT: Final[tuple[Format, ...]] = (style100, lafan1, amass)
"""Data sets that users bring; any other folder of BVH files is a `Folder`."""


def format_named(dataset: str) -> Format:
    """Return the format of a data set by its name; names of none are those of a user's folder."""
    known = {form.DATASET: form for form in (*FORMATS, *BROUGHT)}
    return known.get(dataset) or Folder(dataset)


def recognised(folder: Path, name: str) -> Format | None:
    """Return the format of a folder by what is in it; None where there is no motion that can be read.

    Args:
        folder: where to look.
        name: what to call a folder of BVH files that is none of the known data sets.
    """
    if is_labelled(folder):
        return Folder(name)
    if style100.is_here(folder):
        return style100
    if cmu.is_here(folder):
        return cmu
    if lafan1.is_here(folder):
        return lafan1
    if holds_bvh(folder):
        return Folder(name)
    return amass if amass.is_here(folder) else None
