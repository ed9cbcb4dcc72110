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

from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import cached_property, partial
from typing import Any, Final, cast

import torch
from torch import Tensor, nn
from torch.nn.functional import linear, silu

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

    @cached_property
    def digits(self) -> Digits:
        """How tokens are made of digits."""
        return Digits(self.levels)


Pair = tuple[Tensor, Tensor]


class Cache:
    """Keys and values (B, heads, steps, d) of the steps so far, one pair a layer, at places that are there from the start."""

    def __init__(self, config: HeadConfig, batch: int, steps: int, like: Tensor) -> None:
        shape = (batch, config.heads, steps, config.width // config.heads)
        self._pairs = [(like.new_empty(shape), like.new_empty(shape)) for _ in range(config.layers)]
        self._context = config.context

    def joined(self, layer: int, number: int, pair: Pair) -> Pair:
        """Put in the keys and values (B, heads, 1, d) of a step; return those of the last ``context`` steps with it."""
        seen = slice(max(0, number - self._context), number + 1)
        for kept, new in zip(self._pairs[layer], pair, strict=True):
            kept[:, :, number] = new[:, :, 0]
        keys, values = self._pairs[layer]
        return keys[:, :, seen], values[:, :, seen]


Turns = tuple[Tensor, Tensor]


def _turns(positions: Tensor, size: int) -> Turns:
    """Return cosine and sine (T, size / 2) by which integer positions (T,) turn vectors of a size."""
    half = size // 2
    rates = 1.0 / (200.0 ** (torch.arange(half, device=positions.device) / half))
    angles = positions[:, None] * rates
    return angles.cos(), angles.sin()


def _rotate(x: Tensor, turns: Turns) -> Tensor:
    """Rotary position embedding (Su et al., arXiv 2104.09864) of (..., T, d) by `_turns` of the positions."""
    cosine, sine = (turn.to(x.dtype) for turn in turns)
    a, b = x.chunk(2, dim=-1)
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
        self, x: Tensor, turns: Turns, mask: Tensor | None = None, past: Callable[[Pair], Pair] | None = None
    ) -> Tensor:
        batch, length, width = x.shape
        qkv = self.qkv(self.norm1(x)).view(batch, length, 3, self.heads, -1).permute(2, 0, 3, 1, 4)  # (3, B, h, T, d)
        q, k = _rotate(qkv[:2], turns)
        k, v = past((k, qkv[2])) if past is not None else (k, qkv[2])
        # written out: on rows this short the fused attention's backward pass is a third of a training step on a CPU
        scores = q @ k.transpose(-1, -2) * (q.shape[-1] ** -0.5)
        if mask is not None:
            scores = scores.masked_fill(~mask, float("-inf"))
        mixed = scores.softmax(-1).to(v.dtype) @ v
        x = x + self.dropout(self.out(mixed.transpose(1, 2).reshape(batch, length, width)))
        fed: Tensor = x + self.dropout(self.down(silu(self.up(self.norm2(x)))))
        return fed


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

    def told(self, condition: Tensor) -> Tensor:
        """Return what `begin` takes of the part's condition (..., width), which may be had for all steps at once."""
        return linear(condition, self._weights()[1], self.first.bias)

    def begin(self, state: Tensor, told: Tensor, written: Tensor) -> Tensor:
        """Return what all digits are written from (..., hidden): state and parts already written (..., width), and `told`."""
        of_state, _, of_written = self._weights()
        hidden = silu(linear(state, of_state) + told + linear(written, of_written))
        return hidden + silu(self.second(hidden))

    def _weights(self) -> tuple[Tensor, ...]:
        """Return the first layer's weights for the state, the condition and what is written."""
        return self.first.weight.chunk(3, dim=1)

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

    def embedded(self, tokens: Tensor) -> Tensor:
        """Return (..., width): the six tokens (..., 6) of a step as the next one sees them."""
        embedded: Tensor = torch.stack([self.written(part, tokens[..., part]) for part in range(_COUNT)]).sum(0)
        return embedded

    def known(self, condition: Tensor, steps: Tensor) -> Tensor:
        """Return (B, T, width) of what is known of every step before any is written: the clock and what is said.

        Args:
            condition: (B, T, 6, width).
            steps: (B,) length of each clip in steps.
        """
        number = torch.arange(condition.shape[1], device=condition.device)
        left = (steps[:, None] - number).clamp(0, _LEFT_MOST)
        known: Tensor = self.whole(condition.flatten(2)) + self.left(left) + self.number(number.clamp(max=_NUMBER_MOST))
        return known

    def states(self, tokens: Tensor, condition: Tensor, steps: Tensor) -> Tensor:
        """Return states (B, T, width) for all steps at once, for training.

        Args:
            tokens: (B, T, 6) tokens of the step before each step; ``codes`` where there is none.
            condition: (B, T, 6, width).
            steps: (B,) length of each clip in steps.
        """
        x = self.embedded(tokens) + self.known(condition, steps)
        at = torch.arange(x.shape[1], device=x.device)
        seen, turns = at[:, None] >= at[None], _turns(at, self.config.width // self.config.heads)
        for layer in self.layers:
            x = layer(x, turns, seen)
        normal: Tensor = self.norm(x)
        return normal

    def begin(self, batch: int, steps: int) -> Cache:
        """Return the empty cache of so many steps that `advance` fills."""
        return Cache(self.config, batch, steps, self.norm.weight)

    def advance(self, given: Tensor, number: int, cache: Cache) -> Tensor:
        """Return the state (B, width) of the next step and put it into the cache.

        Args:
            given: (B, width) the tokens of the step before, `embedded`, and what is `known` of this one, added.
            number: which step this is, from 0.
            cache: from `begin`.
        """
        x = given[:, None]
        turns = _turns(torch.tensor([number], device=x.device), self.config.width // self.config.heads)
        for index, layer in enumerate(self.layers):
            x = layer(x, turns, past=partial(cache.joined, index, number))
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
            hidden = head.begin(states, head.told(condition[:, :, part]), written)
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
