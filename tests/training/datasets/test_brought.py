# SPDX-License-Identifier: GPL-3.0-or-later
"""Data sets that users bring, in small files of the same form: what is found, how it is labelled, what is left out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from foreign_files import MIXAMO, Exporter, known_walk
from odd_rigs import exercise, odd_axes, write_odd_bvh

from server.errors import SmooError
from server.motion.motion import Motion
from server.motion.rotations import quat_from_axis_angle, quat_mul
from server.motion.skeleton import JOINT_COUNT, JOINT_INDEX, JOINTS
from training.conversion import attempted, body_for, convert, split_for
from training.datasets import amass, cmu, lafan1, recognised, style100
from training.datasets.formats import Format, Item, contents_of
from training.datasets.learning import learnt, references

_SIDES = ("Left", "Right")


def both(words: dict[str, str]) -> dict[str, str]:
    return {f"{side.lower()}_{ours}": f"{side}{theirs}" for side in _SIDES for ours, theirs in words.items()}


BIOVISION = {
    "pelvis": "Hips",
    "spine1": "Chest",
    "spine2": "Chest2",
    "spine3": "Chest3",
    "neck": "Neck",
    "head": "Head",
}
BIOVISION |= both({"collar": "Collar", "shoulder": "Shoulder", "elbow": "Elbow", "wrist": "Wrist"})
BIOVISION |= both({"hip": "Hip", "knee": "Knee", "ankle": "Ankle", "foot": "Toe"})
MOTIONBUILDER = {ours: theirs.removeprefix("mixamorig:") for ours, theirs in MIXAMO.items()}


def converted(form: Format, folder: Path, name: str) -> Motion:
    """Return the one motion of a named clip."""
    items = contents_of(form, folder).items
    item = next(item for item in items if item.name == name)
    body = learnt(form, item.skeleton, references(form, item.skeleton, items))
    (motion,) = convert(form, item, body).motions
    return motion


def off(a: Motion, b: Motion, joints: tuple[str, ...] = JOINTS) -> float:
    """Return the largest distance in metres between joints of two motions."""
    places = [motion.canonical().positions()[:, [JOINT_INDEX[name] for name in joints]] for motion in (a, b)]
    return float(np.linalg.norm(places[0] - places[1], axis=-1).max())


class Test100Style:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        exporter = Exporter(BIOVISION, unit=100.0, order="YXZ", after={"spine3": "Chest4"})
        for name in ("Angry_FW", "Angry_ID", "OnToesCrouched_TR1", "OnToesCrouched_BR", "Angry_XX", "Notes"):
            exporter.write(tmp_path / name.split("_")[0] / f"{name}.bvh", known_walk(240, 60.0))
        (tmp_path / "Frame_Cuts.csv").write_text(
            "STYLE_NAME,BR_START,BR_STOP,FW_START,FW_STOP,ID_START,ID_STOP,TR1_START,TR1_STOP,TR2_START,TR2_STOP\n"
            "Angry,N/A,N/A,60,180,0,239,N/A,N/A,N/A,N/A\n"
            "OnToesCrouched,N/A,N/A,10,20,10,20,20,140,N/A,N/A\n",
            encoding="utf-8",
        )
        rows = ['Angry,"Stamping, fists clenched",No,Yes', "On Toes Crouched,Low on tiptoe,No,Yes"]
        text = "\n".join(["Style Name,Description,Stochastic,Symmetric", *rows, ""])
        (tmp_path / "Dataset_List.csv").write_text(text, encoding="utf-8")
        return tmp_path

    def test_labels_cuts_and_what_is_left_out(self, folder: Path) -> None:
        contents = contents_of(style100, folder)
        rows = {item.name: (item.content, item.style, item.description, item.frames) for item in contents.items}
        assert rows == {
            "100style_Angry_FW": ("walk", "angry", "Stamping, fists clenched", (60, 180)),
            "100style_Angry_ID": ("stand", "angry", "Stamping, fists clenched", (0, 239)),
            "100style_OnToesCrouched_TR1": ("transitions", "on-toes-crouched", "Low on tiptoe", (20, 140)),
        }
        reasons = {row.file: row.reason for row in contents.left_out}
        assert reasons == {
            "Angry/Angry_XX.bvh": "its name is not STYLE_CONTENT.bvh",
            "Notes/Notes.bvh": "its name is not STYLE_CONTENT.bvh",
            "OnToesCrouched/OnToesCrouched_BR.bvh": "Frame_Cuts.csv has no frames for it",
        }
        assert recognised(folder, "x") is style100
        assert len({item.skeleton for item in contents.items}) == 1

    def test_clips_are_cut_and_thinned(self, folder: Path) -> None:
        motion = converted(style100, folder, "100style_Angry_FW")
        assert (motion.fps, motion.frames) == (30.0, 60)
        assert off(motion, known_walk(240, 60.0).sliced(60, 180).resampled(30.0)) < 0.01

    def test_without_the_tables(self, folder: Path) -> None:
        (folder / "Frame_Cuts.csv").unlink()
        contents = contents_of(style100, folder)
        assert [item.frames for item in contents.items] == [None] * 4
        assert "no Frame_Cuts.csv" in contents.notes[0]

    def test_contents_are_of_the_corpus_where_it_has_some(self) -> None:
        from training.corpus.entries import entries

        known = set(entries("contents"))
        assert {"walk", "walk-back", "run", "run-backward", "stand"} <= known & set(style100.CONTENTS.values())


class TestLafan1:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        """Bones' axes as they fall, so that the zero pose is no body."""
        for name in ("walk1_subject1", "walk1_subject2", "fallAndGetUp2_subject3"):
            write_odd_bvh(tmp_path / f"{name}.bvh", exercise(), MOTIONBUILDER, odd_axes(4))
        return tmp_path

    def test_labels_and_takes_that_stay_together(self, folder: Path) -> None:
        items = lafan1.items(folder)
        assert [(item.name, item.content, item.description) for item in items] == [
            ("lafan1_fallAndGetUp2_subject3", "fall-and-get-up", "fall and get up"),
            ("lafan1_walk1_subject1", "walk", "walk"),
            ("lafan1_walk1_subject2", "walk", "walk"),
        ]
        takes = [
            Item(Path(), "", f"lafan1_walk{take}_subject{n}", split_name=f"lafan1_walk{take}")
            for take in range(99)
            for n in (1, 2)
        ]
        splits = [split_for(item, "lafan1") for item in takes]
        assert splits[::2] == splits[1::2]
        assert len(set(splits)) == 3
        assert recognised(folder, "x") is lafan1

    def test_a_rest_pose_that_is_no_body(self, folder: Path) -> None:
        motion = converted(lafan1, folder, "lafan1_walk1_subject1")
        assert off(motion, exercise()) < 0.06

    def test_other_names_are_left_out(self, folder: Path) -> None:
        Exporter().write(folder / "extra.bvh", known_walk())
        assert [row.file for row in contents_of(lafan1, folder).left_out] == ["extra.bvh"]


