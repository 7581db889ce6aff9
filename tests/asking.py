"""The guide's own model, asked in a process of its own.

llama.cpp and the voice activity each bring a ggml of theirs: two in one process break each other,
which is one more reason why the kiosk's engines are child processes.
"""

from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from kiosk.assistant.prompt import Request

_model: Any = None
"""In the child."""


def _load(file: Path) -> None:
    global _model  # noqa: PLW0603 - a child has one model
    from models.guide.asker import Asker  # noqa: PLC0415 - see above

    _model = Asker(file)


def _call(name: str, *arguments: object) -> Any:
    return getattr(_model, name)(*arguments)


def _metadata() -> dict[str, str]:
    return dict(_model.metadata)


class Asking:
    """What `Asker` is, elsewhere."""

    def __init__(self, file: Path) -> None:
        self._child = ProcessPoolExecutor(
            1, mp_context=get_context("spawn"), initializer=_load, initargs=(file,)
        )

    @property
    def metadata(self) -> Mapping[str, str]:
        """What the file says of itself."""
        return self._child.submit(_metadata).result()

    def cut(self, *texts: str) -> list[list[int]]:
        """The entries that llama.cpp cuts each text into."""
        return list(self._child.map(_call, ["cut"] * len(texts), texts, chunksize=500))

    def choose(self, request: Request, words: str) -> tuple[tuple[str, ...], float] | None:
        """The offers that are chosen, best first, and the chance of the first."""
        chosen: tuple[tuple[str, ...], float] | None = self._child.submit(
            _call, "choose", request, words
        ).result()
        return chosen

    def close(self) -> None:
        """End the process."""
        self._child.shutdown()
