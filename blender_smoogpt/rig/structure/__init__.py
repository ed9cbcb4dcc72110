# SPDX-License-Identifier: GPL-3.0-or-later
"""Which bone is which without a look at names: by symmetry, hierarchy and the proportions of a body."""
