# SPDX-License-Identifier: GPL-3.0-or-later
"""The demonstration, run in Blender as a module: a character, the extension as a user drives it, pictures."""
