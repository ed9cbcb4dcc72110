# SPDX-License-Identifier: GPL-3.0-or-later
"""The language of body parts: typed attributes, the sentences that say them, and back. Standard library and numpy only."""