class TestCmu:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        """cgspeed's release for MotionBuilder: legs apart in the zero pose, a T-pose first, helpers without length."""
        apart = {"left_knee": (0.14, -0.376, 0.0), "right_knee": (-0.14, -0.376, 0.0)}
        apart |= {"left_ankle": (0.144, -0.385, 0.0), "right_ankle": (-0.144, -0.385, 0.0)}
        exporter = Exporter(
            MOTIONBUILDER,
            unit=17.8,
            before={"left_hip": "LHipJoint", "right_hip": "RHipJoint", "spine1": "LowerBack"},
            rest=apart,
        )
        for name in ("01/01_01", "01/01_02"):
            exporter.write(tmp_path / f"{name}.bvh", _legs_together(known_walk(240, 120.0)))
        (tmp_path / "cmu-mocap-index-text.txt").write_text(
            "Subject #1 (climb, swing)\n01_01    walk, swinging arms\n01_02\tjump\n", encoding="utf-8"
        )
        return tmp_path

    def test_the_motionbuilder_release(self, folder: Path) -> None:
        assert recognised(folder, "x") is cmu
        items = cmu.items(folder)
        assert [(item.name, item.description) for item in items] == [
            ("cmu_01_01", "walk, swinging arms"),
            ("cmu_01_02", "jump"),
        ]
        motion = converted(cmu, folder, "cmu_01_01")
        assert (motion.fps, motion.frames) == (30.0, 60), "the T-pose is left out"
        walk = known_walk(240, 120.0)
        every_fourth = Motion(walk.root_positions[3::4], walk.rotations[3::4], 30.0)
        assert off(motion, every_fourth) < 0.03


