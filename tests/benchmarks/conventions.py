# SPDX-License-Identifier: GPL-3.0-or-later
"""Retargeting onto the rigs of every family and rest pose, measured on Blender's evaluated pose, printed as JSON.

    PYTHON_WITH_BPY tests/benchmarks/conventions.py [--motion F.bvh] [--pictures FOLDER] [--json F.json]

Directions and twist are those of the motion as it is; feet are measured with and without their being kept on the
ground, on legs of 0.6 to 1.6 times an adult's, beside the source. A picture per family shows its rest pose and then
poses of the source (grey) and of the rig (blue) in pairs; ``all.png`` has them all, two families a row.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import types
from pathlib import Path
from typing import Any

import bpy
import numpy as np

ROOT = Path(__file__).resolve().parents[2]
_package = sys.modules.setdefault("smoogpt_ext", types.ModuleType("smoogpt_ext"))
_package.__path__ = [str(ROOT)]
sys.path[:0] = [str(ROOT / "tests" / name) for name in ("", "blender", "rig")]

import evaluated
import rigs
import sticks
from bodies import RESTS, SHAPES, T_POSE, TO_BLENDER, Rest, Shape
from families import FAMILIES
from family_builder import Family
from family_rigs import family_armature, limb_errors, twist_errors
from sample_motions import stepping
from smoogpt_ext.blender_smoogpt.actions.apply import apply_motion
from smoogpt_ext.blender_smoogpt.actions.rest_pose import read_rest
from smoogpt_ext.blender_smoogpt.retarget.options import Options
from smoogpt_ext.blender_smoogpt.retarget.plan import SOURCE_LEG, make_plan
from smoogpt_ext.blender_smoogpt.rig.mapping import REQUIRED, Mapping
from smoogpt_ext.blender_smoogpt.rig.matching import match
from smoogpt_ext.blender_smoogpt.rig.properties import mapping_of
from smoogpt_ext.blender_smoogpt.rig.structure.shape import map_by_shape
from smoogpt_ext.server.motion.bvh import motion_from_bvh
from smoogpt_ext.server.motion.contacts import contacts
from smoogpt_ext.server.motion.motion import Motion
from smoogpt_ext.server.motion.skeleton import JOINT_INDEX, PARENTS
from test_structure import nameless, right_joints, swapped

AS_IT_IS = Options(keep_feet=False, keep_hands=False)
LEGS = (0.6, 0.8, 1.0, 1.3, 1.6)
_FEET = ("left_ankle", "left_foot", "right_ankle", "right_foot")
_GREY, _BLUE, _RED = (0.45, 0.45, 0.45), (0.1, 0.3, 0.75), (0.75, 0.25, 0.1)


def mapping_figures() -> dict[str, float]:
    """Return how many of the 15 required bones are found by name and, names removed, by shape, and the swaps."""
    named = by_shape = total = shapes = swaps = 0
    for family in FAMILIES.values():
        roles = family.roles()
        found = match(family.parents(), family.key)
        named += sum(found.bones[joint] == roles[joint] for joint in REQUIRED) + bool(found.spine)
        total += len(REQUIRED) + 1
        for rest in RESTS.values():
            for shape in SHAPES.values():
                points, nameless_roles = nameless(family, rest, shape)
                mapping = map_by_shape(points, family.key)
                by_shape += right_joints(points, mapping, nameless_roles)
                shapes += len(REQUIRED) + 1
                swaps += len(swapped(mapping, nameless_roles))
    return {"by_name": named / total, "by_shape_without_names": by_shape / shapes, "left_right_swaps": swaps}


def fresh(family: Family, rest: Rest, shape: Shape) -> tuple[bpy.types.Object, Any]:
    """Begin an empty scene with one rig."""
    rigs.empty_scene()
    bpy.context.scene.render.fps = 30
    return family_armature(family, rest, shape)


def directions(family: Family, motion: Motion) -> dict[str, Any]:
    """Return direction and twist errors in degrees over all rest poses."""
    frames = list(range(0, motion.frames, 10))
    limbs, twists = [], []
    for at, rest in enumerate(RESTS.values()):
        armature, body = fresh(family, rest, list(SHAPES.values())[at % len(SHAPES)])
        mapping = mapping_of(armature)
        apply_motion(bpy.context, armature, motion, "Benchmark", 1, AS_IT_IS)
        limbs.append(limb_errors(armature, mapping, motion, frames))
        twists.append(twist_errors(armature, mapping, body, motion, frames))
    return {
        "convention": mapping.label,
        "bones": len(family.bones),
        "limbs_mean_deg": float(np.mean(limbs)),
        "limbs_worst_deg": float(np.max(limbs)),
        "twist_mean_deg": float(np.mean(twists)),
        "twist_worst_deg": float(np.max(twists)),
    }


def _slide(points: np.ndarray, planted: np.ndarray, fps: float) -> float:
    """Return the mean ground speed of toes where they are down, else of the heel; points (T, 4, 3), Z up."""
    speed = np.linalg.norm(np.diff(points[..., :2], axis=0), axis=-1) * fps
    on_toes = planted[:, [1, 3]]
    on_heel = planted[:, [0, 2]] & ~on_toes
    stands = np.stack([on_heel[:, 0], on_toes[:, 0], on_heel[:, 1], on_toes[:, 1]], axis=-1)
    both = stands[1:] & stands[:-1]
    return float(speed[both].mean()) if both.any() else 0.0


def feet(family: Family, legs: float, motion: Motion) -> dict[str, float]:
    """Return slide (metres of the source a second) and the deepest foot under its height in rest (metres)."""
    planted = contacts(motion)
    ours = motion.positions()[:, [JOINT_INDEX[name] for name in _FEET]].astype(float) @ TO_BLENDER.T
    row = {"source_m_s": _slide(ours, planted, motion.fps)}
    for name, options in (("as_it_is", AS_IT_IS), ("kept", Options())):
        armature, body = fresh(family, T_POSE, Shape(legs=legs))
        mapping = mapping_of(armature)
        plan = make_plan(read_rest(armature, mapping), mapping)
        bones = [mapping.bones[joint] for joint in _FEET]
        apply_motion(bpy.context, armature, motion, "Benchmark", 1, options)
        seen = evaluated.heads(bpy.context, armature, bones, range(1, motion.frames + 1))
        floor = np.array([body.heads[bone][2] for bone in bones])
        row[f"{name}_m_s"] = _slide(seen / plan.scale, planted, motion.fps)
        row[f"{name}_deepest_m"] = float(max(0.0, (floor - seen[..., 2]).max()))
    row["legs_of_source"] = plan.legs[0].length / SOURCE_LEG
    return row


def links(mapping: Mapping) -> list[tuple[str, str]]:
    """Return the pairs of mapped bones between which a stick is drawn."""
    trunk = [mapping.bones["pelvis"], *mapping.spine, *mapping.neck, mapping.bones["head"]]
    chains = [trunk]
    for side in ("left", "right"):
        arm = [f"{side}_{joint}" for joint in ("collar", "shoulder", "elbow", "wrist")]
        leg = [f"{side}_{joint}" for joint in ("hip", "knee", "ankle", "foot")]
        chains.append([mapping.spine[-1], *(mapping.bones[joint] for joint in arm if joint in mapping.bones)])
        chains.append([mapping.bones["pelvis"], *(mapping.bones[joint] for joint in leg if joint in mapping.bones)])
    return [pair for chain in chains for pair in zip(chain[:-1], chain[1:], strict=True)]


def strip(family: Family, motion: Motion) -> list[np.ndarray]:
    """Draw one family: its rest pose, then source and rig side by side in four poses."""
    armature, body = fresh(family, RESTS["A-pose"], SHAPES["adult"])
    mapping = mapping_of(armature)
    apply_motion(bpy.context, armature, motion, "Benchmark", 1)
    pairs = links(mapping)
    ends = {mapping.bones[joint] for joint in ("head", "left_wrist", "right_wrist")}
    rest = [(body.heads[a], body.heads[b]) for a, b in pairs] + [(body.heads[b], body.tails[b]) for b in ends]
    tiles = [sticks.tile(rest, _RED, np.zeros(3))]
    for frame in np.linspace(0, motion.frames - 1, 4).round().astype(int):
        points = motion.positions()[frame].astype(float) @ TO_BLENDER.T
        bpy.context.scene.frame_set(int(frame) + 1)
        pose = armature.evaluated_get(bpy.context.evaluated_depsgraph_get()).pose.bones
        lines = [(points[parent], points[at]) for at, parent in enumerate(PARENTS) if parent >= 0]
        tiles.append(sticks.tile(lines, _GREY, points[0]))
        heads = {bone.name: np.array(bone.head) for bone in pose}
        lines = [(heads[a], heads[b]) for a, b in pairs] + [(heads[b], np.array(pose[b].tail)) for b in ends]
        tiles.append(sticks.tile(lines, _BLUE, heads[mapping.bones["pelvis"]]))
    return tiles


def main() -> None:
    """Measure all families and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--motion", type=Path)
    parser.add_argument("--pictures", type=Path)
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    motion = motion_from_bvh(chosen.motion).canonical() if chosen.motion else stepping(90)
    motion = motion.sliced(0, min(motion.frames, 120))
    with rigs.registered():
        rows = {key: directions(family, motion) for key, family in FAMILIES.items()}
        standing = {
            f"{key}, legs {legs}": feet(FAMILIES[key], legs, motion)
            for key in ("mixamo", "unreal5", "smpl")
            for legs in LEGS
        }
        if chosen.pictures:
            chosen.pictures.mkdir(parents=True, exist_ok=True)
            strips = {key: strip(family, motion) for key, family in FAMILIES.items()}
            for key, tiles in strips.items():
                sticks.save([tiles], chosen.pictures / f"{key}.png")
            every = list(strips.values())
            every += [[np.ones_like(every[0][0])] * len(every[0])] * (len(every) % 2)
            sticks.save([a + b for a, b in zip(every[::2], every[1::2], strict=True)], chosen.pictures / "all.png")
    result = {
        "blender": bpy.app.version_string,
        "motion": chosen.motion.name if chosen.motion else "formula",
        "rest_poses": list(RESTS),
        "mapping": mapping_figures(),
        "all": {
            "families": len(rows),
            "limbs_mean_deg": float(np.mean([row["limbs_mean_deg"] for row in rows.values()])),
            "limbs_worst_deg": max(row["limbs_worst_deg"] for row in rows.values()),
            "twist_worst_deg": max(row["twist_worst_deg"] for row in rows.values()),
            "slide_source_m_s": max(row["source_m_s"] for row in standing.values()),
            "slide_as_it_is_worst_m_s": max(row["as_it_is_m_s"] for row in standing.values()),
            "slide_kept_worst_m_s": max(row["kept_m_s"] for row in standing.values()),
            "deepest_kept_m": max(row["kept_deepest_m"] for row in standing.values()),
        },
        "families": rows,
        "feet": standing,
    }
    text = json.dumps(result, indent=1)
    if chosen.json:
        chosen.json.write_text(text + "\n", encoding="utf-8")
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
    os._exit(0)  # Blender hangs at exit while add-ons have handlers


if __name__ == "__main__":
    main()
