"""Asks the GGUF through llama.cpp, as the kiosk's worker does; for figures and tests."""

from collections.abc import Collection, Mapping
from pathlib import Path

import llama_cpp
import numpy as np
from numpy.typing import NDArray

from kiosk.assistant.prompt import MOST_CHOSEN, Request, Style, ending, keys, prefix, read

NAME = "danloi-guide"
FILE = f"{NAME}.gguf"


class Asker:
    """One model, asked one thing at a time."""

    def __init__(self, path: Path, *, threads: int = 1) -> None:
        self._model = llama_cpp.Llama(
            str(path), n_ctx=0, n_threads=threads, n_threads_batch=threads, verbose=False
        )
        self._read: list[int] = []

    @property
    def metadata(self) -> Mapping[str, str]:
        """What the file says of itself."""
        return self._model.metadata or {}

    def cut(self, text: str) -> list[int]:
        """The entries that llama.cpp cuts `text` into."""
        return self._model.tokenize(text.encode(), add_bos=False, special=False)

    def choose(self, request: Request, words: str) -> tuple[tuple[str, ...], float] | None:
        """The offers that are chosen, best first, and the chance of the first."""
        allowed = keys(request)
        written, chance = self.answer(
            prefix(request, Style.KEYS), ending(request, words, Style.KEYS), allowed
        )
        found = read(" ".join(written), request, Style.KEYS)
        return None if found is None else (found, chance)

    def answer(
        self, before: str, said: str, allowed: Collection[str]
    ) -> tuple[tuple[str, ...], float]:
        """The keys that are written, and the chance of the first among those allowed."""
        chances = self.chances(before, said, allowed)
        first = max(chances, key=lambda key: chances[key])
        written = [first]
        while len(written) < MOST_CHOSEN:
            self._model.eval(self.cut(f" {written[-1]}"))
            left = [key for key in allowed if key not in written]
            scores = self._scores()
            best = max(left, key=lambda key: scores[self.cut(f" {key}")[0]], default=None)
            if best is None or scores[0] >= scores[self.cut(f" {best}")[0]]:
                break
            written.append(best)
        return tuple(written), chances[first]

    def chances(self, before: str, said: str, allowed: Collection[str]) -> dict[str, float]:
        """Key -> how likely it is the first of the answer, among those allowed."""
        entries = self.cut(before)
        if entries != self._read:
            self._model.n_tokens = 0
            self._model.eval(entries)
            self._read = entries
        self._model.n_tokens = len(entries)  # what came behind is forgotten
        self._model.eval(self.cut(said))
        scores = self._scores()
        raw = np.array([scores[self.cut(f" {key}")[0]] for key in allowed], np.float64)
        chances = np.exp(raw - raw.max())
        chances /= chances.sum()
        return dict(zip(allowed, chances.tolist(), strict=True))

    def _scores(self) -> NDArray[np.float32]:
        pointer = llama_cpp.llama_get_logits_ith(self._model.ctx, -1)
        return np.ctypeslib.as_array(pointer, shape=(self._model.n_vocab(),)).copy()
