# SPDX-License-Identifier: GPL-3.0-or-later
"""BVH files as they stand: the reader takes whatever exporters write, and says what is wrong with what it cannot take."""

from __future__ import annotations

import hashlib
import re
import warnings
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from ..errors import SmooError
from .rotations import euler_to_quat
from .source import Source, source_from_local

_FPS: Final = (1.0, 1000.0)  # what a frame time may stand for
_MOTION: Final = re.compile(r"^[ \t]*MOTION[ \t]*$", re.MULTILINE | re.IGNORECASE)
_TIMING: Final = re.compile(r"\s*Frames[ \t]*:?[ \t]*(\S+)\s+Frame[ \t]*Time[ \t]*:?[ \t]*(\S+)[ \t]*", re.IGNORECASE)
_SHIFT_JIS: Final = re.compile(rb"[\x81-\x9f]")
_HEAD_BYTES: Final = 1 << 20  # hierarchies of a hundred joints take twenty thousand


@dataclass(frozen=True)
class BvhFile:
    """A BVH file as it stands, in the file's own units.

    Attributes:
        names: J joint names; of names that a file has twice, the second becomes ``NAME#2`` and so on.
        parents: index of each joint's parent, -1 for the root.
        offsets: (J, 3) rest offsets from the parent.
        end_sites: joint index to the offset (3,) of its end site.
        frame_time: seconds a frame.
        positions: (T, J, 3) local translations: the position channels where there are some, else the offsets.
        rotations: (T, J, 4) local quaternions wxyz.
    """

    names: tuple[str, ...]
    parents: tuple[int, ...]
    offsets: npt.NDArray[np.float64]
    end_sites: dict[int, npt.NDArray[np.float64]]
    frame_time: float
    positions: npt.NDArray[np.float64]
    rotations: npt.NDArray[np.float64]

    @property
    def fps(self) -> float:
        """Frames a second."""
        return round(1.0 / self.frame_time, 3)

    def part(self, start: int, end: int) -> BvhFile:
        """Return frames ``start`` to ``end`` (excluded)."""
        return replace(self, positions=self.positions[start:end], rotations=self.rotations[start:end])

    def thinned(self, fps: float) -> BvhFile:
        """Return the file at that rate if its own is a multiple, so that long recordings take less; else as it is."""
        every = round(self.fps / fps)
        if every < 2 or abs(self.fps / every / fps - 1.0) > 1e-3:
            return self
        return replace(
            self,
            frame_time=self.frame_time * every,
            positions=self.positions[::every],
            rotations=self.rotations[::every],
        )

    def source(self) -> Source:
        """Return the clip in world space; the end site of a joint counts as a joint named ``JOINT_end``."""
        return self._with_ends(self.positions, self.rotations)

    def rest(self) -> Source:
        """Return the pose with all rotations at zero, as a clip of one frame."""
        still = np.zeros((1, len(self.names), 4))
        still[..., 0] = 1.0
        return self._with_ends(self.offsets[None], still)

    def _with_ends(self, positions: npt.NDArray[np.float64], rotations: npt.NDArray[np.float64]) -> Source:
        ends = {joint: tip for joint, tip in self.end_sites.items() if np.linalg.norm(tip) > 0}
        names = [*self.names, *(f"{self.names[joint]}_end" for joint in ends)]
        frames = len(positions)
        tips = np.array(list(ends.values())).reshape(1, len(ends), 3).repeat(frames, axis=0)
        still = np.tile([1.0, 0.0, 0.0, 0.0], (frames, len(ends), 1))
        positions = np.concatenate((positions, tips), axis=1)
        rotations = np.concatenate((rotations, still), axis=1)
        return source_from_local(names, [*self.parents, *ends], positions, rotations, self.fps)


def shown(path: str) -> str:
    """Return a path as text that can be printed anywhere; letters that are no UTF-8 become escapes."""
    return path.encode("utf-8", "backslashreplace").decode("utf-8")


def _bad(path: Path, why: str) -> SmooError:
    return SmooError(
        "bad_bvh", f"{shown(path.name)} is not a readable BVH file: {why}. Export it again as BVH, or choose another."
    )


