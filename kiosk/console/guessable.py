"""Passwords that whoever guesses tries first. Pure.

Letters of keyboards and marks are taken away, and figures and signs between them: what is left
must be more than words that everybody knows.
"""

import re
import unicodedata
from collections.abc import Iterable
from itertools import pairwise

LEAST_LEFT = 4
"""Letters that must be left."""
LEAST_DIFFERENT = 5
"""Different characters in a password: "aaaaaaaaaa" and "1212121212" are refused."""
_RUNS = ({0}, {1, -9}, {-1, 9})
"""From character to character: all the same, up and down a keyboard's row of digits."""

_COMMON = (
    # of keyboards
    *("qwertyuiop", "qwerty", "qwert", "asdfghjkl", "asdfgh", "asdf", "zxcvbnm", "zxcvbn", "zxcv"),
    *("qazwsxedc", "qazwsx", "qwe", "asd", "zxc", "abcdefgh", "abcdef", "abcd", "abc", "xyz"),
    # of Vietnamese
    *("matkhaumoi", "matkhaucu", "matkhau", "khongbiet", "dangnhap", "taikhoan", "mauxacnhan"),
    *("vietnam", "hanoi", "saigon", "hochiminh", "danang", "haiphong", "cantho", "hue"),
    *("canbo", "congchuc", "congan", "ubnd", "uybannhandan", "uyban", "phuong", "motcua"),
    *("hanhchinhcong", "hanhchinh", "trungtam", "quantri", "danloi", "tiepdan", "thitran"),
    *("anhyeuem", "emyeuanh", "yeuem", "yeuanh", "giadinh", "conyeu", "meyeu", "xinchao"),
    # of the rest of the world
    *("password", "passwort", "passwd", "pass", "welcome", "letmein", "iloveyou", "login"),
    *("administrator", "admin", "superuser", "root", "manager", "staff", "guest", "user"),
    *("changeme", "default", "secret", "master", "monkey", "dragon", "sunshine", "princess"),
    *("football", "baseball", "hello", "test", "demo", "kiosk", "system", "computer", "google"),
)
_LOOKS_LIKE = str.maketrans("013457@$!", "oieastasi")


def is_guessable(password: str, *, about: Iterable[str] = ()) -> bool:
    """Whether hardly more is in it than words that everybody knows, or a run of a keyboard.

    Args:
        password: as it was typed.
        about: more such words: the account's name, the ward's.
    """
    plain = password.casefold()
    steps = {ord(after) - ord(before) for before, after in pairwise(plain)}
    if len(set(plain)) < LEAST_DIFFERENT or any(steps <= one for one in _RUNS):
        return True
    known = {word for one in about for word in (_letters(one), *_letters_of_words(one))}
    words = sorted({*_COMMON, *known} - {""}, key=len, reverse=True)
    return any(_left(one, words) < LEAST_LEFT for one in (password, _as_letters(password)))


def _left(password: str, words: list[str]) -> int:
    left = _letters(password)
    for word in words:
        left = left.replace(word, "")
    return len(left)


def _as_letters(password: str) -> str:
    """With letters for the figures and signs that stand for them: "p@ssw0rd"."""
    return password.translate(_LOOKS_LIKE)


def _letters(text: str) -> str:
    """The letters alone, small and without marks."""
    plain = unicodedata.normalize("NFD", text.casefold()).replace("đ", "d")
    return re.sub(r"[^a-z]", "", plain)


def _letters_of_words(text: str) -> tuple[str, ...]:
    """Each word of it that is long enough to tell something."""
    return tuple(word for one in text.split() if len(word := _letters(one)) >= LEAST_LEFT)
