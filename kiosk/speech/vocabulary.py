"""Words that a recogniser does not know, found where a script says them. Pure.

A recogniser hears only words of its vocabulary. What is no Vietnamese syllable (chat
spelling, English) is left out: nobody says "dc", and a recogniser hears "được".
"""

from collections.abc import Collection, Iterator

from kiosk.assistant.syllable import parse
from kiosk.assistant.vietnamese import has_diacritics, words_of
from kiosk.letters import Flaw, texts
from kiosk.procedure import Procedure


def unheard_places(procedure: Procedure, vocabulary: Collection[str]) -> Iterator[Flaw]:
    """Each word that citizens may say to this procedure and the recogniser cannot hear, once.

    Args:
        procedure: its choices' labels, its title and its wordings are looked through.
        vocabulary: every word that the recogniser knows, in lower case and NFC.
    """
    told: set[str] = set()
    for place, text in texts(procedure):
        is_said = "heard_as" in place or (place[0] == "questions" and "label" in place)
        if not is_said or place[-1] == "en" or "en" in place:
            continue
        words = words_of(text)
        if not has_diacritics(words):
            continue  # typed without its marks
        for word in words:
            if word not in vocabulary and word not in told and parse(word) is not None:
                told.add(word)
                yield Flaw(place=place, code="unheard_word", values=(("word", word),))
