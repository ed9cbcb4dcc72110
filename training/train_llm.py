# SPDX-License-Identifier: GPL-3.0-or-later
"""Teach the language model its two roles: ``python -m training.train_llm --data PREPARED``.

What the ruler sets aside (`training.evaluate.splits`) is left out: neither lessons nor memory have it.

LoRA (Hu et al., 2021) on the linear layers of all but the lowest blocks, whose backward pass is thereby saved. The loss
is the cross-entropy of the decisions alone: at each place where the grammar of an answer leaves a choice, among the
tokens that are possible there. The base model may be in bfloat16; the adapter's own copy is in single precision, for small
steps would be lost in eight bits of mantissa.
"""

from __future__ import annotations

import argparse
import json
import logging
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import torch
from peft import LoraConfig, get_peft_model, get_peft_model_state_dict
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor
from torch.nn.functional import cross_entropy
from tqdm import tqdm

from server.encoder import SentenceEncoder
from server.home import training_folder
from server.llm import ADAPTER_FILE, LORA, LanguageModel
from server.llm_bytes import in_bytes
from server.networks.files import write_checksums
from server.precision import precision
from training.checkpoint import Checkpointer
from training.corpus.entries import KINDS, entries
from training.corpus.recorded import Recorded, clip_attributes, labelled
from training.evaluate.expectations import reserved
from training.evaluate.splits import is_trained
from training.feeding import fed, workers_for
from training.llm_lessons import Lessons
from training.llm_memory_fit import make_memory
from training.llm_trees import Batch, TreeMaker, collate, decision_scores

_LINEAR: Final = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
_SEEDS_EACH: Final = 1_000_003  # between the seeds of processes that draw lessons side by side
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Settings:
    """Hyperparameters of a run."""

    minutes: float = 105.0
    steps: int = 4000
    describe_batch: int = 10
    compose_batch: int = 5
    compose_share: float = 0.5
    rate: float = 1e-3
    warmup: int = 30
    rank: int = 12
    first_layer: int = 8
    scale: int = 2
    seed: int = 0


class Trainer:
    """The adapter being trained."""

    def __init__(self, llm: LanguageModel, settings: Settings) -> None:
        """Put a fresh adapter on a loaded, unadapted model."""
        torch.manual_seed(settings.seed)
        self.settings = settings
        alpha = settings.rank * settings.scale
        layers = list(range(settings.first_layer, llm.model.config.num_hidden_layers))
        config = LoraConfig(
            r=settings.rank,
            lora_alpha=alpha,
            target_modules=list(_LINEAR),
            layers_to_transform=layers,
            task_type="CAUSAL_LM",
        )
        if llm.device.type == "cpu":  # there, on short rows, its backward pass is twice as fast as the fused one
            llm.model.set_attn_implementation("eager")
        self.network: Any = get_peft_model(llm.model, config, autocast_adapter_dtype=False).to(precision(llm.device))
        self.decoder: Any = llm.model.model
        self.embedding: Tensor = llm.model.lm_head.weight
        self.low = [parameter for parameter in self.network.parameters() if parameter.requires_grad]
        self.masters = [parameter.detach().float().clone() for parameter in self.low]
        self.optimizer = torch.optim.AdamW(self.masters, lr=settings.rate, weight_decay=0.01, betas=(0.9, 0.98))
        self.step_number = 0

    def scores(self, batch: Batch) -> Tensor:
        """Return the (D, K) scores of a batch's options."""
        states = self.decoder(
            input_ids=batch.ids,
            position_ids=batch.positions,
            attention_mask=batch.mask.to(self.embedding.dtype),
            use_cache=False,
        ).last_hidden_state
        return decision_scores(states, self.embedding, batch)

    def step(self, batch: Batch, fraction: float) -> tuple[float, float]:
        """Learn from a batch, given the elapsed fraction of the run; return its loss and the share decided rightly."""
        scores = self.scores(batch)
        loss = cross_entropy(scores, batch.targets)
        torch.autograd.backward(loss)
        for master, low in zip(self.masters, self.low, strict=True):
            master.grad = low.grad.float() if low.grad is not None else None
            low.grad = None
        torch.nn.utils.clip_grad_norm_(self.masters, 1.0)
        warm = min(1.0, (self.step_number + 1) / self.settings.warmup)
        for group in self.optimizer.param_groups:
            group["lr"] = self.settings.rate * warm * (0.03 + 0.97 * 0.5 * (1 + math.cos(math.pi * min(1.0, fraction))))
        self.optimizer.step()
        with torch.no_grad():
            for master, low in zip(self.masters, self.low, strict=True):
                low.copy_(master)
        self.step_number += 1
        return float(loss.detach()), float((scores.argmax(-1) == batch.targets).float().mean())

    def state(self) -> dict[str, Any]:
        """Return what a later run needs to go on."""
        return {"masters": self.masters, "optimizer": self.optimizer.state_dict(), "step": self.step_number}

    def start_from(self, state: dict[str, Any]) -> None:
        """Begin a new run with the weights of a saved state."""
        with torch.no_grad():
            for master, low, saved in zip(self.masters, self.low, state["masters"], strict=True):
                master.copy_(saved)
                low.copy_(saved)

    def restore(self, state: dict[str, Any]) -> None:
        """Go on with a run from a saved state."""
        self.start_from(state)
        self.optimizer.load_state_dict(state["optimizer"])
        self.step_number = int(state["step"])

    def save_adapter(self, path: Path) -> None:
        """Write the adapter in bytes, a step a rank, under peft's names, and its checksum."""
        tensors: dict[str, Tensor] = {}
        for name, tensor in get_peft_model_state_dict(self.network).items():
            tensors |= in_bytes(name, tensor.float(), along=1 if "lora_A" in name else 0)
        config = {"rank": self.settings.rank, "scale": self.settings.scale, "steps": self.step_number}
        path.parent.mkdir(parents=True, exist_ok=True)
        save_file(tensors, path, metadata={"config": json.dumps(config)})
        write_checksums(path.parent)


