# SPDX-License-Identifier: GPL-3.0-or-later
"""The inference process as Blender sees it: start, talk, time out, cancel, restart."""
