# SPDX-License-Identifier: GPL-3.0-or-later
"""The motion generator's network: six part tokens a step, step after step, from what the part texts say.

A causal transformer reads the steps so far (one vector a step: the sum of its six tokens' embeddings) behind six condition
vectors, one a part. Within a step the parts are written in a fixed order, root and legs first, each seeing the ones before
it, so that arms and backbone follow the gait; the six small output networks are the cross-part coordination that ParCo
(Zou et al., ECCV 2024) and the paper's diffusion head stand for.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final

import torch
from torch import Tensor, nn
from torch.nn.functional import scaled_dot_product_attention, silu

from ..motion.skeleton import PARTS
from .conditions import AttributeEmbedding

WRITE_ORDER: Final[tuple[int, ...]] = tuple(
    PARTS.index(part) for part in ("root", "left_leg", "right_leg", "backbone", "left_arm", "right_arm")
)
_COUNT: Final = len(PARTS)
_LONGEST: Final = 64  # steps-left and step-number embeddings end here; longer is said as "many"


@dataclass(frozen=True)
class HeadConfig:
    """Sizes of the generator.

    Attributes:
        slot_parts: for each attribute slot, the index of its part.
        slot_sizes: for each attribute slot, how many values it has.
        codes: codes a part.
        width, layers, heads: of the transformer over steps.
        hidden: width of the six output networks.
        context: how many past steps are seen.
    """

    slot_parts: tuple[int, ...]
    slot_sizes: tuple[int, ...]
    codes: int = 512
    width: int = 256
    layers: int = 6
    heads: int = 8
    hidden: int = 288
    context: int = 48

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for a file's metadata."""
        return asdict(self)


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
        mixed = scaled_dot_product_attention(q, k, v, attn_mask=mask)
        x = x + self.dropout(self.out(mixed.transpose(1, 2).reshape(batch, length, width)))
        return x + self.dropout(self.down(silu(self.up(self.norm2(x))))), (k, v)


class _PartHead(nn.Module):
    """One part's output network: the step's state, the part's condition, and the parts already written."""

    def __init__(self, config: HeadConfig) -> None:
        super().__init__()
        self.first = nn.Linear(3 * config.width, config.hidden)
        self.second = nn.Linear(config.hidden, config.hidden)
        self.norm = nn.LayerNorm(config.hidden)
        self.out = nn.Linear(config.hidden, config.codes)

    def forward(self, state: Tensor, condition: Tensor, written: Tensor) -> Tensor:
        hidden = silu(self.first(torch.cat((state, condition, written), dim=-1)))
        logits: Tensor = self.out(self.norm(hidden + silu(self.second(hidden))))
        return logits


