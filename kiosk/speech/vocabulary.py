"""Words that a recogniser does not know, found where a script says them. Pure.

A recogniser hears only words of its vocabulary. Wordings are full of slips and chat spelling
on purpose ("dc", "nguyêng"), which nobody says and no recogniser writes; so a wording's word
counts only where it comes again and again. What stands on a choice is read aloud as it is.
"""

from collections import Counter
from collections.abc import Collection, Iterator

from kiosk.assistant.syllable import parse
from kiosk.assistant.vietnamese import has_diacritics, words_of
from kiosk.letters import Flaw, texts
from kiosk.procedure import Procedure
from kiosk.script import Place

OFTEN = 3
"""Wordings of a script with the same word: no slip any more."""


def unheard_places(procedure: Procedure, vocabulary: Collection[str]) -> Iterator[Flaw]:
    """Each word that citizens say to this procedure and the recogniser cannot hear, once.

    Args:
        procedure: its choices' labels and its wordings are looked through.
        vocabulary: every word that the recogniser knows, in lower case and NFC.
    """
    first: dict[str, Place] = {}
    often = Counter[str]()
    for place, text in texts(procedure):
        is_label = place[0] == "questions" and "label" in place and place[-1] == "vi"
        is_wording = "heard_as" in place and "en" not in place
        words = set(words_of(text))
        if not (is_label or (is_wording and has_diacritics(tuple(words)))):
            continue  # nobody says it, or it was typed without its marks
        for word in words:
            if word not in vocabulary and parse(word) is not None:
                first.setdefault(word, place)
                often[word] += OFTEN if is_label else 1
    for word, place in first.items():
        if often[word] >= OFTEN:
            yield Flaw(place=place, code="unheard_word", values=(("word", word),))
