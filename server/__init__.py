# SPDX-License-Identifier: GPL-3.0-or-later
"""The inference process: language model, motion networks and the protocol that Blender talks to.

This package imports nothing by itself, so that Blender can take the protocol and the motion types from it without torch.
"""
