# SPDX-License-Identifier: GPL-3.0-or-later
"""What runs inside Blender: prompts, engine, rig, retarget, actions. Registered by the extension's root."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import Final

_MODULES: Final = (
    "preferences",
    "rig.properties",
    "prompts.properties",
    "rig.operators",
    "actions.operators",
    "prompts.operators",
    "prompts.panel",
    "rig.panel",
    "actions.panel",
)


def _modules() -> list[ModuleType]:
    # imported here, not above: the pure parts of this package are used where there is no bpy
    return [import_module(f".{name}", __package__) for name in _MODULES]


def register() -> None:
    """Register everything, properties first."""
    for module in _modules():
        module.register()


def unregister() -> None:
    """End the inference process and unregister everything in reverse."""
    import_module(".engine.session", __package__).SESSION.close()
    for module in reversed(_modules()):
        module.unregister()