def _legs_together(motion: Motion) -> Motion:
    """Put a T-pose first in which the hips turn by the angle at which legs lie apart at rest, as that release has it."""
    angle = np.arctan2(0.14, 0.376)
    rotations, root = motion.rotations.astype(float), motion.root_positions
    t_pose = np.zeros((1, JOINT_COUNT, 4))
    t_pose[..., 0] = 1.0
    rotations = np.concatenate((t_pose, rotations))
    for side, sign in (("left", -1.0), ("right", 1.0)):
        turn = quat_from_axis_angle(np.array([0.0, 0.0, 1.0]), sign * angle)
        hip, ankle = JOINT_INDEX[f"{side}_hip"], JOINT_INDEX[f"{side}_ankle"]
        rotations[:, hip] = quat_mul(rotations[:, hip], turn)
        # the knee turns about the same axes as before, the foot is where it was
        back = turn * [1.0, -1.0, -1.0, -1.0]
        knee = JOINT_INDEX[f"{side}_knee"]
        rotations[:, knee] = quat_mul(quat_mul(back, rotations[:, knee]), turn)
        rotations[:, ankle] = quat_mul(back, rotations[:, ankle])
    return Motion(np.concatenate((root[:1], root)), rotations.astype(np.float32), motion.fps)


class TestAmass:
    def write(self, path: Path, motion: Motion, **changes: Any) -> None:
        """Write a motion as AMASS has it: Z up, axis-angle, 52 joints of which 22 are the body's."""
        turns = motion.rotations.astype(np.float64).copy()
        turns[:, 0] = quat_mul(quat_from_axis_angle(np.array([1.0, 0, 0]), np.pi / 2), turns[:, 0])
        turns *= np.where(turns[..., :1] < 0, -1.0, 1.0)
        angles = 2 * np.arccos(turns[..., 0].clip(-1, 1))
        axes = turns[..., 1:] / np.maximum(np.linalg.norm(turns[..., 1:], axis=-1, keepdims=True), 1e-12)
        poses = np.zeros((motion.frames, 156))
        poses[:, :66] = (axes * angles[..., None]).reshape(motion.frames, 66)
        root = motion.root_positions.astype(np.float64)
        arrays = {
            "poses": poses,
            "trans": np.stack((root[:, 0], -root[:, 2], root[:, 1]), axis=-1),
            "mocap_framerate": motion.fps,
        }
        arrays |= {"gender": "female", "betas": np.zeros(16)} | changes
        path.parent.mkdir(parents=True, exist_ok=True)
        np.savez(path, **{name: array for name, array in arrays.items() if array is not None})

    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        folder = tmp_path / "amass"
        self.write(folder / "KIT" / "3" / "walk01_poses.npz", known_walk(480, 120.0))
        self.write(folder / "KIT" / "4" / "walk01_poses.npz", known_walk(120, 100.0))
        self.write(folder / "MPI_HDM05" / "bk" / "HDM_poses.npz", known_walk(960, 120.0))
        np.savez(folder / "KIT" / "3" / "shape.npz", betas=np.zeros(16))
        return folder

    def texts(self, folder: Path) -> None:
        place = folder.parent / "HumanML3D"
        (place / "texts").mkdir(parents=True)
        (place / "index.csv").write_text(
            "source_path,start_frame,end_frame,new_name\n"
            "./pose_data/KIT/3/walk01_poses.npy,20,60,000000.npy\n"
            "./pose_data/KIT/4/walk01_poses.npy,0,24,000001.npy\n"
            "./pose_data/KIT/3/walk01_poses.npy,20,60,M000000.npy\n"
            "./pose_data/MPI_HDM05/bk/HDM_poses.npy,0,100,000002.npy\n"
            "./pose_data/humanact12/humanact12/P01.npy,0,100,000003.npy\n"
            "./pose_data/KIT/3/walk01_poses.npy,x,y,000004.npy\n",
            encoding="utf-8",
        )
        (place / "texts" / "000000.txt").write_text(
            "a man walks forward.#a/DET man/NOUN walk/VERB forward/ADV#0.0#0.0\n"
            "someone strolls#someone/PRON stroll/VERB#0.0#0.0\nthen he stops#stop/VERB#1.0#2.0\n",
            encoding="utf-8",
        )
        (place / "texts" / "000002.txt").write_text("he waves#he/PRON wave/VERB#0.5#1.5\n", encoding="utf-8")

    def test_without_texts_every_file_is_a_clip(self, folder: Path) -> None:
        items = amass.items(folder)
        assert [item.name for item in items] == [
            "amass_KIT__3__shape", "amass_KIT__3__walk01", "amass_KIT__4__walk01", "amass_MPI_HDM05__bk__HDM"
        ]  # fmt: skip
        assert recognised(folder, "x") is amass
        motion = converted(amass, folder, "amass_KIT__3__walk01")
        assert (motion.fps, motion.frames) == (30.0, 120)
        assert off(motion, known_walk(480, 120.0).resampled(30.0)) < 0.13, "SMPL's arms droop and ours do not"
        hips = (
            motion.canonical().positions()[:, [1, 2, 4, 5]]
            - known_walk(480, 120.0).resampled(30.0).canonical().positions()[:, [1, 2, 4, 5]]
        )
        assert np.abs(hips).max() < 0.06

    def test_rotations_are_turned_by_no_more_than_the_bodies_differ(self, folder: Path) -> None:
        motion = converted(amass, folder, "amass_KIT__3__walk01")
        wanted = known_walk(480, 120.0).resampled(30.0).canonical()
        cosine = np.abs(np.sum(motion.rotations * wanted.rotations, axis=-1)).clip(0, 1)
        degrees = np.degrees(2 * np.arccos(cosine)).mean(axis=0)
        ankles = [JOINT_INDEX["left_ankle"], JOINT_INDEX["right_ankle"]]
        assert np.delete(degrees, ankles).max() < 12.0
        assert degrees[ankles].max() < 22.0, "SMPL's toes point outwards at rest"
        assert degrees[JOINT_INDEX["head"]] < 1.0
        assert degrees[JOINT_INDEX["spine2"]] < 1.0

    def test_humanml3d_stretches_and_texts(self, folder: Path) -> None:
        self.texts(folder)
        contents = contents_of(amass, folder)
        rows = {item.name: (item.path.parent.name, item.frames, item.description) for item in contents.items}
        assert rows == {
            "amass_000000": ("3", (20, 60), "a man walks forward. / someone strolls"),
            "amass_000001": ("4", (0, 24), ""),
            "amass_000002": ("bk", (0, 100), "he waves"),
        }
        assert [row.file for row in contents.left_out] == ["KIT/3/shape.npz"]
        notes = " ".join(contents.notes)
        assert "1 rows of HumanML3D's index are of files that are not here" in notes
        assert "row 000004" in notes
        assert "1 clips have no text" in notes
        # frames are counted at 20 a second: 120 thinned by 6, 100 by 5
        motion = converted(amass, folder, "amass_000000")
        assert off(motion, known_walk(480, 120.0).sliced(120, 360).resampled(30.0)) < 0.13
        assert motion.frames == 60
        assert converted(amass, folder, "amass_000001").frames == 36
        # three seconds of lead-in are cut from HDM05 before the count begins
        item = next(item for item in contents.items if item.name == "amass_000002")
        source = amass.read(item)
        assert len(source.positions) == 150
        whole = amass.read(Item(item.path, item.skeleton, ""))
        assert np.allclose(source.positions, whole.positions[90:240])

    def test_stretches_of_a_take_stay_in_one_split(self, folder: Path) -> None:
        self.texts(folder)
        items = amass.items(folder)
        assert items[0].split_name == "amass_KIT__3__walk01"
        assert split_for(items[0], "amass") == split_for(Item(Path(), "", "amass_KIT__3__walk01"), "amass")

    FAULTS = {
        "no frames a second": ({"mocap_framerate": None}, "how many frames a second"),
        "nan": ({"poses": np.full((60, 156), np.nan)}, "not finite"),
        "too few joints": ({"poses": np.zeros((60, 30))}, "22 joints"),
        "lengths differ": ({"trans": np.zeros((59, 3))}, "22 joints"),
        "rate 0": ({"mocap_framerate": 0.0}, "frame rate is 0"),
        "one frame": ({"poses": np.zeros((1, 156)), "trans": np.zeros((1, 3))}, "1 frame: a motion takes at least 4"),
        "empty": ({"poses": np.zeros((0, 156)), "trans": np.zeros((0, 3))}, "0 frames"),
        "objects": ({"poses": np.array([{}], dtype=object)}, "no readable .npz"),
        "shape": ({"poses": None}, "no poses"),
    }

    @pytest.mark.parametrize("fault", FAULTS)
    def test_faults(self, folder: Path, fault: str) -> None:
        changes, words = self.FAULTS[fault]
        self.write(folder / "bad.npz", known_walk(60), **changes)
        items = amass.items(folder)
        bad = next(item for item in items if item.path.name == "bad.npz")
        good = [item for item in items if item.path.name == "walk01_poses.npz"]
        result, lasting = attempted(amass, bad, body_for(amass, "smpl", good))
        assert words in result.problem
        assert lasting

    def test_a_file_that_is_cut_off(self, folder: Path) -> None:
        path = folder / "KIT" / "3" / "walk01_poses.npz"
        path.write_bytes(path.read_bytes()[:500])
        with pytest.raises(SmooError, match="Download it again"):
            amass.read(Item(path, "smpl", ""))

    def test_newer_releases(self, folder: Path) -> None:
        path = folder / "KIT" / "3" / "walk02_stageii.npz"
        self.write(path, known_walk(60), mocap_framerate=None, mocap_frame_rate=30.0, poses=np.zeros((60, 165)))
        assert len(amass.read(Item(path, "smpl", "")).positions) == 60
