# SPDX-License-Identifier: GPL-3.0-or-later
"""Root of the Blender extension; the work is in ``blender_smoogpt``."""

from .blender_smoogpt import register, unregister

__all__ = ["register", "unregister"]
