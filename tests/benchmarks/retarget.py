# SPDX-License-Identifier: GPL-3.0-or-later
"""Retargeting measured in Blender, printed as JSON: directions on the evaluated pose, time, the usual way beside it.

    PYTHON_WITH_BPY tests/benchmarks/retarget.py [--motion F.bvh] [--frames 120] [--json F.json]

Without a file the motion is made by formula. The usual way sets ``pose_bone.matrix``, updates the view layer and
inserts keyframes, bone by bone and frame by frame; it is measured without rest alignment, as it is mostly found, and with
ours, and timed on fewer frames because it is slow.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
import types
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import bpy
import numpy as np
from mathutils import Matrix, Quaternion

ROOT = Path(__file__).resolve().parents[2]
_package = sys.modules.setdefault("smoogpt_ext", types.ModuleType("smoogpt_ext"))
_package.__path__ = [str(ROOT)]
sys.path[:0] = [str(ROOT / "tests" / name) for name in ("", "blender", "rig")]

import evaluated
import rigs
from bodies import RESTS
from families import FAMILIES
from family_rigs import family_armature
from sample_motions import stepping
from smoogpt_ext.blender_smoogpt.actions.apply import apply_motion
from smoogpt_ext.blender_smoogpt.actions.channels import rotation_property
from smoogpt_ext.blender_smoogpt.actions.read import read_motion
from smoogpt_ext.blender_smoogpt.actions.rest_pose import read_rest
from smoogpt_ext.blender_smoogpt.retarget import solve as solve_module
from smoogpt_ext.blender_smoogpt.retarget.axes import conjugated
from smoogpt_ext.blender_smoogpt.retarget.options import Options
from smoogpt_ext.blender_smoogpt.retarget.plan import make_plan
from smoogpt_ext.blender_smoogpt.retarget.solve import solve
from smoogpt_ext.blender_smoogpt.rig.detect import detect
from smoogpt_ext.blender_smoogpt.rig.mapping import Mapping
from smoogpt_ext.server.motion.bvh import motion_from_bvh
from smoogpt_ext.server.motion.contacts import contacts
from smoogpt_ext.server.motion.motion import Motion
from smoogpt_ext.server.motion.skeleton import JOINT_INDEX

REPEATS = 5
AS_IT_IS = Options(keep_feet=False, keep_hands=False)
"""Directions are those of the motion as it is; everything else is measured with feet kept on the ground."""
USUAL_FRAMES = 10
RIGS: dict[str, Callable[[], bpy.types.Object]] = {
    "unreal 5, A-pose": lambda: family_armature(FAMILIES["unreal5"], RESTS["A-pose"])[0],
    "mixamo, T-pose": rigs.mixamo,
    "mixamo, A-pose, bent elbows, odd rolls": lambda: rigs.mixamo("mixamorig1:", 45, 25, odd_rolls=True),
    "rigify meta-rig": rigs.rigify_metarig,
    "rigify": rigs.rigify_human,
}


def directions(armature: bpy.types.Object, mapping: Mapping, motion: Motion, frames: list[int]) -> dict[str, float]:
    """Return mean and worst direction error in degrees, of the limbs and of the spine."""
    errors = evaluated.direction_errors(bpy.context, armature, mapping, motion, 1, frames)
    limbs = np.array([errors[pair] for pair in evaluated.LIMBS])
    spine = np.array([errors[pair] for pair in evaluated.SPINE])
    names = ("limbs_mean_deg", "limbs_worst_deg", "spine_mean_deg", "spine_worst_deg")
    return dict(zip(names, map(float, (limbs.mean(), limbs.max(), spine.mean(), spine.max())), strict=True))


def planted_slide(points: np.ndarray, planted: np.ndarray, fps: float) -> float:
    """Return the mean speed (m/s) over the ground of foot joints (T, 4, 3) while they are planted (T, 4)."""
    speed = np.linalg.norm(np.diff(points[..., :2], axis=0), axis=-1) * fps
    both = planted[1:] & planted[:-1]
    return float(speed[both].mean()) if both.any() else 0.0


def feet(armature: bpy.types.Object, mapping: Mapping, motion: Motion) -> dict[str, float]:
    """Return how fast planted feet slide on the source and on the target (in metres of the source)."""
    rest = read_rest(armature, mapping)
    plan = make_plan(rest, mapping)
    joints = ("left_ankle", "left_foot", "right_ankle", "right_foot")
    bones = [mapping.bones[name] for name in joints]
    seen = evaluated.heads(bpy.context, armature, bones, range(1, motion.frames + 1)) / plan.scale
    ours = motion.positions()[:, [JOINT_INDEX[name] for name in joints]][..., [0, 2, 1]]
    planted = contacts(motion)
    return {
        "planted_slide_source_m_s": planted_slide(ours, planted, motion.fps),
        "planted_slide_target_m_s": planted_slide(seen, planted, motion.fps),
    }


def best_ms(run: Callable[[], Any]) -> tuple[float, float]:
    """Return the shortest of several runs in milliseconds, by the clock and by the processor (other work left out)."""
    clock, processor = [], []
    for _ in range(REPEATS):
        start, started = time.perf_counter(), time.process_time()
        run()
        clock.append((time.perf_counter() - start) * 1e3)
        processor.append((time.process_time() - started) * 1e3)
    return min(clock), min(processor)


def usual_way(armature: bpy.types.Object, mapping: Mapping, motion: Motion, *, aligned: bool) -> dict[str, float]:
    """Write the first frames as most add-ons do, and return time and direction errors.

    Most take the source's turns for the target's, as if both rested in the same pose; ``aligned`` gives them ours.
    """
    plan = make_plan(read_rest(armature, mapping), mapping)
    location = solve(plan, motion).location
    if not aligned:
        none = np.array([1.0, 0.0, 0.0, 0.0])
        plan = replace(plan, driven=tuple(replace(bone, align=none) for bone in plan.driven))
    turns = solve_module._turns(plan, motion.global_rotations().astype(float))
    into_armature = plan.axes.quaternion
    bones = armature.pose.bones
    armature.animation_data_create().action = bpy.data.actions.new("Usual way")
    start = time.perf_counter()
    for frame in range(USUAL_FRAMES):
        bpy.context.scene.frame_set(1 + frame)
        bones[plan.root].location = location[frame].tolist()
        bones[plan.root].keyframe_insert("location", frame=1 + frame)
        for at, driven in enumerate(plan.driven):
            bone = bones[driven.bone]
            turn = Quaternion(conjugated(into_armature, turns[frame, at]).tolist())
            rest = bone.bone.matrix_local.to_quaternion()
            bone.matrix = Matrix.LocRotScale(bone.matrix.translation, turn @ rest, None)
            bpy.context.view_layer.update()
            bone.keyframe_insert(rotation_property(bone.rotation_mode), frame=1 + frame)
    spent = (time.perf_counter() - start) * 1e3 / USUAL_FRAMES
    errors = directions(armature, mapping, motion, list(range(0, USUAL_FRAMES, 3)))
    return {"ms_per_frame": spent, "frames_timed": USUAL_FRAMES, **errors}


def measure(make: Callable[[], bpy.types.Object], motion: Motion) -> dict[str, Any]:
    """Return every figure of one rig."""
    rigs.empty_scene()
    bpy.context.scene.render.fps = round(motion.fps)
    armature = make()
    bpy.context.scene.render.fps = round(motion.fps)
    mapping = detect(armature)
    row: dict[str, Any] = {
        "convention": mapping.label,
        "bones": len(armature.data.bones),
        "mapped": len(mapping.rows()),
    }
    row["write_ms"], row["write_processor_ms"] = best_ms(
        lambda: apply_motion(bpy.context, armature, motion, "Benchmark", 1)
    )
    frames = list(range(0, motion.frames, max(1, motion.frames // 12)))
    row |= feet(armature, mapping, motion)
    apply_motion(bpy.context, armature, motion, "Benchmark", 1, AS_IT_IS)
    row |= directions(armature, mapping, motion, frames)
    row["planted_slide_as_it_is_m_s"] = feet(armature, mapping, motion)["planted_slide_target_m_s"]
    start = time.perf_counter()
    back = read_motion(bpy.context, armature)
    row["read_back_ms"] = (time.perf_counter() - start) * 1e3
    row["read_back_worst_deg"] = float(
        np.degrees(2 * np.arccos(np.clip(np.abs(np.sum(back.rotations * motion.rotations, axis=-1)).min(), 0, 1)))
    )
    row["usual_way"] = usual_way(armature, mapping, motion, aligned=False)
    row["usual_way_with_our_alignment"] = usual_way(armature, mapping, motion, aligned=True)
    row["times_faster"] = row["usual_way"]["ms_per_frame"] * motion.frames / row["write_ms"]
    return row


def main() -> None:
    """Measure all rigs and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--motion", type=Path)
    parser.add_argument("--frames", type=int, default=120)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    motion = motion_from_bvh(options.motion).canonical() if options.motion else stepping(options.frames)
    motion = motion.sliced(0, options.frames)
    with rigs.registered():
        rows = {name: measure(make, motion) for name, make in RIGS.items()}
    result = {
        "blender": bpy.app.version_string,
        "motion": {
            "from": options.motion.name if options.motion else "formula",
            "frames": motion.frames,
            "fps": motion.fps,
        },
        "rigs": rows,
    }
    text = json.dumps(result, indent=1)
    if options.json:
        options.json.write_text(text + "\n", encoding="utf-8")
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
    os._exit(0)  # Blender hangs at exit while Rigify's handlers are registered


if __name__ == "__main__":
    main()
