# SPDX-License-Identifier: GPL-3.0-or-later
"""The messages between Blender and the inference process: JSON-RPC 2.0, one UTF-8 JSON object a line.

Standard library only. Requests carry an id, a whole number; the reply carries the same. While a request runs,
``progress`` notifications tell its id, the stage, the fraction done and a message. Arrays travel as base64 of
little-endian numbers with their shape.

Methods and their params:
    hello: none -> protocol, versions, device, limits.
    describe: content, style -> content, style, composed (six part texts each), note (only where a bigger language
        model was asked for and did not answer: why the built-in one wrote them). The texts of a take are the same.
    generate: content, style, seconds, seed, variants, drafts, temperature, guidance, parts, locks, lock_tokens,
        lock_motion, prefix -> takes (motion, tokens, texts, seed, timing).
    caption: motion -> parts.        encode: motion -> tokens.
    cancel: id -> cancelled.         shutdown: none -> none.
"""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from .errors import SmooError

VERSION: Final = 1
PARTS: Final[tuple[str, ...]] = ("right_arm", "left_arm", "right_leg", "left_leg", "backbone", "root")

PARSE_ERROR: Final = -32700
INVALID_REQUEST: Final = -32600
METHOD_NOT_FOUND: Final = -32601
INVALID_PARAMS: Final = -32602
INTERNAL_ERROR: Final = -32603
USER_ERROR: Final = -32000
CANCELLED: Final = -32001
METHODS: Final = ("hello", "describe", "generate", "caption", "encode", "cancel", "shutdown")

Json = dict[str, Any]


@dataclass(frozen=True)
class Limits:
    """What a request may ask for; seconds, characters, numbers, and bytes of one line."""

    prompt_characters: int = 300
    part_characters: int = 4000
    seconds_least: float = 1.0
    seconds_most: float = 20.0
    seed_most: int = 2**31 - 1
    variants_most: int = 8
    drafts_most: int = 8
    motion_frames_most: int = 36000
    line_bytes: int = 64_000_000


LIMITS: Final = Limits()


@dataclass(frozen=True)
class Array:
    """Numbers with a shape; ``dtype`` is ``<f4`` (32-bit float) or ``<i4`` (32-bit integer)."""

    dtype: str
    shape: tuple[int, ...]
    data: bytes

    def as_json(self) -> Json:
        """Return the array as it travels."""
        return {"dtype": self.dtype, "shape": list(self.shape), "data": base64.b64encode(self.data).decode("ascii")}


def array_from_json(value: object, name: str, dtype: str, shape: Sequence[int | None]) -> Array:
    """Read an array and check its type and shape (None fits any size).

    Raises:
        SmooError: ``bad_request``.
    """
    wanted = "(" + ", ".join("any" if size is None else str(size) for size in shape) + ")"
    if not isinstance(value, Mapping):
        raise SmooError("bad_request", f"{name} must be an array with dtype, shape and data.")
    size = value.get("shape")
    if not isinstance(size, list | tuple) or not all(type(n) is int and n > 0 for n in size):
        raise SmooError("bad_request", f"{name} must have a shape of whole numbers above 0.")
    size, given = tuple(size), str(value.get("dtype"))
    try:
        data = base64.b64decode(value["data"], validate=True)
    except (KeyError, TypeError, ValueError) as error:
        raise SmooError("bad_request", f"{name} has no readable base64 data: {error}") from error
    fits = len(size) == len(shape) and all(b is None or a == b for a, b in zip(size, shape, strict=True))
    if given != dtype or not fits or len(data) != 4 * math.prod(size):
        message = f"{name} must be {dtype} of shape {wanted}, not {given} of shape {size} in {len(data)} bytes."
        raise SmooError("bad_request", message)
    return Array(given, size, data)


def request(number: int, method: str, params: Json | None = None) -> Json:
    """Return a request."""
    return {"jsonrpc": "2.0", "id": number, "method": method, "params": params or {}}


def result(number: int, value: Any) -> Json:
    """Return a reply."""
    return {"jsonrpc": "2.0", "id": number, "result": value}


def failure(number: int | None, code: int, message: str, word: str = "") -> Json:
    """Return an error reply; ``word`` is the stable word of a `SmooError`."""
    error: Json = {"code": code, "message": message}
    if word:
        error["data"] = {"code": word}
    return {"jsonrpc": "2.0", "id": number, "error": error}


