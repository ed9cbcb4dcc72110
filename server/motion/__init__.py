# SPDX-License-Identifier: GPL-3.0-or-later
"""Skeleton, motion, features, contacts and BVH files. Needs numpy and nothing else."""