class _Hierarchy:
    """The HIERARCHY section, read token by token."""

    def __init__(self, text: str) -> None:
        tokens = text.replace("{", " { ").replace("}", " } ").split()
        if not tokens or tokens[0].upper() != "HIERARCHY":
            raise ValueError("it does not begin with HIERARCHY")
        self.names: list[str] = []
        self.parents: list[int] = []
        self.offsets: list[list[float]] = []
        self.end_sites: dict[int, npt.NDArray[np.float64]] = {}
        self.channels: list[tuple[int, str]] = []
        self._stack: list[int] = []
        self._in_end_site = False
        at = 1
        while at < len(tokens):
            at = self._next(tokens, at)
        if self._stack or not self.names:
            raise ValueError("the hierarchy does not end")
        self._tell_apart()

    def _next(self, tokens: list[str], at: int) -> int:
        """Take in the statement that begins at a token; return where the next one begins."""
        word = tokens[at].upper()
        if word in ("ROOT", "JOINT", "END"):
            # 3ds Max's names hold blanks: a name goes on to the brace
            start = tokens.index("{", at)
            if word == "END":
                self._in_end_site = True
            else:
                self.names.append(" ".join(tokens[at + 1 : start]))
                self.parents.append(self._stack[-1] if self._stack else -1)
                self.offsets.append([0.0, 0.0, 0.0])
                self._stack.append(len(self.names) - 1)
            return start + 1
        if word == "OFFSET":
            offset = [float(value) for value in tokens[at + 1 : at + 4]]
            if not np.isfinite(offset).all():
                raise ValueError(f"the OFFSET of {self.names[self._stack[-1]]!r} is not finite")
            if self._in_end_site:
                self.end_sites[self._stack[-1]] = np.array(offset)
            else:
                self.offsets[self._stack[-1]] = offset
            return at + 4
        if word == "CHANNELS":
            end = at + 2 + int(tokens[at + 1])
            self.channels += [(self._stack[-1], name) for name in tokens[at + 2 : end]]
            return end
        if word != "}":
            raise ValueError(f"unexpected word {tokens[at]!r} in the hierarchy")
        if self._in_end_site:
            self._in_end_site = False
        else:
            self._stack.pop()
        return at + 1

    def _tell_apart(self) -> None:
        """Number names that are there more than once."""
        seen: Counter[str] = Counter()
        for joint, name in enumerate(self.names):
            seen[name] += 1
            if seen[name] > 1:
                self.names[joint] = f"{name}#{seen[name]}"


