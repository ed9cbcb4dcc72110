# SPDX-License-Identifier: GPL-3.0-or-later
"""Training of the language model: trees compute what the server computes, it learns, and goes on where it stood."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from torch.nn.functional import cross_entropy
from transformers import LlamaConfig, LlamaForCausalLM

from server.llm import Branch, LanguageModel
from server.llm_bytes import STEP
from server.llm_format import attributes_from, describe_branch, grammars, phrases, style_prefix
from server.llm_memory import even
from server.motion.skeleton import PARTS
from server.parts.vocabulary import SLOTS
from server.precision import precision
from training.corpus.entries import entries
from training.corpus.recorded import Recorded
from training.llm_lessons import Lessons
from training.llm_memory_fit import fit
from training.llm_trees import TreeMaker, collate, decision_scores
from training.train_llm import Settings, Trainer, batches

SETTINGS = Settings(rank=4, first_layer=0, rate=2e-2, warmup=2, describe_batch=4, compose_batch=2)


class Words:
    """A tokenizer of words, as far as the language model asks; a word's number is its place in the vocabulary."""

    def __init__(self) -> None:
        """Know the words of all answers first, so that every tokenizer numbers them alike."""
        self._numbers: dict[str, int] = {}
        for slot in SLOTS:
            self.encode("".join(phrases(slot, may_be_open=True)), add_special_tokens=False)

    def encode(self, text: str, *, add_special_tokens: bool) -> list[int]:
        """Return a number a word."""
        assert not add_special_tokens
        words = re.findall(r"\w+|[^\w ]", text)
        return [self._numbers.setdefault(word, len(self._numbers)) for word in words]


def small_model() -> LanguageModel:
    """Return a random model of two layers."""
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=512,
        hidden_size=48,
        intermediate_size=96,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        tie_word_embeddings=True,
        initializer_range=0.1,
    )
    return LanguageModel(LlamaForCausalLM(config).float().eval(), Words(), torch.device("cpu"))


def lessons(llm: LanguageModel) -> Lessons:
    """Return lessons of two contents and two styles, of which one pair counts as recorded."""
    contents = {name: entries("contents")[name] for name in ("walk", "wave-left-hand")}
    styles = {name: entries("styles")[name] for name in ("normal", "old")}
    walk, old = contents["walk"].attributes, styles["old"].attributes
    recorded = Recorded({("walk", "normal"): [walk], ("walk", "old"): [walk | old]})
    return Lessons(contents, styles, recorded, TreeMaker(llm.encode), seed=0)


def test_a_tree_decides_as_the_server_does() -> None:
    llm = small_model()
    style = entries("styles")["old"]
    grammar = grammars(llm.encode, may_be_open=True)
    branches = [Branch(0, describe_branch(part), grammar[part]) for part in PARTS]
    chosen = llm.choose([style_prefix("like an old man")], branches)
    answer: dict[tuple[str, str], str] = {}
    for part, numbers in zip(PARTS, chosen, strict=True):
        answer |= attributes_from(part, numbers, may_be_open=True)
    maker = TreeMaker(llm.encode)
    trees = [maker.style("like an old man", answer), maker.style("aged and very frail", style.attributes)]
    batch = collate(trees)
    llm.model.set_attn_implementation("eager")
    with torch.no_grad():
        states = llm.model.model(
            input_ids=batch.ids, position_ids=batch.positions, attention_mask=batch.mask.float()
        ).last_hidden_state
    scores = decision_scores(states, llm.model.lm_head.weight, batch)
    first = batch.rows == 0
    assert torch.equal(scores.argmax(-1)[first], batch.targets[first])
    assert not torch.equal(scores.argmax(-1)[~first], batch.targets[~first])


def test_it_learns_a_few_lessons() -> None:
    llm = small_model()
    source, trainer = lessons(llm), Trainer(llm, SETTINGS)
    examples = batches(source, SETTINGS, seed=0)
    losses = [trainer.step(next(examples), step / 40)[0] for step in range(40)]
    assert sum(losses[-10:]) < 0.8 * sum(losses[:10])


def test_a_run_goes_on_where_it_stood_and_the_adapter_holds_what_was_learnt(tmp_path: Path) -> None:
    llm = small_model()
    source, trainer = lessons(llm), Trainer(llm, SETTINGS)
    examples = batches(source, SETTINGS, seed=1)
    for _ in range(3):
        trainer.step(next(examples), 0.1)
    follow = next(examples)
    second = Trainer(small_model(), SETTINGS)
    second.restore(trainer.state())
    assert second.step_number == 3
    assert second.step(follow, 0.2) == pytest.approx(trainer.step(follow, 0.2), rel=1e-3)
    trainer.save_adapter(tmp_path / "adapter.safetensors")
    merged = small_model()
    merged.model.to(precision(merged.device))
    merged.merge(tmp_path / "adapter.safetensors")
    with torch.no_grad():
        trained = cross_entropy(trainer.scores(follow), follow.targets)
        merged.model.set_attn_implementation("eager")
        states = merged.model.model(
            input_ids=follow.ids, position_ids=follow.positions, attention_mask=follow.mask.to(precision(merged.device))
        ).last_hidden_state
        loaded = cross_entropy(decision_scores(states, merged.model.lm_head.weight, follow), follow.targets)
    assert float(loaded) == pytest.approx(float(trained), rel=0.05)
    with safe_open(tmp_path / "adapter.safetensors", framework="pt") as file:
        kinds = {name.endswith(STEP): file.get_tensor(name).dtype for name in file.keys()}  # noqa: SIM118 (no mapping)
    assert kinds == {False: torch.int8, True: torch.float32}


def test_the_same_seed_draws_the_same_lessons() -> None:
    llm = small_model()
    first, second = (batches(lessons(llm), replace(SETTINGS, seed=5), seed=5) for _ in range(2))
    for _ in range(3):
        assert torch.equal(next(first).ids, next(second).ids)


def test_the_memory_recognises_what_it_was_fitted_to() -> None:
    torch.manual_seed(0)
    labels = torch.arange(5).repeat(6)
    states = torch.randn(5, 16)[labels] * 3 + torch.randn(30, 16) * 0.5 + 7
    scale, heads = fit(states, labels, torch.ones(30), 5)
    fresh = torch.randn(30, 16) * 0.2 + states
    assert torch.equal((even(fresh, scale) @ heads.T).argmax(1), labels)
