# SPDX-License-Identifier: GPL-3.0-or-later
"""The panel's buttons against an inference process whose answers are known, and every way in which a job can go wrong."""

from __future__ import annotations

import json
import tomllib
import types
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

bpy = pytest.importorskip("bpy")

from installed import DOUBLE, ZIP, character, install, keys, module, session, state, tick_until, wait

pytestmark = pytest.mark.skipif(not ZIP, reason="'python install.py test' builds the zip and says where it is")

PARTS = ("right_arm", "left_arm", "right_leg", "left_leg", "backbone", "root")
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module", autouse=True)
def _installed() -> Iterator[None]:
    install()
    yield
    session().close()


@pytest.fixture
def armature(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[bpy.types.Object]:
    session().close()
    monkeypatch.setattr(session(), "command", lambda: DOUBLE)
    made = character(tmp_path)
    made.smoogpt_prompts.content, made.smoogpt_prompts.seconds = "walks", 1.0
    yield made
    session().close()


def test_the_zip_holds_the_extension_and_nothing_else() -> None:
    with zipfile.ZipFile(ZIP) as archive:
        names = archive.namelist()
    tops = {name.split("/")[0] for name in names}
    assert tops == {"__init__.py", "blender_manifest.toml", "LICENSE", "blender_smoogpt", "server"}
    assert "server/weights/SHA256SUMS" in names
    assert not [name for name in names if name.endswith((".pyc", ".partial", ".ckpt"))]


def test_the_manifest_asks_for_no_more_than_it_needs() -> None:
    manifest = tomllib.loads((ROOT / "blender_manifest.toml").read_text(encoding="utf-8"))
    assert manifest["id"] == "smoogpt"
    assert "Blender" not in manifest["name"]
    assert set(manifest["permissions"]) == {"files"}
    assert "wheels" not in manifest


def test_describe_fills_the_rows_and_leaves_locked_ones(armature: bpy.types.Object) -> None:
    prompts = armature.smoogpt_prompts
    prompts.style = "proudly"
    prompts.left_arm.text, prompts.left_arm.lock, prompts.right_arm.lock = "mine", True, True
    bpy.ops.smoogpt.describe()
    assert "Described" in wait()
    assert prompts.left_arm.text == "mine"
    assert {getattr(prompts, part).text for part in PARTS if part != "left_arm"} == {"walks proudly"}
    old = module("blender_smoogpt.prompts.properties").texts_are_old
    assert not old(prompts)
    prompts.style = "sadly"
    assert old(prompts), "the panel says that the part texts belong to other prompts"


def test_generate_makes_an_action_and_leaves_the_one_that_was_there(armature: bpy.types.Object) -> None:
    by_hand = armature.animation_data.action
    before = keys(by_hand, armature)
    bpy.context.scene.frame_set(10)
    bpy.context.scene.render.fps = 30
    bpy.ops.smoogpt.generate()
    bpy.context.scene.frame_set(50)
    message = wait()
    action = armature.animation_data.action
    assert message.startswith(action.name)
    assert action.name == "SMooGPT walks"
    assert tuple(action.frame_range) == (10, 39), "it begins where the scene stood when the button was pressed"
    assert armature.smoogpt_prompts.root.text == "walks"
    module("blender_smoogpt.actions.versions").assign(armature, by_hand)
    assert keys(by_hand, armature) == before


def test_generate_follows_the_texts_and_keeps_locked_parts(armature: bpy.types.Object) -> None:
    prompts = armature.smoogpt_prompts
    prompts.seed = 3
    bpy.ops.smoogpt.generate()
    wait()
    prompts.seed, prompts.content, prompts.root.text = 5, "", "hops"
    prompts.left_arm.lock = prompts.backbone.lock = True
    bpy.ops.smoogpt.generate()
    wait()
    tokens = module("server.codec").tokens_from_json(json.loads(prompts.take)["tokens"])
    assert tokens[0].tolist() == [5, 3, 5, 5, 3, 5]
    assert prompts.root.text == "hops"
    prompts.seed = 9
    bpy.ops.smoogpt.regenerate_part(part="right_leg")
    wait()
    tokens = module("server.codec").tokens_from_json(json.loads(prompts.take)["tokens"])
    assert tokens[0].tolist() == [5, 3, 9, 5, 3, 5]


def _hips(armature: bpy.types.Object, frame: int) -> tuple[float, ...]:
    bpy.context.scene.frame_set(frame)
    matrix = armature.evaluated_get(bpy.context.evaluated_depsgraph_get()).pose.bones["pelvis"].matrix
    return tuple(round(value, 4) for row in matrix for value in row)


def test_a_part_is_regenerated_where_its_take_stands(armature: bpy.types.Object) -> None:
    scene = bpy.context.scene
    scene.render.fps = 30
    scene.frame_set(10)
    bpy.ops.smoogpt.generate()
    wait()
    stood = _hips(armature, 10)
    scene.frame_set(25)
    bpy.ops.smoogpt.regenerate_part(part="left_arm")
    wait()
    assert tuple(armature.animation_data.action.frame_range) == (10, 39)
    assert _hips(armature, 10) == stood
    scene.frame_set(25)
    bpy.ops.smoogpt.generate()
    wait()
    assert armature.animation_data.action.frame_range[0] == 25, "a take of its own begins where the scene stands"


def test_a_heading_is_not_added_again_to_who_is_turned_already(armature: bpy.types.Object) -> None:
    armature.smoogpt_rig.heading = 1.0
    scene = bpy.context.scene
    scene.frame_set(10)
    bpy.ops.smoogpt.generate()
    wait()
    turned = _hips(armature, 10)
    armature.smoogpt_prompts.seed = 1
    for press in (bpy.ops.smoogpt.generate, lambda: bpy.ops.smoogpt.regenerate_part(part="left_arm")):
        scene.frame_set(10)
        press()
        wait()
        assert _hips(armature, 10) == pytest.approx(turned, abs=2e-3)


def test_keys_come_at_the_rate_of_the_scene_that_asked(armature: bpy.types.Object) -> None:
    bpy.context.scene.render.fps = 30
    bpy.ops.smoogpt.generate()
    bpy.context.scene.render.fps = 60
    wait()
    first, last = armature.animation_data.action.frame_range
    assert last - first == 29


def test_a_strip_that_is_being_edited_is_left_alone(armature: bpy.types.Object) -> None:
    data, action = armature.animation_data, armature.animation_data.action
    strip = data.nla_tracks.new().strips.new("walk", 1, action)
    data.action = None
    strip.select = data.nla_tracks[0].select = True
    data.nla_tracks.active = data.nla_tracks[0]
    data.use_tweak_mode = True
    if not data.use_tweak_mode:
        pytest.skip("this Blender enters tweak mode in the NLA editor only")
    with pytest.raises(RuntimeError, match="NLA strip.*Tab"):
        bpy.ops.smoogpt.generate()
    assert not session().busy


def test_a_rig_whose_hips_do_not_carry_the_body_is_refused_before_anything_is_generated(
    armature: bpy.types.Object,
) -> None:
    bpy.ops.smoogpt.detect_rig()
    rows = armature.smoogpt_rig.rows
    rows["pelvis"].bone, rows["left_foot"].bone = rows["left_foot"].bone, ""
    with pytest.raises(RuntimeError, match="does not hang from.*hips"):
        bpy.ops.smoogpt.generate()
    assert not session().busy


def test_what_a_take_does_not_do_is_shown_until_its_text_is_edited(armature: bpy.types.Object) -> None:
    prompts = armature.smoogpt_prompts
    prompts.root.text, prompts.left_arm.text = "flies in vain", "waves in vain"
    bpy.ops.smoogpt.generate()
    wait()
    assert {part: getattr(prompts, part).unmet for part in PARTS} == dict.fromkeys(PARTS, "") | {
        "root": "flies in vain",
        "left_arm": "waves in vain",
    }
    prompts.root.text = "hops"
    assert not prompts.root.unmet
    assert prompts.left_arm.unmet == "waves in vain"
    bpy.ops.smoogpt.regenerate_part(part="root")
    wait()
    assert prompts.left_arm.unmet == "waves in vain", "it was locked, so it still does not do it"


def test_tokens_belong_to_the_weights_that_made_them(
    armature: bpy.types.Object, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    results, session = module("blender_smoogpt.prompts.results"), module("blender_smoogpt.engine.session")
    bpy.ops.smoogpt.generate()
    wait()
    assert results.last_tokens(armature.smoogpt_prompts)
    chosen = types.SimpleNamespace(weights="FOLDER", weights_folder=str(tmp_path))
    monkeypatch.setattr(session, "_preferences", lambda: chosen)
    assert results.last_tokens(armature.smoogpt_prompts) is None
    (tmp_path / "SHA256SUMS").write_text(f"{'5' * 64}  tokenizer.safetensors\n", encoding="utf-8")
    assert results.weights_mark() == "5" * 16
    chosen.weights_folder = ""
    with pytest.raises(module("blender_smoogpt.errors").UserError, match="preferences"):
        results.weights_mark()


def test_a_note_about_the_texts_is_shown(armature: bpy.types.Object) -> None:
    armature.smoogpt_prompts.content = "note"
    bpy.ops.smoogpt.describe()
    assert wait() == "Described. Edit the parts, then press Generate. The built-in one wrote these texts."


@pytest.mark.parametrize("take", ["", "not json", '{"weights": "another release", "tokens": {}}'])
def test_without_usable_tokens_locked_parts_are_read_from_the_action(armature: bpy.types.Object, take: str) -> None:
    prompts = armature.smoogpt_prompts
    prompts.take, prompts.root.lock = take, True
    bpy.context.scene.frame_set(7)
    kept, start = module("blender_smoogpt.prompts.operators")._kept(bpy.context, armature)
    assert set(kept) == {"lock_motion"}
    first = round(armature.animation_data.action.frame_range[0])
    bpy.ops.smoogpt.generate()
    assert wait().startswith("SMooGPT walks")
    assert start == first == armature.animation_data.action.frame_range[0]


def test_what_is_typed_travels_with_the_file_and_a_running_job_does_not(
    armature: bpy.types.Object, tmp_path: Path
) -> None:
    name = armature.name
    armature.smoogpt_prompts.content = "for ever"
    bpy.ops.smoogpt.generate()
    tick_until(lambda: state().message == "on and on")
    assert state().busy
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "a.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "a.blend"))
    assert bpy.data.objects[name].smoogpt_prompts.content == "for ever"
    bpy.ops.smoogpt.cancel()
    assert wait() == "Cancelled."
    assert not state().busy


def test_an_override_has_prompts_of_its_own(armature: bpy.types.Object, tmp_path: Path) -> None:
    name = armature.name
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "hero.blend"), copy=True)
    bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
    with bpy.data.libraries.load(str(tmp_path / "hero.blend"), link=True) as (_, wanted):
        wanted.objects = [name]
    bpy.context.scene.collection.objects.link(bpy.data.objects[name])
    overridden = bpy.data.objects[name].override_create(remap_local_usages=True)
    prompts = overridden.smoogpt_prompts
    for group in (prompts, prompts.left_arm):
        own = [p.identifier for p in group.bl_rna.properties if p.identifier not in ("rna_type", "name")]
        assert all(group.is_property_overridable_library(name) for name in own), "else the panel is greyed out"
    assert overridden.is_property_overridable_library("smoogpt_prompts")
    prompts.content, prompts.left_arm.text = "runs", "waves"
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "shot.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "shot.blend"))
    again = next(item for item in bpy.data.objects if item.override_library).smoogpt_prompts
    assert again.content == "runs"
    if bpy.app.version < (5, 0):  # later ones lose a group of properties that the library's file does not have
        assert again.left_arm.text == "waves"


