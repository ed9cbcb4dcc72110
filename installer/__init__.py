# SPDX-License-Identifier: GPL-3.0-or-later
"""Set-up, demonstration and tests. Standard library only, but for ``scene``, which runs inside Blender."""
