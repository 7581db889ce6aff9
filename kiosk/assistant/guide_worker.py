"""Child process: a language model over llama.cpp that chooses among what it is offered.

`python -m kiosk.assistant.guide_worker --model FILE.gguf`. The only module that imports
llama_cpp. It drives the C interface: the `Llama` class above it keeps a table of scores as large
as a small model, and cannot be stopped while it reads a prompt.
"""

import os

# Threads that spin while they wait starve each other, and the screen, on two cores.
os.environ["OMP_WAIT_POLICY"] = "passive"
# NumPy multiplies nothing here; its threads would only ask for memory.
os.environ["OPENBLAS_NUM_THREADS"] = "1"

import ctypes
import json
import math
import sys
import time
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Self

import llama_cpp
import numpy as np
from llama_cpp.llama_chat_format import Jinja2ChatFormatter
from numpy.typing import NDArray

from kiosk.assistant.answering import (
    AbortedError,
    Answer,
    AnswerlessError,
    Pieces,
    Writing,
    bytes_in,
)
from kiosk.assistant.brake import Brake
from kiosk.assistant.chat import chat_parts
from kiosk.assistant.guiding import Guiding, check_room, describe
from kiosk.assistant.pace import pace
from kiosk.assistant.prompt import Style
from kiosk.engine_end import EXIT_DAMAGED, EXIT_MISSING
from kiosk.serving import protect, serve

MOST_TOKENS = 4096
"""Of a prompt and its answer; each costs memory from the start (110 kB in Qwen3-0.6B)."""
BATCH_TOKENS = 512
STYLE_KEY = b"danloi.style"
"""Says in a GGUF file how its model was taught to be asked."""

_ABORTED = 2
_CANDIDATE = np.dtype([("id", np.int32), ("logit", np.float32), ("p", np.float32)])


_LOG_NOTHING = llama_cpp.llama_log_callback(lambda _level, _text, _data: None)
"""Stands in for a log that might quote a prompt."""