def test_cancel_and_go_on(armature: bpy.types.Object) -> None:
    action = armature.animation_data.action
    armature.smoogpt_prompts.content = "for ever"
    bpy.ops.smoogpt.generate()
    tick_until(lambda: state().message == "on and on")
    assert state().fraction == 0.5
    process = session().process_id
    bpy.ops.smoogpt.cancel()
    assert wait() == "Cancelled."
    assert not state().is_error
    assert armature.animation_data.action == action
    armature.smoogpt_prompts.content = "walks"
    bpy.ops.smoogpt.generate()
    assert wait().startswith("SMooGPT walks")
    assert session().process_id == process, "the job was stopped, not its process"


def test_the_process_dies_in_the_middle_of_a_job(armature: bpy.types.Object) -> None:
    action = armature.animation_data.action
    before = keys(action, armature)
    armature.smoogpt_prompts.content = "die"
    bpy.ops.smoogpt.generate()
    message = wait()
    assert state().is_error
    assert "ended (code 5)" in message
    assert keys(action, armature) == before
    armature.smoogpt_prompts.content = "walks"
    bpy.ops.smoogpt.generate()
    assert wait().startswith("SMooGPT walks")


def test_the_character_renamed_in_the_meantime(armature: bpy.types.Object) -> None:
    bpy.ops.smoogpt.generate()
    armature.name, armature.smoogpt_prompts.content = "Another Name", "something else"
    assert wait().startswith("SMooGPT walks"), "the Action is named after what was asked"
    assert armature.animation_data.action.name.startswith("SMooGPT walks")


