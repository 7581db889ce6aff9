"""What may be said to the kiosk: the sentences a language model is counted from.

The wordings, titles and choices of the ward's scripts, small talk and the wordings
table; and, counted once when the model is made, the sentences of Common Voice (CC0)
that no test speaker reads.
"""

import dataclasses
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kiosk.assistant.small_talk_file import load_small_talk
from kiosk.catalogue import Catalogue
from kiosk.procedure import HeardAs, Text
from models.listener.clips import Clip
from models.listener.language import Sentence
from models.listener.lexicon import readings
from models.listener.pronunciation import words_said

SAID = 3
"""How often counts what citizens say themselves: wordings, choices, small talk."""
SHOWN = 1
"""How often counts what the kiosk says to them."""


@dataclass(frozen=True, slots=True)
class Unpronounceable:
    """A word that no rule can pronounce, and where it stands first."""

    word: str
    file: str
    line: int


def sentences_of_ward(catalogue: Catalogue) -> tuple[Sentence, ...]:
    """Everything Vietnamese of the scripts and around them, each once."""
    weights: dict[tuple[str, ...], int] = {}
    for text, weight in _texts(catalogue):
        for part in re.split(r"[.;:!?\n()]", text):
            words = words_said(part)
            if words and not _is_typed_plainly(words):
                weights[words] = max(weight, weights.get(words, 0))
    return tuple(Sentence(words, weight) for words, weight in weights.items())


def _is_typed_plainly(words: tuple[str, ...]) -> bool:
    """Whether somebody left out the marks, which nobody does in speaking."""
    return len(words) >= 3 and all(word.isascii() for word in words)


def _texts(catalogue: Catalogue) -> Iterator[tuple[str, int]]:
    for found in (*catalogue.procedures, *catalogue.cards):
        yield from _within(found)
    for unserved in catalogue.unserved:
        yield from ((text, SAID) for text in (unserved.title.vi, *unserved.heard_as))
    for texts in (*catalogue.wordings.values(), *load_small_talk().values()):
        yield from ((text, SAID) for text in texts)


def _within(thing: object) -> Iterator[tuple[str, int]]:
    """The Vietnamese texts of a script's object, at any depth."""
    match thing:
        case Text():
            yield thing.vi, SAID if len(thing.vi) <= 60 else SHOWN
        case HeardAs():
            yield from ((text, SAID) for text in thing.vi)
        case tuple() | list():
            for each in thing:
                yield from _within(each)
        case _ if dataclasses.is_dataclass(thing):
            for each in dataclasses.fields(thing):
                yield from _within(getattr(thing, each.name))
        case _:
            pass


def sentences_of_clips(clips: Iterable[Clip]) -> tuple[Sentence, ...]:
    """The sentences of clips that may teach, each once."""
    once = {words_said(clip.text): None for clip in clips if clip.may_teach}
    return tuple(Sentence(words) for words in once if words)


def unpronounceable(sentences: Iterable[Sentence], folder: Path) -> tuple[Unpronounceable, ...]:
    """The words that are left out, with their first line in the folder of scripts."""
    words = {word for sentence in sentences for word in sentence.words if not readings(word)}
    found: dict[str, Unpronounceable] = {}
    files = (*folder.glob("*/script.yaml"), *folder.glob("*.yaml"), *folder.glob("*.csv"))
    for file in sorted(files):
        with file.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                for word in words.intersection(words_said(line)) - found.keys():
                    place = file.relative_to(folder).as_posix()
                    found[word] = Unpronounceable(word, place, number)
    return tuple(found[word] for word in sorted(found))
