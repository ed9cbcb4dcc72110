# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the left palm rests: on the own body, measured from the palm (8 cm beyond the wrist) to simple solids in it."""

from __future__ import annotations

from typing import Final

import numpy as np

from .body import Body, angle, length
from .signals import Array, lasting

TARGETS: Final = ("other_hand", "other_arm", "head", "chest", "back", "hip", "thigh")
"""In the order in which they win where the palm is near several."""


def _to_line(point: Array, start: Array, end: Array) -> Array:
    """Return the distance (T,) of points from the lines between two others, all (T, 3)."""
    along = end - start
    share = ((point - start) * along).sum(axis=-1) / np.maximum((along * along).sum(axis=-1), 1e-9)
    return length(point - start - np.clip(share, 0, 1)[:, None] * along)


def _in_trunk(body: Body, palm: Array) -> Array:
    """Return the palm (T, 3) seen from the pelvis: to the left, up the spine, out of the chest."""
    pelvis, neck = body.at("pelvis"), body.at("neck")
    up = neck - pelvis
    up = up / np.maximum(length(up), 1e-9)[:, None]
    across = body.at("left_shoulder") - body.at("right_shoulder")
    across = across - (across * up).sum(axis=-1)[:, None] * up
    across = across / np.maximum(length(across), 1e-9)[:, None]
    place = palm - pelvis
    return np.stack([(place * axis).sum(axis=-1) for axis in (across, up, np.cross(across, up))], axis=-1)


def touches(body: Body) -> dict[str, float]:
    """Return the share of the time that the left palm rests on each of `TARGETS`, as ``touch_hip`` and so on."""
    palm = body.at("left_palm")
    x, up, out = _in_trunk(body, palm).T
    shoulder, elbow, wrist = (body.at(f"left_{name}") for name in ("shoulder", "elbow", "wrist"))
    bent = angle(elbow - shoulder, wrist - elbow)
    hip, knee = body.at("left_hip"), body.at("left_knee")
    head = body.at("head") + 0.5 * (body.at("crown") - body.at("head"))
    # each distance is given as a share of the one at which contact begins; what rules contact out makes it large
    near = {
        "other_hand": length(palm - body.at("right_palm")) / 0.13,
        "other_arm": np.minimum(
            _to_line(palm, body.at("right_elbow"), body.at("right_wrist")),
            _to_line(palm, body.at("right_shoulder"), body.at("right_elbow")),
        )
        / 0.14,
        "head": length(palm - head) / 0.19,
        "chest": np.hypot(np.maximum(np.abs(x) - 0.08, 0), out - 0.12) / 0.10 + 9.0 * ((up < 0.22) | (up > 0.52)),
        "back": np.hypot(np.maximum(np.abs(x) - 0.10, 0), np.maximum(out + 0.08, 0)) / 0.06
        + 9.0 * ((up < -0.12) | (up > 0.45) | (out < -0.30)),
        "hip": length(np.stack((x - 0.15, (up - 0.08) * 0.8, out), axis=-1)) / 0.13 + 9.0 * (bent < 45),
        "thigh": _to_line(palm, hip, knee) / 0.15 + 9.0 * (angle(knee - hip, np.array([[0.0, -1.0, 0.0]])) < 25),
    }
    free = np.ones(body.frames, dtype=np.bool_)
    shares: dict[str, float] = {}
    for target in TARGETS:
        rests = free & lasting(-near[target], -0.92, -1.08)
        shares[f"touch_{target}"] = float(rests.mean())
        free &= ~rests
    return shares
