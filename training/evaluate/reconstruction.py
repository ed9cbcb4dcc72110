# SPDX-License-Identifier: GPL-3.0-or-later
"""The part tokenizer's figures on held-out clips."""

from __future__ import annotations

import numpy as np
import torch

from server.motion.contacts import planted_slide, skating_ratio
from server.motion.features import motion_from_features
from server.motion.rotations import quat_inv, quat_mul
from server.networks.kinematics import heading_positions
from server.networks.tokenizer import PartTokenizer
from training.library import Entry, Library

_SHORTEST = 20


@torch.inference_mode()
def _clip(
    tokenizer: PartTokenizer, library: Library, entry: Entry
) -> tuple[float, float, float, float, float, float, int]:
    frames = entry.frames // 4 * 4
    rows = np.asarray(library.plain[entry.start : entry.start + frames], dtype=np.float32)
    values = torch.from_numpy(rows)[None]
    made = tokenizer.features_of(tokenizer.tokens_of(values))
    places, truth = heading_positions(made), heading_positions(values)
    relative = (places - places[:, :, :1]) - (truth - truth[:, :, :1])
    error = float(relative.norm(dim=-1).mean()) * 1000
    motion, real = motion_from_features(made[0].numpy()), motion_from_features(rows)
    turn = quat_mul(quat_inv(motion.rotations), real.rotations)
    angle = float(np.degrees(2 * np.arccos(np.clip(np.abs(turn[..., 0]), 0, 1))).mean())
    return (
        error,
        angle,
        planted_slide(motion),
        planted_slide(real),
        skating_ratio(motion),
        skating_ratio(real),
        frames,
    )


def reconstruction(tokenizer: PartTokenizer, library: Library, split: str = "test") -> dict[str, dict[str, float]]:
    """Return, for Bandai-Namco's clips and for all others, the means over the clips of a split.

    Position errors are root-relative in the heading frame, in mm; rotations in degrees; slide in m/s beside the real one.
    """
    groups: dict[str, list[tuple[float, float, float, float, float, float, int]]] = {}
    for entry in library.entries:
        if entry.split == split and entry.frames >= _SHORTEST:
            row = _clip(tokenizer, library, entry)
            groups.setdefault(entry.dataset, []).append(row)
            if entry.dataset != "bandai_namco":
                groups.setdefault("other_sets", []).append(row)
    result: dict[str, dict[str, float]] = {}
    for name, rows in groups.items():
        columns = np.array(rows).T
        mean = columns.mean(axis=1)
        result[name] = {
            "clips": len(rows),
            "joint_position_error_mm": round(float(mean[0]), 2),
            "joint_position_error_mm_by_frames": round(float(np.average(columns[0], weights=columns[6])), 2),
            "rotation_error_deg": round(float(mean[1]), 2),
            "planted_slide_m_s": round(float(mean[2]), 4),
            "planted_slide_real_m_s": round(float(mean[3]), 4),
            "planted_slide_ratio": round(float(mean[2] / max(mean[3], 1e-6)), 3),
            "skating_ratio": round(float(mean[4]), 4),
            "skating_ratio_real": round(float(mean[5]), 4),
        }
    return result