class Model:
    """A loaded model with one context: what it has read last is not read again."""

    def __init__(self, file: Path, *, threads: int) -> None:
        """Load it.

        Raises:
            SystemExit: it is not there, or damaged; the kiosk knows the exit status.
        """
        if not file.is_file():
            sys.exit(EXIT_MISSING)
        check_room(file)
        llama_cpp.llama_log_set(_LOG_NOTHING, ctypes.c_void_p(0))
        llama_cpp.llama_backend_init()
        wanted = llama_cpp.llama_model_default_params()
        wanted.load_mode = llama_cpp.LLAMA_LOAD_MODE_MMAP
        wanted.n_gpu_layers = 0
        model = llama_cpp.llama_model_load_from_file(str(file).encode(), wanted)
        if not model or llama_cpp.llama_model_has_encoder(model):
            sys.exit(EXIT_DAMAGED)
        self.model = model
        self.vocabulary = llama_cpp.llama_model_get_vocab(model)
        self.vocabulary_size = llama_cpp.llama_vocab_n_tokens(self.vocabulary)
        self.most_tokens = min(MOST_TOKENS, llama_cpp.llama_model_n_ctx_train(model))
        if not self.vocabulary_size or not llama_cpp.llama_model_has_decoder(model):
            sys.exit(EXIT_DAMAGED)
        self.context = llama_cpp.llama_init_from_model(model, context_settings(self, threads))
        if not self.context:
            sys.exit("no memory for a context")
        self._memory = llama_cpp.llama_get_memory(self.context)
        self.brake = Brake()
        self._abort_callback = llama_cpp.ggml_abort_callback(self.brake.function)
        llama_cpp.llama_set_abort_callback(self.context, self._abort_callback, self.brake.data)
        self._single = (llama_cpp.llama_token * 1)()
        self._single_batch = llama_cpp.llama_batch_get_one(self._single, 1)
        self._logits_at = 0
        self._logits_there: NDArray[np.float32] = np.zeros(0, np.float32)
        self._read: list[int] = []
        """The tokens that are in the context's memory."""
        self.style = Style.KEYS if self._says(STYLE_KEY) == "keys" else Style.JSON
        template = self._says(b"tokenizer.chat_template")
        self._chat = self._chat_of(template) if template and self.style is Style.JSON else None
        self._pieces = _pieces_of(self.vocabulary)
        # The first prompt pays for what is set up late; nobody should wait for that.
        self._evaluate([max(self.token("bos"), 0)])
        self.forget()

    def token(self, kind: str) -> int:
        """The number of `bos` or `eos`; below 0: there is none."""
        return int(getattr(llama_cpp, f"llama_vocab_{kind}")(self.vocabulary))

    def _says(self, key: bytes) -> str:
        """What the file says under a key; nothing where it says nothing."""
        size = 256
        while True:
            said = ctypes.create_string_buffer(size)
            length = llama_cpp.llama_model_meta_val_str(self.model, key, said, size)
            if length < size:
                return said.value.decode("utf-8", "replace") if length > 0 else ""
            size = length + 1

    def tokens_of(
        self, text: str, *, is_start: bool = False, is_template: bool = False
    ) -> list[int]:
        """The tokens of a text; only a template can hold control tokens."""
        untrusted = text.encode("utf-8", "replace")
        room = 4 * len(untrusted) + 8  # a space may become three tokens
        found = (llama_cpp.llama_token * room)()
        count = llama_cpp.llama_tokenize(
            *(self.vocabulary, untrusted, len(untrusted), found, room),
            *(is_start, is_template),
        )
        if count < 0:
            raise AnswerlessError
        return list(found[:count])

    def prompt(self, prefix: str, ending: str) -> list[int]:
        """The tokens of a whole prompt, the prefix's first; with no ending, as far as it stays."""
        if self._chat is not None:
            opening, middle, closing = self._chat
            start = [*opening, *self.tokens_of(prefix), *middle]
            return [*start, *self.tokens_of(ending), *closing] if ending else start
        between = "" if self.style is Style.KEYS or not ending else "\n\n"
        return self.tokens_of(f"{prefix}{between}{ending}", is_start=True)

    def _chat_of(self, template: str) -> tuple[list[int], list[int], list[int]]:
        """The tokens of a chat template around the two texts."""
        start, end = (self._text_of(self.token(kind)) for kind in ("bos", "eos"))

        def fill(messages: Sequence[Mapping[str, str]]) -> str:
            formatter = Jinja2ChatFormatter(template, end, start)
            return formatter(messages=[*messages], enable_thinking=False).prompt  # type: ignore[list-item]

        parts = chat_parts(fill)
        if parts is None:
            sys.exit(EXIT_DAMAGED)
        # What a template begins with must not be put there again by the tokenizer.
        has_start = bool(start) and parts.before.startswith(start)
        return (
            self.tokens_of(parts.before, is_start=not has_start, is_template=True),
            self.tokens_of(parts.between, is_template=True),
            self.tokens_of(parts.after, is_template=True),
        )

    def _text_of(self, token: int) -> str:
        said = llama_cpp.llama_vocab_get_text(self.vocabulary, token) if token >= 0 else None
        return (said or b"").decode("utf-8", "replace")

    def prepare(self, prefix: str) -> tuple[int, int]:
        """Read a prefix ahead of what is said; how many tokens were read, and known already."""
        tokens = self.prompt(prefix, "")
        self._check_length(tokens, 0)
        known = self._back_to(tokens)
        self._evaluate(tokens[known:])
        return len(tokens) - known, known

    def answer(self, prefix: str, ending: str, grammar: str | None, most: int) -> Answer:
        """Read the prompt, and write the likeliest of what the grammar allows at each step.

        Raises:
            AbortedError: the brake was pulled.
            AnswerlessError: there is none: the prompt is too long, the grammar none of ours,
                the answer not at its end within `most` tokens.
        """
        begun = time.monotonic()
        tokens = self.prompt(prefix, ending)
        self._check_length(tokens, most)
        # The last token is read again: only then it is known what follows.
        known = self._back_to(tokens[:-1])
        waiting, first_at = tokens[known:], None
        written = Writing(self.style)
        with _Rails(grammar, self.vocabulary, self._pieces) as rails:
            while not rails.are_over():
                if written.count >= most:
                    raise AnswerlessError
                self._evaluate(waiting)
                token = self._likeliest(rails.allowed, written)
                first_at = first_at or time.monotonic()
                if self._pieces.is_end(token):
                    break
                rails.follow(token)
                written.add(self._pieces.of(token))
                waiting = [token]
        ended = time.monotonic()
        return Answer(
            text=written.text(),
            probability=written.probability,
            evaluated_tokens=len(tokens) - known,
            reused_tokens=known,
            answer_tokens=written.count,
            first_token_seconds=(first_at or ended) - begun,
            seconds=ended - begun,
        )

    def _likeliest(self, allowed: NDArray[np.int32] | None, written: Writing) -> int:
        logits = self._logits()
        if allowed is None:
            return int(logits.argmax())
        if not len(allowed):
            raise AnswerlessError
        theirs = logits.take(allowed)
        best = int(theirs.argmax())
        if not math.isfinite(theirs[best]):
            raise AnswerlessError
        if not written.is_chosen:
            shares = np.exp(theirs.astype(np.float64) - float(theirs[best]))
            ends = self._pieces.is_end
            pieces = [None if ends(one) else self._pieces.of(one) for one in allowed.tolist()]
            written.weigh(pieces, shares / shares.sum())
        return int(allowed[best])

    def _logits(self) -> NDArray[np.float32]:
        """What the last token is worth to each that may follow; valid until the next one."""
        found = llama_cpp.llama_get_logits_ith(self.context, -1)
        address = ctypes.c_void_p.from_buffer(found).value or 0
        if address != self._logits_at:  # making an array of it takes longer than using it
            self._logits_at = address
            self._logits_there = np.ctypeslib.as_array(found, (self.vocabulary_size,))
        return self._logits_there

    def plain_pace(self, count: int) -> float:
        """Tokens a second of llama.cpp alone, from what was read on; for `pace`."""
        array = (llama_cpp.llama_token * 1)(self._read[-1])
        begun = time.monotonic()
        for _ in range(count):
            llama_cpp.llama_decode(self.context, llama_cpp.llama_batch_get_one(array, 1))
            llama_cpp.llama_synchronize(self.context)
        seconds = time.monotonic() - begun
        self.forget()
        return count / seconds

    def keep(self, prefix: str) -> None:
        """Keep what was read of a prefix, and nothing of what was said after it."""
        self._back_to(self.prompt(prefix, ""))

    def forget(self) -> None:
        """Keep nothing."""
        llama_cpp.llama_memory_clear(self._memory, True)
        self._read = []

    def _check_length(self, tokens: Sequence[int], most: int) -> None:
        if not tokens or len(tokens) + most > self.most_tokens:
            raise AnswerlessError

    def _back_to(self, tokens: Sequence[int]) -> int:
        """Forget all that does not begin these tokens; how many of them are known."""
        pairs = zip(tokens, self._read, strict=False)
        most = min(len(tokens), len(self._read))
        self._cut(next((at for at, (one, other) in enumerate(pairs) if one != other), most))
        return len(self._read)

    def _cut(self, known: int) -> None:
        if known == len(self._read):
            return
        # Models that remember in another way than by tokens cannot forget a part.
        if known and llama_cpp.llama_memory_seq_rm(self._memory, 0, known, -1):
            del self._read[known:]
        else:
            self.forget()

    def _evaluate(self, tokens: Sequence[int]) -> None:
        if len(tokens) == 1:  # on the way through an answer, where each detour counts
            self._single[0] = tokens[0]
            self._decode(self._single_batch, tokens)
            return
        for at in range(0, len(tokens), BATCH_TOKENS):
            some = tokens[at : at + BATCH_TOKENS]
            array = (llama_cpp.llama_token * len(some))(*some)
            self._decode(llama_cpp.llama_batch_get_one(array, len(some)), some)

    def _decode(self, batch: llama_cpp.llama_batch, tokens: Sequence[int]) -> None:
        status = llama_cpp.llama_decode(self.context, batch)
        if status == 0:
            self._read += tokens
            return
        # A part of it may have been read.
        is_cut = llama_cpp.llama_memory_seq_rm(self._memory, 0, len(self._read), -1)
        if not (self._read and is_cut):
            self.forget()
        raise AbortedError if status == _ABORTED else AnswerlessError


