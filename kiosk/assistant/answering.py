"""What the guide's worker may be asked to write, and how sure an answer is. Pure.

llama.cpp reads grammars of many kinds, and a malformed one may end the process. Ours are
fixed: literals, alternatives, groups, and `?`. Anything else is refused before it gets there.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kiosk.assistant.prompt import Style

ROOT = "root"
MOST_GRAMMAR_LETTERS = 60_000
"""Two hundred offers with long ids; a longer text is no grammar of ours."""

_RULE = re.compile(r"([a-z]+) ::= (.+)")
_PART = re.compile(r' *(?:"((?:[^"\\]|\\["\\])+)"|([a-z]+)|([|?()])) *')

_FIRST = {
    Style.KEYS: re.compile(rb" *([^ ]+) "),
    Style.JSON: re.compile(rb'\s*\{\s*"choose"\s*:\s*\[\s*"((?:[^"\\]|\\.)*)"'),
}
"""An answer in which the first choice is complete."""


@dataclass(frozen=True, slots=True)
class _Literal:
    text: str


@dataclass(frozen=True, slots=True)
class _Name:
    name: str


_Token = _Literal | _Name | str
"""The last is a sign: `|`, `?`, `(` or `)`."""


def bytes_in(grammar: str) -> frozenset[int]:
    """All bytes that an answer under this grammar can hold.

    Raises:
        ValueError: it is none of ours; the text does not quote it.
    """
    if len(grammar) > MOST_GRAMMAR_LETTERS:
        raise ValueError("a grammar that is too long")
    rules: dict[str, tuple[_Token, ...]] = {}
    for line in grammar.strip("\n").split("\n"):
        found = _RULE.fullmatch(line)
        if found is None or found.group(1) in rules:
            raise ValueError("a grammar of another kind")
        rules[found.group(1)] = tuple(_tokens(found.group(2)))
    for tokens in rules.values():
        _check_order(tokens)
    _check_names(rules)
    literals = (
        one.text for tokens in rules.values() for one in tokens if isinstance(one, _Literal)
    )
    return frozenset(byte for text in literals for byte in text.encode())


def _tokens(text: str) -> Iterator[_Token]:
    at = 0
    while at < len(text):
        found = _PART.match(text, at)
        if found is None:
            raise ValueError("a grammar of another kind")
        at = found.end()
        literal, name, sign = found.groups()
        if literal is not None:
            yield _Literal(re.sub(r"\\(.)", r"\1", literal))
        elif name is not None:
            yield _Name(name)
        else:
            yield sign


def _check_order(tokens: tuple[_Token, ...]) -> None:
    """Brackets close, and no alternative is empty."""
    depth, has_item = 0, False
    for one in tokens:
        match one:
            case "(":
                depth, has_item = depth + 1, False
            case ")" if depth and has_item:
                depth -= 1
            case "|" if has_item:
                has_item = False
            case "?" if has_item:
                pass
            case _Literal() | _Name():
                has_item = True
            case _:
                raise ValueError("a grammar that cannot be read")
    if depth or not has_item:
        raise ValueError("a grammar that cannot be read")


def _check_names(rules: Mapping[str, tuple[_Token, ...]]) -> None:
    """Each rule that is named is there, and none comes back to itself: answers are finite."""
    used = {
        name: {one.name for one in tokens if isinstance(one, _Name)}
        for name, tokens in rules.items()
    }
    if ROOT not in rules or not set().union(*used.values()) <= set(rules):
        raise ValueError("a grammar that names what it lacks")
    while used:
        ends = {name for name, others in used.items() if not others}
        if not ends:
            raise ValueError("a grammar without end")
        used = {name: others - ends for name, others in used.items() if name not in ends}


def first_choice(answer: bytes, style: Style, *, is_over: bool) -> bytes | None:
    """An answer up to the end of its first choice; None while that is not complete.

    Args:
        answer: so far.
        style: in which it is written.
        is_over: nothing more follows.
    """
    found = _FIRST[style].match(answer + b" " if is_over and style is Style.KEYS else answer)
    return answer[: found.end(1)] if found else None


class AbortedError(Exception):
    """The kiosk no longer wants the answer."""


class AnswerlessError(Exception):
    """The model cannot answer this: the prompt is too long, the grammar none, the answer cut."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the model wrote."""

    text: str
    probability: float | None
    """Of the first choice; None where there was nothing to choose."""
    evaluated_tokens: int
    reused_tokens: int
    """Of the prompt, those that were still known."""
    answer_tokens: int
    first_token_seconds: float
    """From the request to the first token."""
    seconds: float
    """To the whole answer."""


