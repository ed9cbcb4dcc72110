# SPDX-License-Identifier: GPL-3.0-or-later
"""The ruler: every figure of the trained models beside real data, with an interval and what is asked. See docs/evaluation.md."""
