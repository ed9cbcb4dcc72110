# SPDX-License-Identifier: GPL-3.0-or-later
"""Which bone is which: naming conventions, automatic mapping, rest pose."""
