# SPDX-License-Identifier: GPL-3.0-or-later
"""Which choice earned what: the generator trained in several ways alike, one choice changed at a time, and measured alike."""
