# SPDX-License-Identifier: GPL-3.0-or-later
"""The generator asks itself for what no recording shows, and learns from the drafts that do it."""
