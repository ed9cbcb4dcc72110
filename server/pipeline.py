# SPDX-License-Identifier: GPL-3.0-or-later
"""Reason, compose, generate, decode: the whole way from prompts to motion."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from importlib.metadata import version
from pathlib import Path

import numpy as np
import numpy.typing as npt

from .bigger.patience import repeated
from .bigger.roles import BiggerRoles, open_bigger
from .captioner import caption
from .composer import Composer
from .drafts import DRAFTS, draft_samplings, draft_seeds, drafts_for
from .errors import SmooError
from .generator import FREE, Generator
from .judging import Judge, unmet_words
from .llm import ADAPTER_NAME, LanguageModel
from .llm_files import MODEL_NAME
from .locking import cleaned_beside, with_locked
from .motion.contacts import clean_feet
from .motion.features import contact_features, motion_from_features
from .motion.motion import Motion
from .motion.skeleton import FPS, PARTS
from .networks.files import WEIGHTS_FOLDER, load_weights
from .networks.refinement import rounds_for
from .networks.tokenizer import PartTokenizer, tokenizer_config_from
from .parts.attributes import PartTexts
from .parts.carried import unsaid_where_carried
from .parts.phases import schedule
from .reasoner import Reasoner
from .sampling import Sampling

Progress = Callable[[str, float, str], None]
Cancelled = Callable[[], bool]
Tokens = npt.NDArray[np.int64]
_log = logging.getLogger(__name__)
_SIGN_OF_LIFE = 5.0  # seconds between two while a bigger language model is waited for


@dataclass(frozen=True)
class Texts:
    """The part texts of what is done, of how, and of both together.

    Attributes:
        note: why the built-in language model wrote them although a bigger one was asked for; empty otherwise.
    """

    content: PartTexts
    style: PartTexts
    composed: PartTexts
    note: str = ""


@dataclass(frozen=True)
class GenerateRequest:
    """What shall be generated.

    Attributes:
        content, style: the prompts; used when there are no part texts.
        seconds: length; the motion has exactly ``round(30 * seconds)`` frames.
        seed: of the first variant; the others count up from it.
        parts: part texts to be followed as they stand.
        locks: parts whose tokens are kept, from ``lock_tokens`` or else from ``lock_motion``.
        prefix: motion that is continued; the result begins with it.
        variants: how many takes.
        temperature, guidance: see `Sampling`.
        drafts: how many drafts of each take are written, of which the best is kept, with what others do better put in
            (`server.judging`); with locks a third more.
    """

    content: str = ""
    style: str = ""
    seconds: float = 4.0
    seed: int = 0
    parts: PartTexts | None = None
    locks: tuple[str, ...] = ()
    lock_tokens: Tokens | None = None
    lock_motion: Motion | None = None
    prefix: Motion | None = None
    variants: int = 1
    temperature: float = Sampling.temperature
    guidance: float = Sampling.guidance
    drafts: int = DRAFTS


@dataclass(frozen=True)
class Take:
    """One generated motion, the tokens it was decoded from, and what was said.

    Attributes:
        unmet: of each part that was not locked the clauses that the captioner does not find in the motion.
    """

    motion: Motion
    tokens: Tokens
    texts: Texts
    seed: int
    timing: dict[str, float] = field(default_factory=dict)
    unmet: PartTexts = field(default_factory=dict)


class _Clock:
    """Adds up the seconds of named stages."""

    def __init__(self) -> None:
        self.seconds = dict.fromkeys(("load", "reason", "compose", "generate", "decode", "total"), 0.0)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        started = time.perf_counter()
        yield
        self.seconds[name] += time.perf_counter() - started


def _quiet(stage: str, fraction: float, message: str) -> None:
    """Progress that nobody listens to."""


def _never() -> bool:
    return False


class Pipeline:
    """The language model in its two roles of words, the generator, and the decoder."""

    def __init__(
        self,
        llm: LanguageModel | None,
        generator: Generator,
        tokenizer: PartTokenizer,
        bigger: BiggerRoles | None = None,
    ) -> None:
        """Put loaded parts together; without a language model only part texts can be followed.

        A ``bigger`` one writes the texts instead of ``llm`` whenever it can.
        """
        self.llm, self.generator, self.tokenizer = llm, generator, tokenizer.eval()
        self.reasoner = Reasoner(llm) if llm else None
        self.composer = Composer(llm, generator.contradictions) if llm else None
        self.bigger = bigger
        self.load_seconds = 0.0

    @classmethod
    def load(
        cls, progress: Progress | None = None, weights: Path = WEIGHTS_FOLDER, *, words: bool = True, bigger: str = ""
    ) -> Pipeline:
        """Load everything.

        Args:
            progress: told what is being loaded.
            weights: folder of the trained weights.
            words: whether to load the language model; part texts alone do without.
            bigger: a bigger language model to write the texts; see `server.bigger.roles.open_bigger`. Empty for none.

        Raises:
            SmooError: ``weights_missing``, ``weights_damaged``, ``model_missing`` or ``bad_request`` (``bigger`` is on
                another machine), saying what to do.
        """
        tell, started = progress or _quiet, time.perf_counter()
        roles = open_bigger(bigger) if words and bigger.strip() else None
        # the language model first: while it is read it takes twice its room
        tell("load", 0.0, "loading the language model")
        llm = LanguageModel.load(adapter=weights / ADAPTER_NAME) if words else None
        tell("load", 0.7, "loading the motion networks")
        tensors, config = load_weights(weights / "tokenizer.safetensors")
        tokenizer = PartTokenizer(tokenizer_config_from(config))
        tokenizer.load_state_dict(tensors)
        generator = Generator.load(weights)
        pipeline = cls(llm, generator, tokenizer.to(generator.device), roles)
        pipeline.load_seconds = time.perf_counter() - started
        tell("load", 1.0, "ready")
        return pipeline

    def hello(self) -> dict[str, object]:
        """Return versions and the device."""
        return {
            "torch": version("torch"),
            "transformers": version("transformers"),
            "device": str(self.generator.device),
            "language_model": self.bigger.name if self.bigger else MODEL_NAME if self.llm else "",
        }

    def describe(
        self, content: str, style: str, progress: Progress | None = None, cancelled: Cancelled | None = None
    ) -> Texts:
        """Reason and compose: prompts to part texts.

        Raises:
            SmooError: ``empty_prompt``, ``cancelled``, or ``model_missing`` without a language model.
        """
        return self._describe(content, style, progress or _quiet, cancelled or _never, _Clock())

    def _describe(self, content: str, style: str, tell: Progress, cancelled: Cancelled, clock: _Clock) -> Texts:
        if self.reasoner is None or self.composer is None:
            raise SmooError("model_missing", "The language model is not loaded. Run 'python install.py' once.")
        texts, note = None, ""
        if self.bigger is not None:
            texts, note = self._by_bigger(self.bigger, content, style, tell, cancelled, clock)
        if texts is None:
            tell("reason", 0.0, "describing the parts")
            texts = _written(self.reasoner, self.composer, content, style, tell, cancelled, clock)
        tell("compose", 1.0, "described")
        return replace(texts, note=note)

    def _by_bigger(
        self, bigger: BiggerRoles, content: str, style: str, tell: Progress, cancelled: Cancelled, clock: _Clock
    ) -> tuple[Texts | None, str]:
        """Return the bigger model's texts, or none and a note that says why."""
        try:
            with repeated(tell, _SIGN_OF_LIFE) as alive:
                alive("reason", 0.0, f"waiting for {bigger.name}")
                return _written(bigger, bigger, content, style, alive, cancelled, clock), ""
        except SmooError as error:
            if error.code in ("empty_prompt", "cancelled"):
                raise
            _log.warning("the model at %s did not answer: %s", bigger.name, error.message)
            reason = error.message.rstrip(".")
        tell("reason", 0.0, "no answer; the built-in model describes the parts")
        return None, f"The model at {bigger.name} did not answer ({reason}). The built-in one wrote these texts."

    def generate(
        self, request: GenerateRequest, progress: Progress | None = None, cancelled: Cancelled | None = None
    ) -> list[Take]:
        """Generate takes from part texts, or from prompts when there are none.

        Raises:
            SmooError: ``empty_prompt``, ``bad_request`` (nothing to keep for a lock), ``cancelled``.
        """
        tell, stop, clock = progress or _quiet, cancelled or _never, _Clock()
        clock.seconds["load"] = self.load_seconds
        started = time.perf_counter()
        if request.parts is None:
            texts = self._describe(request.content, request.style, tell, stop, clock)
        else:
            empty = dict.fromkeys(PARTS, "")
            texts = Texts(empty, empty, {part: request.parts.get(part, "") for part in PARTS})
        frames = round(request.seconds * FPS)
        steps = math.ceil(frames / self.tokenizer.config.frames)
        asked = schedule(texts.composed, steps, self.tokenizer.config.frames / FPS)
        said = unsaid_where_carried(asked)
        said = self.generator.contradictions.unsaid(said, request.locks)
        kept = self._kept(request)
        drafts = self._drafts(request, said, kept, tell, stop, clock)
        decode = partial(self.decode, frames=frames, kept=kept, locks=request.locks)
        judge = Judge(said, decode, self.tokenizer.config.frames, request.locks)
        takes = []
        for variant in range(request.variants):
            with clock.stage("decode"):
                best = judge.best(drafts[variant])
                unmet = unmet_words(asked, best.motion, self.tokenizer.config.frames, request.locks)
            takes.append(Take(best.motion, best.tokens, texts, request.seed + variant, clock.seconds, unmet))
        clock.seconds["total"] = time.perf_counter() - started
        tell("decode", 1.0, "done")
        return takes

    def _drafts(
        self,
        request: GenerateRequest,
        said: Tokens,
        kept: Tokens | None,
        tell: Progress,
        stop: Cancelled,
        clock: _Clock,
    ) -> Tokens:
        """Return (variants, drafts, steps, 6) tokens of what is said (steps, slots)."""
        drafts = drafts_for(request.drafts, request.locks)
        takes = range(request.seed, request.seed + request.variants)
        seeds = [seed for take in takes for seed in draft_seeds(take, drafts)]
        hows = draft_samplings(Sampling(request.temperature, request.guidance), drafts, request.locks)
        forced = np.repeat(self._forced(request, kept, len(said))[None], len(seeds), axis=0)
        with clock.stage("generate"):
            rows = np.repeat(said[None], len(seeds), axis=0)
            tokens = self.generator.generate(rows, seeds, forced, hows * request.variants, tell, stop)
        return tokens.reshape(request.variants, drafts, *tokens.shape[1:])

    def decode(
        self,
        tokens: Tokens,
        frames: int | None = None,
        *,
        clean: bool = True,
        kept: Tokens | None = None,
        locks: tuple[str, ...] = (),
    ) -> Motion:
        """Return the motion of tokens (steps, 6), with planted feet kept still and the lowest foot on the ground.

        The decoder sees all parts at once, so that a locked part would follow its new neighbours a little. Its features
        are therefore taken from the take it was locked in: ``kept``, the tokens of that take, for the parts ``locks``.
        """
        motion, values = self.tokenizer.decode(tokens, frames)
        if kept is not None and locks:
            before = self.tokenizer.decode(kept, frames)[1]
            values = with_locked(values, before, locks)
            motion = cleaned_beside(values, before, locks) if clean else motion_from_features(values)
        elif clean:
            motion = clean_feet(motion, contact_features(values) > 0.5)
        return motion.canonical().with_continuous_signs()

    def _kept(self, request: GenerateRequest) -> Tokens | None:
        """Return the tokens that locked parts come from, or None without locks.

        Raises:
            SmooError: ``bad_request`` when there is nothing to keep, or the tokens are none of this tokenizer's.
        """
        if not request.locks:
            return None
        kept = request.lock_tokens
        if kept is None and request.lock_motion is not None:
            kept = self.encode(request.lock_motion)
        if kept is None or len(kept) == 0:
            message = "There is no earlier take whose parts could be kept. Generate once, or unlock the parts."
            raise SmooError("bad_request", message)
        if kept.min() < 0 or kept.max() >= self.tokenizer.config.codes:
            raise SmooError("bad_request", "The earlier take is from another version. Generate once without locks.")
        return kept

    def _forced(self, request: GenerateRequest, kept: Tokens | None, steps: int) -> Tokens:
        """Return (steps, 6) tokens to be kept, `FREE` elsewhere."""
        forced = np.full((steps, len(PARTS)), FREE, dtype=np.int64)
        if request.prefix is not None:
            before = self.encode(request.prefix)[:steps]
            forced[: len(before)] = before
        if kept is not None:
            shared = min(steps, len(kept))
            for part in request.locks:
                forced[:shared, PARTS.index(part)] = kept[:shared, PARTS.index(part)]
        return forced

    def caption(self, motion: Motion) -> PartTexts:
        """Return the six part texts of a motion."""
        return caption(motion)

    def encode(self, motion: Motion) -> Tokens:
        """Return the tokens (steps, 6) of a motion, refined as far as its length allows in a few seconds."""
        return self.tokenizer.encode(motion, rounds_for(round(motion.seconds * FPS)))


def _written(
    reasoner: Reasoner | BiggerRoles,
    composer: Composer | BiggerRoles,
    content: str,
    style: str,
    tell: Progress,
    cancelled: Cancelled,
    clock: _Clock,
) -> Texts:
    """Reason and compose."""
    with clock.stage("reason"):
        content_texts, style_texts = reasoner.both(content, style)
    _stop_if(cancelled)
    tell("compose", 0.5, "composing content and style")
    with clock.stage("compose"):
        composed = composer.compose(content, style, content_texts, style_texts)
    return Texts(content_texts, style_texts, composed)


def _stop_if(cancelled: Cancelled) -> None:
    if cancelled():
        raise SmooError("cancelled", "Cancelled.")
