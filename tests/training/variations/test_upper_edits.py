# SPDX-License-Identifier: GPL-3.0-or-later
"""Edits of arms, backbone and head on motions made by formula: they do what they claim and leave the rest alone."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from bodies_in_motion import stand, walk

from server.captioner import attributes_of
from server.motion.contacts import jitter
from server.motion.motion import Motion
from server.motion.rotations import quat_from_axis_angle, quat_mul
from server.motion.skeleton import FOOT_JOINTS, JOINT_INDEX, PART_JOINTS
from server.parts.vocabulary import SLOTS
from training.variations.arms_held import HELD
from training.variations.backbone import HELD_BACKBONE
from training.variations.backbone_moving import MOVING_BACKBONE
from training.variations.edit import Varied
from training.variations.head import HEAD
from training.variations.limits import excess
from training.variations.self_contact import depths
from training.variations.torso import Torso
from training.variations.upper import UPPER

_TRIES = 4
EDITS = {edit.name: edit for edit in UPPER}
# by their nature quick: what they do is what jitter measures
_QUICK = ("arms_robot", "arms_punch", "arms_faster", "backbone_trembles", "arms_drum", "arms_wave", "arms_move_more")


@cache
def sitting() -> Motion:
    """Sit on nothing: the thighs ahead, the trunk upright."""
    motion = stand()
    rotations = motion.rotations.copy()
    for side in ("left", "right"):
        for joint, degrees in (("hip", -75.0), ("knee", 90.0), ("ankle", -15.0)):
            turn = quat_from_axis_angle(np.array([1.0, 0.0, 0.0]), np.radians(degrees))
            rotations[:, JOINT_INDEX[f"{side}_{joint}"]] = turn
    return Motion(motion.root_positions, rotations, motion.fps).canonical()


@cache
def stooping() -> Motion:
    """Walk with a bent, round back that sways and twists, and a hanging head that looks about."""
    motion = walk()
    rotations = motion.rotations.copy()
    about = np.radians(20.0) * np.sin(2 * np.pi * 0.6 * np.arange(motion.frames) / motion.fps)
    for joint, degrees in (("spine1", 8.0), ("spine2", 12.0), ("spine3", 16.0), ("neck", -4.0), ("head", -4.0)):
        turn = quat_from_axis_angle(np.array([1.0, 0.0, 0.0]), np.radians(degrees))
        rotations[:, JOINT_INDEX[joint]] = quat_mul(rotations[:, JOINT_INDEX[joint]], turn)
    for joint, axis, share in (
        ("head", (0.0, 1.0, 0.0), 1.0),
        ("spine1", (0.0, 0.0, 1.0), 0.3),
        ("spine2", (0.0, 1.0, 0.0), 0.5),
    ):
        at = JOINT_INDEX[joint]
        rotations[:, at] = quat_mul(rotations[:, at], quat_from_axis_angle(np.array(axis), share * about))
    return Motion(motion.root_positions, rotations, motion.fps).canonical()


BODIES = {"stand": stand, "walk": walk, "sitting": sitting, "stooping": stooping}


@cache
def made(name: str, of: str) -> tuple[int, Varied] | None:
    """Return the first seed at which an edit takes a motion, and what it makes of it."""
    for seed in range(_TRIES):
        varied = EDITS[name](BODIES[of](), np.random.default_rng(seed))
        if varied is not None:
            return seed, varied
    return None


def results(name: str) -> list[tuple[Motion, Varied]]:
    """Return what an edit makes of each motion that it takes, beside that motion."""
    found = ((BODIES[of](), made(name, of)) for of in BODIES)
    return [(before, one[1]) for before, one in found if one is not None]


@pytest.mark.parametrize("name", EDITS)
def test_every_edit_does_what_it_claims(name: str) -> None:
    assert results(name)
    kept = []
    for before, varied in results(name):
        was, said = attributes_of(before), attributes_of(varied.motion)
        assert varied.expected
        for key, values in varied.expected.items():
            assert was.get(key, "") not in values
            assert said.get(key, "") in values, (key, values, said.get(key))
            assert key[0] in varied.parts
        others = [slot.key for slot in SLOTS if slot.part not in varied.parts]
        kept.append(sum(was.get(key) == said.get(key) for key in others) / len(others))
    assert np.mean(kept) > 0.97


@pytest.mark.parametrize("name", EDITS)
def test_what_is_not_meant_does_not_move(name: str) -> None:
    for before, varied in results(name):
        after = varied.motion
        assert after.frames == before.frames
        assert after.fps == before.fps
        assert np.isfinite(after.positions()).all()
        assert np.array_equal(after.root_positions, before.root_positions)
        for part in ("root", "left_leg", "right_leg"):
            joints = list(PART_JOINTS[part])
            assert np.allclose(after.rotations[:, joints], before.rotations[:, joints], atol=1e-5)
        feet = list(FOOT_JOINTS)
        assert np.abs(after.positions()[:, feet] - before.positions()[:, feet]).max() < 1e-4


@pytest.mark.parametrize("name", EDITS)
def test_bodies_stay_sound(name: str) -> None:
    for before, varied in results(name):
        lawful = excess(before).max(axis=0) < 1.0
        assert excess(varied.motion)[:, lawful].max() < 1.0
        assert (depths(varied.motion) - depths(before)).max() < 0.016
        if name not in _QUICK:
            assert jitter(varied.motion) < 1.3 * jitter(before) + 0.3


@pytest.mark.parametrize("name", EDITS)
def test_the_dice_decide(name: str) -> None:
    of, (seed, varied) = next((of, one) for of in BODIES if (one := made(name, of)) is not None)
    again = EDITS[name](BODIES[of](), np.random.default_rng(seed))
    assert again is not None
    assert np.array_equal(again.motion.rotations, varied.motion.rotations)
    assert again.expected == varied.expected


def test_other_dice_make_other_strengths() -> None:
    turned = [EDITS["chest_turned"](walk(), np.random.default_rng(seed)) for seed in range(6)]
    middles = {round(float(np.median(one.motion.rotations[:, JOINT_INDEX["spine1"], 2])), 3) for one in turned if one}
    assert len(middles) >= 4
    sides = {value for one in turned if one for value in one.expected["backbone", "turned"]}
    assert sides == {"left", "right"}


@pytest.mark.parametrize("name", [edit.name for edit in HELD])
def test_held_hands_are_not_frozen(name: str) -> None:
    for before, varied in results(name):
        if before is not walk():
            continue
        for part in varied.parts:
            torso = Torso(varied.motion if part == "left_arm" else varied.motion.mirrored())
            assert np.ptp(torso.hand, axis=0).max() > 0.003


@pytest.mark.parametrize("edit", (*HELD_BACKBONE, *MOVING_BACKBONE), ids=lambda edit: edit.name)
def test_hands_move_on_though_the_backbone_turns(edit) -> None:
    if edit.name == "backbone_trembles":
        return
    for before, varied in results(edit.name):
        for part in ("left_arm", "right_arm"):
            was, now = (Torso(one if part == "left_arm" else one.mirrored()) for one in (before, varied.motion))
            hung = [clip.at("left_wrist") - clip.at("left_shoulder") for clip in (was, now)]
            assert np.median(np.abs(hung[0][:, 1] - hung[1][:, 1])) < 0.06


@pytest.mark.parametrize("edit", HEAD, ids=lambda edit: edit.name)
def test_the_head_turns_alone(edit) -> None:
    for before, varied in results(edit.name):
        moved = np.abs(varied.motion.rotations - before.rotations).max(axis=(0, 2))
        assert set(np.flatnonzero(moved > 1e-4)) <= {JOINT_INDEX["neck"], JOINT_INDEX["head"]}


def test_collars_rise_with_raised_arms() -> None:
    raised = EDITS["arms_overhead"](walk(), np.random.default_rng(0))
    assert raised is not None
    for part in raised.parts:
        before, after = (one if part == "left_arm" else one.mirrored() for one in (walk(), raised.motion))
        lifted = [Torso(one).at("left_shoulder")[:, 1] - Torso(one).at("left_collar")[:, 1] for one in (before, after)]
        assert (lifted[1] - lifted[0]).min() > 0.025


def test_who_lies_down_and_what_is_too_short_is_left_alone() -> None:
    down = quat_from_axis_angle(np.array([1.0, 0.0, 0.0]), -np.pi / 2)
    rotations = stand().rotations.copy()
    rotations[:, 0] = quat_mul(down, rotations[:, 0])
    lying = Motion(stand().root_positions, rotations, stand().fps).canonical()
    for edit in UPPER:
        if edit.name not in ("arms_move_more", "arms_move_less", "arms_faster", "arms_slower"):
            assert edit(lying, np.random.default_rng(0)) is None
        assert edit(walk().sliced(0, 12), np.random.default_rng(0)) is None


def test_what_was_so_before_is_not_claimed() -> None:
    once = EDITS["hands_on_hips"](walk(), np.random.default_rng(0))
    assert once is not None
    for seed in range(6):
        twice = EDITS["hands_on_hips"](once.motion, np.random.default_rng(seed))
        assert twice is None or not set(twice.expected) & set(once.expected)
