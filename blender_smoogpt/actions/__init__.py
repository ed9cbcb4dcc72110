# SPDX-License-Identifier: GPL-3.0-or-later
"""Keyframes in and out: writing Actions, reading them back, export."""
