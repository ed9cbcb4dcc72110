# SPDX-License-Identifier: GPL-3.0-or-later
"""The language model's lessons: contents and styles in many wordings, their six part texts, and how they compose."""
