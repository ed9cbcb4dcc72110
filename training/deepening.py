# SPDX-License-Identifier: GPL-3.0-or-later
"""Begin a tokenizer with older weights, also where its decoder is deeper than theirs.

Blocks that are new add nothing at first, so that the network starts where the old one ended (Net2Net, Chen et al., arXiv
1511.05641).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from torch import nn

from server.networks.files import load_weights
from server.networks.tokenizer import Block, PartTokenizer, tokenizer_config_from


def begin_from(network: PartTokenizer, weights: Path) -> None:
    """Give a network the weights of a file.

    Raises:
        ValueError: if the file's sizes differ in more than that its decoder has fewer blocks.
    """
    tensors, values = load_weights(weights)
    old = PartTokenizer(tokenizer_config_from(values))
    old.load_state_dict(tensors)
    more = network.config.decoder_blocks - old.config.decoder_blocks
    if more < 0 or replace(old.config, decoder_blocks=network.config.decoder_blocks) != network.config:
        raise ValueError(f"{weights.name} has other sizes ({old.config}) than the network to train ({network.config}).")
    network.encoder.load_state_dict(old.encoder.state_dict())
    network.mean.copy_(old.mean)
    network.scale.copy_(old.scale)
    for run, old_run in zip(_runs(network.decoder), _runs(old.decoder), strict=True):
        for layer, old_layer in zip(run, old_run, strict=False):
            layer.load_state_dict(old_layer.state_dict())
        for block in run[len(old_run) :]:
            for parameter in block.get_submodule("second").parameters():
                nn.init.zeros_(parameter)


def _runs(decoder: nn.Sequential) -> Iterator[list[nn.Module]]:
    """Yield the decoder's layers, blocks that follow each other together."""
    run: list[nn.Module] = []
    for layer in decoder:
        if run and not (isinstance(layer, Block) and isinstance(run[-1], Block)):
            yield run
            run = []
        run.append(layer)
    yield run
