# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that makes the weights: data, texts, trainers and the ruler. May import ``server``, never the reverse."""
