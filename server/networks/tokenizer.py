# SPDX-License-Identifier: GPL-3.0-or-later
"""The part tokenizer: motion to six tokens a step and back.

Six small convolution encoders, one a part, that do not see each other, so that a part's token depends on that part alone
and parts can be exchanged; finite scalar quantisation (Mentzer et al., arXiv 2309.15505); one decoder that sees all six
parts, which is the known cure for the loss of detail of part-wise tokenizers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from vector_quantize_pytorch import FSQ

from ..motion.features import FEATURE_SIZE, PART_SIZES, PART_SLICES, features, motion_from_features
from ..motion.motion import Motion
from ..motion.skeleton import FPS, PARTS
from .reconstruction import reconstruction_loss
from .refinement import refined

_PARTS = len(PARTS)
_WIDEST = max(PART_SIZES)
_CHUNK: Final = 240  # steps that are encoded or decoded at once
_MARGIN: Final = 24  # steps; more than the convolutions reach
_SLIDE: Final = 2.0  # how much planted feet count where tokens are refined
_JERKS: Final = (0.7, 0.3)  # how much it counts there that points jerk less, and more: codes rather smooth than shake


@dataclass(frozen=True)
class TokenizerConfig:
    """Sizes of the tokenizer.

    Attributes:
        levels: steps of each of a code's numbers; their product is the number of codes a part.
        strides: by how much each of the encoder's stages shortens time; their product is the frames of a step.
        encoder_width: channels of one part's encoder.
        decoder_width: channels of the shared decoder.
        decoder_blocks: residual blocks at each of the decoder's rates.
    """

    levels: tuple[int, ...] = (8, 8, 8, 5, 5)
    strides: tuple[int, ...] = (2, 2)
    encoder_width: int = 64
    decoder_width: int = 288
    decoder_blocks: int = 2

    @property
    def frames(self) -> int:
        """Frames of a step."""
        return int(np.prod(self.strides))

    @property
    def codes(self) -> int:
        """Codes a part."""
        return int(np.prod(self.levels))

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for a file's metadata."""
        return asdict(self)


_over_time = partial(nn.Conv1d, padding_mode="replicate")
"""Convolution over time to which a clip holds its first and last frame: zeros there would be a pose of their own."""


class Block(nn.Module):
    """Residual block of two convolutions over time; ``groups`` keeps the parts apart."""

    def __init__(self, width: int, groups: int = 1, dilation: int = 1) -> None:
        super().__init__()
        self.first = _over_time(width, width, 3, padding=dilation, dilation=dilation, groups=groups)
        self.second = nn.Conv1d(width, width, 1, groups=groups)

    def forward(self, x: Tensor) -> Tensor:
        """Return (B, width, T) of the same."""
        y: Tensor = self.second(torch.nn.functional.silu(self.first(torch.nn.functional.silu(x))))
        return x + y


def _shorter(width: int, stride: int, groups: int) -> nn.Conv1d:
    """Return a convolution that makes one frame of ``stride`` frames, which is 2 or 3."""
    size, padding = (4, 1) if stride == 2 else (3, 0)
    return _over_time(width, width, size, stride=stride, padding=padding, groups=groups)


