# SPDX-License-Identifier: GPL-3.0-or-later
"""The ruler: classifiers made of real clips only, physics, and real data beside every generated figure."""
