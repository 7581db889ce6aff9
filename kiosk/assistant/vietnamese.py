"""Vietnamese text for comparing: folded letters and syllables. Pure."""

import re
import unicodedata

_SYLLABLE = re.compile(r"[a-z0-9]+")


def fold(text: str) -> str:
    """Lower case without diacritics, đ as d, single spaces: `Đăng ký` -> `dang ky`."""
    plain = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    bare = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(_SYLLABLE.findall(bare))


def syllables(text: str) -> tuple[str, ...]:
    """The folded syllables of `text`, in order."""
    return tuple(fold(text).split())
