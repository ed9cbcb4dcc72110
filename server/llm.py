# SPDX-License-Identifier: GPL-3.0-or-later
"""The language model: loading with its adapter merged, and batched writing of many short texts at once.

Prompts that share their beginning (the two prompts of the animator) are read once; their branches (one a body part) are
written side by side. Rows of unequal length are padded inside the key-value cache and masked there.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor
from transformers import AutoModelForCausalLM, AutoTokenizer, DynamicCache

from .encoder import SentenceEncoder
from .errors import SmooError
from .llm_bytes import from_bytes
from .llm_files import model_folder
from .llm_grammar import ChoiceGrammar, Walker
from .llm_memory import Memory, Prior, mixed
from .networks.files import WEIGHTS_FOLDER, check_weights

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
        """Load the converted model in bfloat16 and merge the adapter.

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
            model: Any = AutoModelForCausalLM.from_pretrained(where, dtype=torch.bfloat16)
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
                weight.data = (weight.data.float() + update.to(self.device)).to(weight.dtype)
        except (SafetensorError, KeyError, AttributeError, ValueError, RuntimeError) as error:
            message = f"The adapter {adapter.name} cannot be used ({error}). Install SMooGPT again from its zip."
            raise SmooError("weights_damaged", message) from error
        self.memory = Memory.read(adapter)
        self.encoder = SentenceEncoder.load() if self.memory else None

    @torch.inference_mode()
    def states(self, texts: Sequence[str]) -> Tensor:
        """Return (texts, width) states behind the last token of each text."""
        rows = _Rows(self.model.model, self.device)
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
        rows = _Rows(self.model.model, self.device)
        rows.start([self.encode(prefix) for prefix in prefixes], [branch.prefix for branch in branches])
        walkers = [branch.grammar.walker() for branch in branches]
        pending = [self.encode(b.text) + w.forced() for b, w in zip(branches, walkers, strict=True)]
        while any(not walker.done for walker in walkers):
            hidden = rows.read(pending)
            pending = [
                [] if walker.done else self._step(walker, state, branch.prior, temperature, generator)
                for walker, state, branch in zip(walkers, hidden, branches, strict=True)
            ]
        return [walker.phrases for walker in walkers]

    def _step(
        self, walker: Walker, state: Tensor, prior: Prior | None, temperature: float, generator: torch.Generator
    ) -> list[int]:
        options = walker.options()
        chances = (self.model.lm_head.weight[list(options)] @ state).float().cpu().softmax(0)
        if prior is not None:
            chances = mixed(prior[walker.slot], walker.phrases_ahead(), chances)
        if temperature > 0:
            chosen = int(torch.multinomial((chances.log() / temperature).softmax(0), 1, generator=generator))
        else:
            chosen = int(chances.argmax())
        walker.take(options[chosen])
        return [options[chosen], *walker.forced()]

    @torch.inference_mode()
    def complete(
        self, prompts: Sequence[str], max_tokens: int = 48, temperature: float = 0.0, seed: int = 0
    ) -> list[str]:
        """Continue several prompts freely, each up to the end of its line or ``max_tokens``.

        Returns:
            The continuations, without the newline.
        """
        generator = torch.Generator().manual_seed(seed)
        rows = _Rows(self.model.model, self.device)
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


@contextmanager
def _one_thread() -> Iterator[None]:
    """Compute on one core: a few tokens gain little from a second one, and wait long for it if another program has it.

    Measured on two cores: 0.4 s for two prompts on one thread, but more than ten on two threads of a busy machine.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


class _Rows:
    """A key-value cache whose rows grow by unequal amounts."""

    def __init__(self, decoder: Any, device: torch.device) -> None:
        self._decoder, self._device = decoder, device
        self._cache: Any = DynamicCache()
        self._mask = torch.zeros(0, 0, dtype=torch.long)
        self._lengths = torch.zeros(0, dtype=torch.long)

    def start(self, prefixes: Sequence[Sequence[int]], of_row: Sequence[int]) -> None:
        """Read the shared beginnings once, then make one row for each entry of ``of_row``."""
        self._mask = torch.zeros(len(prefixes), 0, dtype=torch.long)
        self._lengths = torch.zeros(len(prefixes), dtype=torch.long)
        if any(prefixes):
            self.read(prefixes)
            rows = torch.tensor(of_row, device=self._device)
            self._cache.reorder_cache(rows)
        self._mask, self._lengths = self._mask[list(of_row)], self._lengths[list(of_row)]

    def read(self, chunks: Sequence[Sequence[int]]) -> Tensor:
        """Feed the next tokens of each row (none is possible) and return (rows, width) states at their last ones."""
        widest = max(len(chunk) for chunk in chunks)
        ids = torch.zeros(len(chunks), widest, dtype=torch.long)
        valid = torch.zeros(len(chunks), widest, dtype=torch.long)
        for row, chunk in enumerate(chunks):
            ids[row, : len(chunk)] = torch.tensor(list(chunk), dtype=torch.long)
            valid[row, : len(chunk)] = 1
        positions = self._lengths[:, None] + torch.arange(widest)
        self._mask = torch.cat([self._mask, valid], dim=1)
        self._lengths = self._lengths + valid.sum(1)
        with _one_thread():
            states: Tensor = self._decoder(
                input_ids=ids.to(self._device),
                attention_mask=self._mask.to(self._device),
                position_ids=positions.to(self._device),
                past_key_values=self._cache,
                use_cache=True,
            ).last_hidden_state
        last = (valid.sum(1) - 1).clamp(min=0)
        return states[torch.arange(len(chunks), device=self._device), last.to(self._device)]
