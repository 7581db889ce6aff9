"""Written text -> what a voice should say. Pure.

`8.000 đồng` becomes `tám nghìn đồng`, `UBND` becomes `ủy ban nhân dân`. The words are data
(`spoken.toml`); this knows only how they are written. It changes no fact and shortens nothing.
"""

from kiosk.procedure import Language
from kiosk.speech.spoken_english import English
from kiosk.speech.spoken_rules import Rules
from kiosk.speech.spoken_vietnamese import Vietnamese


class Spoken:
    """What a voice should say for a text. Call it: `spoken("8.000 đồng")`.

    Saying twice changes nothing: what is spoken already stays as it is. It keeps nothing.
    """

    def __init__(self, rules: Rules) -> None:
        self._vietnamese = Vietnamese(rules.vi)
        self._english = English(rules.en)

    def __call__(self, text: str, language: Language = "vi") -> str:
        """`text` in words, NFC, on one line.

        In Vietnamese without digits, signs and abbreviations; in English the voice reads the
        digits itself.
        """
        return self._vietnamese.say(text) if language == "vi" else self._english.say(text)
