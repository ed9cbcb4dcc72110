# SPDX-License-Identifier: GPL-3.0-or-later
"""The part tokenizer: motion to six tokens a step and back.

Six small convolution encoders, one a part, that do not see each other, so that a part's token depends on that part alone
and parts can be exchanged; finite scalar quantisation (Mentzer et al., arXiv 2309.15505); one decoder that sees all six
parts, which is the known cure for the loss of detail of part-wise tokenizers.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from vector_quantize_pytorch import FSQ

from ..motion.features import FEATURE_SIZE, PART_SIZES, PART_SLICES, features, motion_from_features
from ..motion.motion import Motion
from ..motion.skeleton import FPS, PARTS, STEP_FRAMES

_PARTS = len(PARTS)
_WIDEST = max(PART_SIZES)


@dataclass(frozen=True)
class TokenizerConfig:
    """Sizes of the tokenizer.

    Attributes:
        levels: steps of each of a code's numbers; their product is the number of codes a part.
        encoder_width: channels of one part's encoder.
        decoder_width: channels of the shared decoder.
        decoder_blocks: residual blocks at each of the decoder's three rates.
    """

    levels: tuple[int, ...] = (8, 8, 8)
    encoder_width: int = 64
    decoder_width: int = 288
    decoder_blocks: int = 2

    @property
    def codes(self) -> int:
        """Codes a part."""
        return int(np.prod(self.levels))

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for a file's metadata."""
        return asdict(self)


class _Block(nn.Module):
    """Residual block of two convolutions over time; ``groups`` keeps the parts apart."""

    def __init__(self, width: int, groups: int = 1, dilation: int = 1) -> None:
        super().__init__()
        self.first = nn.Conv1d(width, width, 3, padding=dilation, dilation=dilation, groups=groups)
        self.second = nn.Conv1d(width, width, 1, groups=groups)

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.second(torch.nn.functional.silu(self.first(torch.nn.functional.silu(x))))
        return x + y


class PartTokenizer(nn.Module):
    """Encoder, quantiser and decoder; `encode` and `decode` take and give motions."""

    mean: Tensor
    scale: Tensor

    def __init__(self, config: TokenizerConfig) -> None:
        super().__init__()
        self.config = config
        wide, width, size = config.encoder_width * _PARTS, config.decoder_width, len(config.levels)
        # the six encoders run as one grouped convolution: the same numbers as six networks, in a sixth of the calls
        self.encoder = nn.Sequential(
            nn.Conv1d(_WIDEST * _PARTS, wide, 3, padding=1, groups=_PARTS),
            _Block(wide, _PARTS),
            nn.Conv1d(wide, wide, 4, stride=2, padding=1, groups=_PARTS),
            _Block(wide, _PARTS),
            nn.Conv1d(wide, wide, 4, stride=2, padding=1, groups=_PARTS),
            _Block(wide, _PARTS),
            _Block(wide, _PARTS, dilation=2),
            nn.Conv1d(wide, size * _PARTS, 1, groups=_PARTS),
        )
        self.quantizer = FSQ(list(config.levels), dim=size * _PARTS, num_codebooks=_PARTS, keep_num_codebooks_dim=True)
        layers: list[nn.Module] = [nn.Conv1d(size * _PARTS, width, 3, padding=1)]
        for rate in range(3):
            layers += [_Block(width, dilation=1 + 2 * (block % 2)) for block in range(config.decoder_blocks)]
            if rate < 2:
                layers += [nn.Upsample(scale_factor=2), nn.Conv1d(width, width, 3, padding=1)]
        self.decoder = nn.Sequential(*layers, nn.SiLU(), nn.Conv1d(width, FEATURE_SIZE, 3, padding=1))
        self.register_buffer("mean", torch.zeros(FEATURE_SIZE))
        self.register_buffer("scale", torch.ones(FEATURE_SIZE))

    def latents(self, values: Tensor) -> Tensor:
        """Return unquantised codes (B, T/4, 6*len(levels)) of features (B, T, 140); T is a multiple of 4."""
        normal = (values - self.mean) / self.scale
        padded = [
            torch.nn.functional.pad(normal[..., columns], (0, _WIDEST - size))
            for columns, size in zip(PART_SLICES, PART_SIZES, strict=True)
        ]
        encoded: Tensor = self.encoder(torch.cat(padded, dim=-1).transpose(1, 2))
        return encoded.transpose(1, 2)

    def features_from_codes(self, codes: Tensor) -> Tensor:
        """Return features (B, T, 140) of quantised codes (B, T/4, 6*len(levels))."""
        decoded: Tensor = self.decoder(codes.transpose(1, 2))
        return decoded.transpose(1, 2) * self.scale + self.mean

    def forward(self, values: Tensor) -> tuple[Tensor, Tensor]:
        """Return reconstructed features (B, T, 140) and tokens (B, T/4, 6)."""
        codes, tokens = self.quantizer(self.latents(values))
        return self.features_from_codes(codes), tokens

    def tokens_of(self, values: Tensor) -> Tensor:
        """Return tokens (B, T/4, 6) of features (B, T, 140)."""
        tokens: Tensor = self.quantizer(self.latents(values))[1]
        return tokens

    def features_of(self, tokens: Tensor) -> Tensor:
        """Return features (B, 4*steps, 140) of tokens (B, steps, 6)."""
        return self.features_from_codes(self.quantizer.indices_to_codes(tokens))

    @torch.inference_mode()
    def encode(self, motion: Motion) -> npt.NDArray[np.int64]:
        """Return the tokens (steps, 6) of a motion of any length; the last step is filled up with its last frame."""
        values = features(motion.resampled(FPS).canonical())
        missing = -len(values) % STEP_FRAMES
        values = np.concatenate((values, np.repeat(values[-1:], missing, axis=0)))
        device = self.mean.device
        tokens = self.tokens_of(torch.from_numpy(values).to(device)[None])[0]
        return np.asarray(tokens.cpu().numpy(), dtype=np.int64)

    @torch.inference_mode()
    def decode(
        self, tokens: npt.NDArray[np.int64], frames: int | None = None
    ) -> tuple[Motion, npt.NDArray[np.float32]]:
        """Return the motion of tokens (steps, 6), cut to a number of frames, and its features (T, 140)."""
        given = torch.from_numpy(np.asarray(tokens, dtype=np.int64)).to(self.mean.device)[None]
        values = self.features_of(given)[0].float().cpu().numpy()[:frames]
        return motion_from_features(values), values


def tokenizer_config_from(values: dict[str, Any]) -> TokenizerConfig:
    """Return the config of a weights file's metadata."""
    return TokenizerConfig(**{**values, "levels": tuple(values["levels"])})