def context_settings(model: Model, threads: int) -> llama_cpp.llama_context_params:
    """How a model's context is made."""
    wanted = llama_cpp.llama_context_default_params()
    wanted.n_ctx = model.most_tokens
    wanted.n_batch = wanted.n_ubatch = BATCH_TOKENS
    wanted.n_seq_max = 1
    # Flash attention reads a whole prompt faster, but the few words after a long prefix slower.
    wanted.flash_attn_type = llama_cpp.LLAMA_FLASH_ATTN_TYPE_DISABLED
    wanted.n_threads = wanted.n_threads_batch = threads
    return wanted  # type: ignore[no-any-return]


class _Rails:
    """A grammar on its way through an answer, by llama.cpp's own sampler; None: no grammar."""

    def __init__(self, grammar: str | None, vocabulary: int, pieces: Pieces) -> None:
        """Set them out.

        Raises:
            AnswerlessError: it is no grammar of ours.
        """
        self._pieces = pieces
        self._sampler = None
        self.allowed: NDArray[np.int32] | None = None
        """The tokens that may come next; None: all."""
        if grammar is None:
            return
        try:
            candidates = pieces.within(bytes_in(grammar))
        except ValueError:
            raise AnswerlessError from None
        table = np.zeros(len(candidates), _CANDIDATE)
        table["id"] = candidates
        self._ids, self._marks = table["id"], table["logit"]
        place = table.ctypes.data_as(ctypes.POINTER(llama_cpp.llama_token_data))
        self._table = llama_cpp.llama_token_data_array(place, len(table), -1, False)
        self._sampler = llama_cpp.llama_sampler_init_grammar(vocabulary, grammar.encode(), b"root")
        if not self._sampler:
            raise AnswerlessError
        self._look_ahead()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._sampler is not None:
            llama_cpp.llama_sampler_free(self._sampler)
            self._sampler = None

    def are_over(self) -> bool:
        """Whether nothing but the end can come."""
        is_end = self._pieces.is_end
        return self.allowed is not None and all(is_end(int(one)) for one in self.allowed)

    def follow(self, token: int) -> None:
        """Go on behind this token."""
        if self._sampler is not None:
            llama_cpp.llama_sampler_accept(self._sampler, token)
            self._look_ahead()

    def _look_ahead(self) -> None:
        self._marks.fill(0.0)
        llama_cpp.llama_sampler_apply(self._sampler, ctypes.byref(self._table))
        self.allowed = self._ids[self._marks == 0.0]  # the others are minus infinity now