def progress(number: int, stage: str, fraction: float, message: str) -> Json:
    """Return a progress notification."""
    params = {"id": number, "stage": stage, "fraction": round(fraction, 4), "message": message}
    return {"jsonrpc": "2.0", "method": "progress", "params": params}


def to_line(message: Json) -> bytes:
    """Return a message as one line of UTF-8."""
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode() + b"\n"


def from_line(line: bytes) -> Json:
    """Read one line.

    Raises:
        ValueError: when it is no JSON object in UTF-8.
    """
    try:
        message = json.loads(line.decode("utf-8"))
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    if not isinstance(message, dict):
        raise ValueError("a message must be a JSON object")  # noqa: TRY004 (one kind of error for every bad line)
    return message


def check_prompt(value: object, name: str, *, may_be_empty: bool) -> str:
    """Return a prompt without surrounding blanks.

    Raises:
        SmooError: ``empty_prompt``, ``prompt_too_long`` or ``bad_request``.
    """
    if not isinstance(value, str):
        raise SmooError("bad_request", f"{name} must be text.")
    text = " ".join(value.split())
    if not text and not may_be_empty:
        message = f"The {name} is empty. Say what the character does, for example 'walks forward'."
        raise SmooError("empty_prompt", message)
    if len(text) > LIMITS.prompt_characters:
        message = f"The {name} has {len(text)} characters; shorten it to {LIMITS.prompt_characters}."
        raise SmooError("prompt_too_long", message)
    return text


def check_seconds(value: object) -> float:
    """Return the length in seconds.

    Raises:
        SmooError: ``bad_seconds``.
    """
    number = value if isinstance(value, int | float) and not isinstance(value, bool) else math.nan
    if not LIMITS.seconds_least <= number <= LIMITS.seconds_most:
        message = f"The length must be from {LIMITS.seconds_least:g} to {LIMITS.seconds_most:g} seconds, not {value}."
        raise SmooError("bad_seconds", message)
    return float(number)


def check_integer(value: object, name: str, least: int, most: int) -> int:
    """Return a whole number within its limits.

    Raises:
        SmooError: ``bad_request``.
    """
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise SmooError("bad_request", f"{name} must be a whole number from {least} to {most}, not {value}.")
    return value


def check_number(value: object, name: str, least: float, most: float) -> float:
    """Return a number within its limits.

    Raises:
        SmooError: ``bad_request``.
    """
    number = value if isinstance(value, int | float) and not isinstance(value, bool) else math.nan
    if not least <= number <= most:
        raise SmooError("bad_request", f"{name} must be from {least:g} to {most:g}, not {value}.")
    return float(number)


def check_parts(value: object) -> dict[str, str] | None:
    """Return six part texts, or None where none are given.

    Raises:
        SmooError: ``bad_request``, ``prompt_too_long``, or ``empty_prompt`` when no part has a text.
    """
    if value is None:
        return None
    if not isinstance(value, Mapping) or not all(isinstance(text, str) for text in value.values()):
        raise SmooError("bad_request", "The part texts must be an object of texts.")
    if unknown := [name for name in value if name not in PARTS]:
        raise SmooError("bad_request", f"Unknown part {unknown[0]!r}. The parts are {', '.join(PARTS)}.")
    for name, text in value.items():
        if len(text) > LIMITS.part_characters:
            message = f"The text of {name} has {len(text)} characters; shorten it to {LIMITS.part_characters}."
            raise SmooError("prompt_too_long", message)
    if not any(text.strip() for text in value.values()):
        raise SmooError("empty_prompt", "All part texts are empty. Describe at least one part, or press Describe.")
    return {part: " ".join(str(value.get(part, "")).split()) for part in PARTS}


def check_locks(value: object) -> tuple[str, ...]:
    """Return the locked parts.

    Raises:
        SmooError: ``bad_request``.
    """
    if not isinstance(value, list | tuple) or any(name not in PARTS for name in value):
        raise SmooError("bad_request", f"Locks must be a list of parts: {', '.join(PARTS)}.")
    return tuple(dict.fromkeys(value))


def limits_as_json() -> Json:
    """Return the limits."""
    return asdict(LIMITS)
