# SPDX-License-Identifier: GPL-3.0-or-later
"""What a prompt means, as a vector: the sentence encoder all-MiniLM-L6-v2, by which the memory recognises its entries.

The states of a small language model put prompts together that are worded alike; an encoder trained on a billion pairs of
sentences (Reimers and Gurevych, 2019, arXiv 1908.10084) puts together those that mean the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import torch
from safetensors import SafetensorError
from torch import Tensor
from torch.nn.functional import normalize
from transformers import AutoModel, AutoTokenizer

from .errors import SmooError
from .home import encoder_folder

WIDTH: Final = 384
"""Numbers in a vector."""
_BATCH: Final = 64
_TOKENS: Final = 256


class SentenceEncoder:
    """A small transformer whose mean state over the tokens of a text is its vector; on the processor, in a few milliseconds."""

    def __init__(self, model: Any, tokenizer: Any) -> None:
        """Wrap a loaded model; :meth:`load` is the usual way."""
        self._model, self._tokenizer = model, tokenizer

    @classmethod
    def load(cls, folder: Path | None = None) -> SentenceEncoder:
        """Load the encoder from a folder, the user's by default.

        Raises:
            SmooError: ``model_missing`` if it is not there or cannot be read.
        """
        where = folder or encoder_folder()
        try:
            if not where.is_dir():
                raise OSError("there is no such folder")
            return cls(AutoModel.from_pretrained(where).eval(), AutoTokenizer.from_pretrained(where))
        except (OSError, ValueError, SafetensorError) as error:
            message = (
                f"The sentence encoder in {where} cannot be read ({error}). Run 'python install.py' to fetch it again."
            )
            raise SmooError("model_missing", message) from error

    @torch.inference_mode()
    def vectors(self, texts: Sequence[str]) -> Tensor:
        """Return (texts, 384) vectors of length 1, in single precision."""
        return torch.cat([self._batch(texts[first : first + _BATCH]) for first in range(0, len(texts), _BATCH)])

    def _batch(self, texts: Sequence[str]) -> Tensor:
        tokens = self._tokenizer(list(texts), padding=True, truncation=True, max_length=_TOKENS, return_tensors="pt")
        weights = tokens["attention_mask"][..., None].float()
        states = self._model(**tokens).last_hidden_state * weights
        return normalize(states.sum(1) / weights.sum(1), dim=-1)