def test_the_character_deleted_in_the_meantime(armature: bpy.types.Object) -> None:
    actions = len(bpy.data.actions)
    bpy.ops.smoogpt.generate()
    bpy.data.objects.remove(armature, do_unlink=True)
    assert "was deleted in the meantime" in wait()
    assert state().is_error
    assert len(bpy.data.actions) == actions


def test_the_bones_deleted_in_the_meantime(armature: bpy.types.Object) -> None:
    action = armature.animation_data.action
    bpy.ops.smoogpt.generate()
    bpy.ops.object.mode_set(mode="EDIT")
    armature.data.edit_bones.remove(armature.data.edit_bones["left_knee"])
    bpy.ops.object.mode_set(mode="OBJECT")
    wait()
    assert state().is_error
    assert "left shin" in state().message
    assert armature.animation_data.action == action


def test_an_answer_that_makes_no_sense(armature: bpy.types.Object, monkeypatch: pytest.MonkeyPatch) -> None:
    action = armature.animation_data.action
    bpy.ops.smoogpt.generate()
    monkeypatch.setattr(module("blender_smoogpt.prompts.results"), "motion_from_json", lambda _: 1 / 0)
    assert "could not be applied" in wait()
    assert state().is_error
    assert armature.animation_data.action == action
    assert session().tick() is not None or not session().busy


