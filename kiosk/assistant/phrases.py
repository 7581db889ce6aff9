"""Fixed phrases, heard through accents and slips: compared by sound, not by letters. Pure."""

from collections.abc import Sequence

from kiosk.assistant.syllable import sound
from kiosk.assistant.vietnamese import fold, fold_word


class Phrases:
    """Some phrases, any of which may stand in a sentence."""

    def __init__(self, *phrases: str) -> None:
        """Args: phrases: Vietnamese, with or without diacritics."""
        self._phrases = tuple(
            f" {' '.join(sound(word) for word in fold(phrase).split())} " for phrase in phrases
        )

    def stand_in(self, words: Sequence[str]) -> bool:
        """Whether one of the phrases stands in the sentence, or something that sounds like it."""
        said = f" {' '.join(sound(fold_word(word)) for word in words)} "
        return any(phrase in said for phrase in self._phrases)
