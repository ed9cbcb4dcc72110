# SPDX-License-Identifier: GPL-3.0-or-later
"""The error whose text goes to the animator through ``self.report``."""

from __future__ import annotations


class UserError(Exception):
    """Something the animator can put right; the message says what happened and what to do.

    Attributes:
        message: one or two sentences for the status bar.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