def _pieces_of(vocabulary: int) -> Pieces:
    """The bytes of each token; none of the control tokens."""
    said = ctypes.create_string_buffer(1024)
    pieces, ends = [], []
    for one in range(llama_cpp.llama_vocab_n_tokens(vocabulary)):
        length = llama_cpp.llama_token_to_piece(vocabulary, one, said, len(said), 0, False)
        pieces.append(said.raw[: max(length, 0)])
        if llama_cpp.llama_vocab_is_eog(vocabulary, one):
            ends.append(one)
    return Pieces(pieces, frozenset(ends))


def main(arguments: Sequence[str]) -> int:
    """Serve one caller by standard input and output; the process's exit status."""
    parser = ArgumentParser(description="Wyoming intent handling over llama.cpp")
    parser.add_argument("--model", type=Path, required=True, help="the model's .gguf file")
    parser.add_argument("--threads", type=int, default=2, help="how many it may use")
    parser.add_argument("--pace", action="store_true", help="only tell how fast it writes")
    asked = parser.parse_args(arguments)
    output = protect()
    model = Model(asked.model, threads=asked.threads)
    if asked.pace:
        os.write(output, json.dumps(pace(model)).encode())
        return 0
    info = describe(asked.model, model.style, version("llama-cpp-python"))
    return serve(info, lambda: Guiding(model), output=output)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
