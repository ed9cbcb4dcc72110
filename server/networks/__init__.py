# SPDX-License-Identifier: GPL-3.0-or-later
"""The trained networks: part tokenizer and motion generator. Needs torch."""
