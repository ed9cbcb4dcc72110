# SPDX-License-Identifier: GPL-3.0-or-later
"""Kinematics behind the captions: measures of a motion and the bins that turn them into values."""
