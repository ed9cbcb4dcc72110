# SPDX-License-Identifier: GPL-3.0-or-later
"""Part texts to motion tokens: the generator's role, by sampling from the motion head step by step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from .contradictions import Contradictions
from .errors import SmooError
from .motion.skeleton import PARTS
from .networks.files import WEIGHTS_FOLDER, load_weights
from .networks.motion_head import WRITE_ORDER, MotionHead, config_from
from .parts.vocabulary import SLOTS

Tokens = npt.NDArray[np.int64]
Progress = Callable[[str, float, str], None]

FREE: Final = -1
"""In forced tokens: this one is to be written."""
GROUPS: Final = tuple(
    tuple(PARTS.index(part) for part in group)
    for group in (("right_arm", "left_arm"), ("right_leg", "left_leg", "root"), ("backbone",))
)
"""Parts whose words are also asked for apart from the others': legs and root are a gait, both arms a gesture, together."""


@dataclass(frozen=True)
class Sampling:
    """How tokens are drawn.

    Attributes:
        temperature: below 1 plays safe, above 1 varies more.
        guidance: 1 takes the condition as it is; above 1 pushes away from what would be done unconditioned.
        own: how much further each part is pushed to what the words of its group (`GROUPS`) alone ask for; 0 leaves it to
            all words together.
        top_p: only the likeliest values of a digit that together have this probability are drawn from (Holtzman et al., 2019).
    """

    temperature: float = 0.9
    guidance: float = 2.5
    own: float = 2.0
    top_p: float = 0.95


@dataclass(frozen=True)
class _Rows:
    """The `Sampling` of every clip of a batch, each value (B, 1)."""

    temperature: Tensor
    guidance: Tensor
    own: Tensor
    top_p: Tensor

    @classmethod
    def of(cls, hows: Sequence[Sampling]) -> _Rows:
        return cls(*(torch.tensor([[getattr(how, f.name)] for how in hows]) for f in fields(Sampling)))


