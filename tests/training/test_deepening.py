# SPDX-License-Identifier: GPL-3.0-or-later
"""A tokenizer that begins with older weights: the same at first, also with a deeper decoder, and refused where sizes differ."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from server.networks.files import save_weights, write_checksums
from server.networks.tokenizer import PartTokenizer, TokenizerConfig
from training.deepening import begin_from

SMALL = TokenizerConfig(encoder_width=8, decoder_width=16, decoder_blocks=1)


def saved(folder: Path) -> tuple[PartTokenizer, Path]:
    """Return a network with weights of its own and the file that they are in."""
    torch.manual_seed(3)
    network, path = PartTokenizer(SMALL), folder / "tokenizer.safetensors"
    network.mean.normal_()
    network.half().float()  # as a file keeps them
    save_weights(network, SMALL.as_dict(), path)
    write_checksums(folder)
    return network.eval(), path


@pytest.mark.parametrize("blocks", [1, 3])
def test_it_starts_where_the_older_one_ended(tmp_path: Path, blocks: int) -> None:
    old, path = saved(tmp_path)
    new = PartTokenizer(TokenizerConfig(encoder_width=8, decoder_width=16, decoder_blocks=blocks))
    values = torch.randn(2, 32, old.mean.numel())
    before = new(values)[0]
    begin_from(new, path)
    torch.testing.assert_close(new(values), old(values))
    assert not torch.allclose(before, new(values)[0], atol=1e-2)


def test_every_new_block_can_learn(tmp_path: Path) -> None:
    _, path = saved(tmp_path)
    new = PartTokenizer(TokenizerConfig(encoder_width=8, decoder_width=16, decoder_blocks=2))
    begin_from(new, path)
    new(torch.randn(1, 32, new.mean.numel()))[0].square().sum().backward()
    added = [module for module in new.decoder.modules() if getattr(module, "second", None) is not None]
    assert all(block.second.weight.grad.abs().sum() > 0 for block in added)
    assert sum(not block.second.weight.any() for block in added) == 3


def test_other_sizes_are_refused(tmp_path: Path) -> None:
    _, path = saved(tmp_path)
    with pytest.raises(ValueError, match="other sizes"):
        begin_from(PartTokenizer(TokenizerConfig(encoder_width=16, decoder_width=16)), path)
