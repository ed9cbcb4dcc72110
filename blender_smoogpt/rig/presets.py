# SPDX-License-Identifier: GPL-3.0-or-later
"""Mappings saved by name, one JSON file each in the user's folder, for the next character with the same bones.

The file's name is the preset's, with what no file system likes written as ``%2F``, so that it can be read back.
"""

from __future__ import annotations

import json
import math
import os
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

import bpy

from ..errors import UserError
from .properties import SMOOGPT_PG_rig, clear_rows, ordered_rows, row_for, set_bone
from .roles import is_role, listed

_EXTENSION: Final = __package__.rpartition(".blender_smoogpt")[0]
_FOLDER: Final = "rig_presets"
_VERSION: Final = 1
_RESERVED: Final = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)$", re.IGNORECASE)  # no file names on Windows


@dataclass(frozen=True)
class PresetRow:
    """A bone, or none, that stands for a role, and its turn from rest to T-pose (four zeros: none)."""

    role: str
    bone: str
    t_pose: tuple[float, ...]


@dataclass(frozen=True)
class Preset:
    """What a preset's file says."""

    convention: str
    rows: tuple[PresetRow, ...]


def folder() -> Path:
    """Return the folder of the presets, which is made if need be.

    Raises:
        UserError: when it cannot be made.
    """
    try:
        try:
            found = bpy.utils.extension_path_user(_EXTENSION, path=_FOLDER, create=True)
        except ValueError:  # run from a checkout, not as an extension
            found = bpy.utils.user_resource("DATAFILES", path=f"smoogpt/{_FOLDER}", create=True)
    except OSError as error:
        raise UserError(f"The folder for presets cannot be made: {error}. Make room or allow writing there.") from error
    if not found:
        raise UserError("Blender has no folder of the user's that presets could be saved in. Check its permissions.")
    return Path(found)


def _encoded(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode())


def preset_path(name: str) -> Path:
    """Return the file of a preset, whether there is one or not.

    Raises:
        UserError: when the name is empty.
    """
    name = unicodedata.normalize("NFC", name.strip())
    if not name:
        raise UserError("The preset has no name. Type one, then save it again.")
    safe = "".join(letter if letter.isalnum() or letter in " -_" else _encoded(letter) for letter in name)
    if _RESERVED.match(safe):
        safe = _encoded(safe[0]) + safe[1:]
    return folder() / f"{safe}.json"


def _name_of(path: Path) -> str:
    return unicodedata.normalize("NFC", unquote(path.stem))


def preset_names() -> list[str]:
    """Return the names of the presets there are, sorted; files are not opened for it."""
    try:
        return sorted(map(_name_of, folder().glob("*.json")), key=str.casefold)
    except (OSError, UserError):
        return []


def existing_path(name: str) -> Path:
    """Return the file of a preset that there is.

    Raises:
        UserError: when there is none of that name.
    """
    wanted = preset_path(name)
    if wanted.is_file():
        return wanted
    for path in wanted.parent.glob("*.json"):  # one that somebody put there may be spelt otherwise
        if _name_of(path) == name:
            return path
    raise UserError(f"There is no preset '{name}' in {wanted.parent}. Choose one from the menu of presets.")


def save_preset(rig: SMOOGPT_PG_rig, name: str) -> Path:
    """Write the rows and T-pose turns of a character as a preset; an older one of that name is replaced.

    Raises:
        UserError: when there is nothing to save, or it cannot be written; an older preset stays as it was then.
    """
    if not any(row.bone for row in rig.rows):
        raise UserError("No bone is mapped yet, so there is nothing to save. Press Detect Bones or pick bones first.")
    path = preset_path(name)
    rows = [{"role": row.name, "bone": row.bone, "t_pose": list(row.t_pose)} for row in ordered_rows(rig)]
    data = {"version": _VERSION, "name": name.strip(), "convention": rig.convention, "rows": rows}
    partial = path.with_suffix(".part")
    try:
        partial.write_text(json.dumps(data, indent=1, ensure_ascii=False), encoding="utf-8")
        os.replace(partial, path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise UserError(
            f"The preset could not be saved as '{path}': {error}. Use another name or make room."
        ) from error
    return path


def _row_from(item: Any) -> PresetRow:
    """Check one row of a file; whatever is not as it should be is a ValueError, KeyError or TypeError."""
    role, bone = item["role"], item["bone"]
    turn = tuple(float(number) for number in item.get("t_pose", (0, 0, 0, 0)))
    if not isinstance(role, str) or not is_role(role):
        raise ValueError(f"'{role}' is no part of the body")
    if not isinstance(bone, str):
        raise TypeError(f"the bone of '{role}' is no text")
    if len(turn) != 4 or not all(map(math.isfinite, turn)):
        raise ValueError(f"the T-pose turn of '{role}' is not four numbers")
    return PresetRow(role, bone, turn)


def read_preset(name: str) -> Preset:
    """Return what a preset says.

    Raises:
        UserError: when there is none of that name, or its file is damaged or cannot be read.
    """
    path = existing_path(name)
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data["version"] != _VERSION:
            raise ValueError(f"its version is {data['version']}, this extension reads {_VERSION}")
        if not isinstance(data["convention"], str):
            raise TypeError("its convention is no text")
        rows = tuple(_row_from(item) for item in data["rows"])
        if len({row.role for row in rows}) < len(rows):
            raise ValueError("a part of the body has two rows")
        return Preset(data["convention"], rows)
    except OSError as error:
        raise UserError(f"The preset file '{path}' cannot be read: {error}. Check its permissions.") from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UserError(
            f"The preset file '{path}' is damaged ({error}). Delete the preset and save it again from a character."
        ) from error


def load_preset(armature_object: bpy.types.Object, name: str) -> Preset:
    """Replace the rows of a character by those of a preset.

    Raises:
        UserError: when the preset is missing or damaged, or names bones that the character lacks; the rows stay then.
    """
    preset = read_preset(name)
    names = armature_object.data.bones
    lacking = [f"'{row.bone}'" for row in preset.rows if row.bone and row.bone not in names]
    if lacking:
        raise UserError(
            f"The preset '{name}' is for another rig: '{armature_object.name}' has no {listed(lacking)}. "
            "Select a character with the bones it was saved from, or press Detect Bones."
        )
    rig = armature_object.smoogpt_rig
    clear_rows(rig)
    rig.convention = preset.convention
    for row in preset.rows:
        set_bone(rig, row.role, row.bone)
        row_for(rig, row.role).t_pose = row.t_pose
    return preset


def delete_preset(name: str) -> None:
    """Delete a preset's file.

    Raises:
        UserError: when there is none, or it cannot be deleted.
    """
    path = existing_path(name)
    try:
        path.unlink()
    except OSError as error:
        raise UserError(f"The preset file '{path}' cannot be deleted: {error}. Check its permissions.") from error
