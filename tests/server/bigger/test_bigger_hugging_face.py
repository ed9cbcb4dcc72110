# SPDX-License-Identifier: GPL-3.0-or-later
"""A bigger model from a folder: whatever it is, its answers can be read; what cannot be loaded says what to do."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import torch
import transformers
from transformers import AutoConfig, AutoModelForCausalLM

from server.bigger import hugging_face
from server.bigger.examples import examples
from server.bigger.hugging_face import ARCHITECTURES, HuggingFace
from server.bigger.prompting import Form, Message, messages
from server.bigger.question import Question
from server.bigger.roles import open_bigger
from server.bigger.schema import answer_text, attributes_from_answer
from server.errors import SmooError
from server.home import language_model_folder
from server.llm_files import is_converted
from server.motion.skeleton import PARTS
from server.parts.attributes import parse, write

TOKENIZER_FILES = ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "chat_template.jinja")


@pytest.fixture
def folder() -> Path:
    if not is_converted(language_model_folder()):
        pytest.skip(f"no language model in {language_model_folder()}: run 'python install.py'")
    return language_model_folder()


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out instructions and examples, whose three thousand tokens take half a minute to read on a processor."""

    def last(question: Question, form: Form) -> list[Message]:
        system, *_, asked = messages(question, form)
        return [system | {"content": form.instruction}, asked]

    monkeypatch.setattr(hugging_face, "messages", last)


@pytest.mark.usefixtures("short")
def test_a_folder_gives_six_complete_texts(folder: Path) -> None:
    roles = open_bigger(str(folder))
    content, style = roles.both("waves the left hand", "proudly")
    composed = roles.compose("waves the left hand", "proudly", content, style)
    for part in PARTS:
        assert write(parse({part: content[part]}))[part] == content[part] != ""
        assert write(parse({part: composed[part]}))[part] == composed[part] != ""
        assert style[part]


def tiny(architecture: str, source: Path, to: Path) -> Path:
    """Make a folder with a very small model of an architecture, with random weights."""
    width = {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 2, "head_dim": 8}
    heads = {"num_attention_heads": 2, "num_key_value_heads": 1, "pad_token_id": 0}
    config = AutoConfig.for_model(architecture, vocab_size=49152, max_position_embeddings=8192, **width, **heads)
    torch.manual_seed(0)
    model: Any = AutoModelForCausalLM.from_config(config)
    model.to(torch.bfloat16).save_pretrained(to)
    for name in TOKENIZER_FILES:
        if (source / name).is_file():
            shutil.copy(source / name, to / name)
    return to


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_each_architecture_is_read_with_all_its_instructions(architecture: str, folder: Path, tmp_path: Path) -> None:
    backend = HuggingFace(str(tiny(architecture, folder, tmp_path)))
    for question in (Question("content", "walks"), Question("style", style="sadly")):
        answer = backend.answer(question)
        assert attributes_from_answer(answer_text(answer), may_be_open=question.may_be_open) == answer


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_states_of_rows_are_those_of_a_plain_reading(architecture: str, folder: Path, tmp_path: Path) -> None:
    """Rows of unequal length are padded within the key-value cache; the model must not notice."""
    llm = hugging_face._load(str(tiny(architecture, folder, tmp_path)))
    llm.model.float()
    texts = ["does: walks forward", "style: like an old man who has not slept"]
    with torch.inference_mode():
        for text, state in zip(texts, llm.states(texts), strict=True):
            plain = llm.model.model(input_ids=torch.tensor([llm.encode(text)], device=llm.device)).last_hidden_state
            assert torch.allclose(state, plain[0, -1], atol=1e-4)


def test_the_chat_ends_where_the_answer_begins(folder: Path) -> None:
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    chat = messages(Question("content", "hops"), hugging_face._FORM)
    text = hugging_face._prefix(tokenizer, chat)
    assert text.endswith("does: hops<|im_end|>\n<|im_start|>assistant\n")
    assert text.count("<|im_start|>assistant") == len(examples("content")) + 1
    assert "left arm: action=waves; hold=head;" in text
    tokenizer.chat_template = None
    assert hugging_face._prefix(tokenizer, chat).endswith("does: hops\n\n")


def complaint(where: str) -> str:
    with pytest.raises(SmooError) as caught:
        HuggingFace(where)
    assert caught.value.code == "bigger_model"
    return caught.value.message


def test_an_id_that_was_never_fetched(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    assert "hf download nobody/no-such-model" in complaint("nobody/no-such-model")


def test_folders_that_hold_no_model(tmp_path: Path) -> None:
    assert "no such folder" in complaint(str(tmp_path / "missing"))
    assert "holds no model" in complaint(str(tmp_path))
    (tmp_path / "config.json").write_text("{", encoding="utf-8")
    assert "holds no model" in complaint(str(tmp_path))


def test_another_architecture_is_told_where_to_go(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"model_type": "gpt2"}', encoding="utf-8")
    told = complaint(str(tmp_path))
    assert "gpt2" in told
    assert "http://localhost:11434/v1" in told
