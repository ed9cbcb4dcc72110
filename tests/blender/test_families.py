# SPDX-License-Identifier: GPL-3.0-or-later
"""A motion on the rigs of every family, in rest poses of all kinds, as Blender evaluates it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

bpy = pytest.importorskip("bpy")

import rigs
from bodies import RESTS, SHAPES
from families import FAMILIES
from family_rigs import family_armature, limb_errors, twist_errors
from sample_motions import walk
from smoogpt_ext.blender_smoogpt.actions.apply import apply_motion
from smoogpt_ext.blender_smoogpt.actions.read import read_motion
from smoogpt_ext.blender_smoogpt.retarget.options import Options
from smoogpt_ext.blender_smoogpt.rig.properties import mapping_of
from smoogpt_ext.server.motion.skeleton import JOINT_INDEX

MOTION = walk(30, turn=0.5)
FRAMES = (0, 9, 18, 29)
SHAPE_NAMES = list(SHAPES)
LIMB_JOINTS = [JOINT_INDEX[f"{side}_{joint}"] for side in ("left", "right") for joint in ("elbow", "knee")]


@pytest.fixture(autouse=True, scope="module")
def _registered() -> Iterator[None]:
    with rigs.registered():
        yield


@pytest.fixture(autouse=True)
def _empty_scene() -> Iterator[None]:
    rigs.empty_scene()
    bpy.context.scene.render.fps = 30
    yield


@pytest.mark.parametrize("rest", RESTS)
@pytest.mark.parametrize("key", FAMILIES)
def test_limbs_point_and_turn_as_the_motion_says(key: str, rest: str) -> None:
    shape = SHAPES[SHAPE_NAMES[(list(FAMILIES).index(key) + list(RESTS).index(rest)) % len(SHAPES)]]
    armature, body = family_armature(FAMILIES[key], RESTS[rest], shape, unit=100.0 if rest == "A-pose" else 1.0)
    mapping = mapping_of(armature)
    apply_motion(bpy.context, armature, MOTION, "Walk", 1, Options(keep_feet=False, keep_hands=False))
    errors = limb_errors(armature, mapping, MOTION, FRAMES)
    assert errors.mean() < 2.0
    assert errors.max() < 5.0
    assert twist_errors(armature, mapping, body, MOTION, FRAMES).max() < 10.0
    back = read_motion(bpy.context, armature, 1, 5).rotations[:, LIMB_JOINTS]
    turned = np.abs(np.sum(back * MOTION.rotations[:5, LIMB_JOINTS], axis=-1))
    assert np.degrees(2 * np.arccos(np.clip(turned, 0, 1))).max() < 5.0
