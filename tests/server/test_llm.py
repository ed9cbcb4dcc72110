# SPDX-License-Identifier: GPL-3.0-or-later
"""The language model: files, adapter, and batched writing against writing one at a time."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from language_model import language_model
from safetensors.torch import save_file

from server.errors import SmooError
from server.llm import Branch, LanguageModel
from server.llm_files import convert_gguf, is_converted, model_folder
from server.llm_rows import Rows
from server.networks.files import write_checksums
from server.precision import precision

WORDS = [[" low,", " high,", " left,"], [" slow,", " quick,", " very quick,"]] * 3


def test_a_missing_or_half_written_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(SmooError, match=r"install\.py") as caught:
        model_folder(tmp_path)
    assert caught.value.code == "model_missing"
    (tmp_path / "model.safetensors").write_bytes(b"half")
    (tmp_path / "smoogpt.json").write_text(json.dumps({"bytes": 8}), encoding="utf-8")
    assert not is_converted(tmp_path)
    (tmp_path / "model.safetensors").write_bytes(b"complete")
    assert model_folder(tmp_path) == tmp_path


def test_a_wrong_download_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    wrong = tmp_path / "model.gguf"
    with pytest.raises(SmooError, match="no file"):
        convert_gguf(wrong, tmp_path / "out")
    wrong.write_bytes(b"not a model")
    with pytest.raises(SmooError, match="not the expected file") as caught:
        convert_gguf(wrong, tmp_path / "out")
    assert caught.value.code == "weights_damaged"
    assert not (tmp_path / "out").exists()


def test_unreadable_model_files_are_named(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"garbage!")
    (tmp_path / "smoogpt.json").write_text(json.dumps({"bytes": 8}), encoding="utf-8")
    with pytest.raises(SmooError, match="cannot be read") as caught:
        LanguageModel.load(tmp_path, adapter=None)
    assert caught.value.code == "model_missing"


def test_rows_written_together_equal_rows_written_alone() -> None:
    llm = language_model(adapted=False)
    grammar = llm.grammar(WORDS)
    prefixes = ["does: a person walks forward\n", "style: like an exhausted old man who has not slept\n"]
    parts = ("right arm", "left arm", "backbone")
    branches = [Branch(prefix, f"{part}:", grammar) for prefix in (0, 1) for part in parts]
    together = llm.choose(prefixes, branches)
    for branch, chosen in zip(branches, together, strict=True):
        ids = llm.encode(prefixes[branch.prefix]) + llm.encode(branch.text)
        walker = grammar.walker()
        ids += walker.forced()
        while not walker.done:
            with torch.inference_mode():
                state = llm.model.model(input_ids=torch.tensor([ids])).last_hidden_state[0, -1]
                options = list(walker.options())
                token = options[int((llm.model.lm_head.weight[options] @ state).float().argmax())]
            walker.take(token)
            ids += [token, *walker.forced()]
        assert walker.phrases == chosen


def test_what_the_memory_settles_is_written_as_if_the_model_had_been_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    llm = language_model(adapted=False)
    sure, torn, silent = torch.tensor([[0.05, 0.95, 0.0], [0.45, 0.5, 0.05], [0.0, 0.0, 0.0]])
    priors = [[sure] * 6, [torn] * 6, [sure, torn, silent] * 2, [silent, silent, silent, sure, sure, sure], None]
    branches = [Branch(0, f"part {number}:", llm.grammar(WORDS), prior) for number, prior in enumerate(priors)]
    reads: list[int] = []
    read = Rows.read
    monkeypatch.setattr(Rows, "read", lambda rows, chunks: reads.append(len(chunks)) or read(rows, chunks))
    quick, few = llm.choose(["does: hops\n"], branches), sum(reads)
    monkeypatch.setattr("server.llm.settled", lambda *_: None)
    reads.clear()
    assert quick == llm.choose(["does: hops\n"], branches)
    assert few < sum(reads)


def test_a_model_whose_choices_are_all_settled_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    llm = language_model(adapted=False)
    monkeypatch.setattr(Rows, "read", lambda *_: pytest.fail("nothing was left to ask"))
    branch = Branch(0, "part:", llm.grammar(WORDS), [torch.tensor([0.0, 1.0, 0.0])] * 6)
    assert llm.choose(["does: hops\n"], [branch]) == [[1] * 6]


@pytest.mark.parametrize(("capability", "dtype"), [("AVX2", torch.float32), ("AVX512", torch.bfloat16)])
def test_a_processor_without_bfloat16_computes_in_single_precision(
    monkeypatch: pytest.MonkeyPatch, capability: str, dtype: torch.dtype
) -> None:
    monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: capability)
    assert precision(torch.device("cpu")) == dtype
    assert precision(torch.device("cuda")) == torch.bfloat16


def test_a_seed_repeats_its_choices_and_another_varies_them() -> None:
    llm = language_model(adapted=False)
    branches = [Branch(0, f"part {number}:", llm.grammar(WORDS)) for number in range(4)]
    first = llm.choose(["does: hops\n"], branches, temperature=2.0, seed=1)
    assert first == llm.choose(["does: hops\n"], branches, temperature=2.0, seed=1)
    assert any(first != llm.choose(["does: hops\n"], branches, temperature=2.0, seed=seed) for seed in (2, 3, 4))


def test_free_text_stops_at_the_line_and_knows_its_prompt() -> None:
    texts = language_model(adapted=False).complete(["The capital of France is", "Two plus two equals"], max_tokens=6)
    assert "Paris" in texts[0]
    assert all("\n" not in text and text for text in texts)


def test_an_adapter_is_added_to_the_weights(tmp_path: Path) -> None:
    llm = language_model(adapted=False)
    weight = llm.model.get_parameter("model.layers.29.self_attn.v_proj.weight")
    before = weight.detach().clone()
    name = "base_model.model.model.layers.29.self_attn.v_proj.lora_{}.weight"
    a, b = torch.randn(2, before.shape[1]), torch.randn(before.shape[0], 2)
    path = tmp_path / "adapter.safetensors"
    config = {"config": json.dumps({"scale": 0.5})}
    save_file({name.format("A"): a, name.format("B"): b}, path, metadata=config)
    write_checksums(tmp_path)
    try:
        llm.merge(path)
        torch.testing.assert_close(weight.float(), before.float() + 0.5 * b @ a, rtol=1e-2, atol=1e-2)
        assert (weight - before).abs().max() > 0.5
        assert llm.memory is None
    finally:
        weight.data.copy_(before)


def test_an_adapter_for_another_model_is_refused(tmp_path: Path) -> None:
    llm = language_model(adapted=False)
    path = tmp_path / "adapter.safetensors"
    name = "base_model.model.model.layers.99.self_attn.v_proj.lora_{}.weight"
    save_file(
        {name.format("A"): torch.zeros(2, 4), name.format("B"): torch.zeros(4, 2)},
        path,
        metadata={"config": '{"scale": 1}'},
    )
    write_checksums(tmp_path)
    with pytest.raises(SmooError, match="cannot be used") as caught:
        llm.merge(path)
    assert caught.value.code == "weights_damaged"