class Generator:
    """The motion head with its weights."""

    def __init__(self, head: MotionHead, contradictions: Contradictions | None = None) -> None:
        """Wrap a trained network and what its training captions never join."""
        self.head = head.eval()
        self.contradictions = contradictions or Contradictions.none()

    @classmethod
    def load(cls, folder: Path = WEIGHTS_FOLDER) -> Generator:
        """Load ``generator.safetensors`` and ``contradictions.safetensors``.

        Raises:
            SmooError: ``weights_missing`` or ``weights_damaged``.
        """
        tensors, values = load_weights(folder / "generator.safetensors")
        config = config_from(values)
        if config.slot_sizes != tuple(len(slot.values) for slot in SLOTS):
            raise SmooError(
                "weights_damaged", "The generator's weights belong to another version. Install SMooGPT again."
            )
        head = MotionHead(config)
        head.load_state_dict(tensors)
        return cls(head.to("cuda" if torch.cuda.is_available() else "cpu"), Contradictions.load(folder))

    @property
    def device(self) -> torch.device:
        """Where the network computes."""
        return next(self.head.parameters()).device

    @torch.inference_mode()
    def generate(
        self,
        said: npt.NDArray[np.int64],
        seeds: list[int],
        forced: Tokens | None = None,
        sampling: Sampling | Sequence[Sampling] | None = None,
        progress: Progress | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Tokens:
        """Write the tokens of some clips.

        Args:
            said: (B, steps, slots) what the part texts say of each step, 0 for what is left open.
            seeds: one a clip; a clip depends on its own seed alone, not on its neighbours in the batch.
            forced: (B, steps, 6) tokens to be kept (locked parts, a prefix), `FREE` elsewhere.
            sampling: how tokens are drawn, the same for all clips or one a clip.
            progress: told the stage, the fraction done and a message.
            cancelled: asked before every step.

        Returns:
            (B, steps, 6) tokens.

        Raises:
            SmooError: ``cancelled``.
        """
        batch, steps = said.shape[:2]
        hows = [sampling or Sampling()] * batch if sampling is None or isinstance(sampling, Sampling) else sampling
        slot_parts = np.array(self.head.config.slot_parts)
        views, rows = _views(said, slot_parts, hows), _Rows.of(hows)
        condition = self._condition(views)
        cache = self.head.begin(len(condition))
        length = torch.full((len(condition),), steps, device=self.device)
        keep = torch.full((batch, steps, len(PARTS)), FREE) if forced is None else torch.from_numpy(forced)
        rolls = self._rolls(seeds, steps)
        result = torch.empty(batch, steps, len(PARTS), dtype=torch.int64)
        last = torch.full((batch, len(PARTS)), self.head.config.digits.codes, device=self.device)
        for number in range(steps):
            if cancelled is not None and cancelled():
                raise SmooError("cancelled", "Cancelled.")
            told = condition[:, number]
            state = self.head.advance(last.repeat(len(views), 1), told, number, length, cache)
            view = (len(views), batch, -1)
            told = told.view(len(views), batch, len(PARTS), -1)
            last = self._write_step(state.view(view), told, keep[:, number], rows, rolls[:, number]).to(self.device)
            result[:, number] = last.cpu()
            if progress is not None:
                progress("generate", (number + 1) / steps, f"step {number + 1} of {steps}")
        return np.asarray(result.numpy(), dtype=np.int64)

    def _condition(self, views: list[npt.NDArray[np.int64]]) -> Tensor:
        """Return (views * B, steps, 6, width) of what each view (B, steps, slots) is told."""
        told = np.concatenate(views)
        rows, which = np.unique(told.reshape(-1, told.shape[-1]), axis=0, return_inverse=True)
        slot_parts = np.array(self.head.config.slot_parts)
        left = np.stack([remaining_steps(clip, slot_parts) for clip in views[0]])
        arrays = (rows, which.reshape(told.shape[:2]), np.tile(left, (len(views), 1, 1)))
        given = (torch.from_numpy(np.asarray(array, dtype=np.int64)).to(self.device) for array in arrays)
        return self.head.condition(*given)

    def _rolls(self, seeds: Sequence[int], steps: int) -> Tensor:
        """Return (B, steps, 6, digits) numbers from 0 to 1 that decide every draw, a clip's from its own seed."""
        shape = (steps, len(PARTS), len(self.head.config.levels))
        return torch.stack([torch.rand(shape, generator=torch.Generator().manual_seed(seed)) for seed in seeds])

    def _write_step(self, state: Tensor, condition: Tensor, keep: Tensor, rows: _Rows, rolls: Tensor) -> Tensor:
        """Return the six tokens (B, 6) of one step.

        Args:
            state: (views, B, width).
            condition: (views, B, 6, width).
            keep: (B, 6) tokens to be kept, `FREE` elsewhere.
            rows: how tokens are drawn.
            rolls: (B, 6, digits) from `_rolls`.
        """
        step = torch.empty(len(keep), len(PARTS), dtype=torch.int64)
        written = torch.zeros_like(state[:1])
        for part in WRITE_ORDER:
            kept = keep[:, part]
            step[:, part] = (
                kept if (kept != FREE).all() else self._drawn(part, state, condition, written, kept, rows, rolls)
            )
            written = written + self.head.written(part, step[:, part].to(state.device))
        return step

    def _drawn(
        self, part: int, state: Tensor, condition: Tensor, written: Tensor, kept: Tensor, rows: _Rows, rolls: Tensor
    ) -> Tensor:
        """Return a part's tokens (B,), digit by digit, after those parts that are ``written`` (1, B, width) already."""
        head, digits = self.head.writer(part), self.head.config.digits
        seen = _views_of(part, len(state))
        hidden = head.begin(state[seen], condition[seen, :, part], written.expand(len(seen), -1, -1))
        fixed = digits.of(kept.clamp(min=0))
        chosen = torch.empty_like(fixed)
        for digit in range(len(digits.levels)):
            drawn = _draw(_guided(head.logits(digit, hidden).float().cpu(), rows), rows, rolls[:, part, digit])
            chosen[:, digit] = torch.where(kept == FREE, drawn, fixed[:, digit])
            if digit + 1 < len(digits.levels):
                hidden = head.choose(digit, hidden, chosen[:, digit].to(state.device))
        return digits.join(chosen)


def _views(
    said: npt.NDArray[np.int64], slot_parts: npt.NDArray[np.int64], hows: Sequence[Sampling]
) -> list[npt.NDArray[np.int64]]:
    """Return what is said (B, steps, slots) as the network is asked it: all of it, nothing, and each group's words alone."""
    if all(how.guidance == 1 and how.own == 0 for how in hows):
        return [said]
    views = [said, np.zeros_like(said)]
    if any(how.own for how in hows):
        views += [np.where(np.isin(slot_parts, group), said, 0) for group in GROUPS]
    return views


def _views_of(part: int, views: int) -> list[int]:
    """Return which of the views count for a part."""
    own = next(2 + number for number, group in enumerate(GROUPS) if part in group)
    return list(range(min(views, 2))) + [own] * (views > 2)


def _guided(logits: Tensor, rows: _Rows) -> Tensor:
    """Return (B, levels) of logits (views, B, levels): pushed away from what would be done untold.

    Classifier-free guidance (Ho and Salimans, arXiv 2207.12598) to all words and to the group's own ones at once, as
    conditions are composed by Liu et al. (arXiv 2206.01714): all words together tell a recording so well that a single
    sentence that was changed would go unheard.
    """
    if len(logits) == 1:
        return logits[0]
    told, untold = logits[0], logits[1]
    guided = untold + rows.guidance * (told - untold)
    return guided + rows.own * (logits[2] - untold) if len(logits) > 2 else guided


def remaining_steps(said: npt.NDArray[np.int64], slot_parts: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return (T, 6) for how many steps, this one included, what is said (T, slots) of each part stays the same."""
    changes = said[1:] != said[:-1]
    changed = np.stack([changes[:, part == slot_parts].any(axis=1) for part in range(len(PARTS))], axis=1)
    steps = np.arange(len(said))[:, None]
    ends = np.full((len(said), len(PARTS)), len(said))
    ends[:-1] = np.where(changed, steps[1:], len(said))
    return np.asarray(np.minimum.accumulate(ends[::-1])[::-1] - steps, dtype=np.int64)


def _draw(logits: Tensor, rows: _Rows, rolls: Tensor) -> Tensor:
    """Draw one value (B,) a row by nucleus sampling, as the rolls (B,) fall; temperature 0 takes the likeliest."""
    order = torch.sort(torch.softmax(logits / rows.temperature.clamp(min=1e-6), -1), descending=True)
    reached = order.values.cumsum(-1)
    within = (reached - order.values < rows.top_p).sum(-1, keepdim=True) - 1  # the last value that may be drawn
    passed = (reached <= rolls[:, None] * reached.gather(-1, within)).sum(-1, keepdim=True)
    return order.indices.gather(-1, torch.minimum(passed, within))[:, 0]
