"""The signs of a text: brackets, quotes, dashes, dots become pauses or nothing. Pure."""

import re
import unicodedata
from collections.abc import Mapping

_LINES = re.compile(r"([.,;:?!]?)\s*[\r\n\u2028\u2029]+\s*")
_UNSEEN = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b-\u200f\u2060\ufeff]")
_BULLET = re.compile(r"(?m)^\s*[·•▪●◦*+–—-]+\s+")
_BULLET_WITHIN = re.compile(r"(?<=[:;.,])\s*[+*-]+(?=\s)")
_QUOTES = re.compile(r"[\"“”„«»‹›`´]|(?<!\w)['‘’]|['‘’](?!\w)")
_BLANKS = re.compile(r"\s+")
_BLANKS_AT_SLASH = re.compile(r" ?[/\u2044\u2215] ?")

_PAUSES = re.compile(r"[()\[\]{}·•→←⇒|]|(?<!\w)[-–—−]+(?!\w)|[–—−]| -|- ")
_DOTS = re.compile(r"\.{2,}|…")
_UNREAD = re.compile(r"[^\w\s.,;:?!'’\ue000-\ue00f-]|_|(?<!\w)['’-]|['’-](?!\w)")
_STOPS = re.compile(r"\s*([.,;:?!])(?:\s*[.,;:?!])*\s*")
_STRENGTH = ",:;.!?"
_EQUALS = (("<=", "≤"), (">=", "≥"), ("=>", "→"), ("->", "→"))


def one_line(text: str) -> str:
    """`text` in composed letters on one line, without bullets, quotes and odd blanks.

    Compatibility forms become plain ones: `m²` is `m2`.
    """
    text = _UNSEEN.sub("", unicodedata.normalize("NFKC", text)).strip()
    text = _BULLET.sub("", text)
    text = _BULLET_WITHIN.sub("", _LINES.sub(lambda match: f"{match[1] or '.'} ", text))
    text = _BLANKS.sub(" ", _QUOTES.sub("", text))
    for written, sign in _EQUALS:
        text = text.replace(written, sign)
    return _BLANKS_AT_SLASH.sub("/", text)


def tidy(text: str, signs: Mapping[str, str]) -> str:
    """`text` with signs in words, one stop at a time, and nothing that cannot be read."""
    text = _PAUSES.sub(", ", _DOTS.sub(", ", text) if not _ends_in_dots(text) else _dots(text))
    for sign, word in signs.items():
        if sign in text:
            text = text.replace(sign, f" {word} ")
    text = _UNREAD.sub(" ", text)
    text = _STOPS.sub(_strongest, text)
    text = _BLANKS.sub(" ", text).strip(" ,;:")
    return unicodedata.normalize("NFC", text.lstrip(" .,;:?!"))


def _ends_in_dots(text: str) -> bool:
    return text.rstrip().endswith(("..", "…"))


def _dots(text: str) -> str:
    return _DOTS.sub(", ", text.rstrip(" .…")) + "."


def _strongest(match: re.Match[str]) -> str:
    stops = [sign for sign in match[0] if sign in _STRENGTH]
    return max(stops, key=_STRENGTH.index) + " "