@dataclass(frozen=True, slots=True)
class _Step:
    """Where an answer could go on."""

    written: bytes
    pieces: Sequence[bytes | None]
    """Of all tokens that were allowed; None for one that ends the answer."""
    shares: NDArray[np.float64]
    """The probability of each."""


class Writing:
    """An answer that is being written, and how sure its first choice is."""

    def __init__(self, style: Style) -> None:
        """Begin with nothing."""
        self._style = style
        self._written = b""
        self._steps: list[_Step] = []
        self.is_chosen = False
        """The first choice is complete: what else could come is no longer looked at."""
        self.count = 0
        """Tokens."""

    def text(self) -> str:
        """What is written.

        Raises:
            AnswerlessError: it is cut within a letter.
        """
        try:
            return self._written.decode()
        except UnicodeDecodeError:
            raise AnswerlessError from None

    def weigh(self, pieces: Sequence[bytes | None], shares: NDArray[np.float64]) -> None:
        """Note what could come next, before one of it is added."""
        self._steps.append(_Step(self._written, pieces, shares))

    def add(self, piece: bytes) -> None:
        """Write on."""
        self._written += piece
        self.count += 1
        if not self.is_chosen:
            self.is_chosen = first_choice(self._written, self._style, is_over=False) is not None

    @property
    def probability(self) -> float | None:
        """How sure the first choice is; None where there is none.

        At each token up to its end, the share of all allowed tokens that lead to this choice
        and no other, multiplied: how letters are parted into tokens does not matter, nor what
        follows the choice.
        """
        choice = first_choice(self._written, self._style, is_over=True)
        if choice is None or not self._steps:
            return None
        found = 1.0
        for step in self._steps:
            leads = [self._leads(step.written, piece, choice) for piece in step.pieces]
            found *= float(step.shares[leads].sum())
        return found

    def _leads(self, written: bytes, piece: bytes | None, choice: bytes) -> bool:
        reached = written + (piece or b"")
        is_on_the_way = piece is not None and choice.startswith(reached)
        chosen = first_choice(reached, self._style, is_over=piece is None)
        return is_on_the_way or chosen == choice


class Pieces:
    """The bytes that each token of a vocabulary stands for."""

    def __init__(self, pieces: Sequence[bytes], ends: frozenset[int]) -> None:
        """Take the vocabulary.

        Args:
            pieces: token -> its bytes.
            ends: the tokens that end an answer.
        """
        self._pieces = pieces
        self._ends = ends
        written = [one for one, piece in enumerate(pieces) if piece and one not in ends]
        lengths = [len(pieces[one]) for one in written]
        self._written = np.array(written, np.int32)
        self._bytes = np.frombuffer(b"".join(pieces[one] for one in written), np.uint8)
        self._starts = np.cumsum([0, *lengths])[:-1]

    def of(self, token: int) -> bytes:
        """The bytes of a token."""
        return self._pieces[token]

    def is_end(self, token: int) -> bool:
        """Whether it ends an answer."""
        return token in self._ends

    def within(self, possible: frozenset[int]) -> NDArray[np.int32]:
        """The tokens that are made of these bytes only, and those that end an answer.

        A grammar allows no other; so llama.cpp need not try a whole large vocabulary.
        """
        is_possible = np.zeros(256, bool)
        is_possible[list(possible)] = True
        fits = np.logical_and.reduceat(is_possible[self._bytes], self._starts)
        return np.concatenate([self._written[fits], np.array(sorted(self._ends), np.int32)])
