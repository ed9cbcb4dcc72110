# SPDX-License-Identifier: GPL-3.0-or-later
"""The report as a page that people look at: plots, contact sheets and an index in HTML. Needs Pillow (``develop.txt``)."""

from .index import write_page

__all__ = ["write_page"]