class MotionHead(nn.Module):
    """Causal transformer over steps with six coordinated output networks."""

    def __init__(self, config: HeadConfig, dropout: float = 0.0) -> None:
        super().__init__()
        self.config = config
        width = config.width
        self.attributes = AttributeEmbedding(config.slot_parts, config.slot_sizes, width)
        # one row more than there are codes: a token that is hidden in training, or does not exist before the first step
        self.tokens = nn.ModuleList(nn.Embedding(config.codes + 1, width) for _ in PARTS)
        self.left, self.number = nn.Embedding(_LONGEST + 1, width), nn.Embedding(_LONGEST + 1, width)
        self.whole = nn.Linear(_COUNT * width, width)
        self.layers = nn.ModuleList(_Layer(width, config.heads, dropout) for _ in range(config.layers))
        self.norm = nn.LayerNorm(width)
        self.heads = nn.ModuleList(_PartHead(config) for _ in PARTS)
        for module in self.modules():
            if isinstance(module, nn.Embedding):
                nn.init.normal_(module.weight, std=0.02)

    def condition(self, attributes: Tensor) -> Tensor:
        """Return (B, 6, width) of attribute vectors (B, slots)."""
        vectors: Tensor = self.attributes(attributes)
        return vectors

    def _inputs(self, tokens: Tensor, condition: Tensor, first: int, steps: Tensor) -> Tensor:
        """Return (B, T, width): the six tokens of the step before, the clock and the whole condition."""
        x = torch.stack([table(tokens[..., part]) for part, table in enumerate(self.tokens)]).sum(0)
        number = torch.arange(first, first + tokens.shape[1], device=tokens.device)
        left = (steps[:, None] - number).clamp(0, _LONGEST)
        x = x + self.left(left) + self.number(number.clamp(max=_LONGEST))
        whole: Tensor = self.whole(condition.flatten(1))
        summed: Tensor = x + whole[:, None]
        return summed

    def states(self, tokens: Tensor, condition: Tensor, steps: Tensor) -> Tensor:
        """Return states (B, T, width) for all steps at once, for training.

        Args:
            tokens: (B, T, 6) tokens of the step before each step; ``codes`` where there is none.
            condition: (B, 6, width).
            steps: (B,) length of each clip in steps.
        """
        x = torch.cat((condition, self._inputs(tokens, condition, 0, steps)), dim=1)
        length = x.shape[1]
        at = torch.arange(length, device=x.device)
        seen = at[:, None] >= at[None]
        seen[:_COUNT, :_COUNT] = True  # the conditions see each other
        for layer in self.layers:
            x, _ = layer(x, at, seen, None)
        normal: Tensor = self.norm(x[:, _COUNT:])
        return normal

    def begin(self, condition: Tensor) -> Cache:
        """Read the condition; returns the cache that `advance` extends."""
        x, cache = condition, []
        at = torch.arange(_COUNT, device=x.device)
        for layer in self.layers:
            x, kept = layer(x, at, None, None)
            cache.append(kept)
        return cache

    def advance(self, tokens: Tensor, condition: Tensor, number: int, steps: Tensor, cache: Cache) -> Tensor:
        """Return the state (B, width) of the next step and extend the cache in place.

        Args:
            tokens: (B, 6) tokens of the step before; ``codes`` before the first.
            condition: (B, 6, width).
            number: which step this is, from 0.
            steps: (B,) length of each clip in steps.
            cache: from `begin`; only ``context`` steps are kept.
        """
        x = self._inputs(tokens[:, None], condition, number, steps)
        at = torch.tensor([_COUNT + number], device=x.device)
        for index, layer in enumerate(self.layers):
            x, (keys, values) = layer(x, at, None, cache[index])
            if keys.shape[2] > _COUNT + self.config.context:
                keys, values = (torch.cat((t[:, :, :_COUNT], t[:, :, _COUNT + 1 :]), dim=2) for t in (keys, values))
            cache[index] = (keys, values)
        normal: Tensor = self.norm(x[:, 0])
        return normal

    def part_logits(self, part: int, state: Tensor, condition: Tensor, written: Tensor) -> Tensor:
        """Return logits (..., codes) of one part, given the summed embeddings (..., width) of the parts before it."""
        logits: Tensor = self.heads[part](state, condition[..., part, :], written)
        return logits

    def written(self, part: int, tokens: Tensor) -> Tensor:
        """Return the embedding (..., width) by which later parts see this part's token (...)."""
        embedded: Tensor = self.tokens[part](tokens)
        return embedded

    def forward(self, tokens: Tensor, inputs: Tensor, attributes: Tensor, steps: Tensor) -> Tensor:
        """Return logits (B, T, 6, codes) with the true tokens of earlier parts given, for training.

        Args:
            tokens: (B, T, 6) the tokens to be predicted.
            inputs: (B, T, 6) the tokens of the step before, perhaps partly hidden.
            attributes: (B, slots).
            steps: (B,) length of each clip in steps.
        """
        condition = self.condition(attributes)
        states = self.states(inputs, condition, steps)
        spread = condition[:, None].expand(-1, states.shape[1], -1, -1)
        logits: list[Tensor] = [states] * _COUNT
        written = torch.zeros_like(states)
        for part in WRITE_ORDER:
            logits[part] = self.part_logits(part, states, spread, written)
            written = written + self.written(part, tokens[..., part])
        return torch.stack(logits, dim=2)


def config_from(values: dict[str, Any]) -> HeadConfig:
    """Return the config of a weights file's metadata."""
    plain = {**values, "slot_parts": tuple(values["slot_parts"]), "slot_sizes": tuple(values["slot_sizes"])}
    return HeadConfig(**plain)
