# SPDX-License-Identifier: GPL-3.0-or-later
"""The one error type whose text is meant for the animator."""

from __future__ import annotations


class SmooError(Exception):
    """Something the user can put right.

    Attributes:
        code: a stable word for programs, such as ``empty_prompt`` or ``weights_damaged``.
        message: one or two sentences that say what happened and what to do.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message

    def __reduce__(self) -> tuple[type[SmooError], tuple[str, str]]:
        """Return how it is made again on its way out of another process."""
        return type(self), (self.code, self.message)
