# SPDX-License-Identifier: GPL-3.0-or-later
"""Motion to bone rotations and back: numpy only, so that it is tested anywhere."""
