"""How a sentence may differ when another says it: politeness, region, haste, mishearing. Pure."""

import random
from collections.abc import Mapping, Sequence

from kiosk.assistant.noise import Mishearing, without_diacritics
from kiosk.assistant.vietnamese import words_of

_BEFORE = (
    *(
        "dạ",
        "dạ thưa",
        "à",
        "ừ",
        "ờ",
        "thì",
        "cô ơi",
        "em ơi",
        "cháu ơi",
        "cho tôi hỏi",
        "nói thiệt",
    ),
    *("dạ con", "dạ em", "ừm", "để coi", "à thì", "tôi nói này", "nghe nè", "vâng", "dạ vâng"),
    *(
        "chắc là",
        "hình như",
        "ừ thì",
        "nói chung là",
        "bên tôi thì",
        "nhà tôi thì",
        "trường hợp tôi là",
    ),
)
_AFTER = (
    *("ạ", "nha", "nhé", "nghe", "nghen", "đó", "đấy", "á", "nè", "rồi", "thôi", "cô ạ", "em nhé"),
    *(
        "con ơi",
        "cô ơi",
        "cháu ạ",
        "hen",
        "hí",
        "mà",
        "chứ",
        "luôn",
        "vậy đó",
        "thế thôi",
        "đó nghe",
    ),
)
_TAKING_BACK = (
    *("à nhầm", "í lộn", "ủa lộn", "xin lỗi tôi nói nhầm", "à quên", "nhầm rồi", "chọn nhầm rồi"),
    *("hồi nãy nói sai", "câu trước tôi trả lời sai", "lúc nãy bấm nhầm", "sửa lại giùm"),
    *("không phải vậy đâu", "thôi chết tôi nói lộn", "khoan đã", "à không", "cái trên kia sai rồi"),
    *("đổi lại giúp tôi", "xin sửa câu trước", "bấm lộn rồi cô ơi", "nãy tôi trả lời lộn"),
)
_MEANT = ("", "", "", "phải là", "đúng ra là", "ý tôi là", "mới đúng là", "là", "phải nói là")
_MEANT_AFTER = ("", "", "", "mới đúng", "cơ", "chứ", "chớ", "nghen", "ạ")
_JOINED = (",", ",", "mà", "với lại", "rồi", "còn", "nhưng mà", "thì")


class Changes:
    """Changes sentences; the same seed changes them alike."""

    def __init__(self, texts: Sequence[str], forms: Mapping[str, str], *, seed: int) -> None:
        """Args: forms: regional or chat form -> standard words."""
        self._chance = random.Random(seed)  # noqa: S311 - no secret
        self._mishearing = Mishearing(texts, seed=seed)
        self._said_as: dict[tuple[str, ...], list[str]] = {}
        for form, standard in forms.items():
            self._said_as.setdefault(words_of(standard), []).append(form)

    def of(self, text: str) -> str:
        """`text` as somebody else may have said or typed it; sometimes unchanged."""
        chance = self._chance
        said = text
        if chance.random() < 0.25:
            said = self.regional(said)
        if chance.random() < 0.2:
            said = f"{chance.choice(_BEFORE)} {said}"
        if chance.random() < 0.2:
            said = f"{said} {chance.choice(_AFTER)}"
        if chance.random() < 0.12:
            said = self._shortened(said)
        if chance.random() < 0.35:
            said = self._mishearing.of(said, strength=chance.choice((0.08, 0.15, 0.25)))
        return without_diacritics(said) if chance.random() < 0.15 else said

    def misheard(self, text: str, strength: float) -> str:
        """`text` as a recogniser may write it."""
        return self._mishearing.of(text, strength=strength)

    def regional(self, text: str) -> str:
        """`text` with some words as a region, or a chat, has them."""
        words, found, at = words_of(text), list[str](), 0
        while at < len(words):
            for length in (3, 2, 1):
                forms = self._said_as.get(words[at : at + length])
                if forms and self._chance.random() < 0.5:
                    found.append(self._chance.choice(forms))
                    at += length
                    break
            else:
                found.append(words[at])
                at += 1
        return " ".join(found)

    def corrected(self, text: str, before: str) -> str:
        """`text` said to put something right; `before` is what was wrong, or empty."""
        chance = self._chance
        back, meant = chance.choice(_TAKING_BACK), chance.choice(_MEANT)
        if before and chance.random() < 0.25:
            return f"không phải {before}, {meant} {text}"
        said = f"{meant} {text} {chance.choice(_MEANT_AFTER)}".strip()
        return f"{said}, {back}" if chance.random() < 0.2 else f"{back}, {said}"

    def joined(self, first: str, second: str) -> str:
        """Two things said in one breath."""
        joint = self._chance.choice(_JOINED)
        return f"{first}{joint} {second}" if joint == "," else f"{first} {joint} {second}"

    def _shortened(self, text: str) -> str:
        words = text.split()
        if len(words) > 3:
            del words[self._chance.randrange(len(words))]
        return " ".join(words)
