# SPDX-License-Identifier: GPL-3.0-or-later
"""Edits that make the backbone move: bow, bend down, straighten, sway, twist, rock, tremble."""

from __future__ import annotations

from typing import Final

import numpy as np

from server.motion.rotations import Array

from .arm_paths import beat, gait, phase, strength
from .curves import bump, eased, smoothed
from .head import backbone_changed, of_backbone
from .torso import Torso
from .trunk_turns import BENT, gain, trunk_angles, turned_trunk, upright_share
from .upper_edit import Change, Dice, UpperEdit


def _steady(torso: Torso, most: float = 12.0) -> bool:
    """Whether the trunk is upright and does not bend much by itself."""
    return torso.upright and float(np.ptp(np.percentile(trunk_angles(torso)["pitch"], (3, 97)))) < most


def bow(torso: Torso, dice: Dice) -> Change | None:
    """Bow and rise again, once."""
    frames = torso.frames
    length = min(int(torso.motion.fps * dice.uniform(1.4, 3.0)), int(0.72 * frames))
    if not _steady(torso) or length < 0.95 * torso.motion.fps:
        return None
    start = 0.13 * frames + dice.random() * (0.74 * frames - length)
    depth = dice.uniform(24.0, 27.5) / gain(BENT)
    pitch = depth * bump((np.arange(frames) - start) / length, dice.uniform(0.4, 0.55))
    # he who bows looks down
    return backbone_changed(turned_trunk(torso, pitch=pitch, head_keeps=0.35), of_backbone(bend="bows"))


def _ramp(torso: Torso, dice: Dice) -> Array | None:
    frames = torso.frames
    length = min(int(torso.motion.fps * dice.uniform(0.8, 1.8)), int(0.6 * frames))
    if not _steady(torso) or length < 0.6 * torso.motion.fps:
        return None
    start = 0.13 * frames + dice.random() * (0.74 * frames - length)
    return eased((np.arange(frames) - start) / length)


def bend_down(torso: Torso, dice: Dice) -> Change | None:
    """Bend forward and stay so."""
    ramp = _ramp(torso, dice)
    if ramp is None:
        return None
    depth = dice.uniform(17.0, 27.0) / gain(BENT)
    return backbone_changed(turned_trunk(torso, pitch=depth * ramp, head_keeps=0.5), of_backbone(bend="bends"))


def straighten_up(torso: Torso, dice: Dice) -> Change | None:
    """Begin bent forward and straighten up."""
    ramp = _ramp(torso, dice)
    if ramp is None:
        return None
    depth = dice.uniform(15.5, 27.0) / gain(BENT)
    changed = turned_trunk(torso, pitch=depth * (1 - ramp), head_keeps=0.5)
    return backbone_changed(changed, of_backbone(bend="straightens"))


def _widened(own: Array, wave: Array, wanted: float) -> float | None:
    """Return by how much of a wave (T,) a curve (T,) comes to spread over ``wanted``; None where it does already."""

    def spread(size: float) -> float:
        low, high = np.percentile(own + size * wave, (5, 95))
        return float(high - low)

    low, high = 0.0, 2 * wanted
    if spread(low) > 0.9 * wanted or spread(high) < wanted:
        return None
    for _ in range(12):
        middle = (low + high) / 2
        low, high = (middle, high) if spread(middle) < wanted else (low, middle)
    return high


def rock(torso: Torso, dice: Dice) -> Change | None:
    """Rock forward and back."""
    hertz = beat(torso, 0.35, 0.9, dice, least=1.6)
    if not torso.upright or hertz > 1.4:
        return None
    wave = strength(torso, hertz, dice) * np.sin(phase(torso, hertz, dice))
    size = _widened(trunk_angles(torso)["pitch"], wave, dice.uniform(9.0, 11.0))
    if size is None:
        return None
    changed = turned_trunk(torso, pitch=size / gain(BENT) * wave, head_keeps=0.6)
    return backbone_changed(changed, of_backbone(bend="rocks"))


def _side_wave(torso: Torso, dice: Dice) -> tuple[Array, Array] | None:
    """Return waves for sway and twist (T,), of the steps where there are any, else of a slow beat."""
    steps = gait(torso)
    if steps is None:
        hertz = beat(torso, 0.3, 0.75, dice, least=1.4)
        if hertz > 1.2:
            return None
        wave = strength(torso, hertz, dice) * np.sin(phase(torso, hertz, dice))
        return wave, wave
    # over the standing foot, which goes back under the body; the chest turns against the legs
    change = np.gradient(smoothed(steps, 7))
    size = float(np.percentile(np.abs(change), 90))
    return -smoothed(change, 7) / max(size, 1e-6), steps


def sway(torso: Torso, dice: Dice) -> Change | None:
    """Sway from side to side, with the steps where there are any."""
    waves = _side_wave(torso, dice)
    if waves is None or not torso.upright:
        return None
    strong = bool(dice.integers(2))
    wanted = dice.uniform(11.0, 16.0) if strong else dice.uniform(6.0, 8.0)
    size = _widened(trunk_angles(torso)["lean"], waves[0], wanted)
    if size is None:
        return None
    changed = turned_trunk(torso, lean=size / (gain(BENT) * upright_share(torso)) * waves[0], head_keeps=0.8)
    return backbone_changed(changed, of_backbone(sway="strong" if strong else "clear"))


def twist(torso: Torso, dice: Dice) -> Change | None:
    """Twist the chest left and right, with the steps where there are any."""
    waves = _side_wave(torso, dice)
    if waves is None or not torso.upright:
        return None
    strong = bool(dice.integers(2))
    size = _widened(
        trunk_angles(torso)["twist"], waves[1], dice.uniform(31.0, 34.0) if strong else dice.uniform(13.0, 18.0)
    )
    if size is None:
        return None
    return backbone_changed(
        turned_trunk(torso, twist=size / upright_share(torso) * waves[1]),
        of_backbone(twist="strong" if strong else "clear"),
    )


def tremble(torso: Torso, dice: Dice) -> Change | None:
    """Tremble all over at 4.5 to 6.5 Hz: a degree or two of trunk and head, carried on into the hands."""
    seconds = torso.motion.seconds
    # in a brisk walk or a run it would not be seen
    if not torso.upright or seconds < 1.2 or torso.speed > 0.8:
        return None
    at = np.arange(torso.frames) / torso.motion.fps
    hertz = dice.uniform(4.5, 6.5)
    # comes and goes a little, so that it is no machine
    size = dice.uniform(1.3, 2.0) * (1 + 0.3 * np.sin(2 * np.pi * dice.uniform(0.3, 0.8) * at + dice.uniform(0, 6.28)))
    waves = [size * np.sin(2 * np.pi * hertz * at + dice.uniform(0, 6.28)) for _ in range(3)]
    changed = turned_trunk(torso, waves[0], 0.7 * waves[1], 0.8 * waves[2], head_keeps=0.0, arms_carried=True)
    return backbone_changed(changed, of_backbone(tremor="trembling"))


MOVING_BACKBONE: Final[tuple[UpperEdit, ...]] = (
    UpperEdit("backbone_bows", bow),
    UpperEdit("backbone_bends_down", bend_down),
    UpperEdit("backbone_straightens", straighten_up),
    UpperEdit("backbone_rocks", rock),
    UpperEdit("backbone_sways", sway),
    UpperEdit("backbone_twists", twist),
    UpperEdit("backbone_trembles", tremble),
)
"""Edits of the backbone's movement."""
