# SPDX-License-Identifier: GPL-3.0-or-later
"""A bigger model by its Hugging Face id or from a folder, run in this process.

It answers as the built-in one does, choosing one value after the other among those that are possible, so that every
answer can be read. It has not learnt the short form of the built-in one, so each value is preceded by the slot's name.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ..errors import SmooError
from ..llm_format import OPEN, PART_SLOTS, AttributeSet, attributes_from, part_name
from ..llm_grammar import ChoiceGrammar
from ..parts.vocabulary import Slot
from .prompting import Form, Message, messages
from .question import Question

if TYPE_CHECKING:  # torch is imported when a model is loaded
    from ..llm import LanguageModel

ARCHITECTURES: Final = ("granite", "llama", "mistral", "olmo2", "phi3", "qwen2", "qwen3", "smollm3")
"""Those whose states are read and remembered as Llama's are; a test reads with each."""
_ID: Final = re.compile(r"[\w-][\w.-]*(/[\w.-]+)?")


def _said(slot: Slot, value: str) -> str:
    return f" {slot.name}={value};"


def _answer_lines(attributes: AttributeSet) -> str:
    return "\n".join(
        f"{part_name(part)}:" + "".join(_said(slot, attributes.get(slot.key, OPEN)) for slot in slots)
        for part, slots in PART_SLOTS.items()
    )


_FORM: Final = Form(
    "Answer with one line for each part: its slots in the order of the list, each with its value. A slot that is not "
    f"said gets {OPEN} for its value.",
    _answer_lines,
)


class HuggingFace:
    """Asks a model of transformers."""

    def __init__(self, where: str) -> None:
        """Load the model; from a folder, or by its id where that has been fetched before.

        Raises:
            SmooError: ``bigger_model`` if it cannot be, saying what to do.
        """
        self._llm = _load(where)

    def answer(self, question: Question) -> dict[tuple[str, str], str]:
        """Return the attributes that the model answers with, all parts written side by side.

        Raises:
            SmooError: ``bigger_model`` if the machine cannot do it.
        """
        from ..llm import Branch

        grammars = _grammars(self._llm, may_be_open=question.may_be_open)
        prefix = _prefix(self._llm.tokenizer, messages(question, _FORM))
        branches = [Branch(0, f"{part_name(part)}:", grammar) for part, grammar in grammars.items()]
        try:
            chosen = self._llm.choose([prefix], branches)
        except (RuntimeError, MemoryError) as error:  # what torch raises when memory is short, too
            message = f"it stopped: {_first_line(error)}. Choose a smaller model if memory is short."
            raise SmooError("bigger_model", message) from error
        attributes: dict[tuple[str, str], str] = {}
        for part, phrases in zip(grammars, chosen, strict=True):
            attributes |= attributes_from(part, phrases, question.may_be_open)
        return attributes


def _grammars(llm: LanguageModel, *, may_be_open: bool) -> dict[str, ChoiceGrammar]:
    """Return what may be answered for each part; the order of values is that of `server.llm_format.grammars`."""

    def phrases(slot: Slot, *, is_first: bool) -> list[str]:
        values = slot.values if is_first and not may_be_open else (OPEN, *slot.values)
        return [_said(slot, value) for value in values]

    return {
        part: llm.grammar([phrases(slot, is_first=slot is slots[0]) for slot in slots])
        for part, slots in PART_SLOTS.items()
    }


def _prefix(tokenizer: Any, chat: list[Message]) -> str:
    """Return a chat as one text that ends where the answer begins."""
    system, first, *others = chat
    # not every template has a place for a system's message
    turns = [{"role": "user", "content": f"{system['content']}\n\n{first['content']}"}, *others]
    if getattr(tokenizer, "chat_template", None):
        # templates of models that think aloud know the last setting; the others take no notice of it
        text: str = tokenizer.apply_chat_template(
            turns, tokenize=False, add_generation_prompt=True, enable_thinking=False
        )
        return text
    return (tokenizer.bos_token or "") + "".join(f"{turn['content']}\n\n" for turn in turns)


def _load(where: str) -> LanguageModel:
    import torch
    from safetensors import SafetensorError
    from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer

    from ..llm import LanguageModel

    source, is_folder = _source(where)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        config = AutoConfig.from_pretrained(source, local_files_only=is_folder)
        if config.model_type not in ARCHITECTURES:
            raise SmooError("bigger_model", _unsuited(config.model_type))
        tokenizer = AutoTokenizer.from_pretrained(source, local_files_only=is_folder)
        model: Any = AutoModelForCausalLM.from_pretrained(source, dtype=torch.bfloat16, local_files_only=is_folder)
        return LanguageModel(model.to(device).eval(), tokenizer, device)
    except (OSError, ValueError, KeyError, ImportError, RuntimeError, MemoryError, SafetensorError) as error:
        raise SmooError("bigger_model", _unreadable(where, error, is_folder=is_folder)) from error


def _source(where: str) -> tuple[str, bool]:
    """Return what transformers takes, and whether it is a folder."""
    folder = Path(where).expanduser()
    if folder.is_dir():
        return str(folder), True
    if not _ID.fullmatch(where):
        raise SmooError("bigger_model", "there is no such folder. Check the path.")
    return where, False


def _unsuited(architecture: str) -> str:
    known = ", ".join(ARCHITECTURES)
    return (
        f"models of the architecture {architecture} are not known here, only {known}. Run it with llama.cpp, Ollama or "
        "LM Studio instead, and give the server's address, such as http://localhost:11434/v1."
    )


def _unreadable(where: str, error: Exception, *, is_folder: bool) -> str:
    if is_folder:
        return f"the folder holds no model that can be read: {_first_line(error)}. Download it again."
    if isinstance(error, OSError):
        return (
            f"it is not on this machine. Fetch it once with 'hf download {where}' in the environment that "
            "'python install.py python' prints, or give a folder that holds it."
        )
    return f"it cannot be loaded: {_first_line(error)}. Choose another model."


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200].rstrip(".")
