# SPDX-License-Identifier: GPL-3.0-or-later
"""How to turn each skeleton of a data set into ours, learnt from some of its clips."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from server.errors import SmooError
from server.motion.calibration import calibrated
from server.motion.foreign import Body, body_of
from server.motion.source import Source

from .formats import UNREADABLE, Format, Item, Unmapped

_REFERENCES: Final = 60  # clips from which the calibration of a known skeleton is learnt
_UNKNOWN_REFERENCES: Final = 24  # the same of a skeleton that nobody has described ...
_UNKNOWN_FRAMES: Final = 1000  # ... and how much of each is looked at: such clips may last minutes


def references(form: Format, skeleton: str, items: Sequence[Item]) -> list[Item]:
    """Return the items of a skeleton from which it is learnt: the reference clips, or all where none is one."""
    own = [item for item in items if item.skeleton == skeleton]
    chosen = [item for item in own if item.reference] or own
    most = _REFERENCES if skeleton in form.SKELETONS else _UNKNOWN_REFERENCES
    return chosen[:: max(1, len(chosen) // most)]


def skeletons(items: Sequence[Item]) -> list[str]:
    """Return the skeletons of some items, each once, in order; those that cannot be read are none."""
    return [skeleton for skeleton in dict.fromkeys(item.skeleton for item in items) if skeleton != UNREADABLE]


def learnt(form: Format, skeleton: str, items: Sequence[Item]) -> Body:
    """Learn one skeleton.

    Args:
        form: the data set's format.
        skeleton: its key.
        items: clips of it, as `references` returns them. Those that cannot be read are passed over; they are reported
            when their turn to be converted comes.

    Raises:
        SmooError: when no clip can be read (``bad_clip``), or the skeleton is no person's (``bad_bvh``).
    """
    if skeleton in form.SKELETONS:
        sources = [source for _, source in _readable(form, items)]
        if not sources:
            raise _no_reference()
        mapping = form.SKELETONS[skeleton]
        return Body(mapping, np.eye(3), calibrated(mapping, sources))
    if not isinstance(form, Unmapped):
        raise SmooError("bad_clip", f"skeleton {skeleton!r} is not one of this data set's")
    pairs = [(item, source.sliced(0, _UNKNOWN_FRAMES)) for item, source in _readable(form, items)]
    if not pairs:
        raise _no_reference()
    return body_of([source for _, source in pairs], form.rest(pairs[0][0]))


def _no_reference() -> SmooError:
    return SmooError("bad_clip", "no clip of its skeleton can be read, so that nothing is known of it")


def _readable(form: Format, items: Sequence[Item]) -> Iterator[tuple[Item, Source]]:
    for item in items:
        try:
            source = form.read(item)
        except SmooError:
            continue
        if len(source.positions):
            yield item, source
