# SPDX-License-Identifier: GPL-3.0-or-later
"""The language model: loading with its adapter merged, and batched writing of many short texts at once.

Prompts that share their beginning (the two prompts of the animator) are read once; their branches (one a body part) are
written side by side. A choice that the memory has settled, whatever the model may say, is written without asking it.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor
from transformers import AutoModelForCausalLM, AutoTokenizer

from .encoder import SentenceEncoder
from .errors import SmooError
from .llm_bytes import from_bytes
from .llm_files import model_folder
from .llm_grammar import ChoiceGrammar
from .llm_memory import Memory, Prior, mixed, settled
from .llm_rows import Rows
from .networks.files import WEIGHTS_FOLDER, check_weights
from .precision import precision

ADAPTER_NAME: Final = "adapter.safetensors"
ADAPTER_FILE: Final = WEIGHTS_FOLDER / ADAPTER_NAME
LORA: Final = ".lora_"
"""Part of the names of an adapter's matrices."""
_PEFT_PREFIX: Final = "base_model.model."
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Branch:
    """One text to write.

    Attributes:
        prefix: index of the shared beginning that it follows.
        text: what stands between the shared beginning and the completion.
        grammar: what the completion may be.
        prior: what the memory says, slot by slot; None leaves the choice to the model alone.
    """

    prefix: int
    text: str
    grammar: ChoiceGrammar
    prior: Prior | None = None