def test_two_characters_keep_their_own_prompts(armature: bpy.types.Object) -> None:
    other = armature.copy()
    bpy.context.scene.collection.objects.link(other)
    other.smoogpt_prompts.content = "runs"
    other.smoogpt_prompts.root.text = "runs fast"
    action = other.animation_data.action
    bpy.ops.smoogpt.generate()
    bpy.context.view_layer.objects.active = other
    wait()
    assert other.animation_data.action == action, "the answer is for the character that asked"
    assert armature.animation_data.action.name.startswith("SMooGPT walks")
    assert armature.smoogpt_prompts.root.text == "walks"


def test_the_idle_process_is_ended(armature: bpy.types.Object, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = module("blender_smoogpt.engine.session")
    bpy.ops.smoogpt.describe()
    wait()
    assert session().process_id is not None
    assert session().tick() == owner._IDLE_INTERVAL
    monkeypatch.setattr(session(), "_last_use", -1e9)
    assert session().tick() is None
    assert session().process_id is None


def test_the_extension_goes_with_everything_it_started(armature: bpy.types.Object) -> None:
    armature.smoogpt_prompts.content = "for ever"
    bpy.ops.smoogpt.generate()
    tick_until(lambda: state().message == "on and on")
    old = session()
    assert bpy.app.timers.is_registered(old.timer)
    name = module("blender_smoogpt.engine.session")._EXTENSION
    bpy.ops.preferences.addon_disable(module=name)
    assert old.process_id is None
    assert not old.busy
    assert not bpy.app.timers.is_registered(old.timer)
    assert not [kind for kind in dir(bpy.types) if kind.startswith("SMOOGPT_")]
    assert not hasattr(bpy.types.Object, "smoogpt_prompts")
    assert not hasattr(bpy.types.WindowManager, "smoogpt_state")
    bpy.ops.preferences.addon_enable(module=name)
    assert armature.smoogpt_prompts.content == "for ever", "what was typed is still there"
