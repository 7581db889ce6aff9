"""How fast a language model writes through our worker, beside llama.cpp alone.

By turns in one process, at the same depth. llama.cpp alone is what the generation test of its
`llama-bench` does (`-n 64 -d DEPTH`): one token decoded after the other, any token, and
nobody looks at what comes of it. Ours is the answer as the kiosk asks for it, grammar and
choosing included.
"""

from collections.abc import Mapping
from typing import Protocol

from kiosk.assistant.answering import Answer

TOKENS = 64
ROUNDS = 5
PREFIX = "ai đi nộp hồ sơ cha hoặc mẹ ông bà người khác " * 4
GRAMMAR = f'root ::= {" ".join(["one"] * TOKENS)}\none ::= " 1" | " 2" | " back"\n'


class Paced(Protocol):
    """A loaded model."""

    def prepare(self, prefix: str) -> tuple[int, int]:
        """Read a prefix."""

    def answer(self, prefix: str, ending: str, grammar: str | None, most: int) -> Answer:
        """Read a prompt and write."""

    def plain_pace(self, count: int) -> float:
        """Tokens a second of llama.cpp alone, from what was read on."""


def pace(model: Paced) -> Mapping[str, list[float]]:
    """Tokens a second of some rounds, in rising order."""
    ours, plain = [], []
    for number in range(ROUNDS):
        written = model.answer(PREFIX, f" said {number} do", GRAMMAR, 6 * TOKENS)
        seconds = written.seconds - written.first_token_seconds
        ours.append((written.answer_tokens - 1) / seconds)
        model.prepare(PREFIX)
        plain.append(model.plain_pace(written.answer_tokens - 1))
    return {"ours": sorted(ours), "plain": sorted(plain)}