def batches(lessons: Lessons, settings: Settings, seed: int, number: int = 0) -> Iterator[Batch]:
    """Yield batches without end, each of one kind and so of nearly one length; other numbers draw with other seeds."""
    if number:
        lessons.draw_anew(f"{seed}/{number}")
    generator = torch.Generator().manual_seed(seed + _SEEDS_EACH * number)
    while True:
        if float(torch.rand((), generator=generator)) < settings.compose_share:
            yield collate([lessons.composition() for _ in range(settings.compose_batch)])
        else:
            yield collate([lessons.describe() for _ in range(settings.describe_batch)])


def train(trainer: Trainer, lessons: Lessons, keeper: Checkpointer, start: float = 0.0) -> None:
    """Train until the steps or the minutes are used up, whichever is first; the rate falls to the nearer end."""
    settings = trainer.settings
    begun = time.monotonic() - start
    device = trainer.embedding.device.type
    feed = fed(partial(batches, lessons, settings, settings.seed + trainer.step_number), workers_for(device))
    smooth_loss = smooth_right = 0.0
    with tqdm(total=settings.steps, initial=trainer.step_number, desc="train_llm", mininterval=10) as bar:
        for batch in feed:
            elapsed = time.monotonic() - begun
            fraction = max(trainer.step_number / settings.steps, elapsed / (60 * settings.minutes))
            if fraction >= 1:
                break
            loss, right = trainer.step(batch.to(device), fraction)
            weight = min(0.95, trainer.step_number / (trainer.step_number + 1))
            smooth_loss = weight * smooth_loss + (1 - weight) * loss
            smooth_right = weight * smooth_right + (1 - weight) * right
            bar.update()
            bar.set_postfix(loss=f"{smooth_loss:.3f}", right=f"{100 * smooth_right:.1f}%")
            if keeper.due():
                keeper.save(trainer.state() | {"seconds": elapsed})
    keeper.save(trainer.state() | {"seconds": time.monotonic() - begun})


def make_lessons(llm: LanguageModel, data: Path | None, seed: int) -> Lessons:
    """Return the lessons of the written corpus, less what is set aside, and of a prepared library if there is one."""
    recorded = Recorded(clip_attributes(data) if data else {})
    kept = reserved()
    contents, styles = (
        {name: entry for name, entry in entries(kind).items() if is_trained(kind, name, kept)} for kind in KINDS
    )
    contents |= labelled(recorded.contents, entries("contents"))
    styles |= labelled(recorded.styles, entries("styles"))
    return Lessons(contents, styles, recorded, TreeMaker(llm.encode), seed)


def remember(adapter: Path, lessons: Lessons) -> None:
    """Fit the memory to an adapter's file and write it in there, in place of an older one."""
    with safe_open(adapter, framework="pt") as file:
        config = file.metadata()
        tensors = {name: file.get_tensor(name) for name in file.keys() if LORA in name}  # noqa: SIM118 (no mapping)
    memory = make_memory(SentenceEncoder.load(), lessons)
    save_file(tensors | memory.tensors(), adapter, metadata=config)
    write_checksums(adapter.parent)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=training_folder() / "prepared", help="made by training.prepare")
    parser.add_argument(
        "--written", action="store_true", help="learn from the written corpus alone, not from recordings"
    )
    parser.add_argument("--minutes", type=float, default=Settings.minutes)
    parser.add_argument("--steps", type=int, default=Settings.steps)
    parser.add_argument(
        "--batch", type=int, default=1, help="how many times as many lessons a step; a GPU has time for 4"
    )
    parser.add_argument("--rate", type=float, default=Settings.rate)
    parser.add_argument("--seed", type=int, default=Settings.seed)
    parser.add_argument("--fresh", action="store_true", help="begin anew instead of at the checkpoint")
    parser.add_argument("--warm", type=Path, help="begin a new run with the weights of this checkpoint of another one")
    parser.add_argument("--memory", action="store_true", help="only fit the memory to the adapter that is there")
    parser.add_argument("--out", type=Path, default=ADAPTER_FILE)
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO)
    settings = Settings(
        arguments.minutes,
        arguments.steps,
        Settings.describe_batch * arguments.batch,
        Settings.compose_batch * arguments.batch,
        rate=arguments.rate,
        seed=arguments.seed,
    )
    llm = LanguageModel.load(adapter=None)
    keeper = Checkpointer(training_folder() / "llm.pt")
    saved = None if arguments.fresh else keeper.load()
    data = None if arguments.written else arguments.data
    lessons = make_lessons(llm, data, settings.seed + (int(saved["step"]) if saved else 0))
    if arguments.memory:
        remember(arguments.out, lessons)
        return
    trainer = Trainer(llm, settings)
    if saved:
        trainer.restore(saved)
    elif arguments.warm:
        trainer.start_from(torch.load(arguments.warm, weights_only=True))
    train(trainer, lessons, keeper, float(saved["seconds"]) if saved else 0.0)
    trainer.save_adapter(arguments.out)
    remember(arguments.out, lessons)
    _log.info("adapter saved to %s after %d steps", arguments.out, trainer.step_number)


if __name__ == "__main__":
    main()
