# SPDX-License-Identifier: GPL-3.0-or-later
"""The motion generator's network: six part tokens a step, step after step, from what the part texts say.

A causal transformer reads the steps so far. A step comes in as the tokens of the step before, how much of the clip is left,
and what the part texts say of this moment, so that a clip may have phases. Within a step the parts are written in a fixed
order, root and legs first, each seeing the ones before it, so that arms and backbone follow the gait; the six small output
networks are the cross-part coordination that ParCo (Zou et al., ECCV 2024) and the paper's diffusion head stand for.

A token of the finite scalar quantiser is a row of digits, each an ordered scale. Digits are embedded and written one by one, as
digits of neighbouring tokens mean neighbouring poses: eight logits four times, and not 4,096 once that know nothing of each other.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final, cast

import torch
from torch import Tensor, nn
from torch.nn.functional import silu

from ..motion.skeleton import PARTS
from .conditions import AttributeEmbedding
from .digits import DigitEmbedding, Digits

WRITE_ORDER: Final[tuple[int, ...]] = tuple(
    PARTS.index(part) for part in ("root", "left_leg", "right_leg", "backbone", "left_arm", "right_arm")
)
_COUNT: Final = len(PARTS)
_LEFT_MOST: Final = 40  # steps left that are told apart; more is "many"
_NUMBER_MOST: Final = 16  # steps done that are told apart


@dataclass(frozen=True)
class HeadConfig:
    """Sizes of the generator.

    Attributes:
        slot_parts: for each attribute slot, the index of its part.
        slot_sizes: for each attribute slot, how many values it has.
        levels: of the tokenizer's codes: how many values each digit has.
        width, layers, heads: of the transformer over steps.
        hidden: width of the six output networks.
        context: how many past steps are seen.
    """

    slot_parts: tuple[int, ...]
    slot_sizes: tuple[int, ...]
    levels: tuple[int, ...]
    width: int = 256
    layers: int = 6
    heads: int = 8
    hidden: int = 224
    context: int = 48

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for a file's metadata."""
        return asdict(self)

    @property
    def digits(self) -> Digits:
        """How tokens are made of digits."""
        return Digits(self.levels)


Cache = list[tuple[Tensor, Tensor]]


def _rotate(x: Tensor, positions: Tensor) -> Tensor:
    """Rotary position embedding (Su et al., arXiv 2104.09864) of (B, heads, T, d) at integer positions (T,)."""
    half = x.shape[-1] // 2
    rates = 1.0 / (200.0 ** (torch.arange(half, device=x.device) / half))
    angles = positions[:, None] * rates
    sine, cosine = angles.sin().to(x.dtype), angles.cos().to(x.dtype)
    a, b = x[..., :half], x[..., half:]
    return torch.cat((a * cosine - b * sine, a * sine + b * cosine), dim=-1)


class _Layer(nn.Module):
    """Pre-norm attention and feed-forward."""

    def __init__(self, width: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)
        self.dropout = nn.Dropout(dropout)

    def forward(
        self, x: Tensor, positions: Tensor, mask: Tensor | None, past: tuple[Tensor, Tensor] | None
    ) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        batch, length, width = x.shape
        q, k, v = self.qkv(self.norm1(x)).view(batch, length, 3, self.heads, -1).permute(2, 0, 3, 1, 4)  # (B, h, T, d)
        q, k = _rotate(q, positions), _rotate(k, positions)
        if past is not None:
            k, v = torch.cat((past[0], k), dim=2), torch.cat((past[1], v), dim=2)
        # written out: on rows this short the fused attention's backward pass is a third of a training step on a CPU
        scores = q @ k.transpose(-1, -2) * (q.shape[-1] ** -0.5)
        if mask is not None:
            scores = scores.masked_fill(~mask, float("-inf"))
        mixed = scores.softmax(-1).to(v.dtype) @ v
        x = x + self.dropout(self.out(mixed.transpose(1, 2).reshape(batch, length, width)))
        return x + self.dropout(self.down(silu(self.up(self.norm2(x))))), (k, v)


class PartHead(nn.Module):
    """One part's output network: the step's state, the part's condition, and the parts already written; digit by digit."""

    def __init__(self, config: HeadConfig) -> None:
        super().__init__()
        hidden = config.hidden
        self.first = nn.Linear(3 * config.width, hidden)
        self.second = nn.Linear(hidden, hidden)
        self.chosen = nn.ModuleList(nn.Embedding(size, hidden) for size in config.levels[:-1])
        self.mix = nn.ModuleList(nn.Linear(hidden, hidden) for _ in config.levels)
        self.norm = nn.ModuleList(nn.LayerNorm(hidden) for _ in config.levels)
        self.out = nn.ModuleList(nn.Linear(hidden, size) for size in config.levels)

    def begin(self, state: Tensor, condition: Tensor, written: Tensor) -> Tensor:
        """Return what all digits are written from (..., hidden)."""
        hidden = silu(self.first(torch.cat((state, condition, written), dim=-1)))
        return hidden + silu(self.second(hidden))

    def logits(self, digit: int, hidden: Tensor) -> Tensor:
        """Return the logits (..., levels) of a digit."""
        logits: Tensor = self.out[digit](self.norm[digit](hidden + silu(self.mix[digit](hidden))))
        return logits

    def choose(self, digit: int, hidden: Tensor, value: Tensor) -> Tensor:
        """Return ``hidden`` for the next digit, after this one has got a value (...)."""
        chosen: Tensor = hidden + self.chosen[digit](value)
        return chosen