class LanguageModel:
    """A causal language model of the Llama family with its tokenizer, on one device, for inference."""

    def __init__(self, model: Any, tokenizer: Any, device: torch.device) -> None:
        """Wrap a loaded model; :meth:`load` is the usual way."""
        self.model, self.tokenizer, self.device = model, tokenizer, device
        self.memory: Memory | None = None
        self.encoder: SentenceEncoder | None = None

    @classmethod
    def load(cls, folder: Path | None = None, adapter: Path | None = ADAPTER_FILE) -> LanguageModel:
        """Load the converted model in the precision that suits the device and merge the adapter.

        Args:
            folder: the converted model; the user's folder by default.
            adapter: LoRA weights in the names of peft; None leaves the model as it is.

        Raises:
            SmooError: ``model_missing``, ``weights_missing`` or ``weights_damaged``.
        """
        where = model_folder(folder)
        device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        try:
            tokenizer = AutoTokenizer.from_pretrained(where)
            model: Any = AutoModelForCausalLM.from_pretrained(where, dtype=precision(device))
        except (OSError, ValueError, SafetensorError) as error:
            message = f"The language model in {where} cannot be read ({error}). Run 'python install.py' to repair it."
            raise SmooError("model_missing", message) from error
        loaded = cls(model.to(device).eval(), tokenizer, device)
        if adapter is not None:
            loaded.merge(adapter)
        return loaded

    def encode(self, text: str) -> list[int]:
        """Return the token ids of a text, without special tokens."""
        ids: list[int] = self.tokenizer.encode(text, add_special_tokens=False)
        return ids

    def grammar(self, slots: Sequence[Sequence[str]]) -> ChoiceGrammar:
        """Return a grammar of slots in this model's tokens."""
        return ChoiceGrammar(self.encode, slots)

    def merge(self, adapter: Path) -> None:
        """Add a LoRA adapter to the weights: W + (alpha / rank) B A, computed in single precision.

        Raises:
            SmooError: ``weights_missing``, ``weights_damaged`` if it is unreadable or made for another model, or
                ``model_missing`` if it has a memory and the sentence encoder is not there.
        """
        check_weights(adapter)
        try:
            with safe_open(adapter, framework="pt") as file:
                scale = float(json.loads((file.metadata() or {})["config"])["scale"])
                kept = {name: file.get_tensor(name) for name in file.keys() if LORA in name}  # noqa: SIM118 (no mapping)
            tensors = {name: tensor.float() for name, tensor in from_bytes(kept).items()}
            for name in [n for n in tensors if n.endswith("lora_A.weight")]:
                module = name.removeprefix(_PEFT_PREFIX).removesuffix(".lora_A.weight")
                weight = self.model.get_parameter(f"{module}.weight")
                update = tensors[name.replace("lora_A", "lora_B")] @ tensors[name] * scale
                weight.data.copy_(weight.data.float() + update.to(self.device))  # in place: a second copy takes room
        except (SafetensorError, KeyError, AttributeError, ValueError, RuntimeError) as error:
            message = f"The adapter {adapter.name} cannot be used ({error}). Install SMooGPT again from its zip."
            raise SmooError("weights_damaged", message) from error
        self.memory = Memory.read(adapter)
        self.encoder = SentenceEncoder.load() if self.memory else None

    @torch.inference_mode()
    def states(self, texts: Sequence[str]) -> Tensor:
        """Return (texts, width) states behind the last token of each text."""
        rows = Rows(self.model.model, self.device)
        rows.start([[] for _ in texts], list(range(len(texts))))
        return rows.read([self.encode(text) for text in texts])

    @torch.inference_mode()
    def choose(
        self, prefixes: Sequence[str], branches: Sequence[Branch], temperature: float = 0.0, seed: int = 0
    ) -> list[list[int]]:
        """Write all branches at once.

        Args:
            prefixes: the shared beginnings, each read once.
            branches: the texts to write.
            temperature: 0 takes the likeliest choice each time.
            seed: of the random choices.

        Returns:
            For each branch the index of the phrase chosen in each slot of its grammar.
        """
        generator = torch.Generator().manual_seed(seed)
        texts = [_Text(branch, self.encode(branch.text), settles=temperature == 0) for branch in branches]
        unfinished = [text for text in texts if not text.walker.done]
        if unfinished:
            rows = Rows(self.model.model, self.device)
            rows.start([self.encode(prefix) for prefix in prefixes], [text.branch.prefix for text in unfinished])
        while unfinished:
            states = rows.read([text.unread for text in unfinished])
            for text, state in zip(unfinished, states, strict=True):
                text.take(self._chosen(text, state, temperature, generator))
            going_on = [row for row, text in enumerate(unfinished) if not text.walker.done]
            if going_on and len(going_on) < len(unfinished):
                rows.keep(going_on)
            unfinished = [unfinished[row] for row in going_on]
        return [text.walker.phrases for text in texts]

    def _chosen(self, text: _Text, state: Tensor, temperature: float, generator: torch.Generator) -> int:
        """Return which of the possible next tokens is written, given the state (width,) behind what was read."""
        chances = (self.model.lm_head.weight[list(text.walker.options())] @ state).float().cpu().softmax(0)
        if text.branch.prior is not None:
            chances = mixed(text.branch.prior[text.walker.slot], text.walker.phrases_ahead(), chances)
        if temperature > 0:
            return int(torch.multinomial((chances.log() / temperature).softmax(0), 1, generator=generator))
        return int(chances.argmax())

    @torch.inference_mode()
    def complete(
        self, prompts: Sequence[str], max_tokens: int = 48, temperature: float = 0.0, seed: int = 0
    ) -> list[str]:
        """Continue several prompts freely, each up to the end of its line or ``max_tokens``.

        Returns:
            The continuations, without the newline.
        """
        generator = torch.Generator().manual_seed(seed)
        rows = Rows(self.model.model, self.device)
        rows.start([[] for _ in prompts], list(range(len(prompts))))
        pending = [self.encode(prompt) for prompt in prompts]
        written: list[list[int]] = [[] for _ in prompts]
        texts = [""] * len(prompts)
        open_rows = set(range(len(prompts)))
        for _ in range(max_tokens):
            scores = self.model.lm_head(rows.read(pending)).float().cpu()
            if temperature > 0:
                chosen = torch.multinomial((scores / temperature).softmax(-1), 1, generator=generator)[:, 0]
            else:
                chosen = scores.argmax(-1)
            pending = [[int(token)] if row in open_rows else [] for row, token in enumerate(chosen)]
            for row in list(open_rows):
                written[row].append(int(chosen[row]))
                texts[row] = self.tokenizer.decode(written[row], skip_special_tokens=True)
                if "\n" in texts[row] or int(chosen[row]) == self.tokenizer.eos_token_id:
                    open_rows.discard(row)
            if not open_rows:
                break
        return [text.split("\n")[0].strip() for text in texts]


class _Text:
    """A branch as far as it is written; what the memory settles by itself is written without asking the model.

    Attributes:
        branch: what is to be written.
        walker: its place in the grammar.
        unread: tokens that the model has not read yet.
    """

    def __init__(self, branch: Branch, tokens: Sequence[int], *, settles: bool) -> None:
        """Write up to the first choice that is the model's; ``settles`` if the memory may have any to itself."""
        self.branch, self.walker = branch, branch.grammar.walker()
        self._settles = settles
        self.unread = [*tokens, *self.walker.forced()]
        self._settle()

    def take(self, chosen: int) -> None:
        """Write one of the possible next tokens, which has been chosen behind all others, and on to the model's next choice."""
        self.unread = []
        self._write(chosen)
        self._settle()

    def _settle(self) -> None:
        prior = self.branch.prior if self._settles else None
        while prior is not None and not self.walker.done:
            chosen = settled(prior[self.walker.slot], self.walker.phrases_ahead())
            if chosen is None:
                return
            self._write(chosen)

    def _write(self, chosen: int) -> None:
        token = self.walker.options()[chosen]
        self.walker.take(token)
        self.unread += [token, *self.walker.forced()]
