# SPDX-License-Identifier: GPL-3.0-or-later
"""What the animator types: content, style, seconds, seed, six part texts and their locks."""
