"""What a prompt of the small model's style lists, read back from it. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

KINDS = frozenset(("answer", "aside", "aspect", "correct", "procedure", "wish"))


@dataclass(frozen=True, slots=True)
class Listed:
    """Something that a prompt lists."""

    key: str
    kind: str
    texts: tuple[str, ...]


def listed(prompt: str) -> Iterator[Listed]:
    """What a prompt, or a part of it, lists."""
    words = prompt.split()
    begins = [
        at for at, (one, kind) in enumerate(pairwise(words)) if kind in KINDS and one.isdigit()
    ]
    for begin, end in zip(begins, (*begins, len(words))[1:], strict=bool(begins)):
        key, kind = words[begin], words[begin + 1]
        texts = " ".join(words[begin + 2 : end]).split(f" {key} ")
        yield Listed(key, kind, tuple(text for text in texts if text))
