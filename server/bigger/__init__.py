# SPDX-License-Identifier: GPL-3.0-or-later
"""Reasoner and composer by a bigger language model that the user runs, under the same schema as the built-in one."""
