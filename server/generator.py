# SPDX-License-Identifier: GPL-3.0-or-later
"""Part texts to motion tokens: the generator's role, by sampling from the motion head step by step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
from .sampling import Floats, Sampling, SamplingRows, draw, guided
from .threads import one_thread

Tokens = npt.NDArray[np.int64]
Progress = Callable[[str, float, str], None]

FREE: Final = -1
"""In forced tokens: this one is to be written."""
GROUPS: Final = tuple(
    tuple(PARTS.index(part) for part in group)
    for group in (("right_arm", "left_arm"), ("right_leg", "left_leg", "root"), ("backbone",))
)
"""Parts whose words are also asked for apart from the others': legs and root are a gait, both arms a gesture, together."""


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

    @one_thread()
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
        views, rows = _views(said, np.array(self.head.config.slot_parts), hows), SamplingRows.of(hows)
        condition = self._condition(views)
        known = self.head.known(condition, torch.full((len(condition),), steps, device=self.device))
        cache = self.head.begin(len(condition), steps)
        told = self._told(condition.view(len(views), batch, steps, len(PARTS), -1))
        keep = np.full((batch, steps, len(PARTS)), FREE) if forced is None else forced
        rolls = self._rolls(seeds, steps)
        result = np.empty((batch, steps, len(PARTS)), dtype=np.int64)
        before = self.head.embedded(torch.full((batch, len(PARTS)), self.head.config.digits.codes, device=self.device))
        for number in range(steps):
            if cancelled is not None and cancelled():
                raise SmooError("cancelled", "Cancelled.")
            state = self.head.advance(known[:, number] + before.repeat(len(views), 1), number, cache)
            state = state.view(len(views), batch, -1)
            told_now = [of_part[:, :, number] for of_part in told]
            result[:, number], before = self._write_step(state, told_now, keep[:, number], rows, rolls[:, number])
            if progress is not None:
                progress("generate", (number + 1) / steps, f"step {number + 1} of {steps}")
        return result

    def _condition(self, views: list[npt.NDArray[np.int64]]) -> Tensor:
        """Return (views * B, steps, 6, width) of what each view (B, steps, slots) is told."""
        told = np.concatenate(views)
        rows, which = np.unique(told.reshape(-1, told.shape[-1]), axis=0, return_inverse=True)
        slot_parts = np.array(self.head.config.slot_parts)
        left = np.stack([remaining_steps(clip, slot_parts) for clip in views[0]])
        arrays = (rows, which.reshape(told.shape[:2]), np.tile(left, (len(views), 1, 1)))
        given = (torch.from_numpy(np.asarray(array, dtype=np.int64)).to(self.device) for array in arrays)
        return self.head.condition(*given)

    def _told(self, condition: Tensor) -> list[Tensor]:
        """Return for each part (seen views, B, steps, hidden): what its output network takes of (views, B, steps, 6, width)."""
        views = len(condition)
        return [self.head.writer(p).told(condition[_views_of(p, views), ..., p, :]) for p in range(len(PARTS))]

    def _rolls(self, seeds: Sequence[int], steps: int) -> Floats:
        """Return (B, steps, 6, digits) numbers from 0 to 1 that decide every draw, a clip's from its own seed."""
        shape = (steps, len(PARTS), len(self.head.config.levels))
        return np.stack([torch.rand(shape, generator=torch.Generator().manual_seed(seed)).numpy() for seed in seeds])

    def _write_step(
        self, state: Tensor, told: Sequence[Tensor], keep: Tokens, rows: SamplingRows, rolls: Floats
    ) -> tuple[Tokens, Tensor]:
        """Return the six tokens (B, 6) of one step, and what they are embedded to (B, width).

        Args:
            state: (views, B, width).
            told: for each part (seen views, B, hidden), see `_told`.
            keep: (B, 6) tokens to be kept, `FREE` elsewhere.
            rows: how tokens are drawn.
            rolls: (B, 6, digits) from `_rolls`.
        """
        step = np.empty(keep.shape, dtype=np.int64)
        written = torch.zeros_like(state[0])
        for part in WRITE_ORDER:
            kept = keep[:, part]
            free = kept == FREE
            step[:, part] = kept
            if free.any():
                drawn = self._drawn(part, state, told[part], written, kept, rows, rolls[:, part])
                step[free, part] = drawn[free]
            written = written + self.head.written(part, torch.from_numpy(step[:, part]).to(state.device))
        return step, written

    def _drawn(
        self,
        part: int,
        state: Tensor,
        told: Tensor,
        written: Tensor,
        kept: Tokens,
        rows: SamplingRows,
        rolls: Floats,
    ) -> Tokens:
        """Return a part's tokens (B,), digit by digit, after those parts that are ``written`` (B, width) already."""
        head, digits = self.head.writer(part), self.head.config.digits
        hidden = head.begin(state[_views_of(part, len(state))], told, written)
        fixed, free = digits.of(torch.from_numpy(kept).clamp(min=0)).numpy(), kept == FREE
        chosen = np.empty_like(fixed)
        for digit in range(len(digits.levels)):
            logits = guided(head.logits(digit, hidden).float().cpu().numpy(), rows)
            chosen[:, digit] = np.where(free, draw(logits, rows, rolls[:, digit]), fixed[:, digit])
            if digit + 1 < len(digits.levels):
                hidden = head.choose(digit, hidden, torch.from_numpy(chosen[:, digit]).to(state.device))
        return digits.join(torch.from_numpy(chosen)).numpy()


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


def remaining_steps(said: npt.NDArray[np.int64], slot_parts: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return (T, 6) for how many steps, this one included, what is said (T, slots) of each part stays the same."""
    changes = said[1:] != said[:-1]
    changed = np.stack([changes[:, part == slot_parts].any(axis=1) for part in range(len(PARTS))], axis=1)
    steps = np.arange(len(said))[:, None]
    ends = np.full((len(said), len(PARTS)), len(said))
    ends[:-1] = np.where(changed, steps[1:], len(said))
    return np.asarray(np.minimum.accumulate(ends[::-1])[::-1] - steps, dtype=np.int64)