def _apply_channels(
    hierarchy: _Hierarchy, values: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    frames, joints = len(values), len(hierarchy.names)
    positions = np.tile(np.array(hierarchy.offsets)[None], (frames, 1, 1))
    rotations = np.zeros((frames, joints, 4))
    rotations[..., 0] = 1.0
    angles: dict[int, tuple[str, list[npt.NDArray[np.float64]]]] = {}
    for column, (joint, channel) in enumerate(hierarchy.channels):
        axis, kind = channel[0].upper(), channel[1:].lower()
        if axis not in "XYZ" or kind not in ("position", "rotation"):
            raise ValueError(f"unknown channel {channel!r}")
        if kind == "position":
            positions[:, joint, "XYZ".index(axis)] = values[:, column]
        else:
            order, parts = angles.get(joint, ("", []))
            angles[joint] = (order + axis, [*parts, np.radians(values[:, column])])
    for joint, (order, parts) in angles.items():
        rotations[:, joint] = euler_to_quat(np.stack(parts, axis=-1), order)
    return positions, rotations


def _decoded(content: bytes) -> str:
    """Return a file's text: UTF-8, UTF-16 with its mark, Shift JIS, or Latin-1, which every byte is some letter of."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = content.decode("utf-16", errors="replace")
    elif b"\0" in content:
        raise ValueError("it is no text file")
    else:
        # Latin-1 has no letters where Shift JIS has the first halves of its own, the second of which may be a brace
        encodings = ("utf-8-sig", *(("cp932",) if _SHIFT_JIS.search(content) else ()), "latin-1")
        text = next(decoded for encoding in encodings if (decoded := _text(content, encoding)) is not None)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _text(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return None


def _fault(text: str, frames: int, width: int) -> str:
    """Say what is wrong with the numbers of the MOTION section, and where."""
    lines = [line.split() for line in text.split("\n") if line.strip()]
    for number, words in enumerate(lines, 1):
        for word in words:
            try:
                float(word)
            except ValueError:
                comma = ", which has a decimal comma" if "," in word else ""
                return f"{word!r} in frame {number} is no number{comma}"
    if len(lines) == frames:
        for number, words in enumerate(lines, 1):
            if len(words) != width:
                return f"frame {number} holds {len(words)} numbers, not the {width} of the hierarchy's channels"
    total = sum(map(len, lines))
    return f"it should hold {frames} frames of {width} numbers, but holds {total} numbers in {len(lines)} lines"


def _timing(text: str) -> tuple[int, float, str]:
    """Return the number of frames, the seconds a frame and the rest of the MOTION section."""
    found = _TIMING.match(text)
    if found is None:
        raise ValueError("its MOTION section does not begin with 'Frames:' and 'Frame Time:'")
    frames, frame_time = float(found[1]), float(found[2].replace(",", "."))
    if frames < 1 or frames != int(frames):
        raise ValueError("it has no frames")
    if not frame_time > 0 or not _FPS[0] <= 1.0 / frame_time <= _FPS[1]:
        raise ValueError(f"its frame time is {found[2]}; it should be seconds a frame, such as 0.033333")
    return int(frames), frame_time, text[found.end() :]


def _values(text: str, frames: int, width: int) -> npt.NDArray[np.float64]:
    """Return the channels (frames, width)."""
    if not width:
        raise ValueError("its joints have no channels, so that nothing moves")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", DeprecationWarning)
            values = np.fromstring(text, dtype=np.float64, sep=" ")
    except (ValueError, DeprecationWarning) as error:
        raise ValueError(_fault(text, frames, width)) from error
    if values.size != frames * width:
        raise ValueError(_fault(text, frames, width))
    values = values.reshape(frames, width)
    broken = np.flatnonzero(~np.isfinite(values).all(axis=1))
    if len(broken):
        raise ValueError(f"frame {broken[0] + 1} holds a number that is not finite ({len(broken)} such frames)")
    return values


def read_bvh(path: str | Path) -> BvhFile:
    """Read a BVH file with any skeleton, channel order and units.

    Raises:
        SmooError: ``bad_bvh`` when it cannot be read, saying why.
    """
    path = Path(path)
    try:
        text = _decoded(path.read_bytes())
        cut = _MOTION.search(text)
        if not cut:
            raise ValueError("it has no MOTION section")
        hierarchy = _Hierarchy(text[: cut.start()])
        frames, frame_time, numbers = _timing(text[cut.end() :])
        values = _values(numbers, frames, len(hierarchy.channels))
        positions, rotations = _apply_channels(hierarchy, values)
    except OSError as error:
        raise SmooError("bad_bvh", f"Cannot open {shown(str(path))}: {error.strerror}. Check the path.") from error
    except IndexError as error:
        raise _bad(path, "the hierarchy breaks off") from error
    except ValueError as error:
        raise _bad(path, str(error)) from error
    return BvhFile(
        tuple(hierarchy.names),
        tuple(hierarchy.parents),
        np.array(hierarchy.offsets),
        hierarchy.end_sites,
        frame_time,
        positions,
        rotations,
    )


def hierarchy_key(path: str | Path) -> str:
    """Return a word that is the same for files with the same skeleton: joints, hierarchy and lengths of bones.

    Raises:
        SmooError: ``bad_bvh`` when the file has no readable hierarchy.
    """
    path = Path(path)
    try:
        with path.open("rb") as file:
            content = file.read(_HEAD_BYTES)
        cut = _MOTION.search(text := _decoded(content))
        hierarchy = _Hierarchy(text[: cut.start()] if cut else text)
    except OSError as error:
        raise SmooError("bad_bvh", f"Cannot open {shown(str(path))}: {error.strerror}. Check the path.") from error
    except IndexError as error:
        raise _bad(path, "the hierarchy breaks off") from error
    except ValueError as error:
        raise _bad(path, str(error)) from error
    # a root rests where the first clip began in some exports
    offsets = np.array(hierarchy.offsets) * (np.array(hierarchy.parents) >= 0)[:, None]
    shape = np.round(offsets / max(float(np.abs(offsets).max()), 1e-12), 2) + 0.0
    bones = (hierarchy.names, hierarchy.parents, shape.tolist())
    return hashlib.sha1(repr(bones).encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()[:12]
