# SPDX-License-Identifier: GPL-3.0-or-later
"""Better tokens for a given motion: the encoder's first guess is improved until what the decoder makes of it comes closer.

Encoding by synthesis, as amortised encoders are commonly improved instance by instance (Kim et al., arXiv 1802.02550):
the encoder guesses in one pass for all motions, a few dozen gradient steps through the quantiser then fit this one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import torch
from torch import Tensor

_RATE: Final = 0.03  # a step of the quantiser is about 0.3 to 0.5 wide
ROUNDS: Final = 60
"""Gradient steps for a short clip; 20 s take some 3 s on one processor core."""
_FULL: Final = 600  # frames up to which a clip gets all rounds; beyond, the work stays the same


def rounds_for(frames: int) -> int:
    """Return how many rounds a clip gets, so that a long one does not take minutes."""
    return min(ROUNDS, ROUNDS * _FULL // max(1, frames))


def refined(
    latents: Tensor,
    decoded: Callable[[Tensor], tuple[Tensor, Tensor]],
    loss_of: Callable[[Tensor], Tensor],
    rounds: int,
) -> Tensor:
    """Return the tokens with the least loss that were met on the way down from the encoder's latents.

    Args:
        latents: (B, steps, numbers) unquantised codes, the first guess.
        decoded: latents to features and tokens, with gradients passing the quantiser straight through.
        loss_of: features to a loss.
        rounds: gradient steps; 0 gives the first guess.
    """
    with torch.inference_mode(False), torch.enable_grad():
        at = latents.detach().clone().requires_grad_()
        descent = torch.optim.Adam([at], lr=_RATE)
        made, best = decoded(at)
        least = float("inf")
        for number in range(rounds):
            loss = loss_of(made)
            if loss.item() < least:
                least, tokens = loss.item(), best
            descent.param_groups[0]["lr"] = _RATE * (1 - number / rounds)
            (at.grad,) = torch.autograd.grad(loss, [at])
            descent.step()
            made, best = decoded(at)
        if rounds == 0 or loss_of(made).item() < least:
            tokens = best
    return tokens.detach()
