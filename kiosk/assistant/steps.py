"""What may be said at each step of each procedure, built when somebody first stands there. Pure."""

import re
from collections.abc import Mapping, Sequence

from kiosk.assistant.lookup import Lookup
from kiosk.assistant.options import Options, options_of
from kiosk.assistant.vietnamese import Standard, fold, words_of
from kiosk.procedure import Procedure, Question

Standing = Mapping[str, tuple[str, ...]]
"""What may be said at any step: a wish, `why` or `unclear` -> wordings."""

LONG = 9
"""Words from which a sentence without commas is cut at its joints."""

_JOINTS = re.compile(
    r"[,;.!?]+|\b(?:mà|ma|rồi|roi|nhưng|nhung|với lại|voi lai|còn|giờ|gio|thì|thi)\b"
)

_TAGS = frozenset(
    ("duoc chua", "duoc khong", "dung khong", "phai khong", "dung chua", "nghe chua", "ro chua")
)
"""Folded clauses that only ask for assent; "được chưa" is no "not yet" to the next question."""

_PUNCTUATION = re.compile(r"[,;.!?]+")


class Steps:
    """The options of every step, and sentences in the words that these are compared in."""

    def __init__(self, lookup: Lookup, standing: Standing, standard: Standard) -> None:
        self._lookup = lookup
        self._standing = standing
        self._standard = standard
        self._options: dict[tuple[str, str], Options] = {}

    def options_at(self, procedure: Procedure, question: Question | None) -> Options:
        """What may be said at a question; None: what may be said beside every question."""
        key = (procedure.id, question.id if question is not None else "")
        if key not in self._options:
            self._options[key] = options_of(procedure, question, self._standing, self._standard)
        return self._options[key]

    def plain(self, text: str) -> tuple[str, ...]:
        """The standard words of `text`, all of them."""
        return self._standard.words(text)

    def meant(self, text: str) -> tuple[str, ...]:
        """The words of `text` without what was taken back, and with what was misheard put right."""
        return self.repaired(self._standard.meant(text))

    def cut(self, text: str) -> tuple[str, ...]:
        """The words of `text` without a greeting and what was taken back."""
        return self._standard.meant(text)

    def repaired(self, words: Sequence[str]) -> tuple[str, ...]:
        """`words` with what was probably misheard put right."""
        return self._lookup.repaired(words)

    def parts(self, text: str, words: Sequence[str]) -> tuple[tuple[str, ...], ...]:
        """The whole sentence, and its clauses where it has several."""
        is_cut = len(words) >= LONG or "," in text
        clauses = (
            [self._standard.words(one) for one in _JOINTS.split(text.casefold())] if is_cut else []
        )
        repaired = [
            self.repaired(one)
            for one in clauses
            if len(words_of(" ".join(one))) > 1 and fold(" ".join(one)) not in _TAGS
        ]
        return (tuple(words), *dict.fromkeys(one for one in repaired if one != tuple(words)))


def clauses_of(text: str) -> tuple[str, ...]:
    """`text` cut at its punctuation."""
    return tuple(one for one in _PUNCTUATION.split(text) if one.strip())