class MotionHead(nn.Module):
    """Causal transformer over steps with six coordinated output networks."""

    def __init__(self, config: HeadConfig, dropout: float = 0.0) -> None:
        super().__init__()
        self.config = config
        width = config.width
        self.attributes = AttributeEmbedding(config.slot_parts, config.slot_sizes, width)
        self.tokens = nn.ModuleList(DigitEmbedding(config.digits, width) for _ in PARTS)
        self.left, self.number = nn.Embedding(_LEFT_MOST + 1, width), nn.Embedding(_NUMBER_MOST + 1, width)
        self.remaining = nn.Embedding(_LEFT_MOST + 1, width)
        self.whole = nn.Linear(_COUNT * width, width)
        self.layers = nn.ModuleList(_Layer(width, config.heads, dropout) for _ in range(config.layers))
        self.norm = nn.LayerNorm(width)
        self.heads = nn.ModuleList(PartHead(config) for _ in PARTS)
        for module in self.modules():
            if isinstance(module, nn.Embedding):
                nn.init.normal_(module.weight, std=0.02)

    def condition(self, rows: Tensor, which: Tensor, remaining: Tensor) -> Tensor:
        """Return (B, T, 6, width): what is said of each part at each step.

        Args:
            rows: (R, slots) the attribute vectors that occur.
            which: (B, T) the row that holds at each step.
            remaining: (B, T, 6) for how many more steps it holds for each part, this one included.
        """
        said: Tensor = self.attributes(rows)
        vectors: Tensor = said[which] + self.remaining(remaining.clamp(0, _LEFT_MOST))
        return vectors

    def _inputs(self, tokens: Tensor, condition: Tensor, first: int, steps: Tensor) -> Tensor:
        """Return (B, T, width): the six tokens of the step before, the clock and what is said of this step."""
        x = torch.stack([table(tokens[..., part]) for part, table in enumerate(self.tokens)]).sum(0)
        number = torch.arange(first, first + tokens.shape[1], device=tokens.device)
        left = (steps[:, None] - number).clamp(0, _LEFT_MOST)
        x = x + self.left(left) + self.number(number.clamp(max=_NUMBER_MOST))
        summed: Tensor = x + self.whole(condition.flatten(2))
        return summed

    def states(self, tokens: Tensor, condition: Tensor, steps: Tensor) -> Tensor:
        """Return states (B, T, width) for all steps at once, for training.

        Args:
            tokens: (B, T, 6) tokens of the step before each step; ``codes`` where there is none.
            condition: (B, T, 6, width).
            steps: (B,) length of each clip in steps.
        """
        x = self._inputs(tokens, condition, 0, steps)
        at = torch.arange(x.shape[1], device=x.device)
        seen = at[:, None] >= at[None]
        for layer in self.layers:
            x, _ = layer(x, at, seen, None)
        normal: Tensor = self.norm(x)
        return normal

    def begin(self, batch: int) -> Cache:
        """Return the empty cache that `advance` extends."""
        weight = self.norm.weight
        empty = weight.new_zeros(batch, self.config.heads, 0, self.config.width // self.config.heads)
        return [(empty, empty) for _ in self.layers]

    def advance(self, tokens: Tensor, condition: Tensor, number: int, steps: Tensor, cache: Cache) -> Tensor:
        """Return the state (B, width) of the next step and extend the cache in place.

        Args:
            tokens: (B, 6) tokens of the step before; ``codes`` before the first.
            condition: (B, 6, width) what is said of this step.
            number: which step this is, from 0.
            steps: (B,) length of each clip in steps.
            cache: from `begin`; only ``context`` steps are kept.
        """
        x = self._inputs(tokens[:, None], condition[:, None], number, steps)
        at = torch.tensor([number], device=x.device)
        for index, layer in enumerate(self.layers):
            x, (keys, values) = layer(x, at, None, cache[index])
            cache[index] = (keys[:, :, -self.config.context :], values[:, :, -self.config.context :])
        normal: Tensor = self.norm(x[:, 0])
        return normal

    def writer(self, part: int) -> PartHead:
        """Return a part's output network."""
        return cast("PartHead", self.heads[part])

    def written(self, part: int, tokens: Tensor) -> Tensor:
        """Return the embedding (..., width) by which later parts see this part's token (...)."""
        embedded: Tensor = self.tokens[part](tokens)
        return embedded

    def forward(self, tokens: Tensor, inputs: Tensor, condition: Tensor, steps: Tensor) -> list[Tensor]:
        """Return the logits (B, T, 6, levels) of each digit, with all true digits before it given, for training.

        Args:
            tokens: (B, T, 6) the tokens to be predicted.
            inputs: (B, T, 6) the tokens of the step before, perhaps partly hidden.
            condition: (B, T, 6, width) from `condition`.
            steps: (B,) length of each clip in steps.
        """
        states = self.states(inputs, condition, steps)
        digits = self.config.digits.of(tokens)
        logits: list[list[Tensor]] = [[states] * _COUNT for _ in self.config.levels]
        written = torch.zeros_like(states)
        for part in WRITE_ORDER:
            head = self.writer(part)
            hidden = head.begin(states, condition[:, :, part], written)
            for digit in range(len(self.config.levels)):
                logits[digit][part] = head.logits(digit, hidden)
                if digit + 1 < len(self.config.levels):
                    hidden = head.choose(digit, hidden, digits[:, :, part, digit])
            written = written + self.written(part, tokens[..., part])
        return [torch.stack(row, dim=2) for row in logits]


def config_from(values: dict[str, Any]) -> HeadConfig:
    """Return the config of a weights file's metadata."""
    rows = {name: tuple(values[name]) for name in ("slot_parts", "slot_sizes", "levels")}
    return HeadConfig(**{**values, **rows})