class PartTokenizer(nn.Module):
    """Encoder, quantiser and decoder; `encode` and `decode` take and give motions."""

    mean: Tensor
    scale: Tensor

    def __init__(self, config: TokenizerConfig) -> None:
        super().__init__()
        self.config = config
        wide, width, size = config.encoder_width * _PARTS, config.decoder_width, len(config.levels)
        # the six encoders run as one grouped convolution: the same numbers as six networks, in a sixth of the calls
        inward: list[nn.Module] = [_over_time(_WIDEST * _PARTS, wide, 3, padding=1, groups=_PARTS)]
        for stride in config.strides:
            inward += [Block(wide, _PARTS), _shorter(wide, stride, _PARTS)]
        inward += [Block(wide, _PARTS), Block(wide, _PARTS, dilation=2)]
        self.encoder = nn.Sequential(*inward, nn.Conv1d(wide, size * _PARTS, 1, groups=_PARTS))
        self.quantizer = FSQ(list(config.levels), dim=size * _PARTS, num_codebooks=_PARTS, keep_num_codebooks_dim=True)
        outward: list[nn.Module] = [_over_time(size * _PARTS, width, 3, padding=1)]
        for stride in (*config.strides[::-1], 0):
            outward += [Block(width, dilation=1 + 2 * (block % 2)) for block in range(config.decoder_blocks)]
            if stride:
                outward += [nn.Upsample(scale_factor=stride), _over_time(width, width, 3, padding=1)]
        self.decoder = nn.Sequential(*outward, nn.SiLU(), _over_time(width, FEATURE_SIZE, 3, padding=1))
        self.register_buffer("mean", torch.zeros(FEATURE_SIZE))
        self.register_buffer("scale", torch.ones(FEATURE_SIZE))

    def latents(self, values: Tensor) -> Tensor:
        """Return unquantised codes (B, steps, 6*len(levels)) of features (B, T, 140); T is a multiple of ``frames``."""
        normal = (values - self.mean) / self.scale
        padded = [
            torch.nn.functional.pad(normal[..., columns], (0, _WIDEST - size))
            for columns, size in zip(PART_SLICES, PART_SIZES, strict=True)
        ]
        encoded: Tensor = self.encoder(torch.cat(padded, dim=-1).transpose(1, 2))
        return encoded.transpose(1, 2)

    def features_from_codes(self, codes: Tensor) -> Tensor:
        """Return features (B, T, 140) of quantised codes (B, steps, 6*len(levels))."""
        decoded: Tensor = self.decoder(codes.transpose(1, 2))
        return decoded.transpose(1, 2) * self.scale + self.mean

    def forward(self, values: Tensor) -> tuple[Tensor, Tensor]:
        """Return reconstructed features (B, T, 140) and tokens (B, steps, 6)."""
        codes, tokens = self.quantizer(self.latents(values))
        return self.features_from_codes(codes), tokens

    def tokens_of(self, values: Tensor) -> Tensor:
        """Return tokens (B, steps, 6) of features (B, T, 140)."""
        tokens: Tensor = self.quantizer(self.latents(values))[1]
        return tokens

    def features_of(self, tokens: Tensor) -> Tensor:
        """Return features (B, frames*steps, 140) of tokens (B, steps, 6)."""
        return self.features_from_codes(self.quantizer.indices_to_codes(tokens))

    def encode(self, motion: Motion, rounds: int = 0) -> npt.NDArray[np.int64]:
        """Return the tokens (steps, 6) of a motion of any length; the last step is filled up with its last frame.

        ``rounds`` of refinement bring what the tokens decode to closer to the motion (`server.networks.refinement`).
        """
        values = features(motion.resampled(FPS).canonical())
        size = self.config.frames
        values = np.concatenate((values, np.repeat(values[-1:], -len(values) % size, axis=0)))
        given = torch.from_numpy(values).to(self.mean.device)[None]
        rows = [
            self._refined(given[:, chunk.low * size : chunk.high * size], rounds)[0, chunk.inner]
            for chunk in _chunks(len(values) // size)
        ]
        return np.asarray(torch.cat(rows).cpu().numpy(), dtype=np.int64)

    def _refined(self, values: Tensor, rounds: int) -> Tensor:
        """Return tokens (B, steps, 6) of features (B, T, 140)."""

        def decoded(latents: Tensor) -> tuple[Tensor, Tensor]:
            codes, tokens = self.quantizer(latents)
            return self.features_from_codes(codes), tokens

        def loss_of(made: Tensor) -> Tensor:
            return reconstruction_loss(made, values, self.mean, self.scale, _SLIDE, _JERKS)[0]

        with torch.no_grad():
            latents = self.latents(values)
        return refined(latents, decoded, loss_of, rounds)

    @torch.inference_mode()
    def decode(
        self, tokens: npt.NDArray[np.int64], frames: int | None = None
    ) -> tuple[Motion, npt.NDArray[np.float32]]:
        """Return the motion of tokens (steps, 6) of any length, cut to a number of frames, and its features (T, 140)."""
        given = torch.from_numpy(np.asarray(tokens, dtype=np.int64)).to(self.mean.device)[None]
        size = self.config.frames
        rows = [
            self.features_of(given[:, chunk.low : chunk.high])[0, chunk.inner.start * size : chunk.inner.stop * size]
            for chunk in _chunks(given.shape[1])
        ]
        values = torch.cat(rows).float().cpu().numpy()[:frames]
        return motion_from_features(values), values


class _Chunk(NamedTuple):
    """Some steps of a long clip: from ``low`` to ``high`` they are read, of which ``inner`` is kept."""

    low: int
    high: int
    inner: slice


def _chunks(steps: int) -> Iterator[_Chunk]:
    """Cut a clip so that memory does not grow with it.

    Each chunk is read with more neighbours than the convolutions reach, so that it comes out as it would in one piece.
    """
    for start in range(0, steps, _CHUNK):
        end = min(steps, start + _CHUNK)
        low, high = max(0, start - _MARGIN), min(steps, end + _MARGIN)
        yield _Chunk(low, high, slice(start - low, end - low))


def tokenizer_config_from(values: dict[str, Any]) -> TokenizerConfig:
    """Return the config of a weights file's metadata."""
    rows = {name: tuple(values[name]) for name in ("levels", "strides")}
    return TokenizerConfig(**{**values, **rows})
